//! Clients that start at a later epoch, and headers that count by the last one of an ended epoch.

use light_client::{
    bundle::{Bundle, SuccessionProof},
    hash::Digest,
};

use crate::{
    epochs::{FINALITY, HANDOFFS, Proved, SUCCESSION, before, forged},
    scenario::{Scenario, Scene, changed},
    support::{Ledger, Validators},
};

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = landmarks(scene);
    all.extend(checkpoints(scene));
    all
}

/// What proves the header at `height` by the last header of the second epoch.
fn by_landmark(ledger: &Ledger, height: u64) -> SuccessionProof {
    let mut until = ledger.clone();
    until.headers.truncate(4);
    Proved::proof(&until, height)
}

/// Headers of ended epochs by the last header of one, which this client has followed.
fn landmarks(scene: &Scene) -> Vec<Scenario> {
    let proved = Proved::new(scene);
    let valid = ("landmark", SUCCESSION, "valid");
    let other = ("t30-landmark-of-another", SUCCESSION, "history_mismatch");
    let place = ("t30-landmark-otherwise", SUCCESSION, "history_mismatch");
    let few = ("t01-landmark-less-one", SUCCESSION, "certificate_quorum");
    let itself = ("head-is-a-landmark", FINALITY, "valid");
    let beside = ("t12-beside-a-landmark", FINALITY, "superseded_epoch");
    vec![
        proved.ask_of_proof(valid, |succession| {
            *succession = by_landmark(&proved.ledger, 3);
        }),
        proved.ask_of_proof(other, |succession| {
            *succession = by_landmark(&proved.ledger, 1);
        }),
        proved.ask_of_proof(place, |succession| {
            succession.newest = proved.ledger.headers[3].clone();
        }),
        proved.ask_of_proof(few, |succession| {
            *succession = by_landmark(&proved.ledger, 3);
            succession.newest.certificate.signatures.pop();
        }),
        proved.ask(itself, |bundle| {
            let mut until = proved.ledger.clone();
            until.headers.truncate(4);
            let handoffs = core::mem::take(&mut bundle.proofs.handoffs);
            *bundle = scene.identity.bundle(&until);
            bundle.proofs.handoffs = handoffs;
        }),
        proved.ask(beside, |bundle| {
            let last = &proved.ledger.headers[3].header;
            bundle.proofs.head = forged(&scene.ledger.validators, last, |header| {
                header.core.log_root = Digest::from_bytes([1; 32]);
            });
            bundle.proofs.succession = None;
        }),
    ]
}

/// Clients that start at a later epoch.
fn checkpoints(scene: &Scene) -> Vec<Scenario> {
    let ledger = scene.third_epoch();
    let of_now = scene.identity.bundle(&ledger);
    let mut forked = Ledger {
        validators: Validators::new(scene.suite, 0, 4),
        handoffs: Vec::new(),
        headers: ledger.headers[..1].to_vec(),
        ..ledger.clone()
    };
    for epoch in 1..=2 {
        forked.block_ending_epoch(Validators::new(scene.suite, epoch, 7));
    }
    let ask = |name, clause, expect, change: &dyn Fn(&mut Bundle)| {
        let bytes = changed(&of_now, |bundle| change(bundle));
        let asked = Scenario::new(&ledger, name, clause, expect, bytes);
        asked.of("pinned-third-epoch", ledger.pinned_after(2))
    };
    vec![
        ask("pinned-later", HANDOFFS, "valid", &|bundle| {
            bundle.proofs.handoffs.clear();
        }),
        ask("pinned-later-from-genesis", HANDOFFS, "valid", &|_| {}),
        ask("pinned-later-landmark", SUCCESSION, "valid", &|bundle| {
            *bundle = before(scene, &ledger);
            bundle.proofs.succession = Some(by_landmark(&ledger, 3));
        }),
        ask(
            "pinned-later-earlier-epoch",
            FINALITY,
            "epoch_unknown",
            &|bundle| {
                *bundle = before(scene, &ledger);
                bundle.proofs.handoffs.clear();
                bundle.proofs.succession = Some(Proved::proof(&ledger, 3));
            },
        ),
        ask(
            "pinned-later-old-hand-off",
            HANDOFFS,
            "epoch_unknown",
            &|bundle| bundle.proofs.handoffs.truncate(1),
        ),
        ask(
            "t10-pinned-later-gap",
            HANDOFFS,
            "epoch_unknown",
            &|bundle| {
                bundle.proofs.handoffs.remove(0);
            },
        ),
        ask(
            "t12-pinned-later-another-history",
            HANDOFFS,
            "handoff_conflict",
            &|bundle| bundle.proofs.handoffs.clone_from(&forked.handoffs),
        ),
    ]
}
