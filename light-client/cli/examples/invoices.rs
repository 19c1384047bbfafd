//! Writes a ledger's worth of invoices for `cargo xtask bench invoices`.
//!
//! `invoices FOLDER COUNT` makes `bench.trust`, and `in/000/000000.tally` and on: a hundred bundles in
//! each folder, by fifty sellers in turn, a hundred to a batch, on four validators. One header proves
//! all of them, as if they had been fetched together.

#![expect(
    clippy::unwrap_used,
    reason = "a generator stops where its own input is wrong"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

use std::{collections::HashMap, fs, path::Path};

use credentials_schemas::{
    invoice::{InvoiceDraft, InvoiceNumber, Kind},
    json::Limits,
};
use light_client::{
    bundle::{Bundle, Document, InvoiceProofs, Origin, Proofs},
    cbor::{self, Wire, to_bytes},
    document::InvoiceDocument,
    hash::{Digest, Hasher},
    id::{Height, LeafIndex},
    key::did_key,
    merkle::{self, Inclusion, Tree},
    record::{
        BatchSignature, Booking, InvoiceRecord, Lease, Module, UsedNumber, invoice_leaf,
        issuer_key, lease_key, record_key, record_seller, seller_digest, status_key, used_key,
    },
    state::{Namespace, Presence, Siblings, StateKey, StateProof},
    suite::Suite,
};
use support::{
    Ledger, Signer,
    documents::{Agency, INVOICE, SELLER_ID, SELLER_NAME, anchor},
};

const SELLERS: u16 = 50;
const BATCH: u64 = 100;
/// The numbers of one seller's lease.
const LEASED: u64 = 10_000;
const SUITE: Suite = Suite::Sm;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder");
    let count: u64 = arguments.next().expect("a count").parse().unwrap();
    assert!(count <= u64::from(SELLERS) * LEASED, "that many are leased");
    let mut ledger = Ledger::new(SUITE, 4);
    let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
    let sellers: Vec<Seller> = (0..SELLERS)
        .map(|number| Seller::lease(&mut ledger, &tax, number))
        .collect();
    ledger.block();
    let batches: Vec<Batch> = (0..count.div_ceil(BATCH))
        .map(|place| {
            let size = BATCH.min(count - place * BATCH);
            let seller = usize::try_from(place % u64::from(SELLERS)).unwrap();
            Batch::issue(&mut ledger, &tax, &sellers[seller], place, size)
        })
        .collect();
    let head = ledger.block();
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("bench.trust"), ledger.trust().to_bytes()).unwrap();
    let present = Present::of(&ledger, Namespace::Invoice);
    let roots = ledger.roots();
    let registry = ledger.prove(issuer_key(SUITE, &ledger.id, &tax.id));
    for (place, batch) in batches.iter().enumerate() {
        let folder = folder.join(format!("in/{place:03}"));
        fs::create_dir_all(&folder).unwrap();
        let log_path = ledger.log_path(batch.log_index);
        let leaf = &ledger.log[usize::try_from(batch.log_index).unwrap()];
        for (index, invoice) in batch.invoices.iter().enumerate() {
            let path = LeafIndex(u64::try_from(index).unwrap());
            let proofs = Proofs {
                ledger: ledger.id,
                head: head.clone(),
                handoffs: Vec::new(),
                succession: None,
                roots: roots.clone(),
                origin: Some(Origin {
                    signature: batch.signature.clone(),
                    batch_path: merkle::prove(Tree::Batch, SUITE, &batch.leaves, path).unwrap(),
                    leaf: leaf.clone(),
                    log_path: Inclusion::clone(&log_path),
                }),
                registry: Some(registry.clone()),
                status: Some(ledger.prove(status_key(
                    SUITE,
                    &ledger.id,
                    &tax.id,
                    &invoice.commitment,
                ))),
                invoice: Some(InvoiceProofs {
                    lease: present.prove(batch.lease),
                    used: present.prove(invoice.used),
                    record: present.prove(invoice.record),
                }),
            };
            let bundle = Bundle {
                document: invoice.document.clone(),
                proofs,
            };
            let number = u64::try_from(place).unwrap() * BATCH + path.0;
            fs::write(folder.join(format!("{number:06}.tally")), to_bytes(&bundle)).unwrap();
        }
    }
}

/// A seller with its key and its numbers.
struct Seller {
    signer: Signer,
    place: u16,
    lease: StateKey,
}

impl Seller {
    fn lease(ledger: &mut Ledger, agency: &Agency, place: u16) -> Self {
        let signer = Signer::new(SUITE, 600 + place);
        let first = number(place, 0);
        let lease = Lease {
            ledger: ledger.id,
            agency: agency.id.clone(),
            seller_key: signer.public(),
            seller: seller_digest(SUITE, SELLER_ID, SELLER_NAME),
            first,
            count: LEASED,
            quota_fen: u64::MAX,
            issued_fen: 0,
            from: Height(1),
            to: Height(10_000),
        };
        let key = lease_key(SUITE, &ledger.id, &signer.public().id(SUITE), &first);
        ledger.put(key, &lease);
        Self {
            signer,
            place,
            lease: key,
        }
    }
}

fn number(seller: u16, place: u64) -> InvoiceNumber {
    let sequence = 1 + u64::from(seller) * LEASED + place;
    InvoiceNumber::new(2026, "99", 1, sequence).unwrap()
}

/// Invoices that were signed together.
struct Batch {
    invoices: Vec<Invoice>,
    leaves: Vec<Digest>,
    lease: StateKey,
    log_index: u64,
    signature: BatchSignature,
}

struct Invoice {
    document: Document,
    commitment: Digest,
    used: StateKey,
    record: StateKey,
}

impl Batch {
    fn issue(ledger: &mut Ledger, agency: &Agency, seller: &Seller, place: u64, size: u64) -> Self {
        let first = place / u64::from(SELLERS) * BATCH;
        let numbers = (first..first + size).map(|place| number(seller.place, place));
        let (mut invoices, mut leaves) = (Vec::new(), Vec::new());
        for number in numbers {
            let invoice = Invoice::register(ledger, agency, seller, &number);
            leaves.push(invoice_leaf(SUITE, &number, &invoice.commitment));
            invoices.push(invoice);
        }
        let (log_index, signature) = anchor(
            ledger,
            &agency.id,
            &seller.signer,
            INVOICE,
            Module::Invoice,
            &leaves,
        );
        Self {
            invoices,
            leaves,
            lease: seller.lease,
            log_index,
            signature,
        }
    }
}

impl Invoice {
    fn register(
        ledger: &mut Ledger,
        agency: &Agency,
        seller: &Seller,
        number: &InvoiceNumber,
    ) -> Self {
        let (content, seed) = (content(seller, number), seed(number));
        let parsed = InvoiceDocument::parse(&content, seed, Limits::default()).unwrap();
        let (commitment, name) = (parsed.commitment(SUITE), parsed.record_name(SUITE));
        let gross = parsed.invoice().gross().get().unsigned_abs();
        let used = used_key(SUITE, &ledger.id, number);
        let record = record_key(SUITE, &ledger.id, &name);
        let entry = UsedNumber {
            ledger: ledger.id,
            commitment,
        };
        ledger.put(used, &entry);
        let seller = seller_digest(SUITE, SELLER_ID, SELLER_NAME);
        let entry = InvoiceRecord {
            ledger: ledger.id,
            agency: agency.id.clone(),
            seller: record_seller(SUITE, &name, &seller),
            kind: Kind::Blue,
            gross_fen: gross,
            remaining_fen: gross,
            red_fen: 0,
            claim_key: None,
            sequence: 0,
            pledge: None,
            booking: Booking::NotBooked,
            period: None,
        };
        ledger.put(record, &entry);
        Self {
            document: Document::Invoice { content, seed },
            commitment,
            used,
            record,
        }
    }
}

/// Three lines, of which amounts differ from invoice to invoice.
fn content(seller: &Seller, number: &InvoiceNumber) -> Vec<u8> {
    let line = |quantity: u64, price: &str| {
        format!(
            r#"{{"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000",
            "unit": "件", "unitCode": "H87", "quantity": "{quantity}", "unitPrice": "{price}",
            "vatCategory": "S", "vatRate": "0.13"}}"#
        )
    };
    let quantity = 1 + number.sequence() % 97;
    let lines = [
        line(quantity, "85.5"),
        line(quantity + 3, "12.25"),
        line(2, "310"),
    ]
    .join(",");
    let draft = format!(
        r#"{{"number": "{}", "docType": "82", "issuedAt": "2026-09-21T14:13:20+08:00",
        "seller": {{"id": "{SELLER_ID}", "name": "{SELLER_NAME}", "did": "{}"}},
        "buyer": {{"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"}},
        "lines": [{lines}]}}"#,
        number.as_str(),
        did_key::format(&seller.signer.public())
    );
    let draft = InvoiceDraft::parse(draft.as_bytes(), Limits::default()).unwrap();
    draft.complete().unwrap().bytes
}

fn seed(number: &InvoiceNumber) -> [u8; 32] {
    let mut hasher = Hasher::new(SUITE);
    hasher.update(number.as_bytes());
    *hasher.finish().as_bytes()
}

/// All proofs of a tree, made in one go: one by one each would hash the whole tree.
struct Present {
    values: HashMap<Digest, Vec<u8>>,
    siblings: HashMap<Digest, Siblings>,
}

impl Present {
    fn of(ledger: &Ledger, namespace: Namespace) -> Self {
        let values: HashMap<Digest, Vec<u8>> =
            ledger.state[&namespace].clone().into_iter().collect();
        let mut leaves: Vec<(Digest, Digest)> = values
            .iter()
            .map(|(key, value)| (*key, plain(&[value])))
            .collect();
        leaves.sort();
        let mut siblings = HashMap::new();
        let root = collect(&leaves, &mut Vec::new(), &mut siblings);
        assert_eq!(root, *ledger.roots().of(namespace), "the tree as defined");
        Self { values, siblings }
    }

    fn prove<T: Wire>(&self, key: StateKey) -> StateProof<T> {
        let value = cbor::parse(&self.values[&key.hash], 1 << 20).unwrap();
        StateProof::Present(value, Presence(self.siblings[&key.hash].clone()))
    }
}

/// Walks the tree; `above` are the siblings on the way down, the topmost first. Returns the root.
fn collect(
    leaves: &[(Digest, Digest)],
    above: &mut Vec<Option<Digest>>,
    out: &mut HashMap<Digest, Siblings>,
) -> Digest {
    if let [(key, _)] = leaves {
        let path = above.iter().rev().copied().collect();
        out.insert(*key, Siblings::new(path).unwrap());
    }
    if leaves.len() < 2 {
        return root(leaves, above.len());
    }
    let level = above.len();
    let (left, right) = leaves.split_at(split(leaves, level));
    let sibling =
        |leaves: &[(Digest, Digest)]| (!leaves.is_empty()).then(|| root(leaves, level + 1));
    for (own, other) in [(left, right), (right, left)] {
        if !own.is_empty() {
            above.push(sibling(other));
            collect(own, above, out);
            above.pop();
        }
    }
    inner(&root(left, level + 1), &root(right, level + 1))
}

fn root(leaves: &[(Digest, Digest)], level: usize) -> Digest {
    match leaves {
        [] => Digest::from_bytes(*b"SPARSE_MERKLE_PLACEHOLDER_HASH__"),
        [(key, value)] => plain(&[b"JMT::LeafNode", key.as_bytes(), value.as_bytes()]),
        _ => {
            let (left, right) = leaves.split_at(split(leaves, level));
            inner(&root(left, level + 1), &root(right, level + 1))
        }
    }
}

fn inner(left: &Digest, right: &Digest) -> Digest {
    plain(&[b"JMT::IntrnalNode", left.as_bytes(), right.as_bytes()])
}

fn split(leaves: &[(Digest, Digest)], level: usize) -> usize {
    let is_right = |key: &Digest| key.as_bytes()[level / 8] >> (7 - level % 8) & 1 == 1;
    leaves.partition_point(|(key, _)| !is_right(key))
}

fn plain(parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new(SUITE);
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}
