//! Processes that stand still (SIGSTOP) and go on as if nothing had been.

use crate::net::{self, Net};

#[tokio::test]
async fn one_frozen_node_is_not_waited_for_and_two_are() {
    let mut net = Net::start(4);
    net.until_all_at(2).await;
    net.signal(3, "-STOP");
    let mut all = vec![net.registration("one-frozen")];
    net.acknowledged(0, &all[0]).await;
    let height = net.until_final(0, &all[0]).await;
    net.until_height(1, height + 5).await;

    net.signal(2, "-STOP");
    let refused = net.registration("two-frozen");
    let answer = net.submit(0, &refused.to_bytes()).await;
    net::assert_problem(answer, 503, "too_few_copies", "two of four").await;
    // A block may have been on its way.
    let height = net.height(0).await.expect("a height");
    let stood = net::stays(4, async || {
        net.height(0).await.is_some_and(|found| found <= height + 1)
    });
    assert!(stood.await, "two of four made blocks");

    for at in [2, 3] {
        net.signal(at, "-CONT");
    }
    net.until_all_at(height + 3).await;
    all.push(refused);
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
    // Who was away for longer votes again: without another its vote is needed.
    net.kill(0);
    net.until_height(3, net.highest().await + 3).await;
    for at in 1..4 {
        assert_eq!(net.metric(at, "tallystick_evidence").await, Some(0));
    }
}
