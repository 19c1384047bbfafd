//! Leases and issued invoices.

use ledger_core::{
    Refusal,
    transaction::{Action, LeaseGrant, Op},
};
use light_client::{
    cbor::Wire,
    hash::Digest,
    id::Height,
    merkle::{self, Tree},
    record::{
        Booking, InvoiceRecord, Lease, Module, UsedNumber, invoice_leaf, lease_key, record_key,
        used_key,
    },
    state::StateKey,
    suite::Suite,
};

use crate::kit::{DEGREE, INVOICE, Kit, number};

/// A tax bureau (key 40) that has leased the numbers 1..=100 to a seller (key 41).
fn kit(suite: Suite) -> Kit {
    let mut kit = Kit::new(suite);
    kit.register("tax", &[(40, INVOICE, None), (42, DEGREE, None)]);
    let op = Op::Lease(kit.lease(41, "tax", 1, 100));
    let transaction = kit.sign(40, op);
    kit.block(&[transaction]);
    kit
}

fn entry<T: Wire + Clone>(kit: &Kit, key: &StateKey) -> Option<T> {
    let answer = kit.app.view().state_proof(key, None).expect("an answer");
    let proof = answer.typed::<T>().expect("an entry of this type");
    let checked = proof.check(kit.suite(), &answer.roots, key);
    checked.expect("a proof that holds").cloned()
}

fn lease(kit: &Kit) -> Lease {
    let seller = kit.pair(41).public().id(kit.suite());
    let key = lease_key(kit.suite(), &kit.ledger(), &seller, &number(1));
    entry(kit, &key).expect("a lease")
}

#[test]
fn an_issued_invoice_is_leaf_number_and_record() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = kit(suite);
        let issue = kit.issue(41, "tax", 1, &[(17, 54_500), (18, 100), (90, 0)]);
        let transaction = kit.sign(41, Op::Issue(issue.clone()));
        let committed = kit.block(&[transaction]);
        let (_, Some(index)) = committed.transactions[0] else {
            unreachable!("a batch writes a leaf");
        };
        let leaf = kit.app.view().log_proof(index, None).expect("a proof").leaf;
        assert_eq!(leaf.module, Module::Invoice);
        assert_eq!(leaf.document_type.as_str(), INVOICE);
        let leaves: Vec<Digest> = issue
            .used
            .iter()
            .map(|line| invoice_leaf(suite, &line.number, &line.commitment))
            .collect();
        assert_eq!(leaf.batch_root, merkle::root(Tree::Batch, suite, &leaves));
        for line in &issue.used {
            let key = used_key(suite, &kit.ledger(), &line.number);
            let used: UsedNumber = entry(&kit, &key).expect("a used number");
            assert_eq!(used.commitment, line.commitment);
        }
        for line in &issue.records {
            let key = record_key(suite, &kit.ledger(), &line.name);
            let record: InvoiceRecord = entry(&kit, &key).expect("a record");
            assert_eq!(record.gross_fen, line.gross_fen);
            assert_eq!((record.remaining_fen, record.red_fen), (line.gross_fen, 0));
            assert_eq!(record.booking, Booking::NotBooked);
        }
        let unused = used_key(suite, &kit.ledger(), &number(19));
        assert_eq!(entry::<UsedNumber>(&kit, &unused), None);
        assert_eq!(lease(&kit).issued_fen, 54_600);
    }
}

#[test]
fn t50_a_number_is_used_once() {
    let mut kit = kit(Suite::Sm);
    let first = kit.issue(41, "tax", 1, &[(17, 100)]);
    let transaction = kit.sign(41, Op::Issue(first.clone()));
    kit.block(&[transaction]);
    let same = kit.sign(41, Op::Issue(first.clone()));
    kit.assert_refused(&same, Refusal::NumberUsed);
    let mut other = kit.issue(41, "tax", 1, &[(17, 200), (18, 1)]);
    other.records = kit.issue(41, "tax", 1, &[(60, 200), (61, 1)]).records;
    let other = kit.sign(41, Op::Issue(kit.resign(41, other)));
    kit.assert_refused(&other, Refusal::NumberUsed);
    let mut record = kit.issue(41, "tax", 1, &[(19, 100)]);
    record.records = first.records;
    let record = kit.sign(41, Op::Issue(kit.resign(41, record)));
    kit.assert_refused(&record, Refusal::RecordUsed);
    // Nothing of what was refused has taken effect.
    assert_eq!(lease(&kit).issued_fen, 100);
    let free = kit.issue(41, "tax", 1, &[(18, 1), (19, 1)]);
    let free = kit.sign(41, Op::Issue(free));
    kit.block(&[free]);
}

#[test]
fn two_that_use_one_number_are_never_both_in_a_block() {
    let mut kit = kit(Suite::Intl);
    let one = kit.issue(41, "tax", 1, &[(17, 100)]);
    let mut two = kit.issue(41, "tax", 1, &[(17, 200)]);
    two.records = kit.issue(41, "tax", 1, &[(60, 200)]).records;
    let one = kit.sign(41, Op::Issue(one));
    let two = kit.sign(41, Op::Issue(kit.resign(41, two)));
    let expected = Err(ledger_core::HeaderRefusal::Transaction {
        index: 1,
        source: Refusal::NumberUsed,
    });
    assert_eq!(kit.forge(&[one.clone(), two.clone()]), expected);
    kit.submit(&one).expect("the number is free");
    kit.submit(&two).expect("the number is still free");
    let committed = kit.next_block();
    assert_eq!(committed.transactions.len(), 1);
    // Only once the first is final is the second refused.
    let status = |kit: &Kit| {
        kit.app
            .transaction_status(&two.id(kit.suite()))
            .expect("a status")
    };
    assert_eq!(status(&kit), Some(ledger_core::TxStatus::Pending));
    kit.next_block();
    let refused = Some(ledger_core::TxStatus::Refused(Refusal::NumberUsed));
    assert_eq!(status(&kit), refused);
    assert_eq!(kit.app.pending(), 0);
}

#[test]
fn t51_amounts_stay_within_the_quota_and_never_overflow() {
    let mut kit = kit(Suite::Intl);
    for (lines, fits) in [
        (&[(1, 100_001)][..], false),
        (&[(1, 60_000), (2, 40_001)], false),
        (&[(1, u64::MAX), (2, u64::MAX)], false),
        (&[(1, 60_000), (2, 40_000)], true),
        (&[(3, 1)], false),
        (&[(3, 0)], true),
    ] {
        let issue = kit.issue(41, "tax", 1, lines);
        let transaction = kit.sign(41, Op::Issue(issue));
        if fits {
            kit.block(&[transaction]);
        } else {
            kit.assert_refused(&transaction, Refusal::QuotaExceeded);
        }
    }
}

#[test]
fn issuing_keeps_to_the_lease() {
    let mut kit = kit(Suite::Intl);
    let mut unsorted = kit.issue(41, "tax", 1, &[(17, 1), (18, 1)]);
    unsorted.used.reverse();
    let mut doubled = kit.issue(41, "tax", 1, &[(17, 1), (18, 1)]);
    doubled.used[1] = doubled.used[0].clone();
    let mut records = kit.issue(41, "tax", 1, &[(17, 1), (18, 1)]);
    records.records.reverse();
    let mut fewer = kit.issue(41, "tax", 1, &[(17, 1), (18, 1)]);
    fewer.records.pop();
    let mut swapped = kit.issue(41, "tax", 1, &[(17, 1)]);
    swapped.used[0].commitment = Digest::from_bytes([9; 32]);
    let cases = [
        (41, kit.issue(41, "tax", 1, &[(101, 1)]), Refusal::NotLeased),
        (41, kit.issue(41, "tax", 2, &[(17, 1)]), Refusal::NotLeased),
        (43, kit.issue(43, "tax", 1, &[(17, 1)]), Refusal::NotLeased),
        (
            41,
            kit.issue(41, "nobody", 1, &[(17, 1)]),
            Refusal::UnknownIssuer,
        ),
        (41, kit.resign(41, unsorted), Refusal::OutOfRange("numbers")),
        (41, kit.resign(41, doubled), Refusal::OutOfRange("numbers")),
        (41, kit.resign(41, records), Refusal::OutOfRange("records")),
        (41, kit.resign(41, fewer), Refusal::OutOfRange("records")),
        (
            41,
            kit.issue(41, "tax", 1, &[]),
            Refusal::OutOfRange("count"),
        ),
        (41, swapped, Refusal::BadSignature),
        (
            43,
            kit.issue(41, "tax", 1, &[(17, 1)]),
            Refusal::BadSignature,
        ),
    ];
    for (seed, issue, refusal) in cases {
        let transaction = kit.sign(seed, Op::Issue(issue));
        kit.assert_refused(&transaction, refusal);
    }
}

#[test]
fn another_agencys_lease_does_not_count() {
    let mut kit = kit(Suite::Intl);
    kit.register("rail", &[(44, INVOICE, None)]);
    let issue = kit.issue(41, "rail", 1, &[(17, 1)]);
    let transaction = kit.sign(41, Op::Issue(issue));
    kit.assert_refused(&transaction, Refusal::NotLeased);
}

#[test]
fn issuing_ends_with_the_lease_and_with_the_agencys_right() {
    let mut kit = kit(Suite::Intl);
    let short = LeaseGrant {
        to: Height(kit.next_height().0 + 1),
        ..kit.lease(41, "tax", 201, 10)
    };
    let transaction = kit.sign(40, Op::Lease(short));
    kit.block(&[transaction]);
    let late = kit.sign(41, Op::Issue(kit.issue(41, "tax", 201, &[(201, 1)])));
    kit.assert_refused(&late, Refusal::LeaseEnded);
    let op = Action::Amend(kit.change("tax", &[(40, INVOICE, Some(0))]));
    let end = kit.decide(1, op, &[0, 1, 2]);
    kit.block(&[end]);
    let without = kit.sign(41, Op::Issue(kit.issue(41, "tax", 1, &[(17, 1)])));
    kit.assert_refused(&without, Refusal::NoRight);
}

#[test]
fn numbers_are_leased_once_and_by_those_who_may() {
    let mut kit = kit(Suite::Intl);
    let lease = |kit: &Kit, first, count| kit.lease(43, "tax", first, count);
    let free = kit.sign(40, Op::Lease(lease(&kit, 200, 50)));
    kit.block(&[free]);
    for (first, count) in [
        (1, 1),
        (100, 1),
        (50, 100),
        (101, 100),
        (150, 200),
        (249, 1),
    ] {
        let transaction = kit.sign(40, Op::Lease(lease(&kit, first, count)));
        kit.assert_refused(&transaction, Refusal::NumbersLeased);
    }
    // Two in one block, too.
    let one = kit.sign(40, Op::Lease(lease(&kit, 300, 10)));
    let two = kit.sign(40, Op::Lease(lease(&kit, 309, 10)));
    let expected = Err(ledger_core::HeaderRefusal::Transaction {
        index: 1,
        source: Refusal::NumbersLeased,
    });
    assert_eq!(kit.forge(&[one, two]), expected);
    for (first, count) in [(101, 99), (250, 1)] {
        let transaction = kit.sign(40, Op::Lease(lease(&kit, first, count)));
        kit.block(&[transaction]);
    }
    let ended = LeaseGrant {
        to: kit.next_height(),
        ..lease(&kit, 500, 1)
    };
    let free = LeaseGrant {
        quota_fen: 0,
        ..lease(&kit, 500, 1)
    };
    let cases = [
        (42, lease(&kit, 500, 1), Refusal::NoRight),
        (41, lease(&kit, 500, 1), Refusal::NoRight),
        (40, kit.lease(43, "nobody", 500, 1), Refusal::UnknownIssuer),
        (40, lease(&kit, 500, 0), Refusal::OutOfRange("count")),
        (40, lease(&kit, 500, u64::MAX), Refusal::OutOfRange("count")),
        (
            40,
            lease(&kit, 999_999_999_999_999, 2),
            Refusal::OutOfRange("count"),
        ),
        (40, ended, Refusal::OutOfRange("to")),
        (40, free, Refusal::OutOfRange("quota")),
    ];
    for (seed, grant, refusal) in cases {
        let transaction = kit.sign(seed, Op::Lease(grant));
        kit.assert_refused(&transaction, refusal);
    }
}
