//! From one validator set to the next, and forks.

use light_client::{
    bundle::SuccessionProof,
    cbor::to_bytes,
    hash::Digest,
    id::{Epoch, Height, LeafIndex},
    policy::Policy,
    suite::Suite,
    verdict::{Headline, Reason},
    verify,
};

use super::{
    Scene, invalid,
    support::{Ledger, Validators},
};

#[test]
fn t09_a_hand_off_signed_by_the_new_set_only() {
    let mut scene = Scene::new();
    let next = Validators::new(Suite::Intl, 1, 4);
    let header = scene.ledger.draft(Some(next.set.hash(Suite::Intl)));
    scene.ledger.block_ending_epoch(next.clone());
    scene.ledger.block();
    let outcome = scene.after(|bundle| {
        let mut forged = header;
        forged.core.epoch = Epoch(0);
        bundle.proofs.handoffs[0].last = next.certify(forged);
    });
    assert_eq!(outcome, invalid(Reason::HandoffInvalid));
}

#[test]
fn t10_hand_offs_left_out_reordered_or_replayed() {
    let mut scene = Scene::new();
    for epoch in 1..=3 {
        scene
            .ledger
            .block_ending_epoch(Validators::new(Suite::Intl, epoch, 4));
        scene.ledger.block();
    }
    let outcome = scene.after(|bundle| {
        bundle.proofs.handoffs.remove(1);
    });
    let unknown = Headline::Undetermined(Reason::EpochUnknown);
    assert_eq!(outcome, unknown, "a gap");
    let outcome = scene.after(|bundle| bundle.proofs.handoffs.swap(0, 1));
    assert_eq!(
        outcome, unknown,
        "another order: the first is missing where it is needed"
    );
    let outcome = scene.after(|bundle| bundle.proofs.handoffs.swap(1, 2));
    assert_eq!(outcome, unknown, "another order later on");
    let outcome = scene.after(|bundle| {
        bundle.proofs.handoffs.pop();
    });
    assert_eq!(outcome, unknown, "the last withheld");
    for at in 0..3 {
        let outcome = scene.after(|bundle| {
            let again = bundle.proofs.handoffs[at].clone();
            bundle.proofs.handoffs.insert(at, again);
        });
        assert_eq!(outcome, invalid(Reason::HandoffInvalid), "{at} twice");
    }
    let outcome = scene.after(|bundle| {
        let again = bundle.proofs.handoffs[0].clone();
        bundle.proofs.handoffs.push(again);
    });
    assert_eq!(outcome, invalid(Reason::HandoffInvalid), "an old one again");

    // A second hand-off for an epoch that has been handed off already, signed with leaked keys.
    let mut forked = Ledger::new(Suite::Intl, 4);
    forked.block();
    forked.block();
    forked.block_ending_epoch(Validators::new(Suite::Intl, 1, 7));
    let mut bundle = scene.bundle();
    let trust = scene.ledger.learned();
    bundle.proofs.handoffs = vec![forked.handoffs[0].clone()];
    let outcome = scene.decide_by(&trust, &bundle);
    assert_eq!(outcome, invalid(Reason::HandoffConflict));
}

/// T11: a set that is none, or in which somebody has two votes, is no set: the file is no bundle.
#[test]
fn t11_a_hand_off_to_a_set_of_none_or_with_a_key_twice() {
    let mut scene = Scene::new();
    let next = Validators::new(Suite::Intl, 1, 4);
    scene.ledger.block_ending_epoch(next.clone());
    scene.ledger.block();
    let bundle = scene.bundle();
    assert_eq!(scene.decide(&bundle), Headline::Valid);
    let bytes = to_bytes(&bundle);
    let [first, second] = [0, 1].map(|place| next.set.validators()[place].key.to_bytes());
    let set = to_bytes(&next.set);
    let forged_sets = [
        [&set[..3], &[0x80]].concat(),
        replaced(&set, &second, &first),
        replaced(&set, b"agency-001", b"agency-000"),
        replaced(&set, b"agency-001", b"agency-009"),
    ];
    for forged in forged_sets {
        let bytes = replaced(&bytes, &set, &forged);
        let (trust, now) = (scene.ledger.trust(), scene.ledger.now());
        let verdict = verify(&bytes, &trust, &Policy::default(), now);
        assert_eq!(verdict.headline, invalid(Reason::Malformed));
    }
}

/// Replaces the first of some bytes, which must be there.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|part| part == from);
    let at = at.expect("it is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

/// T12, T22: a client that has seen an epoch's header does not follow a hand-off that ends the
/// epoch before it, or at it with another block.
#[test]
fn t12_a_hand_off_that_forks_what_was_verified() {
    let scene = Scene::new();
    let trust = scene.ledger.learned();
    for blocks in 0..=3 {
        let mut forked = scene.ledger.clone();
        forked.headers.truncate(blocks);
        forked.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
        forked.block();
        let bundle = scene.documents[1].bundle(&forked);
        let verdict = verify(&to_bytes(&bundle), &trust, &Policy::default(), forked.now());
        let expected = if blocks < scene.ledger.headers.len() {
            invalid(Reason::HandoffConflict)
        } else {
            Headline::Valid
        };
        assert_eq!(verdict.headline, expected, "after {blocks} blocks");
    }
}

#[test]
fn t12_leaked_keys_of_an_old_epoch_sign_an_alternative_future() {
    let mut scene = Scene::new();
    let leaked = scene.ledger.validators.clone();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    scene.ledger.block();
    let beyond = scene.after(|bundle| {
        let mut header = bundle.proofs.head.header.clone();
        header.core.epoch = Epoch(0);
        header.core.set_hash = leaked.set.hash(Suite::Intl);
        bundle.proofs.head = leaked.certify(header);
    });
    assert_eq!(
        beyond,
        invalid(Reason::BeyondEpoch),
        "above the epoch's last block"
    );
    let rewritten = scene.after(|bundle| {
        let mut header = scene.ledger.headers[1].header.clone();
        header.core.log_root = Digest::from_bytes([1; 32]);
        bundle.proofs.head = leaked.certify(header);
    });
    assert_eq!(rewritten, Headline::Undetermined(Reason::SupersededEpoch));
    let with_foreign_history = scene.after(|bundle| {
        let mut header = scene.ledger.headers[1].header.clone();
        header.core.log_root = Digest::from_bytes([1; 32]);
        let path = scene.ledger.history_path(header.core.height);
        let newest = bundle.proofs.head.clone();
        bundle.proofs.succession = Some(SuccessionProof { newest, path });
        bundle.proofs.head = leaked.certify(header);
    });
    assert_eq!(with_foreign_history, invalid(Reason::HistoryMismatch));
}

/// An epoch begins after the last height of the one before: its validators decide nothing earlier.
#[test]
fn t12_validators_of_an_epoch_rewrite_what_came_before_it() {
    let mut scene = Scene::new();
    let next = Validators::new(Suite::Intl, 1, 4);
    let last = scene.ledger.block_ending_epoch(next);
    scene.ledger.block();
    let outcome = scene.resigned(|header| header.core.height = last.header.core.height);
    assert_eq!(outcome, invalid(Reason::BeyondEpoch));
    // Nor can a further set begin there.
    let mut early = scene.ledger.clone();
    early.headers.truncate(1);
    let third = Validators::new(Suite::Intl, 2, 4);
    early.block_ending_epoch(third);
    let outcome = scene.after(|bundle| bundle.proofs.handoffs.extend(early.handoffs.pop()));
    assert_eq!(outcome, invalid(Reason::HandoffInvalid));
}

#[test]
fn t13_a_second_header_of_a_known_height() {
    let scene = Scene::new();
    let trust = scene.ledger.learned();
    let mut bundle = scene.bundle();
    let mut header = bundle.proofs.head.header.clone();
    header.rest.body_root = Digest::from_bytes([1; 32]);
    bundle.proofs.head = scene.ledger.validators.certify(header);
    let outcome = scene.decide_by(&trust, &bundle);
    assert_eq!(outcome, invalid(Reason::ConflictingHeader));
}

#[test]
fn t30_a_header_cannot_be_moved_in_history() {
    let mut scene = Scene::new();
    let old = scene.bundle();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let newest = scene.ledger.block();
    let at = |height, change: fn(&mut LeafIndex)| {
        let mut bundle = old.clone();
        let mut path = scene.ledger.history_path(height);
        change(&mut path.index);
        bundle.proofs.handoffs.clone_from(&scene.ledger.handoffs);
        bundle.proofs.succession = Some(SuccessionProof {
            newest: newest.clone(),
            path,
        });
        scene.decide(&bundle)
    };
    assert_eq!(at(Height(2), |_| {}), Headline::Valid);
    assert_eq!(
        at(Height(1), |_| {}),
        invalid(Reason::HistoryMismatch),
        "another's place"
    );
    assert_eq!(
        at(Height(2), |index| index.0 += 1),
        invalid(Reason::HistoryMismatch)
    );
}
