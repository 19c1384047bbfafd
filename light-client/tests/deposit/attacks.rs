//! What must not pass for evidence: each by its own reason.

use light_client::{
    bundle::SuccessionProof,
    hash::Digest,
    id::{Height, LedgerId, TimeMs},
    key::Signature,
    policy::Policy,
    record::{evidence_digest, evidence_key, issuer_key},
    state::{StateProof, StateRoots},
    suite::Suite,
    trust::{Profile, TrustStore},
    verdict::{DepositHeadline, DepositReason, Reason},
    verify_deposit,
};

use super::{
    DAY_MS, Scene, invalid,
    support::{
        Ledger, Validators,
        deposits::{FILE, SALT, deposit, proof},
        documents::Agency,
    },
    undetermined,
};

const FILE_MISMATCH: DepositHeadline = DepositHeadline::Invalid(DepositReason::FileMismatch);

#[test]
fn a_changed_file() {
    let scene = Scene::new();
    let proof = scene.proof();
    assert_eq!(scene.decide(b"", &proof), FILE_MISMATCH);
    let mut longer = FILE.to_vec();
    longer.push(0);
    assert_eq!(scene.decide(&longer, &proof), FILE_MISMATCH);
    for bit in 0..FILE.len() * 8 {
        let mut changed = FILE.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(scene.decide(&changed, &proof), FILE_MISMATCH, "bit {bit}");
    }
}

#[test]
fn a_changed_salt() {
    let scene = Scene::new();
    for bit in 0..256 {
        let mut proof = scene.proof();
        proof.salt[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(scene.decide(FILE, &proof), FILE_MISMATCH, "bit {bit}");
    }
}

/// Bytes that move between salt and file would make another pair with the same digest if the
/// hash did not keep its fields apart.
#[test]
fn salt_and_file_do_not_run_into_each_other() {
    let (first, second) = ([1; 32], [2; 32]);
    let suite = Suite::Sm;
    let joined = [&second[..], FILE].concat();
    assert_ne!(
        evidence_digest(suite, &first, &joined),
        evidence_digest(suite, &second, FILE)
    );
}

#[test]
fn the_proof_of_another_file() {
    let scene = Scene::new();
    let other = proof(&scene.ledger, &[3; 32], b"another file");
    assert_eq!(
        scene.decide(b"another file", &other),
        DepositHeadline::Deposited
    );
    assert_eq!(scene.decide(FILE, &other), FILE_MISMATCH);
}

/// A deposit cannot be hidden behind the absence of another digest.
#[test]
fn absence_offered_for_what_is_there() {
    let scene = Scene::new();
    for number in 0..64u8 {
        let mut hidden = scene.proof();
        hidden.proofs.entry = proof(&scene.ledger, &[number; 32], b"never").proofs.entry;
        hidden.proofs.agency = None;
        assert_eq!(scene.decide(FILE, &hidden), FILE_MISMATCH, "{number}");
    }
}

#[test]
fn a_made_up_entry() {
    let scene = Scene::new();
    let changed = |change: fn(&mut light_client::record::EvidenceEntry)| {
        let mut forged = scene.proof();
        if let StateProof::Present(entry, _) = &mut forged.proofs.entry {
            change(entry);
        }
        scene.decide(FILE, &forged)
    };
    let earlier = changed(|entry| entry.recorded = Height(1));
    assert_eq!(earlier, FILE_MISMATCH);
    let earlier = changed(|entry| entry.recorded_ms = TimeMs(1));
    assert_eq!(earlier, FILE_MISMATCH);
}

#[test]
fn an_entry_later_than_its_header() {
    let mut scene = Scene::new();
    let digest = evidence_digest(scene.ledger.suite, &SALT, FILE);
    let key = evidence_key(scene.ledger.suite, &scene.ledger.id, &digest);
    let StateProof::Present(entry, _) = scene.proof().proofs.entry else {
        unreachable!("deposited")
    };
    let mismatch = DepositHeadline::Invalid(DepositReason::EntryMismatch);
    for change in [
        (|entry| entry.recorded = Height(4)) as fn(&mut light_client::record::EvidenceEntry),
        |entry| entry.recorded_ms = TimeMs(u64::MAX),
        |entry| entry.ledger = LedgerId(Digest::from_bytes([1; 32])),
    ] {
        let mut entry = entry.clone();
        change(&mut entry);
        scene.ledger.put(key, &entry);
        scene.ledger.headers.truncate(2);
        scene.ledger.block();
        assert_eq!(scene.decide(FILE, &scene.proof()), mismatch);
    }
}

#[test]
fn another_ledger() {
    let scene = Scene::new();
    let mut elsewhere = Ledger::new(Suite::Intl, 4);
    elsewhere.genesis.name = "another ledger".to_owned();
    elsewhere.id = elsewhere.genesis.ledger_id();
    deposit(&mut elsewhere, &scene.agency, &SALT, FILE);
    elsewhere.block();
    let foreign = proof(&elsewhere, &SALT, FILE);
    assert_eq!(
        scene.decide(FILE, &foreign),
        undetermined(Reason::LedgerUnknown)
    );
    let mut relabelled = foreign;
    relabelled.proofs.ledger = scene.ledger.id;
    assert_eq!(
        scene.decide(FILE, &relabelled),
        invalid(Reason::LedgerMismatch)
    );
}

#[test]
fn a_forged_certificate() {
    let scene = Scene::new();
    let mut forged = scene.proof();
    forged.proofs.head.certificate.signatures[0].signature = Signature([1; 64]);
    assert_eq!(
        scene.decide(FILE, &forged),
        invalid(Reason::CertificateSignature)
    );
    let mut few = scene.proof();
    few.proofs.head.certificate.signatures.pop();
    assert_eq!(scene.decide(FILE, &few), invalid(Reason::CertificateQuorum));
    let mut other_roots = scene.proof();
    other_roots.proofs.roots = StateRoots::empty();
    assert_eq!(
        scene.decide(FILE, &other_roots),
        invalid(Reason::StateRootMismatch)
    );
}

/// Whoever finds an old epoch's keys can sign a past in which anything was deposited.
#[test]
fn a_superseded_epoch() {
    let mut scene = Scene::new();
    let leaked = scene.ledger.validators.clone();
    let old = scene.proof();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let newest = scene.ledger.block();
    let mut alone = old;
    alone.proofs.handoffs.clone_from(&scene.ledger.handoffs);
    assert_eq!(
        scene.decide(FILE, &alone),
        undetermined(Reason::SupersededEpoch)
    );
    let mut with_history = alone.clone();
    let path = scene.ledger.history_path(Height(2));
    with_history.proofs.succession = Some(SuccessionProof { newest, path });
    assert_eq!(
        scene.decide(FILE, &with_history),
        DepositHeadline::Deposited
    );
    let mut rewritten = with_history;
    let mut header = rewritten.proofs.head.header.clone();
    header.core.time_ms.0 -= 1;
    rewritten.proofs.head = leaked.certify(header);
    assert_eq!(
        scene.decide(FILE, &rewritten),
        invalid(Reason::HistoryMismatch)
    );
}

#[test]
fn withheld_hand_offs_decide_nothing() {
    let mut scene = Scene::new();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    scene.ledger.block();
    let mut withheld = scene.proof();
    withheld.proofs.handoffs.clear();
    assert_eq!(
        scene.decide(FILE, &withheld),
        undetermined(Reason::EpochUnknown)
    );
}

#[test]
fn another_agencys_name() {
    let mut scene = Scene::new();
    Agency::register(&mut scene.ledger, "haizhou-bureau", 701, &[]);
    scene.ledger.block();
    let suite = scene.ledger.suite;
    let other = light_client::id::IssuerId::parse("haizhou-bureau").expect("a name");
    let mut renamed = scene.proof();
    let key = issuer_key(suite, &scene.ledger.id, &other);
    renamed.proofs.agency = Some(scene.ledger.prove(key));
    assert_eq!(
        scene.decide(FILE, &renamed),
        DepositHeadline::Invalid(DepositReason::AgencyProofInvalid)
    );
    let mut absent = proof(&scene.ledger, &SALT, b"a draft");
    absent.proofs.agency = renamed.proofs.agency;
    assert_eq!(
        scene.decide(b"a draft", &absent),
        DepositHeadline::Invalid(DepositReason::UnexpectedPart)
    );
}

#[test]
fn what_the_client_cannot_know_is_undetermined() {
    let scene = Scene::new();
    let bytes = scene.proof().to_bytes();
    let at = |trust: &TrustStore, now: TimeMs| {
        verify_deposit(FILE, &bytes, trust, &Policy::default(), now).headline
    };
    let (trust, now) = (scene.ledger.trust(), scene.ledger.now());
    let empty = TrustStore::new(Profile::Production);
    assert_eq!(at(&empty, now), undetermined(Reason::LedgerUnknown));
    let before = TimeMs(now.0 - DAY_MS);
    assert_eq!(at(&trust, before), undetermined(Reason::FutureHeader));
    let years_later = TimeMs(now.0 + 500 * DAY_MS);
    assert_eq!(at(&trust, years_later), undetermined(Reason::PinTooOld));
}

#[test]
fn bytes_that_are_no_proof() {
    let scene = Scene::new();
    let (trust, now) = (scene.ledger.trust(), scene.ledger.now());
    let genuine = scene.proof().to_bytes();
    let answer = light_client::cbor::to_bytes(&scene.proof().proofs);
    let trailing = [&genuine[..], &[0]].concat();
    let cut = &genuine[..genuine.len() - 1];
    for bytes in [&[][..], b"eyJ", &answer, &trailing, cut] {
        let verdict = verify_deposit(FILE, bytes, &trust, &Policy::default(), now);
        let malformed = DepositHeadline::Invalid(DepositReason::Malformed);
        assert_eq!(verdict.headline, malformed);
    }
}
