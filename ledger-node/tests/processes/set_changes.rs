//! 4 → 7 → 4 validators, in seven processes, while clients go on.

use std::cell::Cell;
use std::ops::Range;

use ledger_core::transaction::SignedTransaction;
use ledger_node::key::SigningKey;
use light_client::id::Epoch;
use light_client::trust::TrustedLedger;

use crate::epochs::{handoffs, keys_of, new_key, rotation, set_of};
use crate::net::Net;

/// Submits one after the other, at each node in turn, until told to stop.
async fn load(net: &Net, stop: &Cell<bool>) -> Vec<SignedTransaction> {
    let mut acknowledged = Vec::new();
    while !stop.get() {
        let number = acknowledged.len();
        let transaction = net.registration(&format!("load-{number}"));
        net.acknowledged(number % net.count(), &transaction).await;
        acknowledged.push(transaction);
    }
    acknowledged
}

/// Has the nodes in `who` take over with fresh keys; answers with the height of the hand-off.
async fn take_over(net: &Net, epoch: u64, who: Range<usize>) -> u64 {
    let mut keys: Vec<SigningKey> = Vec::new();
    for at in who.clone() {
        keys.push(new_key(net, at).await);
    }
    let agencies = who.clone().map(|at| net.genesis.members[at].agency.clone());
    let set = set_of(Epoch(epoch), agencies.zip(&keys));
    let asked = rotation(net, &set, &keys);
    net.acknowledged(0, &asked).await;
    let decided = net.until_final(0, &asked).await;
    let known = usize::try_from(epoch).expect("small");
    let handoff = net.until("a hand-off", async || {
        handoffs(net, 0).await.get(known - 1).cloned()
    });
    let last = handoff.await.last.header.core.height.0;
    assert!(
        last <= decided + 20,
        "decided at {decided}, handed over at {last}"
    );
    for at in 0..net.count() {
        net.until_height(at, last + 5).await;
    }
    last
}

#[tokio::test]
async fn four_seven_and_four_validators_under_load_lose_nothing() {
    let mut net = Net::found(7);
    net.only_first_vote(4);
    net.run_all();
    net.until_all_at(2).await;
    let stop = Cell::new(false);
    let changes = async {
        let first = take_over(&net, 1, 0..7).await;
        let second = take_over(&net, 2, 3..7).await;
        stop.set(true);
        (first, second)
    };
    let (all, (first, second)) = tokio::join!(load(&net, &stop), changes);

    // Clients were served in every epoch.
    let mut heights = Vec::new();
    for transaction in &all {
        heights.push(net.until_final(0, transaction).await);
    }
    for epoch in [1..=first, first + 1..=second, second + 1..=u64::MAX] {
        let served = heights
            .iter()
            .filter(|height| epoch.contains(height))
            .count();
        assert!(served > 2, "{served} in {epoch:?} of {heights:?}");
    }
    net.assert_final_everywhere(&all).await;
    assert_certified(&net).await;

    // Whoever was a validator has no key of an ended epoch.
    let newest = newest(&net, 0).await;
    for at in 0..7 {
        let gone = async || {
            let superseded = keys_of(&net, at).into_iter().filter(|key| {
                let first = key.place_in(&net.genesis.validators).is_some();
                first || (at < 3 && key.may_vote())
            });
            (superseded.count() == 0).then_some(())
        };
        net.until("the old keys are destroyed", gone).await;
        let present = keys_of(&net, at)
            .iter()
            .any(|key| key.place_in(newest.newest_set()).is_some());
        assert_eq!(present, at >= 3, "node {at}");
    }
    // The four are enough, and one of them may fail.
    for at in [0, 1, 2, 6] {
        net.kill(at);
    }
    let height = net.highest().await;
    net.until_height(3, height + 3).await;
}

/// What a light client makes of a node's hand-offs, from the genesis on.
async fn newest(net: &Net, at: usize) -> TrustedLedger {
    let mut trusted = TrustedLedger::from_genesis(net.genesis.clone());
    let handoffs = handoffs(net, at).await;
    trusted.follow(&handoffs).expect("hand-offs");
    assert_eq!(trusted.newest_set().epoch(), Epoch(2), "node {at}");
    trusted
}

/// Every header, on every node the same, is certified by the set of its epoch.
async fn assert_certified(net: &Net) {
    let head = net.highest().await;
    let handoffs = handoffs(net, 0).await;
    for at in 0..net.count() {
        net.until_height(at, head).await;
        newest(net, at).await;
        for height in 1..=head {
            let here = net.header(at, height).await.expect("a header");
            let there = net.header(0, height).await.expect("a header");
            assert_eq!(here.header, there.header, "node {at}");
            let set = match here.header.core.epoch.0 {
                0 => &net.genesis.validators,
                epoch => &handoffs[usize::try_from(epoch).expect("small") - 1].next_set,
            };
            here.check(set).expect("a certificate");
        }
    }
}
