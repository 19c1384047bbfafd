//! The engine's own mocks of a misbehaving validator, in one of four processes.

use std::fs;

use serde_json::{Value, json};

use crate::net::Net;

/// What the mock does, and whether it leaves evidence.
fn behaviours() -> [(&'static str, Value, bool); 4] {
    let always = json!({ "mode": "always" });
    [
        ("two-votes", json!({ "equivocate_votes": always }), true),
        (
            "two-blocks",
            json!({ "equivocate_proposals": always }),
            true,
        ),
        ("no-votes", json!({ "drop_votes": always }), false),
        ("no-blocks", json!({ "drop_proposals": always }), false),
    ]
}

async fn evidence(net: &Net) -> u64 {
    let mut most = 0;
    for at in 0..3 {
        let kept = net.metric(at, "tallystick_evidence").await;
        most = most.max(kept.expect("a metric"));
    }
    most
}

#[tokio::test]
async fn byzantine_the_engine_s_mocks_stop_nobody_and_contradictions_are_kept() {
    let mut net = Net::start(4);
    net.until_all_at(1).await;
    let mut all = Vec::new();
    for (what, orders, contradicts) in behaviours() {
        net.kill(3);
        let file = net.node_dir(3).join("wal/byzantine.json");
        fs::write(file, orders.to_string()).expect("orders");
        let before = evidence(&net).await;
        net.run(3);
        let transaction = net.registration(what);
        net.acknowledged(0, &transaction).await;
        net.until_final(2, &transaction).await;
        all.push(transaction);
        // Each has had its turn to propose.
        let height = net.highest().await;
        net.until_height(0, height + 9).await;
        let found = evidence(&net).await > before;
        assert_eq!(found, contradicts, "{what}");
    }
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
}
