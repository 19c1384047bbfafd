//! The set of validators changes: with fresh keys, and a hand-off that a light client can follow.

use ledger_core::transaction::{
    Action, IdempotencyKey, Op, Readiness, SetRotation, possession_bytes,
};
use ledger_node::config::NodeDir;
use ledger_node::key::SigningKey;
use ledger_node::mark::Mark;
use light_client::cbor::{self, DecodeError, Reader, Wire, Writer};
use light_client::handoff::Handoff;
use light_client::id::Epoch;
use light_client::validator_set::{Validator, ValidatorSet};

use crate::net::{self, Net};

#[tokio::test]
async fn a_validator_goes_on_with_the_key_of_the_next_epoch() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    let key = SigningKey::generate(net.genesis.suite).expect("a key");
    let set = next_set(&net, &key);
    net.finalize(0, &rotation(&net, &set, &key)).await;
    net.finalize(0, &readiness(&net, &set, &key)).await;

    let handoff = net
        .until("a hand-off", async || handoffs(&net).await.pop())
        .await;
    let ledger = net.genesis.ledger_id();
    let succession = handoff
        .check(&ledger, &net.genesis.validators)
        .expect("a hand-off");
    assert_eq!(succession.next_set(), &set);
    let last = succession.last_height().0;
    let waits = net::stays(3, async || net.height(0).await == Some(last));
    assert!(waits.await, "the old key decides in the new epoch");

    net.kill(0);
    let dir = NodeDir::new(net.node_dir(0));
    for file in [dir.validator_key_file(), dir.mark_file()] {
        std::fs::remove_file(file).expect("a file of the old key");
    }
    key.save(&dir.validator_key_file()).expect("the new key");
    drop(Mark::create(&dir.mark_file()).expect("its mark"));
    net.run(0);
    net.until_height(0, last + 2).await;
    let header = net.header(0, last + 2).await.expect("a header");
    assert_eq!(header.header.core.epoch, Epoch(1));
    header.check(&set).expect("a certificate of the new set");
    header
        .check(&net.genesis.validators)
        .expect_err("not one of the old set");
}

fn next_set(net: &Net, key: &SigningKey) -> ValidatorSet {
    let old = &net.genesis.validators.validators()[0];
    let validator = Validator {
        agency: old.agency.clone(),
        key: key.public_key(),
    };
    ValidatorSet::new(Epoch(1), vec![validator]).expect("a set")
}

fn rotation(
    net: &Net,
    next: &ValidatorSet,
    key: &SigningKey,
) -> ledger_core::transaction::SignedTransaction {
    let ledger = net.genesis.ledger_id();
    let nonce = IdempotencyKey([1; 16]);
    let change = SetRotation {
        next: next.clone(),
        possession: vec![key.sign(&possession_bytes(&ledger, next))],
    };
    net.sign(nonce, net.decision(Action::RotateSet(change), &nonce), key)
}

/// The new key is in place.
fn readiness(
    net: &Net,
    next: &ValidatorSet,
    key: &SigningKey,
) -> ledger_core::transaction::SignedTransaction {
    let set = next.hash(net.genesis.suite);
    let op = Op::PostReadiness(Readiness { set });
    net.sign(IdempotencyKey([2; 16]), op, key)
}

struct Handoffs(Vec<Handoff>);

impl Wire for Handoffs {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(100).map(Self)
    }
}

async fn handoffs(net: &Net) -> Vec<Handoff> {
    let answer = net
        .get(0, "/v1/handoffs?from_epoch=0")
        .await
        .expect("an answer");
    let bytes = answer.bytes().await.expect("a body");
    cbor::parse::<Handoffs>(&bytes, 1 << 20)
        .expect("hand-offs")
        .0
}
