//! 5,000 random operations on invoices through four processes, one of which is killed meanwhile.
//!
//! They are the ledger core's own test: its moves, its reference, its ledger in memory. That ledger
//! is founded on the same genesis, so that what it took is signed for the net as well, and in the
//! end every node's records must be what the reference says.

#[path = "../../core/tests/ledger/conservation/ledger.rs"]
mod ledger;
#[expect(
    dead_code,
    reason = "the pure rules are driven by the core's own tests"
)]
#[path = "../../core/tests/ledger/conservation/pure.rs"]
mod pure;

use std::fs;

use futures_util::future::join_all;
use ledger_core::View;
use ledger_core::transaction::{Op, SignedTransaction};
use ledger_node::config::NodeDir;
use ledger_node::mark::Mark;
use ledger_node::store::FjallStore;
use ledger_reference::{Dice, Move, Reference};
use light_client::hash::Digest;
use light_client::record::{InvoiceRecord, record_key};
use light_client::suite::Suite;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::sync::watch;

use crate::kit::Kit;
use crate::net::Net;
use crate::scene::Scene;
use ledger::World;

const OPERATIONS: usize = 5000;

/// Invoices, in sixes.
const SIXES: usize = 25;

/// A net whose validators and members have the keys of the ledger in memory.
fn net_of(kit: &Kit) -> Net {
    let mut net = Net::found(4);
    net.replace_genesis(kit.genesis.clone());
    for at in 0..4_u8 {
        let dir = NodeDir::new(net.node_dir(usize::from(at)));
        fs::remove_dir_all(dir.keys()).expect("other keys");
        fs::create_dir(dir.keys()).expect("a folder");
        let secret = format!("sm2 {}\n", hex::encode([20 + at; 32]));
        fs::write(dir.keys().join("test.key"), secret).expect("a key");
        drop(Mark::create(&dir.keys().join("test.mark")).expect("a mark"));
    }
    net.run_all();
    net
}

/// All moves, made in memory: one for each invoice at a time, so that none waits for another.
fn world() -> World {
    let mut dice = Dice::new(4);
    let reference = Reference::of(&mut dice, SIXES);
    let scene = Scene::on(Kit::with_validators(Suite::Sm, 4));
    let mut world = World::new(scene, reference);
    while world.submitted.len() < OPERATIONS {
        for invoice in 0..world.records.len() {
            let attempt = world.reference.choose_for(invoice, &mut dice);
            if !matches!(attempt, Move::Wait { .. }) {
                world.submit(attempt);
            }
        }
        while world.block() {}
    }
    world.assert_same();
    world
}

/// Submits until the node has an answer that lasts: final, or the code of a refusal.
async fn outcome(net: &Net, at: usize, transaction: &SignedTransaction) -> Result<(), String> {
    let path = format!("/v1/transactions/{}", transaction.id(net.genesis.suite));
    let bytes = transaction.to_bytes();
    let what = format!("an outcome on node {at}");
    let mut accepted = false;
    net.until(&what, async || {
        if let Some(answer) = net.get(at, &path).await {
            let state: Value = answer.json().await.ok()?;
            match state["state"].as_str() {
                Some("final") => return Some(Ok(())),
                Some("refused") => return Some(Err(state["code"].to_string())),
                Some(_) if accepted => return None,
                Some(_) | None => {}
            }
        }
        let answer = net.try_submit(at, &bytes).await?;
        accepted = answer.status() == StatusCode::ACCEPTED;
        if answer.status() == StatusCode::UNPROCESSABLE_ENTITY {
            let problem: Value = answer.json().await.ok()?;
            return Some(Err(problem["code"].as_str()?.to_owned()));
        }
        None
    })
    .await
}

async fn all_final(net: &Net, transactions: &[SignedTransaction]) {
    let finals = transactions
        .iter()
        .enumerate()
        .map(async |(number, transaction)| {
            let found = outcome(net, number % 4, transaction).await;
            assert_eq!(found, Ok(()), "{transaction:?}");
        });
    join_all(finals).await;
    for at in 0..4 {
        let last = transactions.last().expect("some");
        net.until_final(at, last).await;
        net.until_height(at, net.highest().await).await;
    }
}

/// What the moves begin with: registration, leases, invoices, red ones.
async fn begin(net: &Net, world: &World, count: usize) {
    let begun = &world.scene.kit.accepted[..count];
    let kind = |transaction: &SignedTransaction| match transaction.body.op {
        Op::Lease(_) => 1,
        Op::Issue(_) => 2,
        Op::RedLetter(_) => 3,
        _ => 0,
    };
    for step in 0..4 {
        let those = begun.iter().filter(|one| kind(one) == step).cloned();
        all_final(net, &those.collect::<Vec<_>>()).await;
    }
}

fn record(store: &FjallStore, kit: &Kit, name: &Digest) -> InvoiceRecord {
    let key = record_key(kit.suite(), &kit.ledger(), name);
    let answer = View::new(store).state_proof(&key, None).expect("an answer");
    let proof = answer.typed::<InvoiceRecord>().expect("a record");
    let checked = proof.check(kit.suite(), &answer.roots, &key);
    checked
        .expect("a proof that holds")
        .cloned()
        .expect("a record")
}

#[tokio::test]
async fn five_thousand_operations_on_invoices_do_what_the_reference_does() {
    let world = tokio::task::spawn_blocking(world).await.expect("no panic");
    let kit = &world.scene.kit;
    let mut net = net_of(kit);
    net.until_all_at(1).await;
    let moved = world
        .submitted
        .iter()
        .filter(|(_, _, code)| code.is_ok())
        .count();
    begin(&net, &world, kit.accepted.len() - moved).await;

    // Each invoice has a node of its own; that one has seen what was final before.
    let (progress, mut seen) = watch::channel(0);
    let chains = (0..world.records.len()).map(|invoice| {
        let (net, world, progress) = (&net, &world, &progress);
        async move {
            let own = world.submitted.iter().filter(|(of, _, _)| *of == invoice);
            for (_, transaction, code) in own {
                let found = outcome(net, invoice % 4, transaction).await;
                assert_eq!(found, code.map_err(str::to_owned), "{transaction:?}");
                progress.send_modify(|done| *done += 1);
            }
        }
    });
    let crash = async {
        seen.wait_for(|done| *done > OPERATIONS / 3)
            .await
            .expect("moves");
        net.crash(2);
    };
    tokio::join!(join_all(chains), crash);
    assert!(*progress.borrow() >= OPERATIONS);

    net.assert_one_history().await;
    for at in 0..4 {
        net.kill(at);
        let told = net.done(&["fsck", "--dir", &net.dir(at)]).await;
        assert!(told.contains("no damage"), "{told}");
        let store = FjallStore::open(&net.node_dir(at).join("data")).expect("a store");
        for (name, expected) in world.records.iter().zip(&world.reference.invoices) {
            let record = record(&store, kit, name);
            pure::assert_record(&record, expected, |seed| world.scene.key(seed));
            let (red, claimed) = (record.red_fen, record.claimed_fen());
            let sum = u128::from(red) + u128::from(claimed) + u128::from(record.remaining_fen);
            assert!(
                expected.is_red || sum == u128::from(record.gross_fen),
                "{record:?}"
            );
        }
    }
}
