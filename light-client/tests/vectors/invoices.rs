//! Invoices: numbers, amounts, leases, and what has happened to them since.

use credentials_schemas::invoice::Kind;
use light_client::{
    bundle::{Bundle, Document},
    hash::Digest,
    id::{Height, IssuerId},
    record::{Booking, BookingPeriod, InvoiceRecord, Lease, Pledge},
    state::StateProof,
};

use crate::{
    scenario::{Scenario, Scene, changed},
    support::{
        Ledger, Signer,
        documents::{self, Anchored},
    },
};

const LEASE: &str = "verdict.md I6.1";
const RECORD: &str = "verdict.md I8";

pub(crate) fn scenarios(scene: &Scene) -> Vec<Scenario> {
    let mut all = records(scene);
    all.extend(other_records(scene));
    all.extend(leases(scene));
    all.extend(numbers(scene));
    all.extend(other_papers(scene));
    all.extend(contents(scene));
    all.extend(entries(scene));
    all
}

/// The invoice's bundle one block after a change of the ledger.
fn after(
    scene: &Scene,
    (name, clause, expect): (&'static str, &'static str, &'static str),
    change: impl FnOnce(&mut Ledger),
) -> Scenario {
    let mut ledger = scene.ledger.clone();
    change(&mut ledger);
    ledger.block();
    let bytes = scene.invoice.bytes(&ledger);
    Scenario::new(&ledger, name, clause, expect, bytes)
}

/// The invoice's bundle one block after a change of its record.
fn recorded(
    scene: &Scene,
    what: (&'static str, &'static str, &'static str),
    change: impl FnOnce(&mut InvoiceRecord),
) -> Scenario {
    after(scene, what, |ledger| {
        scene.invoice.change_record(ledger, change)
    })
}

/// What has happened to an invoice.
fn records(scene: &Scene) -> Vec<Scenario> {
    let genuine = scene.invoice.bytes(&scene.ledger);
    let funder = Signer::new(scene.suite, 700).public();
    let history = ("invoice-with-a-history", "verdict.md 2.6", "valid");
    let reversed = ("red-lettered", "verdict.md I8.1", "red_lettered");
    vec![
        scene.ask("invoice", "verdict.md 3.6", "valid", genuine),
        recorded(scene, history, |record| {
            (record.red_fen, record.remaining_fen) = (932_300, 400_000);
            (record.sequence, record.pledge) = (3, Some(Pledge { funder }));
            record.booking = Booking::BookedPersonalNonDeductible;
            record.period = BookingPeriod::new(202_609).ok();
        }),
        recorded(scene, reversed, |record| {
            (record.red_fen, record.remaining_fen) = (record.gross_fen, 0);
        }),
    ]
}

/// Records that are not this invoice's.
fn other_records(scene: &Scene) -> Vec<Scenario> {
    let amount = ("record-of-another-amount", RECORD, "amount_mismatch");
    let kind = ("record-of-another-kind", RECORD, "amount_mismatch");
    let agency = ("record-of-another-agency", RECORD, "issuer_mismatch");
    let seller = ("record-of-another-seller", RECORD, "lease_mismatch");
    let none = ("number-without-a-record", RECORD, "amount_mismatch");
    vec![
        recorded(scene, amount, |record| record.gross_fen += 1),
        recorded(scene, kind, |record| {
            (record.kind, record.remaining_fen) = (Kind::Red, 0);
        }),
        recorded(scene, agency, |record| {
            record.agency = IssuerId::parse("haizhou-customs").expect("a name");
        }),
        recorded(scene, seller, |record| {
            record.seller = Digest::from_bytes([1; 32]);
        }),
        after(scene, none, |ledger| scene.invoice.remove_record(ledger)),
    ]
}

fn leases(scene: &Scene) -> Vec<Scenario> {
    let with = |name, change: &dyn Fn(&mut Lease)| {
        after(scene, (name, LEASE, "lease_mismatch"), |ledger| {
            scene.invoice.change_lease(ledger, |lease| change(lease));
        })
    };
    vec![
        with("lease-of-another-seller", &|lease| {
            lease.seller = Digest::from_bytes([1; 32])
        }),
        with("lease-had-ended", &|lease| lease.to = Height(2)),
        with("lease-of-other-numbers", &|lease| lease.count = 1),
    ]
}

fn numbers(scene: &Scene) -> Vec<Scenario> {
    let reused = |ledger: &mut Ledger| {
        let Document::Invoice { content, .. } = documents::invoice_document(&scene.seller, "300")
        else {
            unreachable!("an invoice");
        };
        let seed = [11; 32];
        let other = Document::Invoice { content, seed };
        Anchored::registered(ledger, &scene.tax, &scene.seller, other);
    };
    let gone = |ledger: &mut Ledger| {
        scene.invoice.remove_record(ledger);
        scene.invoice.remove_number(ledger);
    };
    vec![
        after(
            scene,
            ("t50-number-of-another", "verdict.md I7", "number_reused"),
            reused,
        ),
        after(
            scene,
            (
                "number-not-registered",
                "verdict.md I7",
                "not_yet_registered",
            ),
            gone,
        ),
        after(
            scene,
            ("issued-offline", "verdict.md I1", "not_anchored"),
            gone,
        )
        .without_origin(scene),
    ]
}

impl Scenario {
    /// Before the seller was online again.
    fn without_origin(self, scene: &Scene) -> Self {
        let bundle = Bundle::parse(&self.bytes).expect("a bundle");
        let bytes = changed(&bundle, |bundle| bundle.proofs.origin = None);
        assert!(scene.invoice.document == bundle.document);
        Self { bytes, ..self }
    }
}

/// Invoices that are registered in the block that comes next.
fn other_papers(scene: &Scene) -> Vec<Scenario> {
    let of = |name, clause, expect, document| {
        let mut ledger = scene.ledger.clone();
        let paper = Anchored::registered(&mut ledger, &scene.tax, &scene.seller, document);
        ledger.block();
        let bytes = paper.bytes(&ledger);
        Scenario::new(&ledger, name, clause, expect, bytes)
    };
    let named = |did: &str| documents::invoice_of_agency(&scene.seller, did);
    let tax = scene.tax.id.did(&scene.ledger.id);
    let police = scene.police.id.did(&scene.ledger.id);
    vec![
        of(
            "red-invoice",
            RECORD,
            "valid",
            documents::red_document(&scene.seller, "-20"),
        ),
        of("agency-named", "verdict.md I3", "valid", named(&tax)),
        of(
            "another-agency-named",
            "verdict.md I3",
            "issuer_mismatch",
            named(&police),
        ),
    ]
}

/// The invoice's bundle with other content of the same length of proofs.
fn contents(scene: &Scene) -> Vec<Scenario> {
    let bundle = scene.invoice.bundle(&scene.ledger);
    let with = |name, clause, from: &str, to: &str| {
        let bytes = changed(&bundle, |bundle| {
            let Document::Invoice { content, .. } = &mut bundle.document else {
                unreachable!("an invoice");
            };
            let text = String::from_utf8(content.clone()).expect("JSON");
            assert!(text.contains(from), "{name}");
            *content = text.replace(from, to).into_bytes();
        });
        scene.ask(name, clause, "document_malformed", bytes)
    };
    let currency = r#""currency":"CNY","#;
    vec![
        scene.ask("invoice-altered", "verdict.md O1", "document_altered", {
            changed(&bundle, |bundle| {
                bundle.document = documents::invoice_document(&scene.seller, "300");
            })
        }),
        with(
            "t51-amount-beyond-all-sums",
            "invoice.md TI-05",
            "17100.00",
            "99999999999999999.00",
        ),
        with(
            "t51-fraction-of-a-fen",
            "invoice.md TI-05",
            "17100.00",
            "17100.001",
        ),
        with(
            "t51-sum-of-other-figures",
            "invoice.md TI-32",
            "19323.00",
            "19323.01",
        ),
        with(
            "t41-member-twice",
            "invoice.md TI-02",
            currency,
            &currency.repeat(2),
        ),
    ]
}

/// Entries that are changed, withheld or not there.
fn entries(scene: &Scene) -> Vec<Scenario> {
    let bundle = scene.invoice.bundle(&scene.ledger);
    let ask = |name, clause, expect, change: &dyn Fn(&mut Bundle)| {
        scene.ask(
            name,
            clause,
            expect,
            changed(&bundle, |bundle| change(bundle)),
        )
    };
    vec![
        ask(
            "number-of-a-changed-entry",
            "verdict.md I7",
            "invoice_proof_invalid",
            &|bundle| {
                let entries = bundle.proofs.invoice.as_mut().expect("as built");
                let StateProof::Present(used, _) = &mut entries.used else {
                    unreachable!("the number is used");
                };
                used.commitment = Digest::from_bytes([1; 32]);
            },
        ),
        ask(
            "entries-withheld",
            "verdict.md I6",
            "not_yet_registered",
            &|bundle| {
                bundle.proofs.invoice = None;
            },
        ),
    ]
}
