//! The attack catalogue, as far as it concerns the light client: each by its own reason.

#![expect(
    clippy::panic,
    reason = "a scene that is not as built is a failed test"
)]

mod support;

use light_client::{
    bundle::{Bundle, SuccessionProof},
    cbor::to_bytes,
    certificate::CertificateError,
    genesis::Purpose,
    handoff::HandoffError,
    hash::Digest,
    header::Header,
    id::{Epoch, Height, LeafIndex, Round, TreeSize},
    key::{KeyId, Signature},
    policy::Policy,
    record::{Standing, status_key},
    state::{StateProof, StateRoots},
    suite::Suite,
    trust::{Profile, TrustError, TrustStore},
    verdict::{Headline, Reason},
    verify,
    vote::{self, Ballot},
};
use support::{
    Ledger, Signer, Validators,
    documents::{Agency, Anchored, IDENTITY},
};

struct Scene {
    ledger: Ledger,
    agency: Agency,
    documents: Vec<Anchored>,
}

impl Scene {
    fn new() -> Self {
        Self::of(Suite::Intl, 4)
    }

    fn of(suite: Suite, validators: u16) -> Self {
        let mut ledger = Ledger::new(suite, validators);
        let agency = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        ledger.block();
        let texts: Vec<String> = (0..3)
            .map(|number| agency.credential(&ledger, IDENTITY, number))
            .collect();
        let documents = Anchored::credentials(&mut ledger, &agency, &texts, IDENTITY);
        ledger.block();
        Self {
            ledger,
            agency,
            documents,
        }
    }

    fn bundle(&self) -> Bundle {
        self.documents[1].bundle(&self.ledger)
    }

    fn decide(&self, bundle: &Bundle) -> Headline {
        let (trust, now) = (self.ledger.trust(), self.ledger.now());
        verify(&to_bytes(bundle), &trust, &Policy::default(), now).headline
    }

    /// The verdict after `change` to an otherwise genuine bundle.
    fn after(&self, change: impl FnOnce(&mut Bundle)) -> Headline {
        let mut bundle = self.bundle();
        assert_eq!(self.decide(&bundle), Headline::Valid);
        change(&mut bundle);
        self.decide(&bundle)
    }

    /// The verdict after `change` to the header, which the validators sign again.
    fn resigned(&self, change: impl FnOnce(&mut Header)) -> Headline {
        self.after(|bundle| {
            let mut header = bundle.proofs.head.header.clone();
            change(&mut header);
            bundle.proofs.head = self.ledger.validators.certify(header);
        })
    }
}

const fn invalid(reason: Reason) -> Headline {
    Headline::Invalid(reason)
}

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
    let mut other = Ledger::new(Suite::Intl, 4);
    other.genesis.name = "another ledger".to_owned();
    other.id = other.genesis.ledger_id();
    other.block();
    let foreign = other.block();
    let outcome = scene.after(|bundle| bundle.proofs.head.certificate = foreign.certificate);
    assert_eq!(outcome, invalid(Reason::CertificateSignature));
}

#[test]
fn t05_a_header_of_another_ledger() {
    let scene = Scene::new();
    let mut other = Ledger::new(Suite::Intl, 4);
    other.genesis.name = "another ledger".to_owned();
    other.id = other.genesis.ledger_id();
    let foreign = other.block();
    let outcome = scene.after(|bundle| bundle.proofs.head = foreign);
    assert_eq!(outcome, invalid(Reason::LedgerMismatch));
}

#[test]
fn t06_no_downgrade_to_another_suite() {
    let scene = Scene::of(Suite::Sm, 1);
    let outcome = scene.resigned(|header| header.core.suite = Suite::Intl);
    assert_eq!(outcome, invalid(Reason::LedgerMismatch));
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
    let mut trust = scene.ledger.trust();
    trust
        .advance(
            &scene.ledger.id,
            &bundle.proofs.handoffs,
            &bundle.proofs.head,
        )
        .expect("it follows");
    bundle.proofs.handoffs = vec![forked.handoffs[0].clone()];
    let verdict = verify(
        &to_bytes(&bundle),
        &trust,
        &Policy::default(),
        scene.ledger.now(),
    );
    assert_eq!(verdict.headline, invalid(Reason::HandoffConflict));
}

/// T12, T22: a client that has seen an epoch's header does not follow a hand-off that ends the
/// epoch before it, or at it with another block.
#[test]
fn t12_a_hand_off_that_forks_what_was_verified() {
    let scene = Scene::new();
    let mut trust = scene.ledger.trust();
    let head = scene.ledger.headers.last().expect("a block");
    trust
        .advance(&scene.ledger.id, &[], head)
        .expect("it follows");
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

/// T16: what validators sign on the way to a decision is not the decision.
#[test]
fn t16_a_certificate_of_prevotes_or_over_a_proposal() {
    let scene = Scene::new();
    let signers = &scene.ledger.validators.signers;
    type Said = fn(&Ballot, &Digest, &KeyId) -> Vec<u8>;
    let prevote: Said = |ballot, header, key| vote::prevote(ballot, Some(header), key);
    let proposal: Said = |ballot, header, key| vote::proposal(ballot, header, None, key);
    let nil: Said = |ballot, _, key| vote::precommit(ballot, None, key);
    for said in [prevote, proposal, nil] {
        let outcome = scene.after(|bundle| {
            let header = &bundle.proofs.head.header;
            let ballot = Ballot {
                ledger: header.core.ledger,
                height: header.core.height,
                round: Round(0),
            };
            let hash = header.hash();
            for commit in &mut bundle.proofs.head.certificate.signatures {
                let signer = &signers[usize::from(commit.signer)];
                let key = signer.public().id(Suite::Intl);
                commit.signature = signer.sign(&said(&ballot, &hash, &key));
            }
        });
        assert_eq!(outcome, invalid(Reason::CertificateSignature));
    }
}

#[test]
fn t13_a_second_header_of_a_known_height() {
    let scene = Scene::new();
    let mut trust = scene.ledger.trust();
    let head = scene.ledger.headers.last().expect("a block");
    trust
        .advance(&scene.ledger.id, &[], head)
        .expect("it follows");
    let mut bundle = scene.bundle();
    let mut header = bundle.proofs.head.header.clone();
    header.rest.body_root = Digest::from_bytes([1; 32]);
    bundle.proofs.head = scene.ledger.validators.certify(header);
    let verdict = verify(
        &to_bytes(&bundle),
        &trust,
        &Policy::default(),
        scene.ledger.now(),
    );
    assert_eq!(verdict.headline, invalid(Reason::ConflictingHeader));
}

#[test]
fn t22_trust_never_moves_backwards() {
    let scene = Scene::new();
    let mut trust = scene.ledger.trust();
    let [older, newer] = [&scene.ledger.headers[0], &scene.ledger.headers[1]];
    trust
        .advance(&scene.ledger.id, &[], newer)
        .expect("it follows");
    trust
        .advance(&scene.ledger.id, &[], older)
        .expect("checked, and left alone");
    let known = trust
        .ledger(&scene.ledger.id)
        .expect("pinned")
        .newest_header();
    assert_eq!(known.expect("learned").header(), &newer.header);
}

#[test]
fn t28_a_trust_store_that_was_tampered_with_is_refused() {
    let mut scene = Scene::new();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    scene.ledger.block();
    let mut trust = scene.ledger.trust();
    let head = scene.ledger.headers.last().expect("a block");
    trust
        .advance(&scene.ledger.id, &scene.ledger.handoffs, head)
        .expect("it follows");
    let bytes = trust.to_bytes();
    assert_eq!(TrustStore::parse(&bytes), Ok(trust.clone()));
    for bit in (0..bytes.len() * 8).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Another genesis is another ledger; everything else must be noticed.
        match TrustStore::parse(&flipped) {
            Err(_) => {}
            Ok(other) => assert!(
                other.ledger(&scene.ledger.id).is_none() || other.profile() != trust.profile(),
                "bit {bit}"
            ),
        }
    }
}

#[test]
fn t29_a_portal_cannot_replace_a_pinned_ledger() {
    let scene = Scene::new();
    let mut trust = scene.ledger.trust();
    let head = scene.ledger.headers.last().expect("a block");
    trust
        .advance(&scene.ledger.id, &[], head)
        .expect("it follows");
    let before = trust.clone();
    trust
        .pin(scene.ledger.genesis.clone())
        .expect("the same ledger");
    assert_eq!(trust, before, "pinning again resets nothing");
}

#[test]
fn a_production_trust_store_refuses_a_demo_ledger() {
    let mut genesis = Scene::new().ledger.genesis;
    genesis.purpose = Purpose::Demo;
    let pinned = TrustStore::new(Profile::Production).pin(genesis.clone());
    assert_eq!(pinned, Err(TrustError::DemoLedger));
    assert!(TrustStore::new(Profile::Demo).pin(genesis).is_ok());
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

#[test]
fn t37_a_revocation_cannot_be_hidden_behind_another_proof() {
    let mut scene = Scene::new();
    let before = scene.bundle();
    scene.documents[1].set_status(&mut scene.ledger, Standing::Revoked);
    scene.ledger.block();
    let revoked = scene.bundle();
    assert_eq!(scene.decide(&revoked), invalid(Reason::Revoked));

    let mut old_absence = revoked.clone();
    old_absence.proofs.status = before.proofs.status;
    assert_eq!(
        scene.decide(&old_absence),
        invalid(Reason::StatusProofInvalid)
    );

    let mut anothers = revoked.clone();
    anothers.proofs.status = scene.documents[0].proofs(&scene.ledger).status;
    assert_eq!(scene.decide(&anothers), invalid(Reason::StatusProofInvalid));

    let mut withheld = revoked;
    withheld.proofs.status = None;
    assert_eq!(
        scene.decide(&withheld),
        Headline::Undetermined(Reason::StatusUnchecked)
    );
}

#[test]
fn t42_a_path_to_another_place_or_size() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        bundle
            .proofs
            .origin
            .as_mut()
            .expect("anchored")
            .batch_path
            .index = LeafIndex(7);
    });
    assert_eq!(outcome, invalid(Reason::DocumentAltered));
    let outcome = scene.after(|bundle| {
        bundle
            .proofs
            .origin
            .as_mut()
            .expect("anchored")
            .log_path
            .index = LeafIndex(1);
    });
    assert_eq!(outcome, invalid(Reason::OriginMismatch));
    let outcome = scene.resigned(|header| header.core.log_size = TreeSize(0));
    assert_eq!(outcome, invalid(Reason::OriginMismatch));
}

#[test]
fn t44_a_proof_of_another_namespace() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let key = status_key(
            Suite::Intl,
            &scene.ledger.id,
            &scene.agency.id,
            &scene.documents[1].digest,
        );
        // Absence proved in the empty invoice tree, offered as absence from the status tree.
        let mut elsewhere = key;
        elsewhere.namespace = light_client::state::Namespace::Invoice;
        bundle.proofs.status = Some(scene.ledger.prove(elsewhere));
        bundle.proofs.roots = StateRoots::empty();
    });
    assert_eq!(outcome, invalid(Reason::StateRootMismatch));
}

#[test]
fn t45_an_entry_of_another_ledger() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let Some(StateProof::Present(entry, _)) = &mut bundle.proofs.registry else {
            panic!("the issuer is registered")
        };
        entry.ledger.0 = Digest::from_bytes([1; 32]);
    });
    assert_eq!(outcome, invalid(Reason::RegistryProofInvalid));
}

#[test]
fn t47_the_name_shown_is_the_registrys() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let Some(StateProof::Present(entry, _)) = &mut bundle.proofs.registry else {
            panic!("the issuer is registered")
        };
        entry.name.zh = "海州市公安局".to_owned();
    });
    assert_eq!(outcome, invalid(Reason::RegistryProofInvalid));
}

#[test]
fn t48_a_key_whose_right_had_ended_or_not_begun() {
    for (from, to) in [(Height(1), Some(Height(2))), (Height(3), None)] {
        let mut scene = Scene::new();
        let key = light_client::record::issuer_key(Suite::Intl, &scene.ledger.id, &scene.agency.id);
        let proof = scene.ledger.prove::<light_client::record::IssuerEntry>(key);
        let StateProof::Present(mut entry, _) = proof else {
            panic!("registered")
        };
        entry.rights[0].from = from;
        entry.rights[0].to = to;
        scene.ledger.put(key, &entry);
        scene.ledger.block();
        assert_eq!(
            scene.decide(&scene.bundle()),
            invalid(Reason::IssuerNotAuthorised)
        );
    }
}

#[test]
fn a_batch_signed_by_another_key() {
    let scene = Scene::new();
    let outcome = scene.after(|bundle| {
        let origin = bundle.proofs.origin.as_mut().expect("anchored");
        origin.signature.signature = Signature([1; 64]);
    });
    assert_eq!(outcome, invalid(Reason::BatchSignatureInvalid));
    let outcome = scene.after(|bundle| {
        let origin = bundle.proofs.origin.as_mut().expect("anchored");
        origin.signature.key = Signer::new(Suite::Intl, 999).public();
    });
    assert_eq!(outcome, invalid(Reason::BatchSignatureInvalid));
}

#[test]
fn another_document_under_these_proofs() {
    let scene = Scene::new();
    let other = scene.documents[0].document.clone();
    let outcome = scene.after(|bundle| bundle.document = other);
    assert_eq!(outcome, invalid(Reason::DocumentAltered));
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
