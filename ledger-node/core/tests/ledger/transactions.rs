//! What holds for every transaction: identity, expiry, replay, order, and the pool's bounds.

use ledger_core::{
    App, Refusal, TxStatus,
    block::BlockBody,
    limits,
    transaction::{Op, SignedTransaction, TxId},
};
use light_client::{
    cbor::DecodeError,
    hash::Digest,
    id::{Height, LedgerId},
    record::Standing,
    suite::Suite,
};

use crate::kit::{DEGREE, Kit};

fn kit() -> Kit {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit
}

fn revocation(kit: &mut Kit, document: u8) -> SignedTransaction {
    let op = Op::SetStatus(kit.status("uni", document, Standing::Revoked));
    kit.sign(30, op)
}

fn status(kit: &Kit, id: &TxId) -> Option<TxStatus> {
    kit.app.transaction_status(id).expect("a status")
}

#[test]
fn t45_a_transaction_of_another_ledger_is_refused() {
    let mut kit = kit();
    let mut body = revocation(&mut kit, 1).body;
    body.ledger = LedgerId(Digest::from_bytes([1; 32]));
    let transaction = kit.sign_body(30, body);
    kit.assert_refused(&transaction, Refusal::WrongLedger);
}

#[test]
fn a_transaction_enters_until_its_expiry_and_not_from_too_far() {
    let mut kit = kit();
    let head = kit.app.head().height.0;
    for (expiry, refusal) in [
        (0, Some(Refusal::Expired)),
        (head, Some(Refusal::Expired)),
        (head + 1, None),
        (head + limits::MAX_EXPIRY_AHEAD, None),
        (
            head + limits::MAX_EXPIRY_AHEAD + 1,
            Some(Refusal::ExpiryTooFar),
        ),
        (u64::MAX, Some(Refusal::ExpiryTooFar)),
    ] {
        let document = u8::try_from(expiry % 251).expect("small");
        let mut body = revocation(&mut kit, document).body;
        body.expiry = Height(expiry);
        let transaction = kit.sign_body(30, body);
        match refusal {
            Some(refusal) => kit.assert_refused(&transaction, refusal),
            None => assert!(kit.submit(&transaction).is_ok(), "{expiry}"),
        }
    }
}

#[test]
fn the_same_transaction_again_is_accepted_and_changes_nothing() {
    let mut kit = kit();
    let transaction = revocation(&mut kit, 1);
    let id = transaction.id(kit.suite());
    assert_eq!(status(&kit, &id), None);
    assert_eq!(kit.submit(&transaction), Ok(id));
    assert_eq!(kit.submit(&transaction), Ok(id));
    assert_eq!(
        (kit.app.pending(), status(&kit, &id)),
        (1, Some(TxStatus::Pending))
    );
    kit.next_block();
    assert_eq!(kit.submit(&transaction), Ok(id));
    assert_eq!(kit.app.pending(), 0);
    let place = Some(TxStatus::Final {
        height: kit.app.head().height,
        log_index: None,
    });
    assert_eq!(status(&kit, &id), place);
    let replayed = ledger_core::HeaderRefusal::Transaction {
        index: 0,
        source: Refusal::Replayed,
    };
    assert_eq!(kit.forge(&[transaction]), Err(replayed));
}

#[test]
fn one_intent_is_one_transaction() {
    let mut kit = kit();
    let first = revocation(&mut kit, 1);
    let mut body = revocation(&mut kit, 2).body;
    body.idempotency_key = first.body.idempotency_key;
    let second = kit.sign_body(30, body);
    kit.submit(&first).expect("the first");
    assert_eq!(
        kit.submit(&second),
        Err(Refusal::Replayed),
        "while the first waits"
    );
    kit.next_block();
    kit.assert_refused(&second, Refusal::Replayed);
    // Another sender may use the same bytes.
    let mut body = second.body;
    body.sender = kit.pair(31).public();
    let other = kit.sign_body(31, body);
    kit.assert_refused(&other, Refusal::NoRight);
}

#[test]
fn an_intent_is_forgotten_after_its_expiry_and_not_before() {
    let mut kit = kit();
    let mut body = revocation(&mut kit, 1).body;
    body.expiry = Height(kit.app.head().height.0 + 5);
    let first = kit.sign_body(30, body);
    kit.block(core::slice::from_ref(&first));
    let mut document = 2;
    loop {
        let mut body = revocation(&mut kit, document).body;
        body.idempotency_key = first.body.idempotency_key;
        let second = kit.sign_body(30, body);
        if kit.app.head().height < first.body.expiry {
            kit.assert_refused(&second, Refusal::Replayed);
        } else {
            kit.next_block();
            kit.block(&[second]);
            break;
        }
        document += 1;
        kit.next_block();
    }
}

#[test]
fn after_orders_two_transactions_of_one_block() {
    let mut kit = kit();
    let first = revocation(&mut kit, 1);
    let mut body = revocation(&mut kit, 2).body;
    body.after = Some(first.id(kit.suite()));
    let second = kit.sign_body(30, body);
    assert!(
        kit.forge(&[first.clone(), second.clone()])
            .is_err_and(|refusal| {
                // Good transactions, only the header is another block's.
                !matches!(refusal, ledger_core::HeaderRefusal::Transaction { .. })
            })
    );
    let wrong_order = ledger_core::HeaderRefusal::Transaction {
        index: 0,
        source: Refusal::AfterUnknown,
    };
    assert_eq!(
        kit.forge(&[second.clone(), first.clone()]),
        Err(wrong_order)
    );
    // Submitted the wrong way round, they wait for each other.
    kit.submit(&second).expect("accepted to wait");
    assert!(kit.next_block().transactions.is_empty());
    assert_eq!(kit.app.pending(), 1);
    kit.submit(&first).expect("accepted");
    let committed = kit.next_block();
    let ids: Vec<TxId> = committed.transactions.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, [first.id(kit.suite()), second.id(kit.suite())]);
}

#[test]
fn what_waits_in_vain_is_refused_at_its_expiry() {
    let mut kit = kit();
    let mut body = revocation(&mut kit, 1).body;
    body.after = Some(TxId(Digest::from_bytes([1; 32])));
    body.expiry = Height(kit.app.head().height.0 + 3);
    let transaction = kit.sign_body(30, body);
    let id = kit.submit(&transaction).expect("accepted to wait");
    for _ in 0..2 {
        kit.next_block();
        assert_eq!(status(&kit, &id), Some(TxStatus::Pending));
    }
    kit.next_block();
    let refused = Some(TxStatus::Refused(Refusal::Expired));
    assert_eq!((status(&kit, &id), kit.app.pending()), (refused, 0));
    // Whoever was told "accepted" is told why not, also after the node was started again.
    let reopened = App::open(kit.app.store().clone()).expect("a ledger");
    let status = reopened.transaction_status(&id);
    assert_eq!(status.expect("memory does not fail"), refused);
}

#[test]
fn a_sender_cannot_fill_the_pool() {
    let mut kit = kit();
    let mut transactions = Vec::new();
    for number in 0..=limits::MAX_PENDING_PER_SENDER {
        let mut body = revocation(&mut kit, 1).body;
        let mut document = [0; 32];
        document[..8].copy_from_slice(&u64::try_from(number).expect("small").to_be_bytes());
        let Op::SetStatus(change) = &mut body.op else {
            unreachable!("a revocation");
        };
        change.document = Digest::from_bytes(document);
        transactions.push(kit.sign_body(30, body).to_bytes());
    }
    let answers = kit.app.submit(&transactions).expect("memory does not fail");
    let (last, others) = answers.split_last().expect("not empty");
    assert!(others.iter().all(Result::is_ok));
    assert_eq!(*last, Err(Refusal::SenderLimit));
    // Once some are final there is room again.
    let committed = kit.next_block();
    assert_eq!(committed.transactions.len(), limits::MAX_PENDING_PER_SENDER);
    let answers = kit.app.submit(&transactions).expect("memory does not fail");
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(kit.app.pending(), 1);
}

#[test]
fn t41_bytes_that_are_no_transaction_are_refused() {
    let mut kit = kit();
    let good = revocation(&mut kit, 1).to_bytes();
    let mut trailing = good.clone();
    trailing.push(0);
    let long = vec![0; limits::MAX_TRANSACTION_BYTES + 1];
    let inputs = [Vec::new(), trailing, good[..good.len() - 1].to_vec(), long];
    let answers = kit.app.submit(&inputs).expect("memory does not fail");
    let codes: Vec<&str> = answers
        .iter()
        .map(|answer| answer.as_ref().expect_err("refused").code())
        .collect();
    assert_eq!(codes, ["malformed", "malformed", "malformed", "too_large"]);
    assert_eq!(
        answers[1],
        Err(Refusal::Malformed(DecodeError::TrailingBytes))
    );
    assert_eq!(kit.app.pending(), 0);
}

#[test]
fn a_transaction_heavier_than_a_block_has_a_block_of_its_own() {
    let mut kit = kit();
    kit.register("tax", &[(40, crate::kit::INVOICE, None)]);
    let mut grant = kit.lease(41, "tax", 1, 100_000);
    grant.quota_fen = u64::MAX;
    let lease = kit.sign(40, Op::Lease(grant));
    kit.block(&[lease]);
    for batch in 0..2u64 {
        let lines: Vec<(u64, u64)> = (1..9500).map(|n| (batch * 10_000 + n, 1)).collect();
        let issue = kit.issue(41, "tax", 1, &lines);
        let transaction = kit.sign(41, Op::Issue(issue)).to_bytes();
        // No body takes five of them.
        assert!(transaction.len() > limits::MAX_BLOCK_BYTES / 5);
        let body = |count| BlockBody::new(vec![transaction.clone(); count]);
        assert!(body(4).is_ok() && body(5).is_err());
        let answers = kit.app.submit(core::slice::from_ref(&transaction));
        assert!(answers.expect("memory does not fail")[0].is_ok());
    }
    assert_eq!(kit.next_block().transactions.len(), 1);
    assert_eq!(kit.next_block().transactions.len(), 1);
}

/// Whoever has no right at all may say that it comes after something: it waits in a small share of
/// the room, and no block is made for it.
#[test]
fn strangers_who_come_too_early_crowd_nobody_out() {
    let mut kit = kit();
    let early = |kit: &mut Kit, seed: u8| {
        let mut body = revocation(kit, 1).body;
        body.after = Some(TxId(Digest::from_bytes([9; 32])));
        body.sender = kit.pair(seed).public();
        kit.sign_body(seed, body)
    };
    for n in 0..limits::MAX_EARLY {
        let transaction = early(&mut kit, u8::try_from(100 + n % 2).expect("small"));
        kit.submit(&transaction).expect("it waits");
    }
    let one_more = early(&mut kit, 102);
    assert_eq!(kit.submit(&one_more), Err(Refusal::MempoolFull));
    assert!(!kit.app.has_work());
    let good = revocation(&mut kit, 2);
    kit.submit(&good).expect("there is room");
    assert!(kit.app.has_work());
    // Behind one that waits here, it is not early.
    let mut body = revocation(&mut kit, 3).body;
    body.after = Some(good.id(kit.suite()));
    let behind = kit.sign_body(30, body);
    kit.submit(&behind).expect("there is room behind it");
    assert!(kit.app.keeps(&behind.id(kit.suite())).expect("memory"));
    assert!(!kit.app.keeps(&one_more.id(kit.suite())).expect("memory"));
}
