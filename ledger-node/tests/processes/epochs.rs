//! The set of validators changes: with fresh keys, and a hand-off that a light client can follow.

use std::path::Path;

use ledger_core::transaction::{
    Action, IdempotencyKey, Op, Readiness, SetRotation, SignedTransaction, possession_bytes,
};
use ledger_node::config::NodeDir;
use ledger_node::key::SigningKey;
use ledger_node::keys::{self, KeyFile};
use ledger_node::mark::Mark;
use light_client::cbor::{self, DecodeError, Reader, Wire, Writer};
use light_client::handoff::{CatchUp, Handoff};
use light_client::id::{Epoch, IssuerId};
use light_client::trust::{Profile, TrustStore};
use light_client::validator_set::{Validator, ValidatorSet};
use serde_json::Value;

use crate::net::{self, Net};

#[tokio::test]
async fn validators_go_on_with_the_keys_of_the_next_epoch_without_a_restart() {
    for count in [1, 4] {
        let net = Net::start(count);
        net.until_height(0, 1).await;
        let mut keys = Vec::new();
        for at in 0..count {
            keys.push(new_key(&net, at).await);
        }
        let before: Vec<KeyFile> = (0..count)
            .flat_map(|at| keys_of(&net, at))
            .filter(|key| key.place_in(&net.genesis.validators).is_some())
            .collect();
        let set = next_set(&net, &keys);
        net.finalize(0, &rotation(&net, &set, &keys)).await;
        let last = handed_over(&net, &set).await;

        for at in 0..count {
            net.until_height(at, last + 3).await;
            let header = net.header(at, last + 2).await.expect("a header");
            assert_eq!(header.header.core.epoch, Epoch(1));
            header.check(&set).expect("a certificate of the new set");
            header
                .check(&net.genesis.validators)
                .expect_err("not one of the old set");
            let status = net.get(at, "/v1/status").await.expect("an answer");
            let status: Value = status.json().await.expect("JSON");
            assert_eq!(status["votes_for"], format!("agency-{at}"));
        }
        for key in before {
            let gone = async || (!key.path().exists()).then_some(());
            net.until("the old key is destroyed", gone).await;
            assert!(!key.mark_file().exists());
        }
        let metrics = net.get(0, "/metrics").await.expect("an answer");
        let metrics = metrics.text().await.expect("text");
        let mut names: Vec<_> = metrics
            .lines()
            .filter(|line| line.starts_with("# HELP"))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "every metric is told once");
    }
}

#[tokio::test]
async fn a_validator_without_the_key_of_the_epoch_waits_for_it() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    let key = SigningKey::generate(net.genesis.suite).expect("a key");
    let keys = [key];
    let set = next_set(&net, &keys);
    net.finalize(0, &rotation(&net, &set, &keys)).await;
    net.finalize(0, &readiness(&net, &set, &keys[0])).await;
    let last = handed_over(&net, &set).await;
    let waits = net::stays(3, async || net.height(0).await == Some(last));
    assert!(waits.await, "the old key decides in the new epoch");

    net.kill(0);
    let file = NodeDir::new(net.node_dir(0)).keys().join("brought.key");
    keys[0].save(&file).expect("the new key");
    drop(Mark::create(&file.with_extension("mark")).expect("its mark"));
    net.run(0);
    net.until_height(0, last + 2).await;
}

pub(crate) fn keys_of(net: &Net, at: usize) -> Vec<KeyFile> {
    keys::list(&NodeDir::new(net.node_dir(at))).expect("keys")
}

/// Has a node make a key for the next epoch.
pub(crate) async fn new_key(net: &Net, at: usize) -> SigningKey {
    let made = net
        .done(&["keys", "new", "--unsealed", "--dir", &net.dir(at)])
        .await;
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let file = made["file"].as_str().expect("a file");
    SigningKey::load(Path::new(file)).expect("a key")
}

/// Waits for the hand-off to `set`; returns the last height of the first epoch.
async fn handed_over(net: &Net, set: &ValidatorSet) -> u64 {
    let handoff = net
        .until("a hand-off", async || handoffs(net, 0).await.pop())
        .await;
    let ledger = net.genesis.ledger_id();
    let succession = handoff.check(&ledger, &net.genesis.validators);
    let succession = succession.expect("a hand-off");
    assert_eq!(succession.next_set(), set);
    // Who was away is told the same in fewer bytes.
    let answer = net.get(0, "/v1/catch-up?from_epoch=0").await;
    let bytes = answer.expect("an answer").bytes().await.expect("a body");
    let mut trust = TrustStore::new(Profile::Demo);
    trust.pin(net.genesis.clone()).expect("a ledger");
    let catch_up = CatchUp::parse(&bytes).expect("a catch-up");
    trust.catch_up(&catch_up).expect("it holds");
    let known = trust.ledger(&ledger).expect("pinned");
    assert_eq!(known.newest_set(), set);
    succession.last_height().0
}

fn next_set(net: &Net, keys: &[SigningKey]) -> ValidatorSet {
    let old = net.genesis.validators.validators().iter();
    let agencies = old.map(|old| old.agency.clone());
    set_of(Epoch(1), agencies.zip(keys))
}

pub(crate) fn set_of<'a>(
    epoch: Epoch,
    validators: impl Iterator<Item = (IssuerId, &'a SigningKey)>,
) -> ValidatorSet {
    let validators = validators.map(|(agency, key)| Validator {
        agency,
        key: key.public_key(),
    });
    ValidatorSet::new(epoch, validators.collect()).expect("a set")
}

/// What makes a set the next one; `keys` are the set's, in its order.
pub(crate) fn rotation<'a>(
    net: &Net,
    next: &ValidatorSet,
    keys: impl IntoIterator<Item = &'a SigningKey>,
) -> SignedTransaction {
    let message = possession_bytes(&net.genesis.ledger_id(), next);
    let nonce = IdempotencyKey([1; 16]);
    let possession = keys.into_iter().map(|key| key.sign(&message)).collect();
    let change = SetRotation {
        next: next.clone(),
        possession,
    };
    let decision = net.decision(Action::RotateSet(change), &nonce);
    let sender = SigningKey::generate(net.genesis.suite).expect("a key");
    net.sign(nonce, decision, &sender)
}

/// The new key is in place, says its holder: what a node that has it does by itself.
fn readiness(net: &Net, next: &ValidatorSet, key: &SigningKey) -> SignedTransaction {
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

pub(crate) async fn handoffs(net: &Net, at: usize) -> Vec<Handoff> {
    let path = "/v1/handoffs?from_epoch=0";
    let answer = net.get(at, path).await.expect("an answer");
    let bytes = answer.bytes().await.expect("a body");
    cbor::parse::<Handoffs>(&bytes, 1 << 20)
        .expect("hand-offs")
        .0
}
