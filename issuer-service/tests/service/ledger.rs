//! A ledger in this process, behind a node's HTTP API, that can be made to misbehave.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path as Segments, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use issuer_service::signing::{Signer as _, SoftwareKey};
use ledger_core::{App, QueryError, TxStatus, store::MemoryStore, transaction::TxId};
use light_client::{
    cbor::{self, Wire},
    genesis::{Genesis, Purpose},
    hash::Digest,
    id::{Epoch, Height, IssuerId, LeafIndex, Round, TimeMs},
    state::{Namespace, StateKey},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
    vote::{Ballot, precommit},
};
use serde::Deserialize;
use serde_json::json;

/// How the node can be made to misbehave.
#[derive(Default)]
pub struct Faults {
    /// No blocks are made, whatever waits.
    pub halted: AtomicBool,
    /// Transactions are taken, and the answer never comes.
    pub swallow_answers: AtomicBool,
    /// Transactions are acknowledged and lost.
    pub forget: AtomicBool,
    /// State proofs are of the block before the one that was asked for.
    pub lie_about_state: AtomicBool,
    /// Transactions are not taken.
    pub refuse_all: AtomicBool,
    /// How many submissions have been taken.
    pub taken: AtomicUsize,
}

/// A running ledger.
#[derive(Clone)]
pub struct TestLedger {
    pub url: String,
    pub faults: Arc<Faults>,
    app: Arc<Mutex<App<MemoryStore>>>,
    validators: Arc<Vec<SoftwareKey>>,
    members: Arc<Vec<SoftwareKey>>,
}

const AGENCIES: [&str; 4] = [
    "haizhou-finance",
    "haizhou-internet-court",
    "haizhou-police",
    "haizhou-tax",
];

impl TestLedger {
    pub async fn start() -> Self {
        let keys = || -> Vec<SoftwareKey> {
            AGENCIES
                .iter()
                .map(|_| SoftwareKey::generate().unwrap())
                .collect()
        };
        let (validators, members) = (keys(), keys());
        let named = |keys: &[SoftwareKey]| -> Vec<Validator> {
            let pairs = AGENCIES.iter().zip(keys);
            let validator = |(agency, key): (&&str, &SoftwareKey)| Validator {
                agency: IssuerId::parse(agency).unwrap(),
                key: key.public_key().clone(),
            };
            pairs.map(validator).collect()
        };
        let genesis = Genesis {
            suite: Suite::Sm,
            name: "东岚省".to_owned(),
            purpose: Purpose::Demo,
            time_ms: TimeMs(now_ms() - 1000),
            members: named(&members),
            validators: ValidatorSet::new(Epoch(0), named(&validators)).unwrap(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ledger = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            faults: Arc::default(),
            app: Arc::new(Mutex::new(
                App::found(MemoryStore::default(), &genesis).unwrap(),
            )),
            validators: Arc::new(validators),
            members: Arc::new(members),
        };
        let router = ledger.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(ledger.clone().make_blocks());
        ledger.blocks(1);
        ledger
    }

    /// Writes three members' governance keys, a quorum, into `dir`.
    pub fn write_member_keys(&self, dir: &Path) -> Vec<std::path::PathBuf> {
        let files = (0..3).map(|i| {
            let path = dir.join(format!("member-{i}.key"));
            self.members[i].save(&path).unwrap();
            path
        });
        files.collect()
    }

    /// Makes `count` blocks, at once.
    pub fn blocks(&self, count: usize) {
        let mut app = self.app.lock().unwrap();
        for _ in 0..count {
            self.block(&mut app);
        }
    }

    /// How many batches have been anchored.
    pub fn log_size(&self) -> u64 {
        let app = self.app.lock().unwrap();
        let height = app.head().height;
        let header = app.view().header(height).unwrap().unwrap();
        header.header.core.log_size.0
    }

    async fn make_blocks(self) {
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if self.faults.halted.load(Ordering::SeqCst) {
                continue;
            }
            let mut app = self.app.lock().unwrap();
            if app.pending() > 0 {
                self.block(&mut app);
            }
        }
    }

    fn block(&self, app: &mut App<MemoryStore>) {
        let height = app.head().height.next().unwrap();
        let now = TimeMs(now_ms().max(app.head().time_ms.0 + 1));
        let suite = app.suite();
        let proposer = self.validators[0].public_key().id(suite);
        let proposal = app.propose(now, height, Round(0), proposer).unwrap();
        let hash = proposal.header.hash();
        let ballot = Ballot {
            ledger: *app.ledger(),
            height,
            round: Round(0),
        };
        let votes: Vec<_> = self
            .validators
            .iter()
            .map(|key| {
                let id = key.public_key().id(suite);
                let vote = precommit(&ballot, Some(&hash), &id);
                (id, key.sign_now(&vote).unwrap())
            })
            .collect();
        let set = app.validator_set();
        let certificate = ledger_core::certificate(set, suite, Round(0), &votes).unwrap();
        app.commit(&hash, &certificate).unwrap();
    }

    fn router(&self) -> Router {
        Router::new()
            .route("/v1/transactions", post(submit))
            .route("/v1/transactions/{id}", get(transaction))
            .route("/v1/genesis", get(genesis))
            .route("/v1/head", get(head))
            .route("/v1/headers/latest", get(newest_header))
            .route("/v1/handoffs", get(handoffs))
            .route("/v1/proofs/log/{index}", get(log_proof))
            .route("/v1/proofs/state/{namespace}/{key}", get(state_proof))
            .with_state(self.clone())
    }
}

pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

async fn submit(State(ledger): State<TestLedger>, body: Bytes) -> Response {
    if ledger.faults.refuse_all.load(Ordering::SeqCst) {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "too_few_copies");
    }
    if ledger.faults.forget.load(Ordering::SeqCst) {
        return (StatusCode::ACCEPTED, Json(json!({ "tx_id": "" }))).into_response();
    }
    let outcome = ledger.app.lock().unwrap().submit(&[body.to_vec()]).unwrap();
    ledger.faults.taken.fetch_add(1, Ordering::SeqCst);
    if ledger.faults.swallow_answers.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    match outcome.into_iter().next().unwrap() {
        Ok(id) => (StatusCode::ACCEPTED, Json(json!({ "tx_id": id }))).into_response(),
        Err(refusal) => problem(StatusCode::UNPROCESSABLE_ENTITY, refusal.code()),
    }
}

fn problem(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "code": code }))).into_response()
}

async fn transaction(State(ledger): State<TestLedger>, Segments(id): Segments<String>) -> Response {
    let id = TxId::from_hex(&id).unwrap();
    let status = ledger.app.lock().unwrap().transaction_status(&id).unwrap();
    match status {
        None => problem(StatusCode::NOT_FOUND, "unknown_transaction"),
        Some(TxStatus::Pending) => Json(json!({ "state": "pending" })).into_response(),
        Some(TxStatus::Final { height, log_index }) => {
            Json(json!({ "state": "final", "height": height, "log_index": log_index }))
                .into_response()
        }
        Some(TxStatus::Refused(refusal)) => {
            Json(json!({ "state": "refused", "code": refusal.code() })).into_response()
        }
    }
}

async fn genesis(State(ledger): State<TestLedger>) -> Response {
    cbor_response(ledger.app.lock().unwrap().genesis())
}

async fn head(State(ledger): State<TestLedger>) -> Response {
    let app = ledger.app.lock().unwrap();
    let head = app.head();
    Json(json!({
        "height": head.height,
        "epoch": head.epoch,
        "time_ms": head.time_ms,
        "header_hash": head.header_hash,
        "ledger_id": app.ledger(),
    }))
    .into_response()
}

async fn newest_header(State(ledger): State<TestLedger>) -> Response {
    let app = ledger.app.lock().unwrap();
    let header = app.view().header(app.head().height).unwrap();
    cbor_response(&header.unwrap())
}

#[derive(Deserialize)]
struct FromEpoch {
    from_epoch: u64,
}

async fn handoffs(State(ledger): State<TestLedger>, Query(query): Query<FromEpoch>) -> Response {
    let app = ledger.app.lock().unwrap();
    let handoffs = app.view().handoffs(Epoch(query.from_epoch)).unwrap();
    let mut writer = cbor::Writer::default();
    writer.list(&handoffs);
    cbor_bytes(writer.finish())
}

#[derive(Deserialize)]
struct At {
    at: u64,
}

async fn log_proof(
    State(ledger): State<TestLedger>,
    Segments(index): Segments<u64>,
    Query(query): Query<At>,
) -> Response {
    let app = ledger.app.lock().unwrap();
    answer(
        app.view()
            .log_proof(LeafIndex(index), Some(Height(query.at))),
    )
}

async fn state_proof(
    State(ledger): State<TestLedger>,
    Segments((namespace, key)): Segments<(String, String)>,
    Query(query): Query<At>,
) -> Response {
    let namespace = match namespace.as_str() {
        "registry" => Namespace::Registry,
        "status" => Namespace::Status,
        "invoice" => Namespace::Invoice,
        _ => return problem(StatusCode::BAD_REQUEST, "malformed_request"),
    };
    let hash = Digest::from_hex(&key).unwrap();
    let app = ledger.app.lock().unwrap();
    let key = StateKey { namespace, hash };
    let lie = u64::from(ledger.faults.lie_about_state.load(Ordering::SeqCst));
    let at = Height(query.at - lie);
    answer(app.view().state_proof(&key, Some(at)))
}

fn answer<T: Wire>(result: Result<T, QueryError>) -> Response {
    match result {
        Ok(value) => cbor_response(&value),
        Err(error) => problem(StatusCode::NOT_FOUND, &error.to_string()),
    }
}

fn cbor_response<T: Wire>(value: &T) -> Response {
    cbor_bytes(cbor::to_bytes(value))
}

fn cbor_bytes(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/cbor")], bytes).into_response()
}
