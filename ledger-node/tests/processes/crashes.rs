//! Crashes at arbitrary moments: whatever was acknowledged becomes final, and never two ways.

use crate::net::Net;
use ledger_core::transaction::SignedTransaction;
use ledger_node::mark::{Place, Step};
use reqwest::StatusCode;

#[tokio::test]
async fn what_was_acknowledged_becomes_final_everywhere() {
    let mut net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 1).await;
    }
    let mut acknowledged = Vec::new();
    for round in 0..6 {
        let victim = (round * 3) % 4;
        for wave in 0..4 {
            let at = (victim + 1 + wave % 3) % 4;
            let transaction = net.registration(&format!("crash-{round}-{wave}"));
            let answer = net.submit(at, &transaction.to_bytes()).await;
            assert_eq!(
                answer.status(),
                StatusCode::ACCEPTED,
                "round {round}, wave {wave}"
            );
            acknowledged.push(transaction);
            // In the middle of whatever the nodes are doing with it.
            if wave == 1 {
                net.kill(victim);
            }
        }
        net.run(victim);
        net.until("the node again", async || net.height(victim).await)
            .await;
    }
    for transaction in &acknowledged {
        let height = net.until_final(0, transaction).await;
        for at in 1..4 {
            assert_eq!(net.until_final(at, transaction).await, height, "node {at}");
        }
    }
    net.assert_one_history().await;
}

#[tokio::test]
async fn a_power_cut_everywhere_loses_nothing() {
    let mut net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 1).await;
    }
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        for wave in 0..4 {
            let transaction = net.registration(&format!("power-{round}-{wave}"));
            let answer = net.submit(wave, &transaction.to_bytes()).await;
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            acknowledged.push(transaction);
        }
        (0..4).for_each(|at| net.kill(at));
        (0..4).for_each(|at| net.run(at));
        for at in 0..4 {
            net.until("the node again", async || net.height(at).await)
                .await;
        }
    }
    for transaction in &acknowledged {
        let height = net.until_final(0, transaction).await;
        for at in 1..4 {
            assert_eq!(net.until_final(at, transaction).await, height, "node {at}");
        }
    }
    net.assert_one_history().await;
}

#[tokio::test]
async fn a_node_without_its_data_fetches_it_and_votes_again() {
    let mut net = Net::start(4);
    let transaction = net.registration("before");
    net.until_height(0, 1).await;
    let height = net.finalize(0, &transaction).await;
    net.until_height(3, height).await;
    net.kill(3);
    for folder in ["data", "wal"] {
        std::fs::remove_dir_all(net.node_dir(3).join(folder)).expect("a folder");
    }
    net.run(3);
    assert_eq!(net.until_final(3, &transaction).await, height);
    // Without one of the others, its vote is needed.
    net.kill(0);
    let transaction = net.registration("after");
    net.finalize(3, &transaction).await;
}

/// A key whose mark lets nothing be signed at a height, as after the engine's log was lost: its node
/// follows through that height, without stopping, and votes again.
#[tokio::test]
async fn a_node_that_may_not_sign_at_a_height_follows_and_votes_again() {
    let mut net = Net::start(4);
    net.until_height(3, 2).await;
    // Two of four decide nothing.
    net.kill(2);
    net.kill(3);
    let heights = [net.height(0).await, net.height(1).await];
    let next = heights.into_iter().flatten().max().expect("a height") + 1;
    let mark = net.validator_key(3).open_mark().expect("a mark");
    for height in [next, next + 1] {
        let place = Place {
            height,
            round: 1_000_000,
            step: Step::Prevote,
        };
        mark.as_ref()
            .expect("a mark")
            .set(place, None)
            .expect("later than all that was signed");
    }
    drop(mark);
    std::fs::remove_dir_all(net.node_dir(3).join("wal")).expect("a log");
    net.run(3);
    net.run(2);
    net.until_height(3, next + 3).await;
    let log = std::fs::read_to_string(net.node_dir(3).join("log")).expect("a log");
    assert!(log.contains("this node follows"), "{log}");
    net.kill(2);
    let transaction = net.registration("after");
    net.finalize(3, &transaction).await;
    net.run(2);
    net.until_height(2, next + 3).await;
    net.assert_one_history().await;
}

#[tokio::test]
async fn blocks_of_many_parts_reach_all() {
    let net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 1).await;
    }
    let large: Vec<_> = (0..4)
        .map(|n| net.large_registration(&format!("large-{n}")))
        .collect();
    let bytes = large.iter().map(|one| one.to_bytes().len());
    assert!(bytes.sum::<usize>() > 2 * MAX_PART, "more than two parts");
    // All at once, so that one block gets several of them.
    let accept = async |transaction: &SignedTransaction| {
        // Busy nodes may answer too late to count as copies; the client then sends it again.
        let what = "a large transaction is accepted";
        net.until(what, async || {
            let answer = net.try_submit(0, &transaction.to_bytes()).await?;
            (answer.status() == StatusCode::ACCEPTED).then_some(())
        })
        .await
    };
    let [a, b, c, d] = large.as_slice() else {
        unreachable!("four of them")
    };
    tokio::join!(accept(a), accept(b), accept(c), accept(d));
    for transaction in &large {
        let height = net.until_final(0, transaction).await;
        for at in 1..4 {
            assert_eq!(net.until_final(at, transaction).await, height, "node {at}");
        }
    }
    net.assert_one_history().await;
}

/// The size of a slice in which nodes stream a block.
const MAX_PART: usize = 256 * 1024;
