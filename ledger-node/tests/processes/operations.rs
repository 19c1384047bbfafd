//! The daily work of an operator, by the commands that an operator types.

use std::fs;

use serde_json::Value;

use crate::net::{self, Net};
use crate::operator::{refused, set};

#[tokio::test]
async fn status_tells_who_operates_the_node_and_how_it_is() {
    let mut net = Net::start(2);
    net.until_height(0, 1).await;
    net.kill(0);
    set(&net, 0, "operator", "值班 010-0000".into());
    set(&net, 0, "responsible", "海州市税务局".into());
    net.run(0);
    net.until_height(0, 3).await;
    let peer_seen = async || {
        let told = net.done(&["status", "--json", "--dir", &net.dir(0)]).await;
        let status: Value = serde_json::from_str(&told).expect("JSON");
        status["peers"][0]["height"].as_u64().map(|_| status)
    };
    let status = net.until("the peer is seen", peer_seen).await;
    assert_eq!(status["operator"], "值班 010-0000");
    assert_eq!(status["responsible"], "海州市税务局");
    assert_eq!(status["votes_for"], "agency-0");
    assert_eq!(status["ledger_id"], net.genesis.ledger_id().to_string());
    assert_eq!(status["validators"].as_array().map(Vec::len), Some(2));
    assert!(status["disk"]["used_bytes"].as_u64() > Some(0), "{status}");
    let told = net.done(&["status", "--url", &net.url(0, "")]).await;
    assert!(
        told.contains("海州市税务局") && told.contains("← this node"),
        "{told}"
    );
    let dead = net
        .command(&["status", "--url", "http://127.0.0.1:1"])
        .await;
    assert_eq!(refused(&dead).0, 69);
}

#[tokio::test]
async fn what_is_missing_is_an_error_where_nobody_can_be_asked() {
    for (arguments, code) in [
        (&["init"][..], 64),
        (&["join"], 64),
        (&["run", "--dir", "/nowhere"], 70),
        (&["fsck", "--dir", "/nowhere"], 78),
        (&["keys", "list", "--dir", "/nowhere"], 78),
    ] {
        let output = net::command(arguments).await;
        assert_eq!(refused(&output).0, code, "{arguments:?}: {output:?}");
    }
    for name in [
        "archive", "export", "fsck", "init", "join", "keys", "prune", "restore", "run", "snapshot",
        "status",
    ] {
        let help = net::command(&[name, "--help"]).await;
        assert!(help.status.success() && help.stdout.len() > 200, "{name}");
    }
}

#[tokio::test]
async fn four_nodes_are_restarted_one_after_another_and_nothing_is_lost() {
    let mut net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 1).await;
    }
    let mut acknowledged = Vec::new();
    for at in 0..4 {
        net.stop(at).await;
        // Clients go on meanwhile, with the others.
        for wave in 1..4 {
            let transaction = net.registration(&format!("rolling-{at}-{wave}"));
            let answer = net.submit((at + wave) % 4, &transaction.to_bytes()).await;
            assert_eq!(answer.status().as_u16(), 202, "node {at} is away");
            acknowledged.push(transaction);
        }
        net.run(at);
        let ready = async || {
            let ready = net.get(at, "/readyz").await?;
            let status: Value = net.get(at, "/v1/status").await?.json().await.ok()?;
            let caught_up = status["head"]["height"].as_u64()? >= net.height((at + 1) % 4).await?;
            (ready.status().is_success() && caught_up).then_some(())
        };
        net.until("the node is ready again", ready).await;
    }
    for transaction in &acknowledged {
        let height = net.until_final(0, transaction).await;
        for at in 1..4 {
            assert_eq!(net.until_final(at, transaction).await, height, "node {at}");
        }
    }
    let told = net.done(&["fsck", "--replay", "--dir", &net.dir(2)]).await;
    assert!(told.contains("every root is right"), "{told}");
}

#[tokio::test]
async fn the_log_is_json_where_that_is_asked_for() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    net.kill(0);
    set(&net, 0, "log", "json".into());
    fs::remove_file(net.node_dir(0).join("log")).expect("a log");
    net.run(0);
    net.until_height(0, 1).await;
    let log = fs::read_to_string(net.node_dir(0).join("log")).expect("a log");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let messages = lines.iter().map(|line| &line["fields"]["message"]);
    let messages: Vec<_> = messages.filter_map(Value::as_str).collect();
    assert!(messages.contains(&"node starts"), "{messages:?}");
    assert!(
        messages
            .iter()
            .any(|message| message.contains("not sealed")),
        "{messages:?}"
    );
}
