//! Registry, anchor and status.

use ledger_core::{
    Refusal,
    limits::CLOCK_WINDOW_MS,
    transaction::{Action, Op},
};
use light_client::{
    id::{Height, TimeMs, TreeSize},
    key::Signature,
    record::{
        DecidingRole, IssuerEntry, LegalBasis, LogLeaf, Module, Standing, StatusEntry, issuer_key,
        status_key,
    },
    state::StateKey,
    suite::Suite,
};

use crate::kit::{DEGREE, INVOICE, Kit, agency, basis, document_type};

fn entry<T: light_client::cbor::Wire + Clone>(kit: &Kit, key: &StateKey) -> Option<T> {
    let answer = kit.app.view().state_proof(key, None).expect("an answer");
    let proof = answer.typed::<T>().expect("an entry of this type");
    let checked = proof.check(kit.suite(), &answer.roots, key);
    checked.expect("a proof that holds").cloned()
}

fn issuer(kit: &Kit, name: &str) -> Option<IssuerEntry> {
    entry(kit, &issuer_key(kit.suite(), &kit.ledger(), &agency(name)))
}

#[test]
fn a_registered_issuer_has_its_rights_from_its_block_on() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        assert_eq!(issuer_at_genesis(&mut kit), None);
        kit.register("uni", &[(30, DEGREE, None), (31, DEGREE, Some(50))]);
        let entry = issuer(&kit, "uni").expect("registered");
        assert_eq!(entry.name.zh, "uni局");
        let (key, other) = (kit.pair(30).public(), kit.pair(32).public());
        let height = kit.app.head().height;
        let right = |key: &light_client::key::PublicKey, height| {
            entry.right(suite, &key.id(suite), &document_type(DEGREE), height)
        };
        assert!(right(&key, height).is_some());
        assert!(right(&key, Height(height.0 - 1)).is_none());
        assert!(right(&other, height).is_none());
        assert!(right(&kit.pair(31).public(), Height(49)).is_some());
        assert!(right(&kit.pair(31).public(), Height(50)).is_none());
    }
}

fn issuer_at_genesis(kit: &mut Kit) -> Option<IssuerEntry> {
    kit.next_block();
    issuer(kit, "uni")
}

#[test]
fn an_amendment_changes_the_future_only() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let from = kit.app.head().height;
    // An end in the past means "from this block on".
    let op = Action::Amend(kit.change("uni", &[(30, DEGREE, Some(0)), (31, DEGREE, None)]));
    let transaction = kit.decide(1, op, &[0, 1, 3]);
    kit.block(&[transaction]);
    let height = kit.app.head().height;
    let entry = issuer(&kit, "uni").expect("registered");
    let [old, new] = entry.rights.as_slice() else {
        unreachable!("two rights: {entry:?}");
    };
    assert_eq!((old.from, old.to), (from, Some(height)));
    assert_eq!((new.from, new.to), (height, None));
    // The right that ended cannot be revived, only begun anew.
    let op = Action::Amend(kit.change("uni", &[(30, DEGREE, None)]));
    let transaction = kit.decide(1, op, &[0, 1, 3]);
    kit.block(&[transaction]);
    let entry = issuer(&kit, "uni").expect("registered");
    assert_eq!(entry.rights[0].to, Some(height));
    assert_eq!(entry.rights[2].from, kit.app.head().height);
}

#[test]
fn registration_needs_a_quorum_of_members_over_this_very_operation() {
    let mut kit = Kit::new(Suite::Intl);
    let action = Action::Register(kit.change("uni", &[(30, DEGREE, None)]));
    for members in [&[][..], &[0, 1], &[0, 0, 1], &[2, 1, 0], &[0, 1, 9]] {
        let transaction = kit.decide(1, action.clone(), members);
        kit.assert_refused(&transaction, Refusal::BadApproval);
    }
    // Approvals of another action, on another basis, and of another intent.
    let Op::Decide(approved) = kit.decide(1, action, &[0, 1, 2]).body.op else {
        unreachable!("a decision");
    };
    let mut widened = approved.clone();
    widened.action = Action::Register(kit.change("uni", &[(30, DEGREE, Some(77))]));
    let mut rebased = approved.clone();
    rebased.basis = LegalBasis::parse("another law").expect("plain text");
    for decision in [approved, widened, rebased] {
        let transaction = kit.sign(1, Op::Decide(decision));
        kit.assert_refused(&transaction, Refusal::BadApproval);
    }
}

#[test]
fn registry_refuses_what_makes_no_sense() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let mut nameless = kit.change("new", &[]);
    nameless.name.en.clear();
    let cases = [
        (
            Action::Register(kit.change("uni", &[])),
            Refusal::IssuerExists,
        ),
        (
            Action::Amend(kit.change("nobody", &[])),
            Refusal::UnknownIssuer,
        ),
        (Action::Register(nameless), Refusal::OutOfRange("name")),
        (
            Action::Register(kit.change("new", &[(30, DEGREE, Some(1))])),
            Refusal::OutOfRange("to"),
        ),
        (
            Action::Register(kit.change("new", &[(30, DEGREE, None), (30, DEGREE, Some(9))])),
            Refusal::OutOfRange("rights"),
        ),
    ];
    for (op, refusal) in cases {
        let transaction = kit.decide(1, op, &[0, 1, 2]);
        kit.assert_refused(&transaction, refusal);
    }
}

#[test]
fn an_anchored_batch_is_a_leaf_of_the_log() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut kit = Kit::new(suite);
        kit.register("uni", &[(30, DEGREE, None)]);
        let batch = kit.anchor(30, "uni", DEGREE, 7);
        let transaction = kit.sign(30, Op::Anchor(batch.clone()));
        let committed = kit.block(&[transaction]);
        let (_, Some(index)) = committed.transactions[0] else {
            unreachable!("a batch writes a leaf");
        };
        let proof = kit.app.view().log_proof(index, None).expect("a proof");
        let core = &committed.header.header.core;
        let expected = LogLeaf {
            ledger: kit.ledger(),
            height: core.height,
            time_ms: core.time_ms,
            module: Module::Anchor,
            issuer: agency("uni"),
            key_id: kit.pair(30).public().id(suite),
            document_type: document_type(DEGREE),
            count: TreeSize(3),
            batch_root: batch.root,
        };
        assert_eq!(proof.leaf, expected);
        let root = proof.inclusion.root(
            light_client::merkle::Tree::Log,
            suite,
            proof.leaf.hash(suite),
            core.log_size,
        );
        assert_eq!(root, Ok(core.log_root));
    }
}

#[test]
fn t48_anchoring_needs_the_right_at_that_height() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, Some(3)), (31, INVOICE, None)]);
    let mut spoiled = kit.anchor(30, "uni", DEGREE, 1);
    spoiled.root = light_client::hash::Digest::from_bytes([2; 32]);
    let mut empty = kit.anchor(30, "uni", DEGREE, 1);
    empty.count = TreeSize(0);
    let mut huge = kit.anchor(30, "uni", DEGREE, 1);
    huge.count = TreeSize(10_001);
    let cases = [
        (
            30,
            kit.anchor(30, "other", DEGREE, 1),
            Refusal::UnknownIssuer,
        ),
        (32, kit.anchor(32, "uni", DEGREE, 1), Refusal::NoRight),
        (30, kit.anchor(30, "uni", "urn:other", 1), Refusal::NoRight),
        (31, kit.anchor(31, "uni", INVOICE, 1), Refusal::WrongType),
        (30, spoiled, Refusal::BadSignature),
        (31, kit.anchor(30, "uni", DEGREE, 1), Refusal::BadSignature),
        (30, empty, Refusal::OutOfRange("count")),
        (30, huge, Refusal::TooLarge),
    ];
    for (seed, batch, refusal) in cases {
        let transaction = kit.sign(seed, Op::Anchor(batch));
        kit.assert_refused(&transaction, refusal);
    }
    kit.next_block();
    assert_eq!(kit.next_height(), Height(3));
    let transaction = kit.sign(30, Op::Anchor(kit.anchor(30, "uni", DEGREE, 1)));
    kit.assert_refused(&transaction, Refusal::NoRight);
}

#[test]
fn an_expired_batch_signature_anchors_nothing() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    let batch = kit.anchor(30, "uni", DEGREE, 1);
    let expiry = batch.expiry;
    while kit.app.head().height < expiry {
        kit.next_block();
    }
    let transaction = kit.sign(30, Op::Anchor(batch));
    kit.assert_refused(&transaction, Refusal::BatchExpired);
}

#[test]
fn standing_changes_only_along_its_permitted_ways() {
    let mut kit = Kit::new(Suite::Sm);
    kit.register("uni", &[(30, DEGREE, None)]);
    let ways = [
        (Standing::Reinstated, false),
        (Standing::Suspended, true),
        (Standing::Suspended, false),
        (Standing::Reinstated, true),
        (Standing::Reinstated, false),
        (Standing::Suspended, true),
        (Standing::Revoked, true),
        (Standing::Reinstated, false),
        (Standing::Suspended, false),
        (Standing::Revoked, false),
    ];
    let document = light_client::hash::Digest::from_bytes([5; 32]);
    let key = status_key(kit.suite(), &kit.ledger(), &agency("uni"), &document);
    for (standing, permitted) in ways {
        let transaction = kit.sign(30, Op::SetStatus(kit.status("uni", 5, standing)));
        if permitted {
            let committed = kit.block(&[transaction]);
            let found: StatusEntry = entry(&kit, &key).expect("an entry");
            assert_eq!(found.standing, standing);
            assert_eq!((found.basis, found.role), (basis(), DecidingRole::Issuer));
            assert_eq!(found.by, agency("uni"));
            assert_eq!(found.recorded, committed.header.header.core.height);
            assert_eq!(found.recorded_ms, committed.header.header.core.time_ms);
        } else {
            kit.assert_refused(&transaction, Refusal::BadTransition);
        }
    }
}

#[test]
fn a_date_ahead_leaves_a_document_as_it_is_until_then() {
    let mut kit = Kit::new(Suite::Sm);
    kit.register("uni", &[(30, DEGREE, None)]);
    let later = TimeMs(kit.app.head().time_ms.0 + 3_600_000);
    let now = TimeMs(5);
    let ways = [
        (Standing::Suspended, later, true),
        (Standing::Reinstated, later, false),
        (Standing::Reinstated, now, true),
        (Standing::Suspended, now, true),
        (Standing::Revoked, later, false),
        (Standing::Reinstated, later, true),
        // It is suspended until then.
        (Standing::Suspended, later, false),
        (Standing::Revoked, later, false),
        (Standing::Revoked, now, true),
    ];
    for (standing, effective_ms, permitted) in ways {
        let mut change = kit.status("uni", 5, standing);
        change.effective_ms = effective_ms;
        let transaction = kit.sign(30, Op::SetStatus(change));
        if permitted {
            kit.block(&[transaction]);
        } else {
            kit.assert_refused(&transaction, Refusal::BadTransition);
        }
    }
}

#[test]
fn a_date_ahead_by_no_more_than_clocks_differ_means_now() {
    let mut kit = Kit::new(Suite::Sm);
    kit.register("uni", &[(30, DEGREE, None)]);
    let suspended = kit.sign(30, Op::SetStatus(kit.status("uni", 5, Standing::Suspended)));
    kit.block(&[suspended]);
    let mut change = kit.status("uni", 5, Standing::Revoked);
    change.effective_ms = TimeMs(kit.app.head().time_ms.0 + CLOCK_WINDOW_MS);
    let revoked = kit.sign(30, Op::SetStatus(change));
    kit.block(&[revoked]);
    let document = light_client::hash::Digest::from_bytes([5; 32]);
    let key = status_key(kit.suite(), &kit.ledger(), &agency("uni"), &document);
    let found: StatusEntry = entry(&kit, &key).expect("an entry");
    assert_eq!(found.standing, Standing::Revoked);
    assert_eq!(found.effective_ms, found.recorded_ms);
}

#[test]
fn only_the_issuer_changes_a_standing() {
    let mut kit = Kit::new(Suite::Intl);
    kit.register("uni", &[(30, DEGREE, None)]);
    kit.register("other", &[(31, DEGREE, None)]);
    let by_other = kit.sign(31, Op::SetStatus(kit.status("uni", 5, Standing::Revoked)));
    kit.assert_refused(&by_other, Refusal::NoRight);
    let unknown = kit.sign(
        30,
        Op::SetStatus(kit.status("nobody", 5, Standing::Revoked)),
    );
    kit.assert_refused(&unknown, Refusal::UnknownIssuer);
    // The other issuer's own document of the same digest is another entry.
    let own = kit.sign(31, Op::SetStatus(kit.status("other", 5, Standing::Revoked)));
    kit.block(&[own]);
    let document = light_client::hash::Digest::from_bytes([5; 32]);
    let key = status_key(kit.suite(), &kit.ledger(), &agency("uni"), &document);
    assert_eq!(entry::<StatusEntry>(&kit, &key), None);
}

#[test]
fn a_signature_by_nobody_is_refused() {
    let mut kit = Kit::new(Suite::Sm);
    kit.register("uni", &[(30, DEGREE, None)]);
    let mut transaction = kit.sign(30, Op::SetStatus(kit.status("uni", 5, Standing::Revoked)));
    transaction.signature = Signature([1; 64]);
    kit.assert_refused(&transaction, Refusal::BadSignature);
}
