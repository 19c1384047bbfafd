//! How large a compact proof is, on ledgers of the sizes that were promised.
//!
//! A tree of 10⁹ documents need not be built: a path of the right length leads to some root, and
//! that root is what the header has.

use credentials_schemas::{invoice::Printed, json::Limits};
use light_client::{
    bundle::Document,
    compact::{self, Compact, CompactBatch, CompactHead, Figures},
    document::InvoiceDocument,
    hash::Digest,
    header::{Header, HeaderRest},
    id::{Height, IssuerId, LeafIndex, TimeMs, TreeSize},
    key::Signature,
    merkle::{Inclusion, path_length},
    policy::Policy,
    record::{BatchSignature, BatchStatement},
    suite::Suite,
    verdict::{Check, Outcome},
    verify,
};

use tally_qr::{Code, Picture};

use super::{
    GENUINE, outcome,
    support::{GENESIS_MS, Ledger, Signer, documents::invoice_document},
};

/// A ledger that has grown: as many documents as `batches` × `count`.
struct Grown {
    validators: u16,
    count: u64,
    batches: u64,
}

const SUITE: Suite = Suite::Sm;
const DAY_MS: u64 = 24 * 3_600_000;

/// A path of the length that such a leaf has, of digests that nobody can guess.
fn path(index: u64, size: u64) -> Inclusion {
    let length = path_length(LeafIndex(index), TreeSize(size)).expect("a leaf");
    let digest = |level: usize| {
        let mut bytes = [u8::try_from(level).expect("short"); 32];
        bytes[..8].copy_from_slice(&size.to_be_bytes());
        Digest::from_bytes(bytes)
    };
    Inclusion {
        index: LeafIndex(index),
        path: (0..length).map(digest).collect(),
    }
}

/// A compact proof, all of it as it must be. The ledger has made a block a second for three years;
/// the invoice was anchored a month before the header.
fn grown(grown: &Grown, rename: impl FnOnce(&mut Figures)) -> (Ledger, Compact) {
    let ledger = Ledger::new(SUITE, grown.validators);
    let seller = Signer::new(SUITE, 600);
    let Document::Invoice { content, seed } = invoice_document(&seller, "200") else {
        unreachable!("an invoice")
    };
    let document = InvoiceDocument::parse(&content, seed, Limits::default()).expect("an invoice");
    let mut figures = Figures::of(&document, SUITE);
    rename(&mut figures);
    let (height, month) = (Height(94_608_000), 30 * DAY_MS);
    let time_ms = TimeMs(GENESIS_MS + height.0 * 1000);
    let mut header = Header {
        core: ledger.draft(None).core,
        rest: HeaderRest {
            previous: Digest::from_bytes([1; 32]),
            ..ledger.draft(None).rest
        },
    };
    let mut compact = Compact {
        ledger: ledger.id,
        figures,
        batch: CompactBatch {
            issuer: IssuerId::parse("haizhou-tax").expect("a name"),
            height: Height(height.0 - month / 1000),
            time_ms: TimeMs(time_ms.0 - month),
            count: TreeSize(grown.count),
            batch_path: path(grown.count / 3, grown.count),
            log_path: path(grown.batches / 3, grown.batches),
            signature: BatchSignature {
                key: seller.public(),
                expiry: Height(height.0 - month / 1000 + 900),
                signature: Signature([0; 64]),
            },
        },
        head: CompactHead {
            height,
            epoch: header.core.epoch,
            time_ms,
            log_size: TreeSize(grown.batches),
            rest: header.rest.hash(SUITE),
            certificate: ledger.validators.certify(header.clone()).certificate,
        },
    };
    let leaf = compact.leaf(SUITE).expect("a path");
    let statement = BatchStatement {
        ledger: leaf.ledger,
        issuer: leaf.issuer.clone(),
        key_id: leaf.key_id,
        document_type: leaf.document_type.clone(),
        count: leaf.count,
        root: leaf.batch_root,
        expiry: compact.batch.signature.expiry,
    };
    compact.batch.signature.signature = seller.sign(&statement.to_bytes());
    let core = compact.core(SUITE, &leaf, header.core.set_hash);
    header.core = core.expect("a path");
    compact.head.certificate = ledger.validators.certify(header).certificate;
    (ledger, compact)
}

/// How many bytes it has, once what was read from its picture has been found genuine.
fn size(ledger: &Ledger, compact: &Compact) -> usize {
    let drawn = Code::of_bytes(&compact.to_bytes()).expect("it fits");
    let png = drawn.to_picture(3).to_png();
    let mut read = Picture::from_png(&png).expect("a picture").codes();
    let bytes = read.pop().expect("a code");
    assert_eq!(bytes, compact.to_bytes());
    let now = compact.head.time_ms;
    // The pin is the genesis, and what is measured here is bytes.
    let policy = Policy {
        max_pin_age_ms: u64::MAX,
        ..Policy::default()
    };
    let verdict = verify(&bytes, &ledger.trust(), &policy, now);
    assert_eq!(verdict.headline, GENUINE);
    assert_eq!(outcome(&verdict, Check::Origin), Outcome::Passed);
    bytes.len()
}

/// With a longer name of the buyer.
fn renamed(figures: &mut Figures, characters: usize) {
    let mut parts = figures.printed.parts().clone();
    parts.buyer_name = "厂".repeat(characters);
    figures.printed = Printed::new(parts).expect("figures that go together");
}

const PROVINCE: Grown = Grown {
    validators: 30,
    count: 1 << 10,
    batches: 1 << 20,
};
const CITY: Grown = Grown {
    validators: 4,
    count: 1 << 8,
    batches: 1 << 12,
};

#[test]
fn thirty_validators_and_a_billion_documents_fit_one_code() {
    let (ledger, compact) = grown(&PROVINCE, |_| {});
    let siblings = compact.batch.batch_path.path.len() + compact.batch.log_path.path.len();
    assert_eq!((siblings, ledger.validators.set.quorum()), (30, 21));
    let bytes = size(&ledger, &compact);
    assert!(bytes <= compact::MAX_QR_BYTES, "{bytes}");
    assert_eq!(bytes, 2_712, "as measured");
}

#[test]
fn four_validators_and_a_million_documents_fit_a_small_one() {
    let (ledger, compact) = grown(&CITY, |_| {});
    let siblings = compact.batch.batch_path.path.len() + compact.batch.log_path.path.len();
    assert_eq!((siblings, ledger.validators.set.quorum()), (20, 3));
    let bytes = size(&ledger, &compact);
    assert!(bytes <= 1_273, "{bytes}");
    assert_eq!(bytes, 1_232, "as measured");
}

/// The longest names that still fit: a name's character is two bytes.
#[test]
fn names_of_ordinary_length_fit_both() {
    for (grown_ledger, target, both_names) in [(PROVINCE, 2_953, 142), (CITY, 1_273, 42)] {
        // The seller's has ten.
        let named = |characters: usize| {
            let rename = |figures: &mut Figures| renamed(figures, characters - 10);
            grown(&grown_ledger, rename)
        };
        let (ledger, longest) = named(both_names);
        assert!(size(&ledger, &longest) <= target);
        let (_, longer) = named(both_names + 1);
        assert!(longer.to_bytes().len() > target);
    }
}
