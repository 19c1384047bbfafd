//! Files that are to accuse somebody of what the keys in them did not do, or somebody else.

use light_client::{
    certificate::CertifiedHeader,
    conflict::Conflict,
    id::{IssuerId, Round},
    key::Signature,
    suite::Suite,
    trust::{Profile, TrustStore},
    validator_set::{Validator, ValidatorSet},
    verdict::{ConflictHeadline, ConflictReason, Reason},
    verify_conflict,
};

use super::{
    conflict, ledger, other, same_height,
    support::{Ledger, Validators},
};

/// The answer of who trusts the ledger, and that of who trusts nothing, which must not say more.
fn decide(ledger: &Ledger, bytes: &[u8]) -> ConflictHeadline {
    let verdict = verify_conflict(bytes, Some(&ledger.trust()));
    let alone = verify_conflict(bytes, None);
    match verdict.headline {
        ConflictHeadline::Equivocation | ConflictHeadline::Fork => {
            assert_eq!(alone.headline, undetermined(ConflictReason::NoTrustStore));
        }
        ConflictHeadline::Invalid(_) | ConflictHeadline::Undetermined(_) => {}
    }
    assert_eq!(verdict.conflict, alone.conflict);
    assert_eq!(alone.pinned, None);
    verdict.headline
}

const fn undetermined(reason: ConflictReason) -> ConflictHeadline {
    ConflictHeadline::Undetermined(reason)
}

const fn invalid(reason: ConflictReason) -> ConflictHeadline {
    ConflictHeadline::Invalid(reason)
}

const fn certificate(reason: Reason) -> ConflictHeadline {
    ConflictHeadline::Invalid(ConflictReason::Chain(reason))
}

type Change = fn(&mut CertifiedHeader);

/// The genuine two headers, the second of them changed.
fn changed(ledger: &Ledger, change: Change) -> Vec<u8> {
    let [one, mut other] = same_height(ledger, [0, 0]);
    change(&mut other);
    conflict(ledger, [one, other]).to_bytes()
}

#[test]
fn genuine_files() {
    for suite in [Suite::Sm, Suite::Intl] {
        let ledger = ledger(suite, 4);
        for (rounds, expected) in [
            ([0, 0], ConflictHeadline::Equivocation),
            ([0, 1], ConflictHeadline::Fork),
        ] {
            let file = conflict(&ledger, same_height(&ledger, rounds));
            assert_eq!(decide(&ledger, &file.to_bytes()), expected);
            let verdict = verify_conflict(&file.to_bytes(), Some(&ledger.trust()));
            let pinned = verdict.pinned.expect("the pinned set");
            assert_eq!((pinned.name.as_str(), pinned.demo), ("test ledger", false));
            let evidence = verdict.conflict.expect("proven");
            assert_eq!((evidence.validators, evidence.faulty_at_least), (4, 2));
            assert_eq!(evidence.headers.map(|header| header.height), [3, 3]);
        }
    }
}

#[test]
fn t13_forged_signatures_accuse_nobody() {
    let ledger = ledger(Suite::Intl, 4);
    let cases: [(&str, Reason, Change); 6] = [
        ("forged", Reason::CertificateSignature, |header| {
            header.certificate.signatures[0].signature = Signature([1; 64]);
        }),
        // Of validators 1, 2, 3, so that 0, who signed the first header only, seems to have
        // signed both.
        ("signer moved", Reason::CertificateSignature, |header| {
            header.certificate.signatures[0].signer = 0;
        }),
        ("other round", Reason::CertificateSignature, |header| {
            header.certificate.round = Round(1);
        }),
        ("signer twice", Reason::CertificateSigners, |header| {
            let signatures = &mut header.certificate.signatures;
            signatures[1] = signatures[0];
        }),
        ("quorum less one", Reason::CertificateQuorum, |header| {
            header.certificate.signatures.pop();
        }),
        (
            "unknown signer",
            Reason::CertificateUnknownSigner,
            |header| {
                header.certificate.signatures[2].signer = 9;
            },
        ),
    ];
    for (name, reason, change) in cases {
        let bytes = changed(&ledger, change);
        assert_eq!(decide(&ledger, &bytes), certificate(reason), "{name}");
        assert_eq!(verify_conflict(&bytes, None).conflict, None, "{name}");
    }
}

#[test]
fn t13_signatures_of_one_header_are_none_of_another() {
    let ledger = ledger(Suite::Intl, 4);
    let [one, mut second] = same_height(&ledger, [0, 0]);
    second.certificate = one.certificate.clone();
    let bytes = conflict(&ledger, [one, second]).to_bytes();
    assert_eq!(
        decide(&ledger, &bytes),
        certificate(Reason::CertificateSignature)
    );
}

#[test]
fn t13_headers_that_exclude_nothing() {
    let mut ledger = ledger(Suite::Intl, 4);
    let one = ledger.block();
    let twice = conflict(&ledger, [one.clone(), one.clone()]).to_bytes();
    assert_eq!(decide(&ledger, &twice), invalid(ConflictReason::SameHeader));
    let next = ledger.block();
    let history = conflict(&ledger, [one.clone(), next]).to_bytes();
    assert_eq!(
        decide(&ledger, &history),
        invalid(ConflictReason::OneHistory)
    );
    let stranger = Ledger::new(Suite::Intl, 7).block();
    let strange = conflict(&ledger, [one.clone(), stranger]).to_bytes();
    assert_eq!(
        decide(&ledger, &strange),
        certificate(Reason::LedgerMismatch)
    );
    let usurpers = Validators::new(Suite::Intl, 1, 4);
    let mut header = other(&one.header);
    header.core.set_hash = usurpers.set.hash(Suite::Intl);
    let usurped = conflict(&ledger, [one, usurpers.certify(header)]).to_bytes();
    assert_eq!(
        decide(&ledger, &usurped),
        invalid(ConflictReason::DifferentSets)
    );
}

/// Whoever makes up keys can have them sign anything, in any agency's name.
#[test]
fn t13_made_up_keys_accuse_no_agency_of_the_ledger() {
    let ledger = ledger(Suite::Intl, 4);
    let mut forged = ledger.clone();
    forged.validators.signers = Validators::new(Suite::Intl, 9, 4).signers;
    let names = ledger.validators.set.validators().iter();
    let named = names.zip(&forged.validators.signers);
    let validators = named.map(|(validator, signer)| Validator {
        agency: validator.agency.clone(),
        key: signer.public(),
    });
    let set = ValidatorSet::new(ledger.validators.set.epoch(), validators.collect());
    forged.validators.set = set.expect("a set");
    let bytes = conflict(&forged, same_height(&forged, [0, 0])).to_bytes();
    assert_eq!(decide(&ledger, &bytes), invalid(ConflictReason::OtherSet));
    // It holds by itself, which is why that says nothing of any agency.
    let alone = verify_conflict(&bytes, None);
    assert_eq!(alone.headline, undetermined(ConflictReason::NoTrustStore));
    assert!(alone.conflict.is_some());
}

/// The keys did sign, but are to be somebody else's.
#[test]
fn t13_another_name_for_a_key_breaks_the_file() {
    let ledger = ledger(Suite::Intl, 4);
    let genuine = conflict(&ledger, same_height(&ledger, [0, 0]));
    let mut validators = genuine.set().validators().to_vec();
    validators[1].agency = IssuerId::parse("agency-001b").expect("a name");
    let set = ValidatorSet::new(genuine.set().epoch(), validators).expect("a set");
    let [one, other] = same_height(&ledger, [0, 0]);
    let bytes = Conflict::new(set, one, other).to_bytes();
    assert_eq!(decide(&ledger, &bytes), certificate(Reason::CertificateSet));
}

#[test]
fn whose_keys_are_not_known() {
    let mut ledger = ledger(Suite::Intl, 4);
    let before = ledger.trust();
    ledger.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let file = conflict(&ledger, same_height(&ledger, [0, 0])).to_bytes();
    let mut after = before.clone();
    let head = ledger.block();
    let followed = after.advance(&ledger.id, &ledger.handoffs, &head);
    followed.expect("it follows");
    let chain = |reason| undetermined(ConflictReason::Chain(reason));
    for (trust, expected) in [
        (TrustStore::new(Profile::Demo), chain(Reason::LedgerUnknown)),
        (before, chain(Reason::EpochUnknown)),
        (after, ConflictHeadline::Equivocation),
    ] {
        let verdict = verify_conflict(&file, Some(&trust));
        assert_eq!(verdict.headline, expected);
        assert!(verdict.conflict.is_some());
        let proven = expected == ConflictHeadline::Equivocation;
        assert_eq!(verdict.pinned.is_some(), proven);
    }
}

#[test]
fn other_forms_of_a_file_are_refused() {
    let ledger = ledger(Suite::Intl, 4);
    let genuine = conflict(&ledger, same_height(&ledger, [0, 0])).to_bytes();
    let malformed = invalid(ConflictReason::Malformed);
    for length in 0..genuine.len() {
        assert_eq!(decide(&ledger, &genuine[..length]), malformed, "{length}");
    }
    let trailing = [&genuine[..], &[0]].concat();
    assert_eq!(decide(&ledger, &trailing), malformed);
    let headers = same_height(&ledger, [0, 0]).map(|header| light_client::cbor::to_bytes(&header));
    let (set, _) = genuine.split_at(genuine.len() - headers[0].len() - headers[1].len());
    let ordered = [
        &[set, &headers[0], &headers[1]],
        &[set, &headers[1], &headers[0]],
    ];
    let ordered = ordered.map(|parts| parts.concat());
    let good = ordered.iter().filter(|bytes| **bytes == genuine).count();
    assert_eq!(good, 1);
    for bytes in ordered.iter().filter(|bytes| **bytes != genuine) {
        assert_eq!(decide(&ledger, bytes), malformed);
    }
}
