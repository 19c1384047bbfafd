//! Documents on the test ledger, and their bundles.

use credentials_schemas::{
    invoice::{InvoiceDraft, InvoiceNumber, Kind, LARGE_INVOICE_LIMITS},
    json::Json,
};
use light_client::{
    bundle::{Bundle, Document, InvoiceProofs, Origin, Proofs},
    cbor::to_bytes,
    document::{
        Algorithm, Credential, CredentialDraft, CredentialIssuer, CredentialLimits,
        InvoiceDocument, UnixSeconds,
    },
    hash::Digest,
    id::{DocumentType, Height, IssuerId, LeafIndex, TimeMs, TreeSize},
    key::did_key,
    merkle::{self, Tree},
    record::{
        BatchSignature, BatchStatement, Booking, DecidingRole, DisplayName, InvoiceRecord,
        IssuerEntry, Lease, LegalBasis, LogLeaf, Module, Right, Standing, StatusEntry,
        StatusReason, UsedNumber, document_leaf, invoice_leaf, issuer_key, lease_key, record_key,
        record_seller, seller_digest, status_key, used_key,
    },
    state::StateProof,
    suite::Suite,
};

use super::{GENESIS_MS, Ledger, Signer};

pub const IDENTITY: &str = "urn:tallystick:vct:resident-identity:1";
pub const INVOICE: &str = "tallystick/invoice/1";
pub const SELLER_ID: &str = "91990106MA0DEM0046";
pub const SELLER_NAME: &str = "海州恒轴轴承有限公司";

/// An agency with one key and the right to some types.
pub struct Agency {
    pub id: IssuerId,
    pub signer: Signer,
}

impl Agency {
    pub fn register(ledger: &mut Ledger, name: &str, number: u16, types: &[&str]) -> Self {
        let signer = Signer::new(ledger.suite, number);
        Self::with_signer(ledger, name, number, signer, types)
    }

    /// One whose key may be of another suite than the ledger's.
    pub fn with_signer(
        ledger: &mut Ledger,
        name: &str,
        number: u16,
        signer: Signer,
        types: &[&str],
    ) -> Self {
        let agency = Self {
            id: IssuerId::parse(name).expect("a name"),
            signer,
        };
        let rights = types.iter().map(|document_type| Right {
            key: agency.signer.public(),
            document_type: DocumentType::parse(document_type).expect("a type"),
            from: Height(1),
            to: None,
        });
        let entry = IssuerEntry {
            ledger: ledger.id,
            name: DisplayName {
                zh: format!("机构{number}"),
                en: format!("Agency {number}"),
            },
            rights: rights.collect(),
        };
        ledger.put(issuer_key(ledger.suite, &ledger.id, &agency.id), &entry);
        agency
    }

    /// Changes the agency's entry in the registry.
    pub fn amend(&self, ledger: &mut Ledger, change: impl FnOnce(&mut IssuerEntry)) {
        let key = issuer_key(ledger.suite, &ledger.id, &self.id);
        let StateProof::Present(mut entry, _) = ledger.prove::<IssuerEntry>(key) else {
            unreachable!("a registered agency has an entry");
        };
        change(&mut entry);
        ledger.put(key, &entry);
    }

    /// The issuer as its credentials name it.
    pub fn issuer(&self, ledger: &Ledger) -> CredentialIssuer {
        CredentialIssuer::Ledger {
            ledger: ledger.id,
            issuer: self.id.clone(),
            key_id: self.signer.public().id(ledger.suite),
        }
    }

    pub fn credential(&self, ledger: &Ledger, document_type: &str, number: u16) -> String {
        credential(&self.signer, &self.issuer(ledger), document_type, number)
    }
}

/// When a credential holds, in Unix seconds.
#[derive(Clone, Copy)]
pub struct Period {
    pub from: Option<i64>,
    pub until: i64,
}

pub fn credential(
    signer: &Signer,
    issuer: &CredentialIssuer,
    document_type: &str,
    number: u16,
) -> String {
    let period = Period {
        from: None,
        until: 2_000_000_000,
    };
    credential_within(period, signer, issuer, document_type, number)
}

pub fn credential_within(
    period: Period,
    signer: &Signer,
    issuer: &CredentialIssuer,
    document_type: &str,
    number: u16,
) -> String {
    let text = |text: &str| Json::String(text.to_owned());
    let key = signer.public();
    let draft = CredentialDraft {
        algorithm: Algorithm::of(key.kind()),
        issuer,
        document_type: &DocumentType::parse(document_type).expect("a type"),
        issued_at: UnixSeconds(i64::try_from(GENESIS_MS / 1000).expect("small")),
        valid_from: period.from.map(UnixSeconds),
        valid_until: Some(UnixSeconds(period.until)),
        holder_key: Some(&Signer::new(Suite::Sm, 777).public()),
        status: None,
        clear: &[],
        selective: &[
            ("name".to_owned(), text("李明")),
            ("address".to_owned(), text(&format!("海州市{number}号"))),
        ],
    };
    let unsigned = draft.prepare(&[[1; 16], [2; 16]]).expect("a draft");
    let signature = signer.sign(unsigned.signing_input());
    unsigned.with_signature(&signature)
}

/// Anchors a batch of documents and returns the log index.
pub fn anchor(
    ledger: &mut Ledger,
    issuer: &IssuerId,
    signer: &Signer,
    document_type: &str,
    module: Module,
    leaves: &[Digest],
) -> (u64, BatchSignature) {
    let statement = BatchStatement {
        ledger: ledger.id,
        issuer: issuer.clone(),
        key_id: signer.public().id(ledger.suite),
        document_type: DocumentType::parse(document_type).expect("a type"),
        count: TreeSize(u64::try_from(leaves.len()).expect("small")),
        root: merkle::root(Tree::Batch, ledger.suite, leaves),
        expiry: Height(1000),
    };
    ledger.log.push(LogLeaf {
        ledger: ledger.id,
        height: ledger.next_height(),
        time_ms: ledger.next_time(),
        module,
        issuer: issuer.clone(),
        key_id: statement.key_id,
        document_type: statement.document_type.clone(),
        count: statement.count,
        batch_root: statement.root,
    });
    let signature = signer.sign(&statement.to_bytes());
    let signature = BatchSignature {
        key: signer.public(),
        expiry: statement.expiry,
        signature,
    };
    (
        u64::try_from(ledger.log.len()).expect("small") - 1,
        signature,
    )
}

/// A document with where it was anchored; proofs are made later, under any header.
pub struct Anchored {
    pub document: Document,
    pub issuer: IssuerId,
    pub digest: Digest,
    batch: Option<(u64, BatchSignature, Vec<Digest>, u64)>,
    invoice: Option<(light_client::state::StateKey, InvoiceNumber, Digest)>,
}

impl Anchored {
    pub fn credentials(
        ledger: &mut Ledger,
        agency: &Agency,
        texts: &[String],
        document_type: &str,
    ) -> Vec<Self> {
        let digests: Vec<Digest> = texts
            .iter()
            .map(|text| {
                let parsed = Credential::parse(text, CredentialLimits::default());
                parsed.expect("a credential").digest(ledger.suite)
            })
            .collect();
        let leaves: Vec<Digest> = digests
            .iter()
            .map(|digest| document_leaf(ledger.suite, digest))
            .collect();
        let (index, signature) = anchor(
            ledger,
            &agency.id,
            &agency.signer,
            document_type,
            Module::Anchor,
            &leaves,
        );
        let places = (0u64..).zip(texts.iter().zip(digests));
        places
            .map(|(place, (text, digest))| Self {
                document: Document::Credential(text.clone()),
                issuer: agency.id.clone(),
                digest,
                batch: Some((index, signature.clone(), leaves.clone(), place)),
                invoice: None,
            })
            .collect()
    }

    pub fn unanchored(ledger: &Ledger, agency: &Agency, text: &str) -> Self {
        let parsed = Credential::parse(text, CredentialLimits::default()).expect("a credential");
        Self {
            document: Document::Credential(text.to_owned()),
            issuer: agency.id.clone(),
            digest: parsed.digest(ledger.suite),
            batch: None,
            invoice: None,
        }
    }

    pub fn invoice(ledger: &mut Ledger, agency: &Agency, seller: &Signer, quantity: &str) -> Self {
        Self::registered(ledger, agency, seller, invoice_document(seller, quantity))
    }

    /// An invoice, blue or red, with its entries.
    pub fn registered(
        ledger: &mut Ledger,
        agency: &Agency,
        seller: &Signer,
        document: Document,
    ) -> Self {
        Self::registered_among(ledger, agency, seller, document, &[])
    }

    /// An invoice in the middle of a batch of others.
    pub fn registered_among(
        ledger: &mut Ledger,
        agency: &Agency,
        seller: &Signer,
        document: Document,
        others: &[Digest],
    ) -> Self {
        let suite = ledger.suite;
        let Document::Invoice { content, seed } = &document else {
            unreachable!("an invoice")
        };
        let parsed =
            InvoiceDocument::parse(content, *seed, LARGE_INVOICE_LIMITS).expect("an invoice");
        let (number, commitment) = (parsed.number(), parsed.commitment(suite));
        let (kind, name) = (parsed.invoice().kind(), parsed.record_name(suite));
        let gross = parsed.invoice().gross().get().unsigned_abs();
        let first: InvoiceNumber = "26991000000000001001".parse().expect("a number");
        let lease = Lease {
            ledger: ledger.id,
            agency: agency.id.clone(),
            seller_key: seller.public(),
            seller: seller_digest(suite, SELLER_ID, SELLER_NAME),
            first,
            count: 100,
            quota_fen: 100_000_000,
            issued_fen: gross,
            from: Height(1),
            to: Height(10_000),
        };
        let lease_key = lease_key(suite, &ledger.id, &seller.public().id(suite), &first);
        let used = UsedNumber {
            ledger: ledger.id,
            commitment,
        };
        let record = InvoiceRecord {
            ledger: ledger.id,
            agency: agency.id.clone(),
            seller: record_seller(suite, &name, &lease.seller),
            kind,
            gross_fen: gross,
            remaining_fen: match kind {
                Kind::Blue => gross,
                Kind::Red => 0,
            },
            red_fen: 0,
            claim_key: None,
            sequence: 0,
            pledge: None,
            booking: Booking::NotBooked,
            period: None,
        };
        ledger.put(lease_key, &lease);
        ledger.put(used_key(suite, &ledger.id, &number), &used);
        ledger.put(record_key(suite, &ledger.id, &name), &record);
        let mut leaves = others.to_vec();
        let place = others.len() / 2;
        leaves.insert(place, invoice_leaf(suite, &number, &commitment));
        let (index, signature) = anchor(
            ledger,
            &agency.id,
            seller,
            INVOICE,
            Module::Invoice,
            &leaves,
        );
        Self {
            document,
            issuer: agency.id.clone(),
            digest: commitment,
            batch: Some((
                index,
                signature,
                leaves,
                u64::try_from(place).expect("small"),
            )),
            invoice: Some((lease_key, number, name)),
        }
    }

    /// Changes an invoice's record.
    pub fn change_record(&self, ledger: &mut Ledger, change: impl FnOnce(&mut InvoiceRecord)) {
        let (_, _, name) = self.invoice.as_ref().expect("an invoice");
        let key = record_key(ledger.suite, &ledger.id, name);
        let StateProof::Present(mut record, _) = ledger.prove::<InvoiceRecord>(key) else {
            unreachable!("a registered invoice has a record");
        };
        change(&mut record);
        ledger.put(key, &record);
    }

    /// Changes the lease under which an invoice was issued.
    pub fn change_lease(&self, ledger: &mut Ledger, change: impl FnOnce(&mut Lease)) {
        let (key, ..) = self.invoice.as_ref().expect("an invoice");
        let StateProof::Present(mut lease, _) = ledger.prove::<Lease>(*key) else {
            unreachable!("a registered invoice has a lease");
        };
        change(&mut lease);
        ledger.put(*key, &lease);
    }

    /// Takes an invoice's record from the ledger.
    pub fn remove_record(&self, ledger: &mut Ledger) {
        let (_, _, name) = self.invoice.as_ref().expect("an invoice");
        ledger.remove(record_key(ledger.suite, &ledger.id, name));
    }

    /// Takes an invoice's number from the ledger.
    pub fn remove_number(&self, ledger: &mut Ledger) {
        let (_, number, _) = self.invoice.as_ref().expect("an invoice");
        ledger.remove(used_key(ledger.suite, &ledger.id, number));
    }

    pub fn proofs(&self, ledger: &Ledger) -> Proofs {
        let suite = ledger.suite;
        let origin = self
            .batch
            .as_ref()
            .map(|(index, signature, leaves, place)| Origin {
                signature: signature.clone(),
                batch_path: merkle::prove(Tree::Batch, suite, leaves, LeafIndex(*place))
                    .expect("in it"),
                leaf: ledger.log[usize::try_from(*index).expect("small")].clone(),
                log_path: ledger.log_path(*index),
            });
        let invoice = self
            .invoice
            .as_ref()
            .map(|(lease, number, name)| InvoiceProofs {
                lease: ledger.prove(*lease),
                used: ledger.prove(used_key(suite, &ledger.id, number)),
                record: ledger.prove(record_key(suite, &ledger.id, name)),
            });
        Proofs {
            ledger: ledger.id,
            head: ledger.headers.last().expect("a block").clone(),
            handoffs: ledger.handoffs.clone(),
            succession: None,
            roots: ledger.roots(),
            origin,
            registry: Some(ledger.prove(issuer_key(suite, &ledger.id, &self.issuer))),
            status: Some(ledger.prove(status_key(suite, &ledger.id, &self.issuer, &self.digest))),
            invoice,
        }
    }

    pub fn bundle(&self, ledger: &Ledger) -> Bundle {
        Bundle {
            document: self.document.clone(),
            proofs: self.proofs(ledger),
        }
    }

    pub fn bytes(&self, ledger: &Ledger) -> Vec<u8> {
        to_bytes(&self.bundle(ledger))
    }

    pub fn set_status(&self, ledger: &mut Ledger, standing: Standing) {
        let effective = ledger.next_time();
        self.set_status_from(ledger, standing, effective);
    }

    /// One that counts from a time on.
    pub fn set_status_from(&self, ledger: &mut Ledger, standing: Standing, effective: TimeMs) {
        let entry = StatusEntry {
            ledger: ledger.id,
            standing,
            reason: StatusReason::NoLongerEntitled,
            basis: LegalBasis::parse("居民身份证法 第11条").expect("plain text"),
            role: DecidingRole::Issuer,
            by: self.issuer.clone(),
            recorded: ledger.next_height(),
            recorded_ms: ledger.next_time(),
            effective_ms: effective,
        };
        ledger.put(
            status_key(ledger.suite, &ledger.id, &self.issuer, &self.digest),
            &entry,
        );
    }
}

pub fn invoice_document(seller: &Signer, quantity: &str) -> Document {
    document(seller, quantity, "26991000000000001025", "")
}

/// The same, which names an agency by its DID.
pub fn invoice_of_agency(seller: &Signer, did: &str) -> Document {
    let agency = format!(r#""agency": {{"did": "{did}"}},"#);
    document(seller, "200", "26991000000000001025", &agency)
}

/// A red invoice against the one above.
pub fn red_document(seller: &Signer, quantity: &str) -> Document {
    let red = r#""kind": "red", "redLetter": {"blueNumber": "26991000000000001025", "reason": "02",
        "full": false, "lineMap": [{"line": "1", "blueLine": "1"}]},"#;
    document(seller, quantity, "26991000000000001033", red)
}

/// One of many lines.
pub fn long_invoice(seller: &Signer, lines: usize) -> Document {
    lines_of(seller, ("1", lines), "26991000000000001041", "")
}

fn document(seller: &Signer, quantity: &str, number: &str, members: &str) -> Document {
    lines_of(seller, (quantity, 1), number, members)
}

fn lines_of(
    seller: &Signer,
    (quantity, lines): (&str, usize),
    number: &str,
    members: &str,
) -> Document {
    let line = format!(
        r#"{{"itemName": "*轴承*深沟球轴承", "taxClassCode": "1090122010000000000",
            "unit": "件", "unitCode": "H87", "quantity": "{quantity}", "unitPrice": "85.5",
            "vatCategory": "S", "vatRate": "0.13"}}"#
    );
    let lines = vec![line; lines].join(",");
    let draft = format!(
        r#"{{"number": "{number}", "docType": "82", {members}
        "issuedAt": "2026-09-21T14:13:20+08:00",
        "seller": {{"id": "{SELLER_ID}", "name": "{SELLER_NAME}", "did": "{}"}},
        "buyer": {{"id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司"}},
        "lines": [{lines}]}}"#,
        did_key::format(&seller.public())
    );
    let draft = InvoiceDraft::parse(draft.as_bytes(), LARGE_INVOICE_LIMITS).expect("a draft");
    let completed = draft.complete().expect("an invoice");
    Document::Invoice {
        content: completed.bytes,
        // Its own seed, so that it has a record of its own.
        seed: if members.is_empty() {
            [9; 32]
        } else {
            [10; 32]
        },
    }
}
