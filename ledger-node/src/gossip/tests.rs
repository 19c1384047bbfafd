//! Peers that answer this and that: what counts as kept.

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use ledger_core::transaction::TxId;
use light_client::cbor;
use light_client::genesis::{Genesis, Purpose};
use light_client::hash::Digest;
use light_client::id::{Epoch, IssuerId, LedgerId, TimeMs};
use light_client::suite::Suite;
use light_client::validator_set::{Validator, ValidatorSet};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::*;
use crate::batch::{Batch, Receipt, Witness, receipt_bytes};
use crate::key::SigningKey;

/// How a peer answers.
#[derive(Clone, Copy)]
enum Answers {
    /// As it should.
    Signed,
    /// Without a signature.
    Unsigned,
    /// With a signature over other transactions.
    OfOthers,
    /// With a signature for another ledger.
    OfAnotherLedger,
    /// In its own name, with somebody else's signature.
    Forged,
    /// That it keeps nothing, signed.
    Nothing,
    /// 202 and a text, as if nobody would look.
    Accepted,
}

fn id(byte: u8) -> TxId {
    TxId(Digest::from_bytes([byte; 32]))
}

/// A ledger of four validators, in a folder.
fn ledger(folder: &std::path::Path) -> (Arc<Ledger>, Vec<Arc<SigningKey>>) {
    let keys: Vec<_> = (0..5)
        .map(|_| Arc::new(SigningKey::generate(Suite::Sm).expect("a key")))
        .collect();
    let name = |index| IssuerId::parse(&format!("agency-{index}")).expect("a name");
    let validators = keys
        .iter()
        .take(4)
        .enumerate()
        .map(|(index, key)| Validator {
            agency: name(index),
            key: key.public_key(),
        });
    let validators: Vec<_> = validators.collect();
    let genesis = Genesis {
        suite: Suite::Sm,
        name: "receipts".into(),
        purpose: Purpose::Demo,
        time_ms: TimeMs(1_000_000),
        members: validators.clone(),
        validators: ValidatorSet::new(Epoch(0), validators).expect("a set"),
    };
    (
        Arc::new(Ledger::open(folder, genesis).expect("a ledger")),
        keys,
    )
}

/// A peer with this key; returns its address.
async fn peer(ledger: &Ledger, key: Arc<SigningKey>, answers: Answers) -> String {
    let (own, suite) = (ledger.id(), ledger.suite());
    let ledger = match answers {
        Answers::OfAnotherLedger => LedgerId(Digest::from_bytes([9; 32])),
        Answers::Signed
        | Answers::Unsigned
        | Answers::OfOthers
        | Answers::Forged
        | Answers::Nothing
        | Answers::Accepted => own,
    };
    let pen = match answers {
        Answers::Forged => Arc::new(SigningKey::generate(suite).expect("a key")),
        Answers::Signed
        | Answers::Unsigned
        | Answers::OfOthers
        | Answers::OfAnotherLedger
        | Answers::Nothing
        | Answers::Accepted => key.clone(),
    };
    let answer = move |body: Bytes| async move {
        let offered = Batch::parse(&body).expect("a batch").0;
        let stored = vec![!matches!(answers, Answers::Nothing); offered.len()];
        // However they were dealt out to requests: a transaction is nine times its number.
        let shift = u8::from(matches!(answers, Answers::OfOthers));
        let kept = offered.iter().zip(&stored).filter(|(_, stored)| **stored);
        let ids: Vec<TxId> = kept.map(|(one, _)| id(one[0] + shift)).collect();
        let signer = key.public_key().id(suite);
        let signature = pen.sign(&receipt_bytes(&ledger, &ids, &signer));
        let by = match answers {
            Answers::Signed
            | Answers::OfOthers
            | Answers::OfAnotherLedger
            | Answers::Forged
            | Answers::Nothing => Some(Witness { signer, signature }),
            Answers::Unsigned => None,
            Answers::Accepted => return b"ok".to_vec(),
        };
        cbor::to_bytes(&Receipt { stored, by })
    };
    let routes = Router::new().route("/internal/v1/transactions", post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

/// Whether two transactions count as kept by two others, if these peers answer so.
async fn kept(peers: &[(usize, Answers)]) -> Vec<bool> {
    let folder = tempfile::tempdir().expect("a directory");
    let (ledger, keys) = ledger(folder.path());
    let mut urls = Vec::new();
    for (key, answers) in peers {
        urls.push(peer(&ledger, keys[*key].clone(), *answers).await);
    }
    let (peers, couriers) = Peers::new(&urls).expect("a client");
    let (_own, voting) = watch::channel(Some(keys[0].clone()));
    for courier in couriers {
        tokio::spawn(courier.run(ledger.clone(), voting.clone()));
    }
    let transactions = [0, 1].map(|at| (id(at), Bytes::from(vec![at; 9])));
    peers.replicate(&ledger, &transactions, 2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_receipts_that_validators_signed_count() {
    use Answers::{Accepted, Nothing, OfOthers, Signed, Unsigned};
    assert_eq!(kept(&[(1, Signed), (2, Signed)]).await, [true, true]);
    assert_eq!(kept(&[(1, Signed), (2, Nothing)]).await, [false, false]);
    for bad in [Unsigned, OfOthers, Accepted] {
        let found = kept(&[(1, Signed), (2, bad)]).await;
        assert_eq!(found, [false, false]);
        let found = kept(&[(1, Signed), (2, bad), (3, Signed)]).await;
        assert_eq!(found, [true, true]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_receipt_and_one_of_another_ledger_do_not_count() {
    use Answers::{Forged, OfAnotherLedger, Signed};
    for bad in [Forged, OfAnotherLedger] {
        let found = kept(&[(1, Signed), (2, bad)]).await;
        assert_eq!(found, [false, false]);
        let found = kept(&[(1, Signed), (2, bad), (3, Signed)]).await;
        assert_eq!(found, [true, true]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_validator_under_two_addresses_a_stranger_and_oneself_are_not_two_others() {
    use Answers::Signed;
    for second in [1, 4, 0] {
        let found = kept(&[(1, Signed), (second, Signed)]).await;
        assert_eq!(found, [false, false], "key {second}");
    }
}
