//! Certificates: who signed, what, and how often.

use light_client::{
    bundle::SuccessionProof,
    cbor::to_bytes,
    certificate::CertificateError,
    handoff::HandoffError,
    header::Header,
    suite::Suite,
    verdict::{Headline, Reason},
    vote,
};

use super::{
    Scene, invalid,
    support::{Ledger, Said, Signer, Validators},
};

#[test]
fn t01_a_signature_less_than_a_quorum() {
    let outcome = Scene::new().after(|bundle| {
        bundle.proofs.head.certificate.signatures.pop();
    });
    assert_eq!(outcome, invalid(Reason::CertificateQuorum));
}

#[test]
fn t02_one_signer_counted_twice() {
    let outcome = Scene::new().after(|bundle| {
        let signatures = &mut bundle.proofs.head.certificate.signatures;
        signatures[2] = signatures[1];
    });
    assert_eq!(outcome, invalid(Reason::CertificateSigners));
}

#[test]
fn t03_a_signer_outside_the_set() {
    let outcome = Scene::new().after(|bundle| {
        bundle.proofs.head.certificate.signatures[2].signer = 4;
    });
    assert_eq!(outcome, invalid(Reason::CertificateUnknownSigner));
}

#[test]
fn t04_a_signature_for_another_height_round_or_ledger() {
    let scene = Scene::new();
    let earlier = scene.ledger.headers[0].certificate.clone();
    let outcome = scene.after(|bundle| bundle.proofs.head.certificate = earlier);
    assert_eq!(outcome, invalid(Reason::CertificateSignature));

    let outcome = scene.after(|bundle| bundle.proofs.head.certificate.round.0 = 1);
    assert_eq!(outcome, invalid(Reason::CertificateSignature));

    // The same keys on another ledger: its certificate is nothing here.
    let mut other = Ledger::named(Suite::Intl, 4, "another ledger");
    other.block();
    let foreign = other.block();
    let outcome = scene.after(|bundle| bundle.proofs.head.certificate = foreign.certificate);
    assert_eq!(outcome, invalid(Reason::CertificateSignature));
}

#[test]
fn t05_a_header_of_another_ledger() {
    let scene = Scene::new();
    let mut other = Ledger::named(Suite::Intl, 4, "another ledger");
    let foreign = other.block();
    let outcome = scene.after(|bundle| bundle.proofs.head = foreign);
    assert_eq!(outcome, invalid(Reason::LedgerMismatch));
}

#[test]
fn t06_no_downgrade_to_another_suite() {
    let scene = Scene::of(Suite::Sm, 1);
    let outcome = scene.resigned(|header| header.core.suite = Suite::Intl);
    assert_eq!(outcome, invalid(Reason::LedgerMismatch));
    // Nor can the next set have keys of another suite: their signatures decide nothing.
    let mut scene = Scene::of(Suite::Sm, 1);
    let next = Validators::new(Suite::Intl, 1, 4);
    scene.ledger.block_ending_epoch(next);
    scene.ledger.block();
    let outcome = scene.decide(&scene.bundle());
    assert_eq!(outcome, invalid(Reason::CertificateSuite));
}

/// T07: a signature at the edges, or under another user id, is a signature that does not hold.
#[test]
fn t07_sm2_edges_in_a_certificate() {
    let scene = Scene::of(Suite::Sm, 1);
    let first = |change: fn(&mut [u8; 64])| {
        scene.after(|bundle| {
            change(&mut bundle.proofs.head.certificate.signatures[0].signature.0);
        })
    };
    let changes: [fn(&mut [u8; 64]); 4] = [
        |signature| signature[..32].fill(0),
        |signature| signature[32..].fill(0),
        |signature| signature[..32].fill(0xff),
        |signature| signature[32..].fill(0xff),
    ];
    for change in changes {
        assert_eq!(first(change), invalid(Reason::CertificateSignature));
    }
    let outcome = scene.after(|bundle| {
        let head = &mut bundle.proofs.head;
        let message = scene
            .ledger
            .validators
            .says(&head.header, 0, |ballot, header, key| {
                vote::precommit(ballot, Some(header), key)
            });
        let other = Signer::sm2("8765432187654321", 0);
        assert_eq!(other.public(), scene.ledger.validators.signers[0].public());
        head.certificate.signatures[0].signature = other.sign(&message);
    });
    assert_eq!(outcome, invalid(Reason::CertificateSignature));
}

#[test]
fn t08_which_quorum_signed_is_no_part_of_a_bundles_identity() {
    let scene = Scene::new();
    let one = scene.bundle();
    let mut two = one.clone();
    let header = &one.proofs.head.header;
    two.proofs.head.certificate.signatures = [0, 2, 3]
        .map(|signer| scene.ledger.validators.commit(header, signer))
        .to_vec();
    assert_eq!(scene.decide(&two), Headline::Valid);
    assert_ne!(to_bytes(&one), to_bytes(&two));
    assert_eq!(one.id(Suite::Intl), two.id(Suite::Intl));
}

/// T08: nor is it of one whose hand-offs or succession it signed.
#[test]
fn t08_no_certificate_is_part_of_a_bundles_identity() {
    let mut scene = Scene::new();
    let old = scene.ledger.validators.clone();
    let next = Validators::new(Suite::Intl, 1, 4);
    scene.ledger.block_ending_epoch(next.clone());
    scene.ledger.block();
    let mut one = scene.bundle();
    let newest = one.proofs.head.clone();
    let path = scene
        .ledger
        .history_path(scene.ledger.headers[1].header.core.height);
    one.proofs.succession = Some(SuccessionProof { newest, path });
    let mut two = one.clone();
    let other = |signers: &Validators, header: &Header| {
        [0, 2, 3]
            .map(|signer| signers.commit(header, signer))
            .to_vec()
    };
    let last = &mut two.proofs.handoffs[0].last;
    last.certificate.signatures = other(&old, &last.header);
    let newest = &mut two.proofs.succession.as_mut().expect("as built").newest;
    newest.certificate.signatures = other(&next, &newest.header);
    assert_ne!(to_bytes(&one), to_bytes(&two));
    assert_eq!(one.id(Suite::Intl), two.id(Suite::Intl));
    two.proofs.handoffs[0].next_set = Validators::new(Suite::Intl, 1, 7).set;
    assert_ne!(one.id(Suite::Intl), two.id(Suite::Intl));
}

/// T16: what validators sign on the way to a decision is not the decision.
#[test]
fn t16_a_certificate_of_prevotes_or_over_a_proposal() {
    let scene = Scene::new();
    let validators = &scene.ledger.validators;
    let prevote: Said = |ballot, header, key| vote::prevote(ballot, Some(header), key);
    let proposal: Said = |ballot, header, key| vote::proposal(ballot, header, None, key);
    let nil: Said = |ballot, _, key| vote::precommit(ballot, None, key);
    for said in [prevote, proposal, nil] {
        let outcome = scene.after(|bundle| {
            let head = &mut bundle.proofs.head;
            for commit in &mut head.certificate.signatures {
                let signer = usize::from(commit.signer);
                let message = validators.says(&head.header, signer, said);
                commit.signature = validators.signers[signer].sign(&message);
            }
        });
        assert_eq!(outcome, invalid(Reason::CertificateSignature));
    }
}

#[test]
fn typed_errors_keep_their_cause() {
    let scene = Scene::new();
    let mut head = scene.ledger.headers[0].clone();
    head.certificate.signatures.pop();
    let set = &scene.ledger.validators.set;
    let expected = CertificateError::QuorumMismatch {
        found: 2,
        quorum: 3,
    };
    assert_eq!(head.check(set).map(|_| ()), Err(expected));
    let handoff = light_client::handoff::Handoff {
        last: scene.ledger.headers[0].clone(),
        next_set: Validators::new(Suite::Intl, 2, 4).set,
    };
    let outcome = handoff.check(&scene.ledger.id, set).map(|_| ());
    assert_eq!(outcome, Err(HandoffError::EpochGap));
}
