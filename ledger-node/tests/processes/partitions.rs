//! Links that are cut, one-way or slow: never two histories, and all goes on when they heal.

use std::time::Duration;

use ledger_core::transaction::SignedTransaction;

use crate::net::{self, Links, Net, Way};

async fn linked(count: usize) -> (Net, Links) {
    let mut net = Net::found(count);
    let links = Links::between(&net);
    net.run_all();
    net.until_all_at(2).await;
    (net, links)
}

/// Submits under a new name; the node must acknowledge it.
async fn acknowledged(net: &Net, at: usize, name: &str) -> SignedTransaction {
    let transaction = net.registration(name);
    net.acknowledged(at, &transaction).await;
    transaction
}

#[tokio::test]
async fn two_and_two_decide_nothing_until_the_partition_heals() {
    let (net, links) = linked(4).await;
    let mut all = vec![acknowledged(&net, 0, "before").await];
    links.around(&[0, 1], Way::Shut);
    let refused = net.registration("half");
    for at in [0, 3] {
        let answer = net.submit(at, &refused.to_bytes()).await;
        net::assert_problem(answer, 503, "too_few_copies", "half of the net").await;
    }
    // A block may have been on its way; half a minute of rounds decides nothing more.
    let height = net.highest().await;
    let still = net::stays(6, async || net.highest().await <= height + 1);
    assert!(still.await, "two of four made blocks");

    links.all(Way::Open);
    net.until_all_at(height + 3).await;
    all.push(acknowledged(&net, 3, "after").await);
    // What both sides kept without being able to promise it is final as well.
    all.push(refused);
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
}

#[tokio::test]
async fn three_go_on_without_the_one_that_is_cut_off_and_it_catches_up() {
    let (mut net, links) = linked(4).await;
    // One link less is made up for by the others.
    links.set(0, 1, Way::Shut);
    links.set(1, 0, Way::Shut);
    let mut all = vec![acknowledged(&net, 0, "roundabout").await];
    net.until_final(1, &all[0]).await;
    links.all(Way::Open);

    links.around(&[3], Way::Shut);
    let cut = net.height(3).await.expect("a height");
    let alone = net.registration("alone");
    let answer = net.submit(3, &alone.to_bytes()).await;
    net::assert_problem(answer, 503, "too_few_copies", "cut off").await;
    for at in 0..3 {
        all.push(acknowledged(&net, at, &format!("three-{at}")).await);
    }
    for transaction in &all {
        net.until_final(2, transaction).await;
    }
    let height = net.until_height(0, cut + 5).await;
    assert!(net.height(3).await.expect("a height") <= cut + 1);

    links.all(Way::Open);
    net.until_height(3, height).await;
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
    // It has not only been told: without another one its vote is needed.
    net.kill(0);
    net.until_height(3, net.highest().await + 3).await;
}

#[tokio::test]
async fn who_is_not_heard_follows_and_who_hears_nothing_catches_up() {
    let (net, links) = linked(4).await;
    (0..3).for_each(|to| links.set(3, to, Way::Shut));
    let mut all = vec![acknowledged(&net, 0, "mute").await];
    let height = net.until_final(0, &all[0]).await;
    net.until_height(0, height + 3).await;
    // It hears everything and has nothing to ask for.
    net.until_height(3, height + 3).await;
    assert_eq!(net.until_final(3, &all[0]).await, height);

    links.all(Way::Open);
    net.until_height(3, height + 4).await;
    (0..3).for_each(|from| links.set(from, 3, Way::Shut));
    let deaf = net.height(3).await.expect("a height");
    all.push(acknowledged(&net, 1, "deaf").await);
    net.until_height(1, deaf + 5).await;
    assert!(net.height(3).await.expect("a height") <= deaf + 1);

    links.all(Way::Open);
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
}

#[tokio::test]
async fn late_links_make_late_blocks_and_one_history() {
    let (net, links) = linked(4).await;
    let mut all = Vec::new();
    links.all(Way::Late(Duration::from_millis(60)));
    for at in 0..4 {
        all.push(acknowledged(&net, at, &format!("late-{at}")).await);
    }
    // One is later than a proposer is waited for.
    links.around(&[2], Way::Late(Duration::from_millis(1200)));
    for at in [0, 1, 3] {
        all.push(acknowledged(&net, at, &format!("later-{at}")).await);
    }
    let height = net.highest().await;
    net.until_height(0, height + 4).await;
    links.all(Way::Open);
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
}
