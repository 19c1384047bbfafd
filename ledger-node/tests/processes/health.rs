//! What a node says of itself when it is not well.

use std::fs;

use ledger_node::config::NodeDir;
use light_client::cbor;
use light_client::id::TimeMs;
use serde_json::Value;

use crate::net::{self, Net};

#[tokio::test]
async fn a_node_that_stands_still_lives_and_is_not_ready() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    net.kill(0);
    // The same node, of a ledger that was founded two minutes ago and cannot make a block.
    let dir = NodeDir::new(net.node_dir(0));
    let mut genesis = net.genesis.clone();
    genesis.time_ms = TimeMs(genesis.time_ms.0 - 120_000);
    fs::write(dir.genesis_file(), cbor::to_bytes(&genesis)).expect("a genesis");
    for folder in ["data", "wal"] {
        fs::remove_dir_all(dir.path().join(folder)).expect("a folder");
    }
    fs::remove_file(net.validator_key(0).mark_file()).expect("a mark");
    net.run(0);
    net.until("an answer", async || net.height(0).await).await;
    let ready = net.get(0, "/readyz").await.expect("an answer");
    net::assert_problem(ready, 503, "not_ready", "no block for a minute").await;
    let alive = net.get(0, "/healthz").await.expect("an answer");
    assert!(alive.status().is_success());
    let metrics = net.get(0, "/metrics").await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    assert!(metrics.contains("\ntallystick_votes 0\n"), "{metrics}");
    let age = metrics
        .lines()
        .find_map(|line| line.strip_prefix("tallystick_head_age_ms "));
    assert!(
        age.and_then(|age| age.parse::<u64>().ok()) > Some(60_000),
        "{age:?}"
    );
}

#[tokio::test]
async fn only_so_many_listen_to_heads() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let mut listening = Vec::new();
    let refused = loop {
        let answer = net.get(0, "/v1/heads/stream").await.expect("an answer");
        if !answer.status().is_success() {
            break answer;
        }
        listening.push(answer);
        assert!(listening.len() <= 256, "there is no end");
    };
    assert_eq!(listening.len(), 256);
    net::assert_problem(refused, 503, "too_many_listeners", "the 257th").await;
    // Whoever goes makes room.
    listening.truncate(200);
    let room = async || {
        let answer = net.get(0, "/v1/heads/stream").await?;
        answer.status().is_success().then_some(())
    };
    net.until("room for another", room).await;
    let head: Value = net
        .get(0, "/v1/head")
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert!(head["height"].as_u64() >= Some(1));
}
