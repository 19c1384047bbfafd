//! Proofs at every height that can be asked for, checked as a light client checks them.

use ledger_core::{LogProof, QueryError, StateAnswer, StateBatchAnswer, limits, transaction::Op};
use light_client::{
    cbor::{parse, to_bytes},
    hash::{Digest, Tag, hash},
    header::{Header, history_leaf},
    id::{Height, LeafIndex, TreeSize},
    merkle::Tree,
    record::{IssuerEntry, Standing, StatusEntry, issuer_key, status_key},
    state::{Claimed, Namespace},
    suite::Suite,
};

use crate::{
    governance::rotate,
    kit::{DEGREE, Kit, agency},
};

fn header(kit: &Kit, height: u64) -> Header {
    let stored = kit.app.view().header(Height(height)).expect("a row");
    stored.expect("a final header").header
}

/// A ledger of twelve blocks: an issuer, then a batch and a revocation in each.
fn kit(suite: Suite) -> Kit {
    let mut kit = Kit::new(suite);
    kit.register("uni", &[(30, DEGREE, None)]);
    for block in 2..=12 {
        let batch = kit.anchor(30, "uni", DEGREE, block);
        let anchor = kit.sign(30, Op::Anchor(batch));
        let revoke = kit.sign(
            30,
            Op::SetStatus(kit.status("uni", block, Standing::Revoked)),
        );
        kit.block(&[anchor, revoke]);
    }
    kit
}

#[test]
fn many_keys_are_proved_together_under_every_retained_header() {
    for suite in [Suite::Sm, Suite::Intl] {
        let kit = kit(suite);
        let ledger = kit.ledger();
        let mut keys: Vec<_> = (0..30)
            .map(|n| status_key(suite, &ledger, &agency("uni"), &Digest::from_bytes([n; 32])))
            .collect();
        keys.sort_unstable();
        for height in 1..=12 {
            let answer = kit.app.view().state_proofs(&keys, Some(Height(height)));
            let answer = answer.expect("an answer");
            let bytes = to_bytes(&answer);
            assert_eq!(
                parse::<StateBatchAnswer>(&bytes, 1 << 20).as_ref(),
                Ok(&answer)
            );
            let core = header(&kit, height);
            assert_eq!(answer.roots.hash(suite), core.rest.state_root);
            let claimed: Vec<Claimed<'_>> = keys
                .iter()
                .zip(&answer.values)
                .map(|(key, value)| Claimed {
                    key: key.hash,
                    value: value.as_deref(),
                })
                .collect();
            let root = answer.roots.of(Namespace::Status);
            assert_eq!(answer.batch.check(suite, root, &claimed), Ok(()));
            let revoked = answer.values.iter().flatten().count();
            assert_eq!(revoked as u64, height - 1);
        }
        let mut mixed = keys.clone();
        mixed.push(issuer_key(suite, &ledger, &agency("uni")));
        let backwards: Vec<_> = keys.iter().rev().copied().collect();
        for bad in [&[][..], &mixed, &backwards] {
            let refused = kit.app.view().state_proofs(bad, None);
            assert!(matches!(refused, Err(QueryError::BadKeys)));
        }
    }
}

#[test]
fn every_leaf_is_proved_under_every_later_header() {
    for suite in [Suite::Sm, Suite::Intl] {
        let kit = kit(suite);
        for height in 1..=12 {
            let core = header(&kit, height).core;
            assert_eq!(core.log_size, TreeSize(height - 1));
            for index in 0..12 {
                let proof = kit
                    .app
                    .view()
                    .log_proof(LeafIndex(index), Some(Height(height)));
                if index >= core.log_size.0 {
                    assert!(matches!(proof, Err(QueryError::NotFound)));
                    continue;
                }
                let proof = proof.expect("a proof");
                let bytes = to_bytes(&proof);
                assert_eq!(parse::<LogProof>(&bytes, 4096).as_ref(), Ok(&proof));
                let leaf = proof.leaf.hash(suite);
                let root = proof.inclusion.root(Tree::Log, suite, leaf, core.log_size);
                assert_eq!(root, Ok(core.log_root));
                assert_eq!(proof.leaf.height, Height(index + 2));
            }
        }
    }
}

#[test]
fn every_header_is_proved_in_every_later_history() {
    let kit = kit(Suite::Sm);
    for at in 1..=12 {
        let newest = header(&kit, at);
        for of in 1..=12 {
            let proof = kit.app.view().history_proof(Height(of), Some(Height(at)));
            if of >= at {
                assert!(matches!(proof, Err(QueryError::NotFound)), "{of} in {at}");
                continue;
            }
            let earlier = header(&kit, of).hash();
            let leaf = hash(kit.suite(), Tag::HISTORY_LEAF, &[earlier.as_bytes()]);
            let proof = proof.expect("a proof");
            let root = proof.root(Tree::History, kit.suite(), leaf, TreeSize(at - 1));
            assert_eq!(root, Ok(newest.rest.history_root));
        }
    }
}

#[test]
fn an_earlier_header_is_proved_with_the_later_one() {
    let mut kit = kit(Suite::Sm);
    let ended = rotate(&mut kit, 1, &[50, 51, 52, 53]).header;
    let last = ended.header.core.height;
    kit.next_block();
    let view = kit.app.view();
    for at in [None, Some(last)] {
        let proof = view.succession(Height(3), at).expect("earlier");
        let newest = &proof.newest.header;
        let height = at.unwrap_or(kit.app.head().height);
        assert_eq!(newest, &header(&kit, height.0));
        let leaf = history_leaf(kit.suite(), &header(&kit, 3).hash());
        let size = TreeSize(height.0 - 1);
        let root = proof.path.root(Tree::History, kit.suite(), leaf, size);
        assert_eq!(root, Ok(newest.rest.history_root));
    }
    let of = |of: Height, at: Height| view.succession(of, Some(at));
    assert!(matches!(of(last, last), Err(QueryError::NotFound)));
    assert!(matches!(of(Height(0), last), Err(QueryError::NotFound)));
    let ahead = Height(last.0 + 9);
    assert!(matches!(of(last, ahead), Err(QueryError::NotYet { .. })));
}

#[test]
fn t37_state_is_proved_as_it_was_at_each_height() {
    for suite in [Suite::Sm, Suite::Intl] {
        let kit = kit(suite);
        for height in 1..=12u8 {
            let header = header(&kit, height.into());
            for document in 1..=13u8 {
                let digest = Digest::from_bytes([document; 32]);
                let key = status_key(suite, &kit.ledger(), &agency("uni"), &digest);
                let at = Some(Height(height.into()));
                let answer = kit.app.view().state_proof(&key, at).expect("an answer");
                let bytes = to_bytes(&answer);
                assert_eq!(parse::<StateAnswer>(&bytes, 1 << 16).as_ref(), Ok(&answer));
                assert_eq!(answer.roots.hash(suite), header.rest.state_root);
                let proof = answer.typed::<StatusEntry>().expect("a status");
                let found = proof.check(suite, &answer.roots, &key).expect("it holds");
                let recorded = (2..=height).contains(&document);
                assert_eq!(found.is_some(), recorded, "{document} at {height}");
                // The same bytes are no proof about another key.
                let other = Digest::from_bytes([200; 32]);
                let other = status_key(suite, &kit.ledger(), &agency("uni"), &other);
                if recorded {
                    assert!(proof.check(suite, &answer.roots, &other).is_err());
                }
                // An entry of another type is not mistaken for this one.
                if recorded {
                    assert!(answer.typed::<IssuerEntry>().is_err());
                }
            }
        }
    }
}

#[test]
fn heights_that_cannot_be_asked_for_say_so() {
    let kit = kit(Suite::Intl);
    let key = issuer_key(kit.suite(), &kit.ledger(), &agency("uni"));
    let view = kit.app.view();
    let head = Height(12);
    let later = Some(Height(13));
    let not_yet = |error: QueryError| matches!(error, QueryError::NotYet { head: h } if h == head);
    assert!(not_yet(view.state_proof(&key, later).expect_err("not yet")));
    assert!(not_yet(
        view.log_proof(LeafIndex(0), later).expect_err("not yet")
    ));
    assert!(not_yet(
        view.history_proof(Height(1), later).expect_err("not yet")
    ));
    let zero = view.state_proof(&key, Some(Height(0)));
    assert!(matches!(zero, Err(QueryError::NotFound)));
}

#[test]
fn old_states_are_pruned_and_logs_are_not() {
    let mut kit = kit(Suite::Intl);
    let extra = 30;
    while kit.app.head().height.0 < limits::RETAINED_HEIGHTS + extra {
        kit.next_block();
    }
    let view = kit.app.view();
    let key = issuer_key(kit.suite(), &kit.ledger(), &agency("uni"));
    let expected = Height(extra);
    for height in 1..extra {
        let error = view
            .state_proof(&key, Some(Height(height)))
            .expect_err("pruned");
        let pruned = matches!(error, QueryError::Pruned { earliest } if earliest == expected);
        assert!(pruned, "{error:?}");
    }
    for height in [
        extra,
        extra + 1,
        limits::RETAINED_HEIGHTS,
        limits::RETAINED_HEIGHTS + extra,
    ] {
        let answer = view.state_proof(&key, Some(Height(height))).expect("kept");
        let header = header(&kit, height);
        assert_eq!(answer.roots.hash(kit.suite()), header.rest.state_root);
        let proof = answer.typed::<IssuerEntry>().expect("an issuer");
        let found = proof.check(kit.suite(), &answer.roots, &key);
        assert!(found.expect("it holds").is_some());
    }
    let roots = kit.app.store().len(ledger_core::store::Column::Roots);
    assert_eq!(u64::try_from(roots), Ok(limits::RETAINED_HEIGHTS + 1));
    assert!(view.log_proof(LeafIndex(0), Some(Height(2))).is_ok());
    assert!(view.history_proof(Height(1), Some(Height(2))).is_ok());
}
