//! What the API's description says is what a real node answers.

use std::collections::BTreeSet;
use std::fs;

use ledger_core::transaction::{
    Action, AnchorBatch, IdempotencyKey, IssuerChange, Op, RightChange,
};
use ledger_node::config::NodeDir;
use ledger_node::key::SigningKey;
use light_client::cbor::Writer;
use light_client::hash::Digest;
use light_client::id::{DocumentType, Height, IssuerId, TreeSize};
use light_client::key::Signature;
use light_client::record::DisplayName;
use reqwest::Response;
use serde_json::Value;

use crate::net::Net;

const DESCRIPTION: &str = include_str!("../../../docs/api/ledger-node.json");

/// Statuses that need a node in distress, or two; each is met in a test of its own.
const ELSEWHERE: [(&str, &str); 5] = [
    // Too few validators keep it (`four_validators`).
    ("/v1/transactions", "503"),
    // 20,000 wait (`ledger-core`, `transactions`).
    // 256 listen; no block for a minute (`health`).
    ("/v1/heads/stream", "503"),
    ("/readyz", "503"),
    // A leaf under a header that was pruned (`ledger-core`, `archives`).
    ("/v1/proofs/log/{index}", "410"),
    ("/v1/proofs/history/{height}", "410"),
];

struct Checked<'a> {
    description: &'a Value,
    met: BTreeSet<(String, String)>,
}

impl Checked<'_> {
    /// Compares an answer with what is described for its status.
    async fn answer(&mut self, method: &str, path: &str, status: u16, answer: Response) {
        assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        let operation = &self.description["paths"][path][method];
        let status = status.to_string();
        let described = &operation["responses"][&status];
        assert!(
            described.is_object(),
            "{method} {path} {status} is not described"
        );
        let content = described["content"].as_object().expect("content");
        let found = answer.headers()["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        let media_type = found.split(';').next().expect("a type");
        let schema = content.get(media_type);
        let schema = schema.unwrap_or_else(|| unreachable!("{path} {status}: {media_type}"));
        if media_type.ends_with("json") {
            let body: Value = answer.json().await.expect("JSON");
            self.matches(&schema["schema"], &body, path);
        }
        self.met.insert((path.to_owned(), status));
    }

    /// Every required member is there and no other is, all the way down.
    fn matches(&self, schema: &Value, value: &Value, path: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().expect("a name");
            let schemas = &self.description["components"]["schemas"];
            return self.matches(&schemas[name], value, path);
        }
        if let Some(properties) = schema["properties"].as_object()
            && !value.is_null()
        {
            let members = value
                .as_object()
                .unwrap_or_else(|| unreachable!("{path}: {value}"));
            for required in schema["required"].as_array().into_iter().flatten() {
                let name = required.as_str().expect("a name");
                assert!(
                    members.contains_key(name),
                    "{path}: {name} is missing in {value}"
                );
            }
            for (name, member) in members {
                let schema = properties.get(name);
                let schema = schema.unwrap_or_else(|| unreachable!("{path}: {name} is new"));
                self.matches(schema, member, path);
            }
        }
        if let Some(items) = value.as_array() {
            items
                .iter()
                .for_each(|item| self.matches(&schema["items"], item, path));
        }
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let types = &schema["type"];
        let listed = types
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == found));
        assert!(types == found || listed, "{path}: {value} is no {types}");
    }
}

#[tokio::test]
async fn every_answer_is_as_described() {
    let description: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    net.kill(0);
    let path = NodeDir::new(net.node_dir(0)).config_file();
    let mut settings: Value =
        serde_json::from_slice(&fs::read(&path).expect("settings")).expect("JSON");
    settings["snapshot_ticket"] = "ticket".into();
    fs::write(&path, settings.to_string()).expect("settings");
    net.run(0);
    net.until_height(0, 2).await;
    net.done(&["snapshot", "--dir", &net.dir(0)]).await;
    let mut checked = Checked {
        description: &description,
        met: BTreeSet::new(),
    };

    let transaction = net.registration("described");
    let bytes = transaction.to_bytes();
    let mut forged = bytes.clone();
    *forged.last_mut().expect("bytes") ^= 1;
    let long = vec![0; (1 << 20) + 1];
    let batch = batch(&[&bytes, &forged]);
    let longer = vec![0; (2 << 20) + 1];
    let path = "/v1/transactions";
    let alone = [(&bytes, 202), (&vec![], 400), (&forged, 422), (&long, 413)];
    let together = [(&batch, 200), (&vec![], 400), (&longer, 413)];
    let cases = [
        (path, &alone[..]),
        ("/v1/transactions/batch", &together),
        ("/internal/v1/transactions", &together),
    ];
    for (path, bodies) in cases {
        for (body, status) in bodies {
            let answer = net.post(0, path, body).await.expect("an answer");
            checked.answer("post", path, *status, answer).await;
        }
        let request = net.client.post(net.url(0, path)).body(bytes.clone());
        let answer = request.send().await.expect("an answer");
        checked.answer("post", path, 415, answer).await;
    }
    net.until_final(0, &transaction).await;
    anchor(&net).await;

    let snapshot = net
        .client
        .get(net.url(0, "/v1/snapshots"))
        .bearer_auth("ticket");
    let listed: Value = snapshot
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let height = listed[0]["height"].as_u64().expect("a snapshot");
    let id = transaction.id(net.genesis.suite);
    let none = "00".repeat(32);
    let freeze = ["motion", "freeze", "did", "--basis", "test", "--dir"];
    let dir = net.dir(0);
    let motion = net.done(&[&freeze[..], &[&dir]].concat()).await;
    let motion = motion.trim();
    for (path, asked, status) in [
        (
            "/v1/transactions/{id}",
            format!("/v1/transactions/{id}"),
            200,
        ),
        ("/v1/transactions/{id}", "/v1/transactions/x".into(), 400),
        (
            "/v1/transactions/{id}",
            format!("/v1/transactions/{none}"),
            404,
        ),
        ("/v1/genesis", "/v1/genesis".into(), 200),
        ("/v1/head", "/v1/head".into(), 200),
        ("/v1/heads/stream", "/v1/heads/stream".into(), 200),
        ("/v1/headers/{height}", "/v1/headers/1".into(), 200),
        ("/v1/headers/{height}", "/v1/headers/latest".into(), 200),
        ("/v1/headers/{height}", "/v1/headers/x".into(), 400),
        ("/v1/headers/{height}", "/v1/headers/0".into(), 404),
        ("/v1/handoffs", "/v1/handoffs?from_epoch=0".into(), 200),
        ("/v1/handoffs", "/v1/handoffs".into(), 400),
        ("/v1/catch-up", "/v1/catch-up?from_epoch=0".into(), 200),
        ("/v1/catch-up", "/v1/catch-up".into(), 400),
        ("/v1/catch-up", "/v1/catch-up?from_epoch=7".into(), 404),
        ("/v1/proofs/log/{index}", "/v1/proofs/log/x".into(), 400),
        ("/v1/proofs/log/{index}", "/v1/proofs/log/0".into(), 200),
        ("/v1/proofs/log/{index}", "/v1/proofs/log/9".into(), 404),
        (
            "/v1/proofs/history/{height}",
            "/v1/proofs/history/1?at=2".into(),
            200,
        ),
        (
            "/v1/proofs/history/{height}",
            "/v1/proofs/history/x".into(),
            400,
        ),
        (
            "/v1/proofs/history/{height}",
            "/v1/proofs/history/1?at=1".into(),
            404,
        ),
        ("/v1/evidence/{digest}", format!("/v1/evidence/{none}"), 200),
        ("/v1/evidence/{digest}", "/v1/evidence/nothing".into(), 400),
        (
            "/v1/proofs/state/{namespace}/{key}",
            format!("/v1/proofs/state/status/{none}"),
            200,
        ),
        (
            "/v1/proofs/state/{namespace}/{key}",
            format!("/v1/proofs/state/nothing/{none}"),
            400,
        ),
        (
            "/v1/proofs/state/{namespace}/{key}",
            format!("/v1/proofs/state/status/{none}?at=0"),
            404,
        ),
        (
            "/v1/proofs/state/{namespace}",
            format!("/v1/proofs/state/status?keys={none},{}", "01".repeat(32)),
            200,
        ),
        (
            "/v1/proofs/state/{namespace}",
            format!("/v1/proofs/state/status?keys={none},{none}"),
            400,
        ),
        (
            "/v1/proofs/state/{namespace}",
            format!("/v1/proofs/state/status?keys={none}&at=0"),
            404,
        ),
        ("/v1/snapshots", "/v1/snapshots".into(), 200),
        (
            "/v1/snapshots/{height}",
            format!("/v1/snapshots/{height}"),
            200,
        ),
        ("/v1/snapshots/{height}", "/v1/snapshots/x".into(), 400),
        ("/v1/snapshots/{height}", "/v1/snapshots/999999".into(), 404),
        (
            "/v1/snapshots/{height}/{index}",
            format!("/v1/snapshots/{height}/0"),
            200,
        ),
        (
            "/v1/snapshots/{height}/{index}",
            format!("/v1/snapshots/{height}/x"),
            400,
        ),
        (
            "/v1/snapshots/{height}/{index}",
            format!("/v1/snapshots/{height}/99999"),
            404,
        ),
        ("/v1/governance", "/v1/governance".into(), 200),
        ("/v1/motions/{id}", format!("/v1/motions/{motion}"), 200),
        ("/v1/motions/{id}", "/v1/motions/x".into(), 400),
        ("/v1/motions/{id}", format!("/v1/motions/{none}"), 404),
        ("/v1/status", "/v1/status".into(), 200),
        ("/healthz", "/healthz".into(), 200),
        ("/readyz", "/readyz".into(), 200),
        ("/metrics", "/metrics".into(), 200),
    ] {
        let request = net.client.get(net.url(0, &asked)).bearer_auth("ticket");
        let answer = request.send().await.expect("an answer");
        checked.answer("get", path, status, answer).await;
    }
    for (path, asked) in [
        ("/v1/snapshots", "/v1/snapshots".to_owned()),
        ("/v1/snapshots/{height}", format!("/v1/snapshots/{height}")),
        (
            "/v1/snapshots/{height}/{index}",
            format!("/v1/snapshots/{height}/0"),
        ),
    ] {
        let answer = net.get(0, &asked).await.expect("an answer");
        checked.answer("get", path, 401, answer).await;
    }
    without_a_ticket(&mut net, &mut checked).await;
    from_a_snapshot(&mut net, &mut checked).await;
    assert_all_were_met(&description, &checked.met);
}

fn batch(transactions: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(transactions.len());
    for transaction in transactions {
        writer.bytes(transaction);
    }
    writer.finish()
}

/// Anchors a batch, so that there is a leaf.
async fn anchor(net: &Net) {
    let key = SigningKey::generate(net.genesis.suite).expect("a key");
    let (issuer, document_type) = (
        IssuerId::parse("anchorer").expect("a name"),
        DocumentType::parse("urn:test:anchored").expect("a type"),
    );
    let nonce = IdempotencyKey([7; 16]);
    let change = IssuerChange {
        issuer: issuer.clone(),
        name: DisplayName {
            zh: "锚".into(),
            en: "Anchorer".into(),
        },
        rights: vec![RightChange {
            key: key.public_key(),
            document_type: document_type.clone(),
            to: None,
        }],
    };
    let decision = net.decision(Action::Register(change), &nonce);
    net.finalize(0, &net.sign(nonce, decision, &key)).await;
    let mut batch = AnchorBatch {
        issuer,
        document_type,
        count: TreeSize(1),
        root: Digest::from_bytes([1; 32]),
        expiry: Height(900),
        signature: Signature([0; 64]),
    };
    let id = key.public_key().id(net.genesis.suite);
    let statement = batch.statement(&net.genesis.ledger_id(), id);
    batch.signature = key.sign(&statement.to_bytes());
    let nonce = IdempotencyKey([8; 16]);
    net.finalize(0, &net.sign(nonce, Op::Anchor(batch), &key))
        .await;
}

/// A node that has no ticket serves no snapshots.
async fn without_a_ticket(net: &mut Net, checked: &mut Checked<'_>) {
    net.kill(0);
    let path = NodeDir::new(net.node_dir(0)).config_file();
    let mut settings: Value =
        serde_json::from_slice(&fs::read(&path).expect("settings")).expect("JSON");
    settings["snapshot_ticket"] = Value::Null;
    fs::write(&path, settings.to_string()).expect("settings");
    net.run(0);
    net.until_height(0, 1).await;
    let answer = net.get(0, "/v1/snapshots").await.expect("an answer");
    checked.answer("get", "/v1/snapshots", 404, answer).await;
}

/// A node that began with a snapshot has no earlier heights.
async fn from_a_snapshot(net: &mut Net, checked: &mut Checked<'_>) {
    net.kill(0);
    let folder = net.place("snapshot");
    let to = folder.to_str().expect("text");
    net.done(&["snapshot", "--dir", &net.dir(0), "--to", to])
        .await;
    fs::remove_dir_all(net.node_dir(0).join("data")).expect("data");
    net.done(&["restore", "--dir", &net.dir(0), "--from", to])
        .await;
    net.run(0);
    net.until_height(0, 1).await;
    let answer = net.get(0, "/v1/headers/1").await.expect("an answer");
    checked
        .answer("get", "/v1/headers/{height}", 410, answer)
        .await;
    let key = "00".repeat(32);
    let asked = format!("/v1/proofs/state/status/{key}?at=1");
    let answer = net.get(0, &asked).await.expect("an answer");
    let path = "/v1/proofs/state/{namespace}/{key}";
    checked.answer("get", path, 410, answer).await;
    let asked = format!("/v1/proofs/state/status?keys={key}&at=1");
    let answer = net.get(0, &asked).await.expect("an answer");
    let path = "/v1/proofs/state/{namespace}";
    checked.answer("get", path, 410, answer).await;
}

fn assert_all_were_met(description: &Value, met: &BTreeSet<(String, String)>) {
    for (path, operations) in description["paths"].as_object().expect("paths") {
        for operation in operations.as_object().expect("operations").values() {
            for status in operation["responses"]
                .as_object()
                .expect("responses")
                .keys()
            {
                let elsewhere = ELSEWHERE.contains(&(path.as_str(), status.as_str()));
                let was = met.contains(&(path.clone(), status.clone()));
                assert!(was || elsewhere, "{path} never answered {status}");
                assert!(!(was && elsewhere), "{path} {status} is no exception");
            }
        }
    }
}

#[tokio::test]
async fn heads_come_as_events_and_known_answers_are_not_sent_again() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let mut stream = net.get(0, "/v1/heads/stream").await.expect("an answer");
    let (mut text, mut heights) = (String::new(), Vec::new());
    while heights.len() < 3 {
        let chunk = stream.chunk().await.expect("a stream").expect("an event");
        text.push_str(std::str::from_utf8(&chunk).expect("text"));
        heights = text
            .lines()
            .filter_map(|line| line.strip_prefix("data:"))
            .filter_map(|data| serde_json::from_str::<Value>(data).ok()?["height"].as_u64())
            .collect();
    }
    assert!(
        heights.windows(2).all(|pair| pair[0] < pair[1]),
        "{heights:?}"
    );
    assert!(
        text.contains("event: head\n") || text.contains("event:head\n"),
        "{text}"
    );

    let path = "/v1/handoffs?from_epoch=0";
    let first = net.get(0, path).await.expect("an answer");
    let tag = first.headers()["etag"].clone();
    let asked = async |tag: &str| {
        let request = net
            .client
            .get(net.url(0, path))
            .header("if-none-match", tag);
        let answer = request.send().await.expect("an answer");
        (
            answer.status().as_u16(),
            answer.bytes().await.expect("a body").len(),
        )
    };
    let tag = tag.to_str().expect("text");
    assert_eq!(asked(tag).await, (304, 0));
    assert_eq!(asked(&format!("\"x\", W/{tag}")).await, (304, 0));
    assert_eq!(asked("\"x\"").await, (200, 1));
    let immutable = net.get(0, "/v1/headers/1").await.expect("an answer");
    assert!(
        immutable.headers().get("etag").is_none(),
        "it never changes"
    );
}
