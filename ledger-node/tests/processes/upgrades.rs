//! A new version of a module (T67): the nodes are restarted one after another, each says by itself
//! what it can execute, and no version is scheduled before a quorum can.

use ledger_core::Module;
use ledger_core::transaction::{
    Action, Announcement, IdempotencyKey, Op, SignedTransaction, SupportedVersion, VersionChange,
};
use ledger_node::key::SigningKey;
use light_client::hash::Digest;
use light_client::id::Height;
use serde_json::Value;

use crate::net::{self, Net};

/// Version 2 of `evidence`, decided by all members.
fn upgrade(net: &Net, nonce: u8, activation: u64) -> SignedTransaction {
    let action = Action::ScheduleVersion(VersionChange {
        module: Module::Evidence,
        version: 2,
        source: Digest::from_bytes([1; 32]),
        build: Digest::from_bytes([2; 32]),
        activation: Height(activation),
    });
    let key = IdempotencyKey([nonce; 16]);
    let sender = SigningKey::generate(net.genesis.suite).expect("a key");
    net.sign(key, net.decision(action, &key), &sender)
}

/// What older software would have said in this validator's name.
fn older(net: &Net, at: usize) -> SignedTransaction {
    let announcement = Announcement {
        build: Digest::from_bytes([7; 32]),
        versions: vec![SupportedVersion {
            module: Module::Evidence,
            version: 1,
        }],
    };
    let key = net.validator_key(at).open(None).expect("a key");
    net.sign(IdempotencyKey([1; 16]), Op::Announce(announcement), &key)
}

/// Waits until the ledger knows that so many validators can execute version 2.
async fn capable(net: &Net, at: usize, count: usize) {
    let known = async || {
        let answer = net.get(at, "/v1/governance").await?;
        let answer: Value = answer.json().await.ok()?;
        let validators = answer["validators"].as_array()?.iter();
        let newest = validators.filter(|one| one["announced"]["versions"]["evidence"] == 2);
        (newest.count() == count).then_some(())
    };
    net.until(&format!("{count} capable validators"), known)
        .await;
}

#[tokio::test]
async fn t67_a_version_waits_until_a_quorum_was_restarted_and_no_block_is_lost() {
    let mut net = Net::start(4);
    net.until_all_at(2).await;
    // They are new, and are said to be old: each says otherwise when it starts again.
    capable(&net, 3, 4).await;
    // After ten blocks each has seen that the ledger knows, and says no more.
    net.until_all_at(net.highest().await + 12).await;
    for at in 0..4 {
        net.finalize(at, &older(&net, at)).await;
    }
    capable(&net, 3, 0).await;
    let mut all = Vec::new();
    for at in 0..4 {
        if at < 3 {
            // One capable validator, or two, are no quorum.
            let ahead = net.highest().await + 100;
            let early = upgrade(&net, 10 + u8::try_from(at).expect("small"), ahead);
            let answer = net.submit(3, &early.to_bytes()).await;
            net::assert_problem(answer, 422, "not_capable", "no quorum").await;
        }
        net.stop(at).await;
        let transaction = net.registration(&format!("rolling-{at}"));
        net.acknowledged((at + 1) % 4, &transaction).await;
        all.push(transaction);
        net.run(at);
        let ready = async || {
            let status: Value = net.get(at, "/v1/status").await?.json().await.ok()?;
            (status["head"]["height"].as_u64()? >= net.highest().await).then_some(())
        };
        net.until("the node is back", ready).await;
        capable(&net, 3, at + 1).await;
    }
    let activation = net.highest().await + 8;
    all.push(upgrade(&net, 1, activation));
    net.finalize(0, &all[all.len() - 1]).await;
    net.until_all_at(activation + 2).await;
    // It is in force everywhere: the same version cannot be scheduled again.
    for at in 0..4 {
        let again = upgrade(
            &net,
            20 + u8::try_from(at).expect("small"),
            activation + 100,
        );
        let answer = net.submit(at, &again.to_bytes()).await;
        net::assert_problem(answer, 422, "wrong_version", "in force").await;
    }
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
}
