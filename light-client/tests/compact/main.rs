//! The compact proof and the short code: what they establish, what they do not, how large they are.

mod attacks;
mod bit_flips;
mod short_code;
mod sizes;
#[path = "../support/mod.rs"]
mod support;
mod vectors;

use light_client::{
    bundle::{Document, SuccessionProof},
    compact::{Compact, CompactError},
    hash::Digest,
    policy::Policy,
    suite::Suite,
    trust::TrustStore,
    verdict::{Check, Headline, Outcome, Reason, Verdict},
    verify,
};
use support::{
    Ledger, Signer, Validators,
    documents::{Agency, Anchored, IDENTITY, INVOICE, invoice_document, red_document},
};

/// Two invoices of one seller, each in the middle of a batch, among others; the second is red. An
/// epoch has ended since.
struct Scene {
    ledger: Ledger,
    seller: Signer,
    blue: Anchored,
    red: Anchored,
    identity: Anchored,
}

impl Scene {
    fn new() -> Self {
        Self::of(Suite::Intl, 4)
    }

    fn of(suite: Suite, validators: u16) -> Self {
        let mut ledger = Ledger::new(suite, validators);
        let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
        let seller = Signer::new(suite, 600);
        ledger.block();
        let text = police.credential(&ledger, IDENTITY, 1);
        let identity = Anchored::credentials(&mut ledger, &police, &[text], IDENTITY).remove(0);
        let others = [1, 2, 3, 4].map(|byte| Digest::from_bytes([byte; 32]));
        let mut anchor = |document: Document, others: &[Digest]| {
            Anchored::registered_among(&mut ledger, &tax, &seller, document, others)
        };
        let blue = anchor(invoice_document(&seller, "200"), &others);
        let red = anchor(red_document(&seller, "-100"), &others[1..]);
        ledger.block_ending_epoch(Validators::new(suite, 1, validators));
        ledger.block();
        Self {
            ledger,
            seller,
            blue,
            red,
            identity,
        }
    }

    fn compact(&self) -> Compact {
        Compact::from_bundle(&self.blue.bundle(&self.ledger)).expect("an invoice")
    }

    /// What a client knows that has followed the ledger.
    fn trust(&self) -> TrustStore {
        synchronised(&self.ledger)
    }

    fn verdict(&self, bytes: &[u8]) -> Verdict {
        verify(bytes, &self.trust(), &Policy::default(), self.ledger.now())
    }

    fn decide(&self, compact: &Compact) -> Headline {
        self.verdict(&compact.to_bytes()).headline
    }
}

fn synchronised(ledger: &Ledger) -> TrustStore {
    let mut trust = ledger.trust();
    let head = ledger.headers.last().expect("a block");
    trust
        .advance(&ledger.id, &ledger.handoffs, head)
        .expect("it follows");
    trust
}

const GENUINE: Headline = Headline::Undetermined(Reason::RegistryUnchecked);

fn outcome(verdict: &Verdict, check: Check) -> Outcome {
    let mut checks = verdict.checks.iter();
    let found = checks.find(|result| result.check == check);
    found.expect("every check is there").outcome
}

#[test]
fn the_origin_is_decided_and_the_rest_is_said_to_be_unchecked() {
    for suite in [Suite::Sm, Suite::Intl] {
        let scene = Scene::of(suite, 4);
        let verdict = scene.verdict(&scene.compact().to_bytes());
        assert_eq!(verdict.headline, GENUINE);
        for check in Check::ALL {
            let expected = match check {
                Check::Authority => Outcome::Unknown(Reason::RegistryUnchecked),
                Check::Status => Outcome::Unknown(Reason::StatusUnchecked),
                Check::Record | Check::Period => Outcome::NotChecked,
                Check::Format
                | Check::Ledger
                | Check::Finality
                | Check::Content
                | Check::Origin
                | Check::Signature
                | Check::Freshness => Outcome::Passed,
            };
            assert_eq!(outcome(&verdict, check), expected, "{check:?}");
        }
    }
}

/// What it says is what the bundle says, as far as it goes.
#[test]
fn the_evidence_is_that_of_the_bundle() {
    let scene = Scene::new();
    for anchored in [&scene.blue, &scene.red] {
        let bundle = anchored.bundle(&scene.ledger);
        let whole = scene.verdict(&anchored.bytes(&scene.ledger)).evidence;
        let compact = Compact::from_bundle(&bundle).expect("an invoice");
        let part = scene.verdict(&compact.to_bytes()).evidence;
        assert_eq!(part.ledger, whole.ledger);
        assert_eq!(part.anchor, whole.anchor);
        let (part, whole) = (part.document.expect("read"), whole.document.expect("read"));
        assert_eq!(part.digest, whole.digest);
        let printed = |path: &str| credentials_schemas::invoice::Invoice::is_printed(path);
        let mut fields = whole.fields;
        fields.retain(|field| printed(&field.path));
        assert_eq!(part.fields, fields);
        assert_eq!(part.fields.len(), 10);
        assert_eq!((part.undisclosed, part.claimed_issuer), (1, None));
    }
}

#[test]
fn it_is_read_as_it_was_written() {
    let scene = Scene::new();
    for anchored in [&scene.blue, &scene.red] {
        let compact = Compact::from_bundle(&anchored.bundle(&scene.ledger)).expect("an invoice");
        assert_eq!(Compact::parse(&compact.to_bytes()), Ok(compact));
    }
}

#[test]
fn not_every_bundle_has_a_compact_form() {
    let mut scene = Scene::new();
    let made = |change: &dyn Fn(&mut light_client::bundle::Bundle)| {
        let mut bundle = scene.blue.bundle(&scene.ledger);
        change(&mut bundle);
        Compact::from_bundle(&bundle)
    };
    assert!(made(&|_| {}).is_ok());
    let credential = scene.identity.bundle(&scene.ledger);
    assert_eq!(
        Compact::from_bundle(&credential),
        Err(CompactError::NotAnInvoice)
    );
    assert_eq!(
        made(&|bundle| bundle.proofs.origin = None),
        Err(CompactError::NotAnchored)
    );
    // Parts of two bundles.
    let other = scene.red.proofs(&scene.ledger).origin;
    assert_eq!(
        made(&|bundle| bundle.proofs.origin.clone_from(&other)),
        Err(CompactError::Inconsistent)
    );
    // One signer twice: a bitmap has no place for it.
    let twice = made(&|bundle| {
        let signatures = &mut bundle.proofs.head.certificate.signatures;
        signatures[2] = signatures[1];
    });
    assert_eq!(twice, Err(CompactError::Inconsistent));
    let mut bundle = scene.blue.bundle(&scene.ledger);
    let newest = scene.ledger.block();
    let path = scene
        .ledger
        .history_path(bundle.proofs.head.header.core.height);
    bundle.proofs.succession = Some(SuccessionProof { newest, path });
    assert_eq!(Compact::from_bundle(&bundle), Err(CompactError::Superseded));
}
