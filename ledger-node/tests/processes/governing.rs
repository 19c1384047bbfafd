//! Members govern by commands alone, and see what they vote on.

use std::fs;

use ledger_node::key::SigningKey;
use serde_json::{Value, json};

use crate::net::Net;
use crate::operator::{height_of, refused, text};

const BASIS: [&str; 2] = ["--basis", "联盟章程 §3"];

/// Moves something as the member of node 0; returns the motion's name.
async fn moved(net: &Net, what: &[&str]) -> String {
    let dir = net.dir(0);
    let arguments = [&["motion"], what, &BASIS, &["--dir", &dir]].concat();
    net.done(&arguments).await.trim().to_owned()
}

/// The others that are needed vote, and node 0's member carries it out.
async fn carried(net: &Net, motion: &str, voters: &[usize]) {
    for at in voters {
        let dir = net.dir(*at);
        net.done(&["motion", "vote", "--dir", &dir, motion, "yes"])
            .await;
    }
    let dir = net.dir(0);
    net.done(&["motion", "execute", "--dir", &dir, motion])
        .await;
}

async fn decided(net: &Net, what: &[&str]) {
    let motion = moved(net, what).await;
    carried(net, &motion, &[]).await;
}

async fn governance(net: &Net, at: usize) -> Value {
    let answer = net.get(at, "/v1/governance").await.expect("an answer");
    answer.json().await.expect("JSON")
}

fn named<'a>(list: &'a Value, field: &str, name: &str) -> &'a Value {
    let mut all = list.as_array().expect("a list").iter();
    all.find(|one| one[field] == name).expect("it is there")
}

#[tokio::test]
async fn an_operator_moves_everything_that_members_decide() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let module = async |name: &str| {
        let answer = governance(&net, 0).await;
        named(&answer["modules"], "name", name).clone()
    };
    decided(&net, &["freeze", "did"]).await;
    assert_eq!(module("did").await["frozen"]["basis"], BASIS[1]);
    decided(&net, &["unfreeze", "did"]).await;
    assert_eq!(module("did").await["frozen"], Value::Null);
    decided(&net, &["emergency-freeze", "did"]).await;
    assert!(module("did").await["frozen"]["until_ms"].is_u64());

    decided(&net, &["parameter", "batch-size", "50"]).await;
    let answer = governance(&net, 0).await;
    let batch = named(&answer["parameters"], "name", "batch-size");
    assert_eq!(batch["value"], 50);
    let dir = net.dir(0);
    let wrong = ["motion", "parameter", "--dir", &dir, "batch-size", "0"];
    let motion = net.done(&[&wrong[..], &BASIS].concat()).await;
    let execute = ["motion", "execute", "--dir", &dir, motion.trim()];
    let (code, error) = refused(&net.command(&execute).await);
    assert!(code == 69 && error.contains("out of range"), "{error}");

    issuers(&net).await;
    members(&net).await;
}

/// An issuer is registered from what its service prints, changed, succeeded and suspended.
async fn issuers(net: &Net) {
    let key = SigningKey::generate(net.genesis.suite).expect("a key");
    let public = hex::encode(key.public_key().to_bytes());
    let agency = |name: &str, rights: &[&str]| {
        json!({
            "id": name, "name": { "zh": "海州", "en": "Haizhou" }, "rights": rights,
            "key": { "public": public, "did": "did:key:z" }, "sellers": [],
        })
    };
    let file = net.place("agencies.json");
    let both = json!([
        agency("tax", &["urn:test:a"]),
        agency("education", &["urn:test:b"])
    ]);
    fs::write(&file, both.to_string()).expect("a file");
    let dir = net.dir(0);
    let unsaid = ["motion", "register", "--dir", &dir, text(&file)];
    let (code, error) = refused(&net.command(&[&unsaid[..], &BASIS].concat()).await);
    assert!(code == 64 && error.contains("--agency"), "{error}");
    for name in ["tax", "education"] {
        decided(net, &["register", text(&file), "--agency", name]).await;
    }
    let more = json!([agency("tax", &["urn:test:c"])]);
    fs::write(&file, more.to_string()).expect("a file");
    decided(net, &["amend", text(&file)]).await;
    let document = "ab".repeat(32);
    let standing = ["standing", "tax", &document, "suspended"];
    decided(net, &[&standing[..], &["--reason", "legal-order"]].concat()).await;
    decided(net, &["succeed", "tax", "education"]).await;
    decided(net, &["publish", "release", "v1", &document]).await;
    decided(net, &["suspend", "tax"]).await;
    // Who has no right any more cannot lose it again.
    let motion = moved(net, &["suspend", "tax"]).await;
    let execute = ["motion", "execute", "--dir", &dir, &motion];
    assert_eq!(refused(&net.command(&execute).await).0, 69);
}

/// A member says who it is, takes another key, and cannot go if it is the last.
async fn members(net: &Net) {
    let dir = net.dir(0);
    let offices = ["信息中心", "IT centre", "市税务局", "Tax bureau"];
    net.done(&[
        "motion",
        "describe",
        "--dir",
        &dir,
        "--operator",
        offices[0],
        offices[1],
        "--responsible",
        offices[2],
        offices[3],
    ])
    .await;
    let lines = net.done(&["motion", "list", "--dir", &dir]).await;
    assert!(
        lines.contains("agency-0: run by IT centre, answered for by Tax bureau"),
        "{lines}"
    );
    let fresh = ["keys", "member", "--dir", &dir, "--agency", "agency-0"];
    let fresh = [&fresh[..], &["--fresh", "--unsealed"]].concat();
    let proof = net.done(&fresh).await;
    assert_eq!(refused(&net.command(&fresh).await).0, 73, "it is there");
    let adopt = ["keys", "adopt", "--dir", &dir];
    let (code, error) = refused(&net.command(&adopt).await);
    assert!(code == 69 && error.contains("replace-key"), "{error}");
    let file = net.place("member.json");
    fs::write(&file, proof).expect("a file");
    decided(net, &["replace-key", text(&file)]).await;
    // The old key decides nothing any more; the new one does.
    let last = ["motion", "remove", "--dir", &dir, "agency-0"];
    let last = [&last[..], &BASIS].concat();
    let (_, error) = refused(&net.command(&last).await);
    assert!(error.contains("no right"), "{error}");
    net.done(&adopt).await;
    let motion = net.done(&last).await;
    let execute = ["motion", "execute", "--dir", &dir, motion.trim()];
    let (code, error) = refused(&net.command(&execute).await);
    assert!(code == 69 && error.contains("the last member"), "{error}");
}

/// T67: nodes announce by themselves what they can execute, and an upgrade by vote takes force.
#[tokio::test]
async fn t67_four_members_upgrade_a_module_at_a_height() {
    let net = Net::start(4);
    let announced = async || {
        let answer = governance(&net, 0).await;
        let validators = answer["validators"].as_array()?.iter();
        let known = validators.filter(|one| one["announced"]["versions"]["evidence"] == 2);
        (known.count() == 4).then_some(answer)
    };
    net.until_height(0, 1).await;
    let before = net.until("all four announce", announced).await;
    let build = before["validators"][0]["announced"]["build"].clone();
    let build = build.as_str().expect("a digest");
    let activation = (height_of(&net, 0).await + 60).to_string();
    let source = "cd".repeat(32);
    let upgrade = ["upgrade", "evidence", "2", "--activation", &activation];
    let digests = ["--source", &source, "--build", build];
    let motion = moved(&net, &[&upgrade[..], &digests].concat()).await;

    // Whoever is asked to vote sees on what, at its own node.
    let dir = net.dir(1);
    let list = net.done(&["motion", "list", "--dir", &dir]).await;
    let show = net.done(&["motion", "show", "--dir", &dir, &motion]).await;
    for lines in [&list, &show] {
        for part in [&motion, "upgrade", BASIS[1], "1 of the 3", "agency-0 yes"] {
            assert!(lines.contains(part), "{part} is not in {lines}");
        }
    }
    carried(&net, &motion, &[1, 2]).await;
    let list = net.done(&["motion", "list", "--dir", &dir]).await;
    assert!(!list.contains(&motion), "{list}");
    assert!(
        list.contains(&format!("2 from height {activation} on")),
        "{list}"
    );
    let show = ["motion", "show", "--dir", &dir, "--json", &motion];
    let shown: Value = serde_json::from_str(&net.done(&show).await).expect("JSON");
    assert_eq!(shown["state"], "carried");

    net.until_height(1, activation.parse().expect("a height"))
        .await;
    let after = governance(&net, 1).await;
    let evidence = named(&after["modules"], "name", "evidence");
    assert_eq!(evidence["version"], 2);
    assert_eq!(evidence["scheduled"], Value::Null);
}
