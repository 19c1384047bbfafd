//! The header and who signed it: sets of every size, and certificates that do not hold.

use light_client::{
    bundle::Bundle,
    certificate::Certificate,
    hash::Digest,
    id::{LedgerId, Round},
    key::{KeyKind, PublicKey, Signature},
    suite::Suite,
    vote,
};

use crate::{
    scenario::{Scenario, Scene},
    support::{
        Ledger, Said, Signer, Validators,
        documents::{Agency, Anchored, IDENTITY},
    },
};

const CERTIFICATE: &str = "verdict.md 3.3";
const SIGNATURES: &str = "ledger.md Signatures";

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = sizes(scene.suite);
    all.extend(counted(scene));
    all.extend(other_statements(scene));
    all.extend(other_ledgers(scene));
    all.extend(other_keys(scene));
    all.extend(edges(scene));
    all
}

/// One validator alone, and sets that are not of 3f + 1.
fn sizes(suite: Suite) -> Vec<Scenario> {
    let of = |name, trust, count| {
        let mut ledger = Ledger::new(suite, count);
        let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        ledger.block();
        let text = police.credential(&ledger, IDENTITY, 0);
        let identity = Anchored::credentials(&mut ledger, &police, &[text], IDENTITY).remove(0);
        ledger.block();
        let bytes = identity.bytes(&ledger);
        Scenario::new(&ledger, name, "ledger.md Finality", "valid", bytes).of(trust, ledger.trust())
    };
    vec![
        of("one-validator", "one-validator", 1),
        of("seven-validators", "seven-validators", 7),
        of("twenty-one-validators", "twenty-one-validators", 21),
    ]
}

/// The credential's bundle with other signatures under its header.
fn signed(scene: &Scene, change: impl FnOnce(&mut Certificate)) -> Vec<u8> {
    scene.changed(|bundle| change(&mut bundle.proofs.head.certificate))
}

/// The credential's bundle, its header signed by these validators.
fn signed_by<const N: usize>(scene: &Scene, signers: [usize; N]) -> Vec<u8> {
    scene.changed(|bundle| {
        let head = &mut bundle.proofs.head;
        let validators = &scene.ledger.validators;
        *head = validators.certify_by(Round(0), head.header.clone(), signers);
    })
}

fn counted(scene: &Scene) -> Vec<Scenario> {
    let ask = |name, expect, bytes| scene.ask(name, CERTIFICATE, expect, bytes);
    vec![
        ask(
            "t01-quorum-less-one",
            "certificate_quorum",
            signed_by(scene, [0, 1]),
        ),
        ask(
            "t01-quorum-and-one",
            "certificate_quorum",
            signed_by(scene, [0, 1, 2, 3]),
        ),
        ask(
            "t02-signer-twice",
            "certificate_signers",
            signed_by(scene, [0, 1, 1]),
        ),
        ask(
            "t02-signers-out-of-order",
            "certificate_signers",
            signed_by(scene, [0, 2, 1]),
        ),
        ask("t03-signer-unknown", "certificate_unknown_signer", {
            signed(scene, |certificate| certificate.signatures[2].signer = 9)
        }),
        ask("t08-another-quorum", "valid", signed_by(scene, [0, 2, 3])),
        ask("t04-commit-forged", "certificate_signature", {
            signed(scene, |certificate| {
                certificate.signatures[0].signature = Signature([1; 64]);
            })
        }),
        ask("t04-another-round", "certificate_signature", {
            signed(scene, |certificate| certificate.round.0 = 1)
        }),
    ]
}

/// What the same validators signed of something else.
fn other_statements(scene: &Scene) -> Vec<Scenario> {
    let said = |name, said: Said| {
        let validators = &scene.ledger.validators;
        let bytes = scene.changed(|bundle| {
            let head = &mut bundle.proofs.head;
            for commit in &mut head.certificate.signatures {
                let signer = usize::from(commit.signer);
                let message = validators.says(&head.header, signer, said);
                commit.signature = validators.signers[signer].sign(&message);
            }
        });
        scene.ask(
            name,
            "ledger.cddl precommit",
            "certificate_signature",
            bytes,
        )
    };
    vec![
        said("t16-prevotes", |ballot, header, key| {
            vote::prevote(ballot, Some(header), key)
        }),
        said("t16-precommits-for-nil", |ballot, _, key| {
            vote::precommit(ballot, None, key)
        }),
        said("t16-proposals", |ballot, header, key| {
            vote::proposal(ballot, header, None, key)
        }),
        scene.ask(
            "t04-another-height",
            CERTIFICATE,
            "certificate_signature",
            scene.resigned_of_next(),
        ),
        scene.ask("set-of-another-hash", CERTIFICATE, "certificate_set", {
            scene.resigned(|header| header.core.set_hash = Digest::from_bytes([1; 32]))
        }),
    ]
}

impl Scene {
    /// The credential's bundle with the certificate of the block after its header.
    fn resigned_of_next(&self) -> Vec<u8> {
        let mut ledger = self.ledger.clone();
        let next = ledger.block();
        self.changed(|bundle| bundle.proofs.head.certificate = next.certificate)
    }
}

fn other_ledgers(scene: &Scene) -> Vec<Scenario> {
    let suite = scene.suite;
    let mut other = Ledger::named(suite, 4, "another ledger");
    let foreign = other.block();
    let change = |change: fn(&mut Bundle)| scene.changed(change);
    vec![
        scene.ask("other-ledger", "verdict.md L3", "ledger_unknown", {
            change(|bundle| bundle.proofs.ledger = LedgerId(Digest::from_bytes([1; 32])))
        }),
        scene.ask(
            "t05-header-of-another-ledger",
            "verdict.md L5",
            "ledger_mismatch",
            scene.changed(|bundle| bundle.proofs.head = foreign),
        ),
        scene.ask("t06-another-suite", "verdict.md L5", "ledger_mismatch", {
            scene.resigned(|header| header.core.suite = scene.other_suite())
        }),
    ]
}

/// The ledger one epoch on, whose next validators have keys that can decide nothing.
fn other_keys(scene: &Scene) -> Vec<Scenario> {
    let suite = scene.suite;
    let after = |name, clause, expect, next: Validators| {
        let mut ledger = scene.ledger.clone();
        ledger.block_ending_epoch(next);
        ledger.block();
        let bytes = scene.identity.bytes(&ledger);
        Scenario::new(&ledger, name, clause, expect, bytes)
    };
    let next = |of| Validators::new(of, 2, 4);
    vec![
        after(
            "t06-set-of-another-suite",
            CERTIFICATE,
            "certificate_suite",
            next(scene.other_suite()),
        ),
        after(
            "t07-key-off-the-curve",
            SIGNATURES,
            "certificate_signature",
            next(suite).with_first_key(off_the_curve(suite)),
        ),
    ]
}

/// A key of the right form that is no point.
fn off_the_curve(suite: Suite) -> PublicKey {
    let keys = (2..=255).map(|last| match suite {
        Suite::Sm => {
            let mut bytes = [0; 33];
            (bytes[0], bytes[32]) = (2, last);
            PublicKey::new(KeyKind::Sm2, &bytes)
        }
        Suite::Intl => {
            let mut bytes = [0; 32];
            bytes[0] = last;
            PublicKey::new(KeyKind::Ed25519, &bytes)
        }
    });
    let mut off = keys.map(|key| key.expect("the form is right"));
    off.find(|key| key.check_point().is_err())
        .expect("half of them")
}

/// The order of the SM2 group, big-endian, and of Ed25519's, little-endian as its s is.
const ORDER_SM2: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
const ORDER_ED25519: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

/// Values of r and s on which verifiers are known to have differed.
fn edges(scene: &Scene) -> Vec<Scenario> {
    let first = |name, change: &dyn Fn(&mut [u8; 64])| {
        let bytes = signed(scene, |certificate| {
            change(&mut certificate.signatures[0].signature.0);
        });
        scene.ask(name, SIGNATURES, "certificate_signature", bytes)
    };
    let order = match scene.suite {
        Suite::Sm => Digest::from_hex(ORDER_SM2),
        Suite::Intl => Digest::from_hex(ORDER_ED25519),
    };
    let order = *order.expect("32 bytes").as_bytes();
    let mut edges = vec![
        first("t07-r-zero", &|signature| signature[..32].fill(0)),
        first("t07-s-zero", &|signature| signature[32..].fill(0)),
        first("t07-s-the-order", &|signature| {
            signature[32..].copy_from_slice(&order);
        }),
    ];
    match scene.suite {
        Suite::Sm => {
            edges.push(first("t07-r-and-s-make-the-order", &|signature| {
                signature[..32].fill(0);
                signature[31] = 1;
                signature[32..].copy_from_slice(&order);
                signature[63] -= 1;
            }));
            edges.push(other_user_id(scene));
        }
        Suite::Intl => edges.push(first("t08-s-and-the-order", &|signature| {
            add(&mut signature[32..], &order);
        })),
    }
    edges
}

/// Adds the second number to the first, both little-endian.
fn add(sum: &mut [u8], more: &[u8]) {
    let mut carry = 0;
    for (byte, more) in sum.iter_mut().zip(more) {
        let total = u16::from(*byte) + u16::from(*more) + carry;
        (*byte, carry) = (total.to_le_bytes()[0], total >> 8);
    }
}

/// The first validator signs with its own key, and under another user id than GM/T 0009's.
fn other_user_id(scene: &Scene) -> Scenario {
    let validators = &scene.ledger.validators;
    let bytes = scene.changed(|bundle| {
        let head = &mut bundle.proofs.head;
        let message = validators.says(&head.header, 0, |ballot, header, key| {
            vote::precommit(ballot, Some(header), key)
        });
        let signer = Signer::sm2("8765432187654321", 1000);
        assert_eq!(signer.public(), validators.signers[0].public());
        head.certificate.signatures[0].signature = signer.sign(&message);
    });
    let name = "t07-another-user-id";
    scene.ask(name, SIGNATURES, "certificate_signature", bytes)
}
