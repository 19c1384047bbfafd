//! 海州市's agencies on a test ledger: set up by the real commands, served in this process.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use issuer_service::{
    Command, Init, Register, clock::Clock, db, directory::Directory, http, install,
    ledger_client::LedgerClient, outbox, service::Service,
};
use light_client::{
    bundle::{Bundle, Document, Proofs},
    cbor::to_bytes,
    id::TimeMs,
    policy::Policy,
    trust::TrustStore,
    verdict::Verdict,
    verify,
};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use crate::ledger::{TestLedger, now_ms};

pub const SEED: &str = include_str!("seed.json");

/// Long enough for a busy machine; every wait ends as soon as it can.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// A running service.
pub struct City {
    pub url: String,
    pub ledger: TestLedger,
    pub dir: PathBuf,
    pub client: Client,
    pub service: Service,
    ahead_ms: Arc<AtomicU64>,
    tasks: Vec<JoinHandle<()>>,
    _stop: watch::Sender<bool>,
}

/// A folder of its own for each test.
pub fn temporary_dir() -> PathBuf {
    let name = issuer_service::random::name().unwrap();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("issuer-{name}"));
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// The database of an installation: SQLite in its folder, or one of its own on the PostgreSQL
/// server that `TALLYSTICK_ISSUER_DATABASE` names (`postgres://user@host:port`).
pub fn database_url(home: &Path) -> Option<String> {
    let server = std::env::var("TALLYSTICK_ISSUER_DATABASE").ok()?;
    Some(format!("{server}/{}", database_name(home)))
}

fn database_name(home: &Path) -> String {
    let name = home.parent().unwrap().file_name().unwrap();
    name.to_str().unwrap().replace('-', "_")
}

async fn create_database(home: &Path) {
    let Ok(server) = std::env::var("TALLYSTICK_ISSUER_DATABASE") else {
        return;
    };
    let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
    let statement = format!("CREATE DATABASE {}", database_name(home));
    connection
        .execute(sqlx::AssertSqlSafe(statement))
        .await
        .unwrap();
}

/// Makes an installation by the commands that operators use.
pub async fn set_up(ledger: &TestLedger) -> PathBuf {
    let dir = temporary_dir();
    let agencies = dir.join("seed.json");
    fs::write(&agencies, SEED).unwrap();
    let home = dir.join("issuer");
    create_database(&home).await;
    let init = Command::Init(Init {
        dir: home.clone(),
        agencies,
        database: database_url(&home),
    });
    let mut out = Vec::new();
    init.execute(&mut out).await.unwrap();
    let keys = ledger.write_member_keys(&dir);
    let out = register(ledger, &home, keys).await.unwrap();
    assert!(out.contains("haizhou-tax  registered"), "{out}");
    home
}

/// Registers an installation's agencies by the command; returns what it printed.
pub async fn register(
    ledger: &TestLedger,
    home: &Path,
    member_keys: Vec<PathBuf>,
) -> anyhow::Result<String> {
    let command = Command::Register(Register {
        dir: home.to_owned(),
        ledger: ledger.url.clone(),
        member_keys,
    });
    let mut out = Vec::new();
    command.execute(&mut out).await?;
    Ok(String::from_utf8(out).unwrap())
}

impl City {
    pub async fn start() -> Self {
        let ledger = TestLedger::start().await;
        let dir = set_up(&ledger).await;
        Self::start_in(ledger, dir).await
    }

    /// Serves an installation that is there.
    pub async fn start_in(ledger: TestLedger, dir: PathBuf) -> Self {
        let url = database_url(&dir).unwrap_or_else(|| db::default_url(&dir));
        let database = db::connect(&url).await.unwrap();
        let node = LedgerClient::new(&ledger.url).unwrap();
        let genesis = node.genesis().await.unwrap();
        install::keep_to_ledger(&database, &genesis.ledger_id())
            .await
            .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let clock = ahead_ms.clone();
        let service = Service {
            db: database,
            directory: Arc::new(Directory::load(&dir).unwrap()),
            ledger: node,
            genesis: Arc::new(genesis),
            clock: Clock::new(move || now_ms() + clock.load(Ordering::SeqCst)),
            public_url: url.as_str().into(),
            outbox_bell: Arc::new(Notify::new()),
        };
        let web = dir.join("web");
        fs::create_dir_all(&web).unwrap();
        fs::write(web.join("index.html"), "<!doctype html>page").unwrap();
        fs::write(web.join("app_bg.wasm"), "\0asm").unwrap();
        let router = http::router(service.clone(), Some(&web));
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(outbox::run(service.clone(), stopped));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            url,
            ledger,
            dir,
            client: Client::new(),
            service,
            ahead_ms,
            tasks: vec![worker, server],
            _stop: stop,
        }
    }

    /// Ends the service as a crash would: whatever it was doing is not finished.
    pub async fn crash(self) -> (TestLedger, PathBuf) {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks {
            assert!(task.await.is_err_and(|error| error.is_cancelled()));
        }
        (self.ledger, self.dir)
    }

    /// Moves the service's clock forward.
    pub fn advance_clock(&self, ms: u64) {
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn desk_token(&self, agency: &str) -> String {
        let tokens = fs::read_to_string(self.dir.join("desk-tokens.json")).unwrap();
        let tokens: Value = serde_json::from_str(&tokens).unwrap();
        tokens[agency].as_str().unwrap().to_owned()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.url))
            .send()
            .await
            .unwrap()
    }

    pub async fn desk_get(&self, agency: &str, path: &str) -> Response {
        let url = format!("{}/api/agencies/{agency}{path}", self.url);
        let request = self.client.get(url).bearer_auth(self.desk_token(agency));
        request.send().await.unwrap()
    }

    pub async fn desk_post(&self, agency: &str, path: &str, body: &Value) -> Response {
        let url = format!("{}/api/agencies/{agency}{path}", self.url);
        let request = self.client.post(url).bearer_auth(self.desk_token(agency));
        request.json(body).send().await.unwrap()
    }

    /// Does what must succeed at the desk.
    pub async fn desk(&self, agency: &str, path: &str, body: &Value) -> Value {
        let response = self.desk_post(agency, path, body).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn document(&self, agency: &str, id: &str) -> Value {
        let response = self.desk_get(agency, &format!("/documents/{id}")).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    /// Waits until a document is in `state`, and returns it.
    pub async fn wait_for(&self, agency: &str, id: &str, state: &str) -> Value {
        self.wait(async || {
            let document = self.document(agency, id).await;
            (document["state"] == state).then_some(document)
        })
        .await
    }

    /// Revokes a document and waits until the ledger has it.
    pub async fn revoke(&self, agency: &str, id: &str) {
        let path = format!("/documents/{id}/revoke");
        let body = json!({ "reason": "no_longer_entitled", "basis": "示范条例 第七条" });
        let response = self.desk_post(agency, &path, &body).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        self.wait(async || {
            let document = self.document(agency, id).await;
            (document["revocation"]["state"] == "final").then_some(())
        })
        .await;
    }

    /// Waits until the seed's leases are granted.
    pub async fn wait_for_leases(&self, agency: &str) {
        self.wait(async || {
            let leases: Value = self.desk_get(agency, "/leases").await.json().await.unwrap();
            let granted = |lease: &Value| lease["state"] == "final";
            leases.as_array().unwrap().iter().all(granted).then_some(())
        })
        .await;
    }

    pub async fn wait<T>(&self, condition: impl AsyncFn() -> Option<T>) -> T {
        let found = tokio::time::timeout(MAX_WAIT, async {
            loop {
                if let Some(found) = condition().await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        found.await.expect("it happens in time")
    }

    pub async fn proofs(&self, digest: &str) -> Proofs {
        let response = self.get(&format!("/api/proofs/{digest}")).await;
        assert_eq!(
            response.status(),
            StatusCode::OK,
            "{:?}",
            response.text().await
        );
        Proofs::parse(&response.bytes().await.unwrap()).unwrap()
    }

    pub async fn trust(&self) -> TrustStore {
        let bytes = self.get("/api/trust").await.bytes().await.unwrap();
        TrustStore::parse(&bytes).unwrap()
    }

    /// Decides as a citizen's wallet does: own document, fetched proofs, own clock.
    pub async fn verdict(&self, credential: &str, digest: &str) -> Verdict {
        let proofs = self.proofs(digest).await;
        let document = Document::Credential(credential.to_owned());
        self.verdict_on(&to_bytes(&Bundle { document, proofs }))
            .await
    }

    pub async fn verdict_on(&self, bundle: &[u8]) -> Verdict {
        let now = TimeMs(now_ms());
        verify(bundle, &self.trust().await, &Policy::default(), now)
    }
}

pub async fn code(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let content_type = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = response.json().await.unwrap();
    assert_eq!(content_type, "application/problem+json", "{body}");
    assert_eq!(body["status"], status);
    (status, body["code"].as_str().unwrap().to_owned())
}
