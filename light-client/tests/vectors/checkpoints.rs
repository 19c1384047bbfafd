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
    let mut all = last_headers(scene);
    all.extend(landmarks(scene));
    all.extend(checkpoints(scene));
    all
}

/// What proves the header at `height` by the last header of the second epoch.
fn by_landmark(ledger: &Ledger, height: u64) -> SuccessionProof {
    let mut until = ledger.clone();
    until.headers.truncate(4);
    Proved::proof(&until, height)
}

/// Last headers of epochs that were followed: leaked keys can sign others that name the same next
/// sets, so that nothing counts by them.
fn last_headers(scene: &Scene) -> Vec<Scenario> {
    let proved = Proved::new(scene);
    let itself = ("t12-last-header", FINALITY, "superseded_epoch");
    let by_one = ("t12-by-a-last-header", FINALITY, "superseded_epoch");
    let forged = ("t12-a-forged-last-header", FINALITY, "superseded_epoch");
    vec![
        proved.ask_of_proof(by_one, |succession| {
            *succession = by_landmark(&proved.ledger, 3);
        }),
        proved.ask(itself, |bundle| at_the_end(scene, &proved.ledger, bundle)),
        proved.ask(forged, |bundle| forge_end(scene, &proved.ledger, bundle)),
    ]
}

/// The bundle under the last header of the second epoch.
fn at_the_end(scene: &Scene, ledger: &Ledger, bundle: &mut Bundle) {
    let mut until = ledger.clone();
    until.headers.truncate(4);
    *bundle = scene.identity.bundle(&until);
    bundle.proofs.handoffs.clone_from(&ledger.handoffs);
}

/// With leaked keys of the second epoch it is ended once more, by a header that says what it likes
/// and names the real next set.
fn forge_end(scene: &Scene, ledger: &Ledger, bundle: &mut Bundle) {
    at_the_end(scene, ledger, bundle);
    let last = &ledger.headers[3].header;
    let end = forged(&scene.ledger.validators, last, |header| {
        header.rest.body_root = Digest::from_bytes([1; 32]);
    });
    bundle.proofs.handoffs[1].last = end.clone();
    bundle.proofs.head = end;
}

/// Headers of ended epochs by the pinned one.
fn landmarks(scene: &Scene) -> Vec<Scenario> {
    let proved = Proved::new(scene);
    let valid = ("landmark", SUCCESSION, "valid");
    let other = ("t30-landmark-of-another", SUCCESSION, "history_mismatch");
    let place = ("t30-landmark-otherwise", SUCCESSION, "history_mismatch");
    let few = ("t01-landmark-less-one", SUCCESSION, "certificate_quorum");
    let itself = ("head-is-the-landmark", FINALITY, "valid");
    let forged = ("t12-beside-the-landmark", HANDOFFS, "handoff_conflict");
    let earlier = ("t12-an-earlier-end-forged", FINALITY, "superseded_epoch");
    let all = vec![
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
        proved.ask(itself, |bundle| at_the_end(scene, &proved.ledger, bundle)),
        proved.ask(forged, |bundle| forge_end(scene, &proved.ledger, bundle)),
        proved.ask(earlier, |bundle| {
            let first = Validators::new(scene.suite, 0, 4);
            let last = &proved.ledger.headers[1].header;
            let end = self::forged(&first, last, |header| {
                header.core.log_root = Digest::from_bytes([1; 32]);
            });
            bundle.proofs.handoffs[0].last = end.clone();
            bundle.proofs.head = end;
            bundle.proofs.succession = None;
        }),
    ];
    let pinned = proved.ledger.pinned_after(2);
    let of_pinned = |one: Scenario| one.of("pinned-third-epoch", pinned.clone());
    all.into_iter().map(of_pinned).collect()
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
        ask("pinned-later-succession", SUCCESSION, "valid", &|bundle| {
            *bundle = before(scene, &ledger);
            bundle.proofs.succession = Some(Proved::proof(&ledger, 3));
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
