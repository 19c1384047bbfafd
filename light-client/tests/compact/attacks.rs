//! What must not pass, each by its own reason.

use credentials_schemas::invoice::{Fen, Printed, PrintedParts};
use light_client::{
    compact::Compact,
    hash::Digest,
    id::{Height, IssuerId, LedgerId, TimeMs},
    key::Signature,
    policy::Policy,
    suite::Suite,
    trust::{Profile, TrustStore},
    verdict::{Check, Headline, Outcome, Reason},
    verify,
};

use super::{
    GENUINE, Scene, outcome,
    support::{Ledger, Signer, Validators},
    synchronised,
};

const fn invalid(reason: Reason) -> Headline {
    Headline::Invalid(reason)
}

const fn undetermined(reason: Reason) -> Headline {
    Headline::Undetermined(reason)
}

impl Scene {
    /// The verdict after `change` to a genuine proof.
    fn after(&self, change: impl FnOnce(&mut Compact)) -> Headline {
        let mut compact = self.compact();
        assert_eq!(self.decide(&compact), GENUINE);
        change(&mut compact);
        self.decide(&compact)
    }

    /// The verdict after `change` to what is printed.
    fn reprinted(&self, change: impl FnOnce(&mut PrintedParts)) -> Headline {
        self.after(|compact| {
            let mut parts = compact.figures.printed.parts().clone();
            change(&mut parts);
            compact.figures.printed = Printed::new(parts).expect("figures that go together");
        })
    }
}

#[test]
fn t46_other_figures_under_the_same_code() {
    let scene = Scene::new();
    let altered = invalid(Reason::DocumentAltered);
    let more = |fen: Fen| Fen::new(fen.get() + 1).expect("in range");
    assert_eq!(scene.reprinted(|face| face.net = more(face.net)), altered);
    assert_eq!(scene.reprinted(|face| face.tax = more(face.tax)), altered);
    assert_eq!(scene.reprinted(|face| face.buyer_name.push('厂')), altered);
    assert_eq!(scene.reprinted(|face| face.buyer_id = None), altered);
    let next = "26991000000000001026".parse().expect("a number");
    assert_eq!(scene.reprinted(|face| face.number = next), altered);
    let later = "2026-09-21T14:13:21+08:00".parse().expect("a time");
    assert_eq!(scene.reprinted(|face| face.issued_at = later), altered);
}

#[test]
fn t46_salt_or_root_of_another_paper() {
    let scene = Scene::new();
    let red = Compact::from_bundle(&scene.red.bundle(&scene.ledger)).expect("an invoice");
    let altered = invalid(Reason::DocumentAltered);
    let figures = &red.figures;
    assert_eq!(scene.after(|one| one.figures.salt = figures.salt), altered);
    assert_eq!(scene.after(|one| one.figures.root = figures.root), altered);
    assert_eq!(scene.after(|one| one.figures = figures.clone()), altered);
    assert_eq!(scene.after(|one| one.batch = red.batch.clone()), altered);
}

/// Nothing is wrong with a code that was moved: it says of what paper it is.
#[test]
fn t46_a_code_moved_to_another_paper_shows_its_own_figures() {
    let scene = Scene::new();
    let moved = Compact::from_bundle(&scene.red.bundle(&scene.ledger)).expect("an invoice");
    let verdict = scene.verdict(&moved.to_bytes());
    assert_eq!(verdict.headline, GENUINE);
    let shown = verdict.evidence.document.expect("read").fields;
    let field = |path: &str| {
        let found = shown.iter().find(|field| field.path == path);
        found.expect("printed").value.as_str()
    };
    assert_eq!(field("/number"), "26991000000000001033");
    assert_eq!(field("/totals/gross"), "-9661.50");
    let paper = scene.compact().figures.printed;
    assert_ne!(field("/number"), paper.parts().number.as_str());
    assert_ne!(field("/totals/gross"), paper.gross().to_string());
}

#[test]
fn t41_another_form_of_the_same_bytes() {
    let scene = Scene::new();
    let bytes = scene.compact().to_bytes();
    let decide = |bytes: &[u8]| scene.verdict(bytes).headline;
    let malformed = invalid(Reason::Malformed);
    assert_eq!(decide(&bytes), GENUINE);
    for length in 0..bytes.len() {
        assert_eq!(decide(&bytes[..length]), malformed, "{length}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(decide(&longer), malformed);
    // The array's length in two bytes: no compact proof any more, and no bundle either.
    let mut wider = vec![0x98, 6];
    wider.extend(&bytes[1..]);
    assert_eq!(decide(&wider), malformed);
    // A name in UTF-8 where UTF-16 is shorter.
    let name = scene.compact().figures.printed.parts().seller_name.clone();
    let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let at = bytes.windows(utf16.len()).position(|part| part == utf16);
    let at = at.expect("the name as it is packed");
    let mut other = bytes[..at - 1].to_vec();
    other.extend([0x78, u8::try_from(name.len()).expect("short")]);
    other.extend(name.as_bytes());
    other.extend(&bytes[at + utf16.len()..]);
    assert_eq!(
        bytes[at - 1],
        0x40 | u8::try_from(utf16.len()).expect("short")
    );
    assert_eq!(decide(&other), malformed);
}

/// Lengths, places and times that do not fit together are no compact proof.
#[test]
fn t40_paths_and_heights_fit_together() {
    let scene = Scene::new();
    let malformed = invalid(Reason::Malformed);
    let wrong: [fn(&mut Compact); 9] = [
        |one| one.batch.batch_path.path.truncate(0),
        |one| one.batch.log_path.path.truncate(0),
        |one| one.batch.batch_path.path.push(Digest::from_bytes([0; 32])),
        |one| one.batch.batch_path.index.0 = one.batch.count.0,
        |one| one.batch.log_path.index.0 = one.head.log_size.0,
        |one| one.batch.count.0 = 0,
        |one| one.batch.height = Height(one.head.height.0 + 1),
        |one| one.batch.time_ms = TimeMs(one.head.time_ms.0 + 1),
        |one| one.batch.signature.expiry = Height(one.batch.height.0 - 1),
    ];
    for (number, change) in wrong.into_iter().enumerate() {
        // A sibling that changes sides is as much as one that is missing.
        assert_eq!(scene.after(change), malformed, "{number}");
    }
}

#[test]
fn t01_a_signature_less_or_more_than_a_quorum() {
    let scene = Scene::new();
    let quorum = invalid(Reason::CertificateQuorum);
    let outcome = scene.after(|one| one.head.certificate.signatures.truncate(2));
    assert_eq!(outcome, quorum);
    assert_eq!(
        scene.after(|one| one.head.certificate.signatures.clear()),
        quorum
    );
    let header = &scene.ledger.headers.last().expect("a block").header;
    let fourth = scene.ledger.validators.commit(header, 3);
    let outcome = scene.after(|one| one.head.certificate.signatures.push(fourth));
    assert_eq!(outcome, quorum);
}

/// A bitmap has no place for a signer twice; for its signature under another's name it has.
#[test]
fn t02_one_signer_counted_twice() {
    let scene = Scene::new();
    let twice = scene.after(|one| {
        let signatures = &mut one.head.certificate.signatures;
        signatures[2] = signatures[1];
    });
    assert_eq!(twice, invalid(Reason::Malformed));
    let posing = scene.after(|one| {
        let signatures = &mut one.head.certificate.signatures;
        signatures[2].signature = signatures[1].signature;
    });
    assert_eq!(posing, invalid(Reason::CertificateSignature));
}

#[test]
fn t03_a_signer_outside_the_set() {
    let scene = Scene::new();
    for signer in [4, 103] {
        let outcome = scene.after(|one| one.head.certificate.signatures[2].signer = signer);
        assert_eq!(outcome, invalid(Reason::CertificateUnknownSigner));
    }
    let outcome = scene.after(|one| one.head.certificate.signatures[2].signer = 104);
    assert_eq!(outcome, invalid(Reason::Malformed));
}

#[test]
fn t04_a_signature_for_another_height_round_or_ledger() {
    let scene = Scene::new();
    let forged = invalid(Reason::CertificateSignature);
    let earlier = scene.ledger.headers[0].certificate.clone();
    assert_eq!(scene.after(|one| one.head.certificate = earlier), forged);
    assert_eq!(scene.after(|one| one.head.certificate.round.0 = 1), forged);
    let mut other = Ledger::new(Suite::Intl, 4);
    other.genesis.name = "another ledger".to_owned();
    other.id = other.genesis.ledger_id();
    other.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let foreign = other.block().certificate;
    assert_eq!(scene.after(|one| one.head.certificate = foreign), forged);
}

/// The batch is as it was signed; what comes after it is not.
#[test]
fn what_follows_the_batch_is_the_headers() {
    let scene = Scene::new();
    let changes: [fn(&mut Compact); 7] = [
        |one| one.head.time_ms.0 += 1,
        |one| one.head.height.0 += 1,
        |one| one.head.rest = Digest::from_bytes([1; 32]),
        |one| one.head.log_size.0 += 1,
        |one| one.batch.log_path.path[0] = Digest::from_bytes([1; 32]),
        |one| one.batch.height.0 -= 1,
        |one| one.batch.time_ms.0 -= 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let outcome = scene.after(change);
        // One leaf more makes a tree of another shape, which may want another path.
        let expected = if outcome == invalid(Reason::Malformed) && number == 3 {
            Reason::Malformed
        } else {
            Reason::CertificateSignature
        };
        assert_eq!(outcome, invalid(expected), "{number}");
    }
}

#[test]
fn t05_another_ledger() {
    let scene = Scene::new();
    let id = LedgerId(Digest::from_bytes([1; 32]));
    assert_eq!(
        scene.after(|one| one.ledger = id),
        undetermined(Reason::LedgerUnknown)
    );
    // One that is trusted, too, and has the same validators.
    let mut other = Ledger::new(Suite::Intl, 4);
    other.genesis.name = "another ledger".to_owned();
    other.id = other.genesis.ledger_id();
    other.block_ending_epoch(Validators::new(Suite::Intl, 1, 4));
    let head = other.block();
    let mut trust = scene.trust();
    trust.pin(other.genesis.clone()).expect("a ledger");
    trust
        .advance(&other.id, &other.handoffs, &head)
        .expect("it follows");
    let mut compact = scene.compact();
    compact.ledger = other.id;
    let (policy, now) = (Policy::default(), scene.ledger.now());
    let verdict = verify(&compact.to_bytes(), &trust, &policy, now);
    assert_eq!(verdict.headline, invalid(Reason::DocumentAltered));
    // No quorum of another header has signed this one.
    assert_eq!(outcome(&verdict, Check::Finality), Outcome::NotChecked);
}

#[test]
fn who_signed_the_batch() {
    let scene = Scene::new();
    let forged = invalid(Reason::BatchSignatureInvalid);
    let outcome = scene.after(|one| one.batch.signature.signature = Signature([1; 64]));
    assert_eq!(outcome, forged);
    assert_eq!(scene.after(|one| one.batch.signature.expiry.0 += 1), forged);
    // Key and issuer are part of the leaf, too: the log has none by these.
    let altered = invalid(Reason::DocumentAltered);
    let key = Signer::new(Suite::Intl, 601).public();
    assert_eq!(scene.after(|one| one.batch.signature.key = key), altered);
    let police = IssuerId::parse("haizhou-police").expect("a name");
    assert_eq!(scene.after(|one| one.batch.issuer = police), altered);
    assert_eq!(scene.after(|one| one.batch.count.0 = 6), altered);
}

/// A batch that its seller signed, and that no ledger has.
#[test]
fn t46_a_batch_that_was_never_anchored() {
    let scene = Scene::new();
    let forged = scene.after(|one| {
        let mut parts = one.figures.printed.parts().clone();
        parts.net = Fen::new(100).expect("in range");
        one.figures.printed = Printed::new(parts).expect("figures that go together");
        let leaf = one.leaf(Suite::Intl).expect("a path");
        let statement = light_client::record::BatchStatement {
            ledger: leaf.ledger,
            issuer: leaf.issuer,
            key_id: leaf.key_id,
            document_type: leaf.document_type,
            count: leaf.count,
            root: leaf.batch_root,
            expiry: one.batch.signature.expiry,
        };
        one.batch.signature.signature = scene.seller.sign(&statement.to_bytes());
    });
    assert_eq!(forged, invalid(Reason::CertificateSignature));
}

#[test]
fn t10_an_epoch_that_the_client_has_not_followed() {
    let scene = Scene::new();
    let (policy, now) = (Policy::default(), scene.ledger.now());
    let bytes = scene.compact().to_bytes();
    let decide = |trust: &TrustStore| verify(&bytes, trust, &policy, now).headline;
    assert_eq!(
        decide(&scene.ledger.trust()),
        undetermined(Reason::EpochUnknown)
    );
    assert_eq!(
        decide(&TrustStore::new(Profile::Production)),
        undetermined(Reason::LedgerUnknown)
    );
}

#[test]
fn t12_an_epoch_that_has_ended() {
    let mut scene = Scene::new();
    let printed = scene.compact();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 2, 4));
    scene.ledger.block();
    assert_eq!(
        scene.decide(&printed),
        undetermined(Reason::SupersededEpoch)
    );
    // A new proof of the same invoice counts.
    assert_eq!(scene.decide(&scene.compact()), GENUINE);
}

/// T13, T16: beyond the last height, and beside the header that this client has.
#[test]
fn t13_headers_that_cannot_be() {
    let mut scene = Scene::new();
    let (trust, now) = (scene.trust(), scene.ledger.now());
    let old = Validators::new(Suite::Intl, 0, 4);
    let certify = |validators: &Validators, one: &mut Compact, ledger: &Ledger| {
        let mut header = ledger.headers.last().expect("a block").header.clone();
        header.core.epoch = validators.set.epoch();
        header.core.set_hash = validators.set.hash(Suite::Intl);
        header.core.time_ms.0 += 1;
        one.head.epoch = header.core.epoch;
        one.head.time_ms = header.core.time_ms;
        one.head.certificate = validators.certify(header).certificate;
    };
    let decide = |compact: &Compact, trust: &TrustStore| {
        verify(&compact.to_bytes(), trust, &Policy::default(), now).headline
    };
    let mut beyond = scene.compact();
    certify(&old, &mut beyond, &scene.ledger);
    assert_eq!(decide(&beyond, &trust), invalid(Reason::BeyondEpoch));
    let mut fork = scene.compact();
    certify(&scene.ledger.validators, &mut fork, &scene.ledger);
    assert_eq!(decide(&fork, &trust), invalid(Reason::ConflictingHeader));
    // Who has seen neither, or a later one, cannot tell.
    scene.ledger.block();
    assert_eq!(decide(&fork, &synchronised(&scene.ledger)), GENUINE);
}

#[test]
fn t21_age_and_clock() {
    let scene = Scene::new();
    let bytes = scene.compact().to_bytes();
    let at = |now: u64| verify(&bytes, &scene.trust(), &Policy::default(), TimeMs(now));
    let (now, day) = (scene.ledger.now().0, 24 * 3_600_000);
    let late = at(now + 2 * day);
    assert_eq!(late.headline, GENUINE);
    let stale = Outcome::Unknown(Reason::StatusStale);
    assert_eq!(outcome(&late, Check::Freshness), stale);
    let early = at(now - 600_000);
    assert_eq!(early.headline, undetermined(Reason::FutureHeader));
    let forgotten = at(now + 401 * day);
    assert_eq!(forgotten.headline, undetermined(Reason::PinTooOld));
}
