//! Crashes and a failing node between decision and record: everything is anchored, once.

use std::{
    process::{Child, Command, Stdio},
    sync::atomic::Ordering,
    time::Duration,
};

use light_client::verdict::Headline;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    city::{City, database_url, set_up},
    issuance::{IDENTITY, li_ming},
    ledger::TestLedger,
    wallet::{Wallet, digest},
};

/// Issues an identity; returns the document's id and the credential.
async fn issue(city: &City) -> (String, String) {
    let body = json!({ "type": IDENTITY, "claims": li_ming() });
    let offered = city.desk("haizhou-police", "/credentials", &body).await;
    let link = offered["offer_uri"].as_str().unwrap();
    let credential = Wallet::new().receive(link, None).await;
    (
        offered["document_id"].as_str().unwrap().to_owned(),
        credential,
    )
}

#[tokio::test]
async fn a_crash_between_sending_and_recording_anchors_once() {
    let city = City::start().await;
    city.wait_for_leases("haizhou-tax").await;
    let faults = city.ledger.faults.clone();
    let taken = faults.taken.load(Ordering::SeqCst);
    faults.swallow_answers.store(true, Ordering::SeqCst);
    let (id, credential) = issue(&city).await;
    // The ledger has it, and makes it final; the service never hears of it.
    city.wait(async || (city.ledger.log_size() == 1).then_some(()))
        .await;
    assert_ne!(
        city.document("haizhou-police", &id).await["state"],
        "anchored"
    );
    let (ledger, dir) = city.crash().await;
    faults.swallow_answers.store(false, Ordering::SeqCst);

    let city = City::start_in(ledger, dir).await;
    city.wait_for("haizhou-police", &id, "anchored").await;
    assert!(
        faults.taken.load(Ordering::SeqCst) > taken + 1,
        "it was sent again"
    );
    assert_eq!(city.ledger.log_size(), 1);
    let verdict = city.verdict(&credential, &digest(&credential)).await;
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
}

#[tokio::test]
async fn what_expires_unseen_is_made_anew_and_anchored_once() {
    let city = City::start().await;
    city.wait_for_leases("haizhou-tax").await;
    let faults = city.ledger.faults.clone();
    faults.refuse_all.store(true, Ordering::SeqCst);
    let (id, credential) = issue(&city).await;
    // Signed by now, surely by the time the clock of blocks has passed its expiry.
    let signed = async || {
        let query = "SELECT id FROM outbox WHERE kind = 'anchor' AND state = 'signed'";
        let row = sqlx::query(query)
            .fetch_optional(&city.service.db)
            .await
            .unwrap();
        row.map(|_| ())
    };
    city.wait(signed).await;
    city.ledger.blocks(950);
    faults.refuse_all.store(false, Ordering::SeqCst);
    city.wait_for("haizhou-police", &id, "anchored").await;
    assert_eq!(city.ledger.log_size(), 1);
    let verdict = city.verdict(&credential, &digest(&credential)).await;
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
}

#[tokio::test]
async fn what_a_node_acknowledges_and_forgets_is_sent_again() {
    let city = City::start().await;
    city.wait_for_leases("haizhou-tax").await;
    let faults = city.ledger.faults.clone();
    faults.forget.store(true, Ordering::SeqCst);
    let (first, _) = issue(&city).await;
    city.wait_for("haizhou-police", &first, "submitted").await;
    faults.forget.store(false, Ordering::SeqCst);
    city.wait_for("haizhou-police", &first, "anchored").await;
    assert_eq!(city.ledger.log_size(), 1);

    // Forgotten until it has expired, it is made anew.
    faults.forget.store(true, Ordering::SeqCst);
    let (second, credential) = issue(&city).await;
    city.wait_for("haizhou-police", &second, "submitted").await;
    city.ledger.blocks(950);
    let renewed = async || {
        let query = "SELECT id FROM outbox WHERE kind = 'anchor' AND attempt = 1";
        let row = sqlx::query(query)
            .fetch_optional(&city.service.db)
            .await
            .unwrap();
        row.map(|_| ())
    };
    city.wait(renewed).await;
    faults.forget.store(false, Ordering::SeqCst);
    city.wait_for("haizhou-police", &second, "anchored").await;
    assert_eq!(city.ledger.log_size(), 2);
    let verdict = city.verdict(&credential, &digest(&credential)).await;
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
}

/// The service as a process of its own, which can be killed.
struct Program {
    child: Child,
    url: String,
}

impl Program {
    async fn start(ledger: &TestLedger, dir: &std::path::Path, port: u16) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_issuer-service"));
        command.arg("run").arg("--dir").arg(dir);
        command.args([
            "--ledger",
            &ledger.url,
            "--listen",
            &format!("127.0.0.1:{port}"),
        ]);
        if let Some(database) = database_url(dir) {
            command.args(["--database", &database]);
        }
        let child = command.stderr(Stdio::null()).spawn().unwrap();
        let program = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let ready = async {
            loop {
                let answer = Client::new()
                    .get(format!("{}/readyz", program.url))
                    .send()
                    .await;
                if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), ready)
            .await
            .expect("it starts");
        program
    }

    /// SIGKILL: nothing is flushed, closed or finished.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn document(&self, token: &str, id: &str) -> Value {
        let url = format!("{}/api/agencies/haizhou-police/documents/{id}", self.url);
        let answer = Client::new()
            .get(url)
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_anchors_once() {
    if std::env::var_os("TALLYSTICK_ISSUER_DATABASE").is_some() {
        // The process is started with SQLite only; the other crash tests use the variable.
        return;
    }
    let ledger = TestLedger::start().await;
    let dir = set_up(&ledger).await;
    let tokens = std::fs::read_to_string(dir.join("desk-tokens.json")).unwrap();
    let tokens: Value = serde_json::from_str(&tokens).unwrap();
    let token = tokens["haizhou-police"].as_str().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);

    let program = Program::start(&ledger, &dir, port).await;
    let wait = async |condition: &dyn Fn() -> bool| {
        let done = async {
            while !condition() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), done)
            .await
            .expect("it happens in time");
    };
    let registered = 3;
    let leased = 3;
    wait(&|| ledger.faults.taken.load(Ordering::SeqCst) == registered + leased).await;
    let url = format!("{}/api/agencies/haizhou-police/credentials", program.url);
    let body = json!({ "type": IDENTITY, "claims": li_ming() });
    let request = Client::new().post(url).bearer_auth(token).json(&body);
    let offered: Value = request.send().await.unwrap().json().await.unwrap();
    ledger.faults.swallow_answers.store(true, Ordering::SeqCst);
    Wallet::new()
        .receive(offered["offer_uri"].as_str().unwrap(), None)
        .await;
    wait(&|| ledger.log_size() == 1).await;
    program.kill();
    ledger.faults.swallow_answers.store(false, Ordering::SeqCst);

    let program = Program::start(&ledger, &dir, port).await;
    let id = offered["document_id"].as_str().unwrap();
    let anchored = async {
        while program.document(token, id).await["state"] != "anchored" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), anchored)
        .await
        .expect("it happens in time");
    program.kill();
    assert_eq!(ledger.log_size(), 1);
}
