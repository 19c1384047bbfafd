//! The verdict on documents as citizens and businesses meet them.

mod support;

use credentials_schemas::invoice::Kind;
use light_client::{
    cbor::to_bytes,
    document::CredentialIssuer,
    hash::Digest,
    id::{IssuerId, LedgerId, TimeMs},
    policy::Policy,
    record::{Booking, BookingPeriod, Pledge, Standing},
    suite::Suite,
    verdict::{Check, Headline, Outcome, Reason, Verdict},
    verify,
};
use support::{
    Ledger, Signer, Validators,
    documents::{self, Agency, Anchored, IDENTITY, INVOICE},
};

fn decide(ledger: &Ledger, bytes: &[u8]) -> Verdict {
    verify(bytes, &ledger.trust(), &Policy::default(), ledger.now())
}

fn outcome(verdict: &Verdict, check: Check) -> Outcome {
    let found = verdict.checks.iter().find(|result| result.check == check);
    found.expect("every check is reported").outcome
}

/// A ledger with one agency that has anchored two credentials.
fn with_credentials(suite: Suite, validators: u16) -> (Ledger, Agency, Vec<Anchored>) {
    let mut ledger = Ledger::new(suite, validators);
    let agency = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    ledger.block();
    let texts: Vec<String> = (0..2)
        .map(|number| agency.credential(&ledger, IDENTITY, number))
        .collect();
    let anchored = Anchored::credentials(&mut ledger, &agency, &texts, IDENTITY);
    ledger.block();
    (ledger, agency, anchored)
}

fn with_invoice(suite: Suite) -> (Ledger, Anchored) {
    let mut ledger = Ledger::new(suite, 1);
    let agency = Agency::register(&mut ledger, "haizhou-tax", 500, &[INVOICE]);
    let seller = Signer::new(suite, 600);
    let invoice = Anchored::invoice(&mut ledger, &agency, &seller, "200");
    ledger.block();
    (ledger, invoice)
}

#[test]
fn a_genuine_credential_is_valid_in_both_suites() {
    for (suite, validators) in [(Suite::Sm, 1), (Suite::Sm, 4), (Suite::Intl, 4)] {
        let (ledger, _, anchored) = with_credentials(suite, validators);
        for document in &anchored {
            let verdict = decide(&ledger, &document.bytes(&ledger));
            assert_eq!(verdict.headline, Headline::Valid, "{verdict:#?}");
            assert_eq!(
                verdict.evidence.issuer.expect("proved").name.en,
                "Agency 500"
            );
            assert_eq!(verdict.freshness.expect("certified").age_ms, 0);
        }
    }
}

#[test]
fn a_genuine_invoice_is_valid_in_both_suites() {
    for suite in [Suite::Sm, Suite::Intl] {
        let (ledger, invoice) = with_invoice(suite);
        let verdict = decide(&ledger, &invoice.bytes(&ledger));
        assert_eq!(verdict.headline, Headline::Valid, "{verdict:#?}");
        assert_eq!(
            verdict.evidence.invoice.expect("proved").gross_fen,
            1_932_300
        );
    }
}

/// Whoever reads the invoice reads there which agency answers for it.
#[test]
fn an_invoice_names_the_agency_whose_lease_it_is_of() {
    let mut ledger = Ledger::new(Suite::Sm, 4);
    let agency = Agency::register(&mut ledger, "haizhou-tax", 500, &[INVOICE]);
    let seller = Signer::new(Suite::Sm, 600);
    let another = LedgerId(Digest::from_bytes([7; 32]));
    for (did, outcome) in [
        (agency.id.did(&ledger.id), Headline::Valid),
        (
            agency.id.did(&another),
            Headline::Invalid(Reason::IssuerMismatch),
        ),
        (
            IssuerId::parse("haizhou-customs")
                .expect("a name")
                .did(&ledger.id),
            Headline::Invalid(Reason::IssuerMismatch),
        ),
    ] {
        let mut ledger = ledger.clone();
        let document = documents::invoice_of_agency(&seller, &did);
        let invoice = Anchored::registered(&mut ledger, &agency, &seller, document);
        ledger.block();
        let verdict = decide(&ledger, &invoice.bytes(&ledger));
        assert_eq!(verdict.headline, outcome, "{did}");
    }
}

#[test]
fn an_edited_invoice_is_altered_and_its_registered_amount_is_shown() {
    let (ledger, invoice) = with_invoice(Suite::Sm);
    let mut bundle = invoice.bundle(&ledger);
    bundle.document = documents::invoice_document(&Signer::new(Suite::Sm, 600), "300");
    let verdict = decide(&ledger, &to_bytes(&bundle));
    assert_eq!(verdict.headline, Headline::Invalid(Reason::DocumentAltered));
    assert_eq!(
        outcome(&verdict, Check::Record),
        Outcome::Failed(Reason::NumberReused)
    );
    assert_eq!(
        verdict.evidence.invoice.expect("still proved").gross_fen,
        1_932_300
    );
}

#[test]
fn what_has_happened_to_an_invoice_is_shown() {
    let (mut ledger, invoice) = with_invoice(Suite::Sm);
    let funder = Signer::new(Suite::Sm, 700).public();
    invoice.change_record(&mut ledger, |record| {
        (record.red_fen, record.remaining_fen) = (932_300, 400_000);
        (record.sequence, record.pledge) = (3, Some(Pledge { funder }));
        record.booking = Booking::BookedPersonalNonDeductible;
        record.period = BookingPeriod::new(202_609).ok();
    });
    ledger.block();
    let verdict = decide(&ledger, &invoice.bytes(&ledger));
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:#?}");
    let shown = verdict.evidence.invoice.expect("proved");
    assert_eq!((shown.red_fen, shown.remaining_fen), (932_300, 400_000));
    assert!(shown.pledged);
    assert_eq!(shown.booking.code(), 5);
    assert_eq!(shown.period.expect("booked").year_month(), 202_609);
    invoice.change_record(&mut ledger, |record| {
        (record.red_fen, record.remaining_fen) = (1_932_300, 0);
    });
    ledger.block();
    let verdict = decide(&ledger, &invoice.bytes(&ledger));
    assert_eq!(verdict.headline, Headline::Invalid(Reason::RedLettered));
}

#[test]
fn a_red_invoice_is_valid_by_its_own_number_and_record() {
    for suite in [Suite::Sm, Suite::Intl] {
        let mut ledger = Ledger::new(suite, 1);
        let agency = Agency::register(&mut ledger, "haizhou-tax", 500, &[INVOICE]);
        let seller = Signer::new(suite, 600);
        let document = documents::red_document(&seller, "-20");
        let red = Anchored::registered(&mut ledger, &agency, &seller, document);
        ledger.block();
        let verdict = decide(&ledger, &red.bytes(&ledger));
        assert_eq!(verdict.headline, Headline::Valid, "{verdict:#?}");
        let shown = verdict.evidence.invoice.expect("proved");
        assert_eq!((shown.gross_fen, shown.remaining_fen), (193_230, 0));
        // A record of a blue invoice of the same amount is not one of it.
        red.change_record(&mut ledger, |record| record.kind = Kind::Blue);
        ledger.block();
        let verdict = decide(&ledger, &red.bytes(&ledger));
        assert_eq!(verdict.headline, Headline::Invalid(Reason::AmountMismatch));
    }
}

#[test]
fn a_record_that_another_seller_opened_is_not_the_invoices() {
    let (mut ledger, invoice) = with_invoice(Suite::Intl);
    invoice.change_record(&mut ledger, |record| {
        record.seller = Digest::from_bytes([1; 32]);
    });
    ledger.block();
    let verdict = decide(&ledger, &invoice.bytes(&ledger));
    assert_eq!(
        outcome(&verdict, Check::Record),
        Outcome::Failed(Reason::LeaseMismatch)
    );
}

/// Number and record come onto the ledger together: one without the other is no matter of time.
#[test]
fn a_number_without_its_record_is_another_amount_and_neither_is_not_yet() {
    let (mut ledger, invoice) = with_invoice(Suite::Sm);
    invoice.remove_record(&mut ledger);
    ledger.block();
    let verdict = decide(&ledger, &invoice.bytes(&ledger));
    assert_eq!(verdict.headline, Headline::Invalid(Reason::AmountMismatch));
    assert_eq!(verdict.evidence.invoice, None);
    invoice.remove_number(&mut ledger);
    ledger.block();
    let verdict = decide(&ledger, &invoice.bytes(&ledger));
    assert_eq!(
        verdict.headline,
        Headline::Undetermined(Reason::NotYetRegistered)
    );
}

/// What is shown of the log was proved to be in it.
#[test]
fn an_anchor_is_shown_once_it_is_proved() {
    let (ledger, _, documents) = with_credentials(Suite::Sm, 4);
    let mut bundle = documents[0].bundle(&ledger);
    let origin = bundle.proofs.origin.as_mut().expect("anchored");
    origin.batch_path = documents[1]
        .bundle(&ledger)
        .proofs
        .origin
        .expect("anchored")
        .batch_path;
    let verdict = decide(&ledger, &to_bytes(&bundle));
    assert_eq!(verdict.headline, Headline::Invalid(Reason::DocumentAltered));
    assert!(verdict.evidence.anchor.is_some(), "its leaf is in the log");
    let origin = bundle.proofs.origin.as_mut().expect("anchored");
    origin.leaf.time_ms.0 += 1;
    let verdict = decide(&ledger, &to_bytes(&bundle));
    assert_eq!(verdict.headline, Headline::Invalid(Reason::OriginMismatch));
    assert_eq!(verdict.evidence.anchor, None);
}

/// A key that the entry does not know is not the issuer's; the document names no other issuer.
#[test]
fn a_key_that_the_registry_does_not_know_has_no_right() {
    let mut ledger = Ledger::new(Suite::Intl, 1);
    let agency = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
    ledger.block();
    let other = Agency {
        id: agency.id,
        signer: Signer::new(Suite::Intl, 900),
    };
    let text = other.credential(&ledger, IDENTITY, 1);
    let document = Anchored::unanchored(&ledger, &other, &text);
    let verdict = decide(&ledger, &document.bytes(&ledger));
    assert_eq!(
        verdict.headline,
        Headline::Invalid(Reason::IssuerNotAuthorised)
    );
    assert_eq!(
        outcome(&verdict, Check::Signature),
        Outcome::Failed(Reason::IssuerSignatureInvalid)
    );
}

#[test]
fn revoked_suspended_and_reinstated_are_told_apart() {
    let (mut ledger, _, anchored) = with_credentials(Suite::Intl, 1);
    let before = anchored[0].bytes(&ledger);
    let expected = [
        (Standing::Revoked, Headline::Invalid(Reason::Revoked)),
        (Standing::Suspended, Headline::Invalid(Reason::Suspended)),
        (Standing::Reinstated, Headline::Valid),
    ];
    for (standing, headline) in expected {
        anchored[0].set_status(&mut ledger, standing);
        ledger.block();
        assert_eq!(
            decide(&ledger, &anchored[0].bytes(&ledger)).headline,
            headline
        );
        assert_eq!(
            decide(&ledger, &anchored[1].bytes(&ledger)).headline,
            Headline::Valid
        );
    }
    // T27: the answer under the old header says as of when it holds.
    let verdict = decide(&ledger, &before);
    assert_eq!(verdict.headline, Headline::Valid);
    assert_eq!(
        verdict.freshness.expect("certified").age_ms,
        3 * support::BLOCK_MS
    );
}

#[test]
fn a_dated_standing_counts_from_its_date_and_until_then_as_before() {
    let (mut ledger, _, anchored) = with_credentials(Suite::Intl, 1);
    let day = 86_400_000;
    for (standing, before, after) in [
        (
            Standing::Revoked,
            Headline::Valid,
            Headline::Invalid(Reason::Revoked),
        ),
        // Only what is suspended is reinstated.
        (
            Standing::Reinstated,
            Headline::Invalid(Reason::Suspended),
            Headline::Valid,
        ),
    ] {
        let later = TimeMs(ledger.next_time().0 + day);
        anchored[0].set_status_from(&mut ledger, standing, later);
        ledger.block();
        let decided = |now| {
            let policy = Policy {
                max_age_ms: 2 * day,
                ..Policy::default()
            };
            verify(&anchored[0].bytes(&ledger), &ledger.trust(), &policy, now).headline
        };
        assert_eq!(decided(ledger.now()), before, "{standing:?}");
        assert_eq!(decided(later), after, "{standing:?}");
    }
    // A clock that is a little behind the block does not put off what the block says.
    anchored[1].set_status(&mut ledger, Standing::Revoked);
    ledger.block();
    let behind = TimeMs(ledger.now().0 - 60_000);
    let bytes = anchored[1].bytes(&ledger);
    let verdict = verify(&bytes, &ledger.trust(), &Policy::default(), behind);
    assert_eq!(verdict.headline, Headline::Invalid(Reason::Revoked));
}

#[test]
fn a_credential_without_right_is_not_authorised() {
    let mut ledger = Ledger::new(Suite::Sm, 1);
    let agency = Agency::register(&mut ledger, "haizhou-school", 501, &[INVOICE]);
    ledger.block();
    let text = agency.credential(&ledger, IDENTITY, 1);
    let document = Anchored::unanchored(&ledger, &agency, &text);
    let verdict = decide(&ledger, &document.bytes(&ledger));
    assert_eq!(
        verdict.headline,
        Headline::Invalid(Reason::IssuerNotAuthorised)
    );
    assert_eq!(
        outcome(&verdict, Check::Origin),
        Outcome::Unknown(Reason::NotAnchored)
    );
    assert_eq!(outcome(&verdict, Check::Signature), Outcome::Passed);
}

#[test]
fn an_unknown_issuer_and_an_unanchored_document_are_told_apart() {
    let (ledger, agency, _) = with_credentials(Suite::Intl, 1);
    let text = agency.credential(&ledger, IDENTITY, 9);
    let unanchored = Anchored::unanchored(&ledger, &agency, &text);
    let verdict = decide(&ledger, &unanchored.bytes(&ledger));
    assert_eq!(
        verdict.headline,
        Headline::Undetermined(Reason::NotAnchored)
    );

    let mut elsewhere = Ledger::new(Suite::Intl, 1);
    let stranger = Agency::register(&mut elsewhere, "stranger", 502, &[IDENTITY]);
    let text = stranger.credential(&ledger, IDENTITY, 9);
    let unknown = Anchored::unanchored(&ledger, &stranger, &text);
    let verdict = decide(&ledger, &unknown.bytes(&ledger));
    assert_eq!(verdict.headline, Headline::Invalid(Reason::IssuerUnknown));
}

#[test]
fn a_bare_did_key_is_never_plainly_valid() {
    let signer = Signer::new(Suite::Sm, 9);
    let issuer = CredentialIssuer::DidKey(signer.public());
    let text = documents::credential(&signer, &issuer, IDENTITY, 1);
    let ledger = with_invoice(Suite::Sm).0;
    let verdict = decide(&ledger, text.as_bytes());
    assert_eq!(verdict.headline, Headline::Undetermined(Reason::BareDidKey));
    assert_eq!(outcome(&verdict, Check::Signature), Outcome::Passed);
    let forged = documents::credential(&Signer::new(Suite::Sm, 10), &issuer, IDENTITY, 1);
    let verdict = decide(&ledger, forged.as_bytes());
    assert_eq!(
        verdict.headline,
        Headline::Invalid(Reason::IssuerSignatureInvalid)
    );
}

#[test]
fn an_expired_credential_says_so() {
    let (ledger, _, anchored) = with_credentials(Suite::Intl, 1);
    let later = TimeMs(2_000_000_000_000);
    let policy = Policy {
        max_age_ms: u64::MAX,
        max_pin_age_ms: u64::MAX,
    };
    let verdict = verify(&anchored[0].bytes(&ledger), &ledger.trust(), &policy, later);
    assert_eq!(verdict.headline, Headline::Invalid(Reason::Expired));
}

#[test]
fn a_document_of_an_unknown_ledger_is_undetermined() {
    let (ledger, _, anchored) = with_credentials(Suite::Intl, 1);
    let other = Ledger::new(Suite::Intl, 4);
    let bytes = anchored[0].bytes(&ledger);
    let verdict = verify(&bytes, &other.trust(), &Policy::default(), ledger.now());
    assert_eq!(
        verdict.headline,
        Headline::Undetermined(Reason::LedgerUnknown)
    );
}

#[test]
fn hand_offs_lead_to_later_epochs() {
    let (mut ledger, _, anchored) = with_credentials(Suite::Intl, 4);
    let in_epoch_0 = anchored[0].bundle(&ledger);
    ledger.block_ending_epoch(Validators::new(Suite::Intl, 1, 7));
    ledger.block();
    ledger.block_ending_epoch(Validators::new(Suite::Intl, 2, 4));
    ledger.block();
    assert_eq!(
        decide(&ledger, &anchored[0].bytes(&ledger)).headline,
        Headline::Valid
    );

    // T12: once the client knows a newer epoch, an old epoch's header alone counts for nothing.
    let mut trust = ledger.trust();
    let head = ledger.headers.last().expect("a block");
    trust
        .advance(&ledger.id, &ledger.handoffs, head)
        .expect("it follows");
    let decide = |bundle: &light_client::bundle::Bundle| {
        verify(&to_bytes(bundle), &trust, &Policy::default(), ledger.now())
    };
    let verdict = decide(&in_epoch_0);
    assert_eq!(
        verdict.headline,
        Headline::Undetermined(Reason::SupersededEpoch)
    );

    // Proved to be part of the newest history, it counts again.
    let mut proved = in_epoch_0;
    proved.proofs.succession = Some(light_client::bundle::SuccessionProof {
        newest: head.clone(),
        path: ledger.history_path(proved.proofs.head.header.core.height),
    });
    assert_eq!(decide(&proved).headline, Headline::Valid);
}

#[test]
fn files_that_are_no_bundles_are_malformed() {
    let (ledger, _, anchored) = with_credentials(Suite::Intl, 1);
    let bytes = anchored[0].bytes(&ledger);
    let mut longer = bytes.clone();
    longer.push(0);
    for bytes in [&b""[..], b"{}", b"eyJ", &bytes[..bytes.len() - 1], &longer] {
        let verdict = decide(&ledger, bytes);
        let expected = [Reason::Malformed, Reason::DocumentMalformed].map(Headline::Invalid);
        assert!(expected.contains(&verdict.headline), "{verdict:#?}");
    }
}

#[test]
fn the_verdict_as_json_has_the_documented_shape() {
    let (ledger, _, anchored) = with_credentials(Suite::Sm, 1);
    let verdict = decide(&ledger, &anchored[0].bytes(&ledger));
    let json = serde_json::to_string(&verdict).expect("serialisable");
    assert!(json.starts_with(r#"{"headline":{"kind":"valid","reason":null},"checks":[{"check":"format","outcome":"passed","reason":null},"#), "{json}");
    assert!(
        json.contains(r#""freshness":{"as_of_ms":1790000002000,"age_ms":0,"max_age_ms":86400000}"#)
    );
}
