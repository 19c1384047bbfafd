//! From one validator set to the next: hand-offs, superseded sets, forks.

use light_client::{
    bundle::{Bundle, SuccessionProof},
    cbor::to_bytes,
    certificate::CertifiedHeader,
    hash::Digest,
    header::Header,
    id::{Epoch, Height},
};

use crate::{
    scenario::{Scenario, Scene, changed},
    support::{Ledger, Validators},
};

pub(crate) const HANDOFFS: &str = "verdict.md L4";
pub(crate) const FINALITY: &str = "verdict.md L5";
pub(crate) const SUCCESSION: &str = "verdict.md L6";

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = handoffs(scene);
    all.extend(conflicts(scene));
    all.extend(superseded(scene));
    all.extend(successions(scene));
    all.extend(other_successions(scene));
    all.extend(second_headers(scene));
    all
}

fn handoffs(scene: &Scene) -> Vec<Scenario> {
    let ledger = scene.third_epoch();
    let bundle = scene.identity.bundle(&ledger);
    let ask = |name, expect, change: &dyn Fn(&mut Bundle)| {
        let bytes = changed(&bundle, |bundle| change(bundle));
        Scenario::new(&ledger, name, HANDOFFS, expect, bytes)
    };
    vec![
        ask("two-hand-offs", "valid", &|_| {}),
        scene.ask("hand-off-withheld", FINALITY, "epoch_unknown", {
            scene.changed(|bundle| bundle.proofs.handoffs.clear())
        }),
        ask("t09-signed-by-the-new-set", "handoff_invalid", &|bundle| {
            let last = &mut bundle.proofs.handoffs[1].last;
            *last = ledger.validators.certify(last.header.clone());
        }),
        ask("t09-to-another-set", "handoff_invalid", &|bundle| {
            bundle.proofs.handoffs[1].next_set = Validators::new(scene.suite, 2, 7).set;
        }),
        ask("t10-gap", "epoch_unknown", &|bundle| {
            bundle.proofs.handoffs.remove(0);
        }),
        ask("t10-reversed", "epoch_unknown", &|bundle| {
            bundle.proofs.handoffs.reverse();
        }),
        ask("t10-twice", "handoff_invalid", &|bundle| {
            let again = bundle.proofs.handoffs[0].clone();
            bundle.proofs.handoffs.insert(0, again);
        }),
        ask("t10-an-old-one-again", "handoff_invalid", &|bundle| {
            let again = bundle.proofs.handoffs[0].clone();
            bundle.proofs.handoffs.push(again);
        }),
        ask("t10-of-no-last-header", "handoff_invalid", &|bundle| {
            bundle.proofs.handoffs[1].last = scene.ledger.headers[2].clone();
        }),
        ask(
            "t05-hand-off-of-another-ledger",
            "ledger_mismatch",
            &|bundle| {
                bundle.proofs.handoffs[1].last.header.core.ledger.0 = Digest::from_bytes([1; 32]);
            },
        ),
    ]
}

/// Hand-offs that contradict what this client has verified before.
fn conflicts(scene: &Scene) -> Vec<Scenario> {
    let known = scene.ledger.learned();
    let forked_at = |blocks, epoch, name| {
        let mut forked = scene.ledger.clone();
        forked.headers.truncate(blocks);
        forked.handoffs.truncate(usize::from(epoch > 0));
        forked.validators = Validators::new(scene.suite, epoch, 4);
        forked.block_ending_epoch(Validators::new(scene.suite, epoch + 1, 7));
        forked.block();
        let bytes = scene.identity.bytes(&forked);
        let asked = Scenario::new(&forked, name, HANDOFFS, "handoff_conflict", bytes);
        asked.of("learned", known.clone())
    };
    vec![
        forked_at(1, 0, "t10-a-second-hand-off"),
        forked_at(2, 1, "t12-fork-of-what-was-verified"),
    ]
}

/// The credential's bundle of before, with the hand-offs that came since.
pub(crate) fn before(scene: &Scene, ledger: &Ledger) -> Bundle {
    let mut bundle = scene.bundle();
    bundle.proofs.handoffs.clone_from(&ledger.handoffs);
    bundle
}

/// A header that the ended epoch's keys, in whoever's hands, sign anew.
pub(crate) fn forged(
    signers: &Validators,
    header: &Header,
    change: fn(&mut Header),
) -> CertifiedHeader {
    let mut header = header.clone();
    header.core.epoch = signers.set.epoch();
    header.core.set_hash = signers.set.hash(header.core.suite);
    change(&mut header);
    signers.certify(header)
}

/// Keys of an epoch that has ended.
fn superseded(scene: &Scene) -> Vec<Scenario> {
    let ledger = scene.third_epoch();
    let leaked = &scene.ledger.validators;
    let old = before(scene, &ledger);
    let ask = |name, expect, change: &dyn Fn(&mut Bundle)| {
        let bytes = changed(&old, |bundle| change(bundle));
        Scenario::new(&ledger, name, FINALITY, expect, bytes)
    };
    let newest = &ledger.headers.last().expect("a block").header;
    let of_now = scene.identity.bundle(&ledger);
    let alone = ask("t22-an-older-epoch", "superseded_epoch", &|bundle| {
        bundle.proofs.handoffs.clear();
    });
    vec![
        ask("t12-superseded", "superseded_epoch", &|_| {}),
        alone.of("learned-third-epoch", ledger.learned()),
        ask("t12-rewritten", "superseded_epoch", &|bundle| {
            bundle.proofs.head = forged(leaked, &scene.ledger.headers[2].header, |header| {
                header.core.log_root = Digest::from_bytes([1; 32]);
            });
        }),
        ask("t12-beyond-its-epoch", "beyond_epoch", &|bundle| {
            *bundle = of_now.clone();
            bundle.proofs.head = forged(leaked, newest, |_| {});
        }),
        ask("t12-before-its-epoch", "beyond_epoch", &|bundle| {
            *bundle = of_now.clone();
            bundle.proofs.head = forged(&ledger.validators, newest, |header| {
                header.core.height = Height(4);
            });
        }),
        ask("epoch-without-a-hand-off", "epoch_unknown", &|bundle| {
            bundle.proofs.head = forged(leaked, newest, |header| header.core.epoch = Epoch(9));
        }),
    ]
}

/// The credential's bundle of before, with what proves its header by the newest one's history.
pub(crate) struct Proved {
    pub(crate) ledger: Ledger,
    bundle: Bundle,
}

impl Proved {
    pub(crate) fn new(scene: &Scene) -> Self {
        let ledger = scene.third_epoch();
        let mut bundle = before(scene, &ledger);
        bundle.proofs.succession = Some(Self::proof(&ledger, 3));
        Self { ledger, bundle }
    }

    pub(crate) fn proof(ledger: &Ledger, height: u64) -> SuccessionProof {
        SuccessionProof {
            newest: ledger.headers.last().expect("a block").clone(),
            path: ledger.history_path(Height(height)),
        }
    }

    pub(crate) fn ask(
        &self,
        (name, clause, expect): (&'static str, &'static str, &'static str),
        change: impl FnOnce(&mut Bundle),
    ) -> Scenario {
        let bytes = changed(&self.bundle, change);
        Scenario::new(&self.ledger, name, clause, expect, bytes)
    }

    pub(crate) fn ask_of_proof(
        &self,
        what: (&'static str, &'static str, &'static str),
        change: impl FnOnce(&mut SuccessionProof),
    ) -> Scenario {
        self.ask(what, |bundle| {
            change(bundle.proofs.succession.as_mut().expect("as built"));
        })
    }
}

/// Headers of ended epochs in the newest one's history, or not.
fn successions(scene: &Scene) -> Vec<Scenario> {
    let proved = Proved::new(scene);
    let (leaked, mismatch) = (&scene.ledger.validators, "history_mismatch");
    let rewritten = ("t12-rewritten-with-a-history", SUCCESSION, mismatch);
    let of_another = ("t30-the-place-of-another", SUCCESSION, mismatch);
    let moved = ("t30-moved-by-one", SUCCESSION, mismatch);
    vec![
        proved.ask(("succession", SUCCESSION, "valid"), |_| {}),
        proved.ask(rewritten, |bundle| {
            bundle.proofs.head = forged(leaked, &scene.ledger.headers[2].header, |header| {
                header.core.log_root = Digest::from_bytes([1; 32]);
            });
        }),
        proved.ask_of_proof(of_another, |succession| {
            *succession = Proved::proof(&proved.ledger, 2);
        }),
        proved.ask_of_proof(moved, |succession| succession.path.index.0 += 1),
    ]
}

/// Newest headers that are none, or that nobody asked for.
fn other_successions(scene: &Scene) -> Vec<Scenario> {
    let proved = Proved::new(scene);
    let few = ("t01-succession-less-one", SUCCESSION, "certificate_quorum");
    let ended = ("succession-by-an-ended-epoch", FINALITY, "superseded_epoch");
    let unknown = ("succession-by-an-unknown-epoch", FINALITY, "epoch_unknown");
    let needless = ("succession-without-need", FINALITY, "unexpected_part");
    vec![
        proved.ask_of_proof(few, |succession| {
            succession.newest.certificate.signatures.pop();
        }),
        proved.ask_of_proof(ended, |succession| {
            succession.newest = proved.ledger.headers[2].clone();
        }),
        proved.ask(unknown, |bundle| bundle.proofs.handoffs.truncate(1)),
        proved.ask(needless, |bundle| {
            let succession = bundle.proofs.succession.take();
            *bundle = scene.identity.bundle(&proved.ledger);
            bundle.proofs.succession = succession;
        }),
    ]
}

/// Two blocks at one height: to a client that knows one of them, the ledger has forked.
fn second_headers(scene: &Scene) -> Vec<Scenario> {
    let ask = |name, bytes| {
        let asked = scene.ask(name, FINALITY, "conflicting_header", bytes);
        asked.of("learned", scene.ledger.learned())
    };
    // The same block, but for the revocation that one victim is not to see.
    let mut forked = scene.ledger.clone();
    forked.headers.truncate(2);
    forked.state.remove(&light_client::state::Namespace::Status);
    forked.block();
    vec![
        ask("t13-a-second-header", {
            scene.resigned(|header| header.rest.body_root = Digest::from_bytes([1; 32]))
        }),
        ask(
            "t23-a-fork-for-one-victim",
            to_bytes(&scene.revoked.bundle(&forked)),
        ),
    ]
}
