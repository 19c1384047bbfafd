//! The document itself: its issuer, its number, its amounts.

use light_client::{
    bundle::{Bundle, Document},
    cbor::to_bytes,
    id::Height,
    key::Signature,
    policy::Policy,
    state::StateProof,
    suite::Suite,
    verdict::{Headline, Reason},
    verify,
};

use super::{
    Scene, invalid,
    support::{
        Ledger, Signer,
        documents::{self, Agency, Anchored, INVOICE},
    },
};

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
        scene.agency.amend(&mut scene.ledger, |entry| {
            (entry.rights[0].from, entry.rights[0].to) = (from, to);
        });
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
fn t46_another_document_under_these_proofs() {
    let scene = Scene::new();
    let other = scene.documents[0].document.clone();
    let outcome = scene.after(|bundle| bundle.document = other);
    assert_eq!(outcome, invalid(Reason::DocumentAltered));
}

/// T49: a verifier resolves no DID. An agency that is gone has lost its rights, from a height on:
/// what it issued before still counts, and nothing later, whichever of its keys signs.
#[test]
fn t49_an_agency_that_is_gone_issues_nothing_more() {
    for (gone, outcome) in [
        (Height(2), invalid(Reason::IssuerNotAuthorised)),
        (Height(3), Headline::Valid),
    ] {
        let mut scene = Scene::new();
        scene.agency.amend(&mut scene.ledger, |entry| {
            for right in &mut entry.rights {
                right.to = Some(gone);
            }
        });
        scene.ledger.block();
        assert_eq!(scene.decide(&scene.bundle()), outcome, "{gone:?}");
    }
}

/// A ledger with an invoice of 19,323.00.
fn invoiced() -> (Ledger, Agency, Signer, Anchored) {
    let mut ledger = Ledger::new(Suite::Intl, 4);
    let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
    let seller = Signer::new(Suite::Intl, 600);
    let invoice = Anchored::invoice(&mut ledger, &tax, &seller, "200");
    ledger.block();
    (ledger, tax, seller, invoice)
}

fn decide(ledger: &Ledger, bundle: &Bundle) -> Headline {
    let (trust, now) = (ledger.trust(), ledger.now());
    verify(&to_bytes(bundle), &trust, &Policy::default(), now).headline
}

/// T50: of two invoices with one number the ledger knows one.
#[test]
fn t50_a_number_that_belongs_to_another_invoice() {
    let (mut ledger, tax, seller, invoice) = invoiced();
    assert_eq!(decide(&ledger, &invoice.bundle(&ledger)), Headline::Valid);
    let Document::Invoice { content, .. } = documents::invoice_document(&seller, "300") else {
        panic!("an invoice")
    };
    let seed = [11; 32];
    let other = Document::Invoice { content, seed };
    let other = Anchored::registered(&mut ledger, &tax, &seller, other);
    ledger.block();
    assert_eq!(decide(&ledger, &other.bundle(&ledger)), Headline::Valid);
    let outcome = decide(&ledger, &invoice.bundle(&ledger));
    assert_eq!(outcome, invalid(Reason::NumberReused));
}

/// T51: amounts out of range, finer than a fen, or that do not add up, are no invoice's.
#[test]
fn t51_amounts_that_overflow_or_split_a_fen() {
    let (ledger, .., invoice) = invoiced();
    for (from, to, rule) in [
        ("17100.00", "99999999999999999.00", "TI-05"),
        ("17100.00", "17100.001", "TI-05"),
        ("19323.00", "19323.01", "TI-32"),
    ] {
        let mut bundle = invoice.bundle(&ledger);
        let Document::Invoice { content, .. } = &mut bundle.document else {
            panic!("an invoice")
        };
        let text = String::from_utf8(content.clone()).expect("JSON");
        *content = text.replace(from, to).into_bytes();
        let (trust, now) = (ledger.trust(), ledger.now());
        let verdict = verify(&to_bytes(&bundle), &trust, &Policy::default(), now);
        assert_eq!(verdict.headline, invalid(Reason::DocumentMalformed), "{to}");
        let read = verdict.evidence.document.expect("a document");
        assert_eq!(read.broken_rule.as_deref(), Some(rule), "{to}");
    }
}
