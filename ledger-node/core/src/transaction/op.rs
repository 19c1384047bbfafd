//! The operations, one closed list.

mod wire;

use credentials_schemas::invoice::{DOCUMENT_TYPE, InvoiceNumber};
use light_client::{
    hash::Digest,
    id::{DocumentType, Height, IssuerId, LedgerId, TimeMs, TreeSize},
    key::{KeyId, PublicKey, Signature},
    merkle::{self, Tree},
    record::{BatchStatement, DisplayName, Standing, StatusReason, invoice_leaf},
    suite::Suite,
    validator_set::ValidatorSet,
};

/// What a transaction asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Changes an issuer's name and rights, from this height on.
    Amend(IssuerChange),
    /// Anchors documents.
    Anchor(AnchorBatch),
    /// Issues invoices.
    Issue(InvoiceIssue),
    /// Leases invoice numbers to a seller.
    Lease(LeaseGrant),
    /// Adds an issuer.
    Register(IssuerChange),
    /// Ends the epoch and hands over to another validator set.
    RotateSet(SetRotation),
    /// Records a document's standing.
    SetStatus(StatusChange),
}

impl Op {
    /// Whether it writes a leaf of the anchor log.
    pub const fn writes_leaf(&self) -> bool {
        match self {
            Self::Anchor(_) | Self::Issue(_) => true,
            Self::Amend(_)
            | Self::Lease(_)
            | Self::Register(_)
            | Self::RotateSet(_)
            | Self::SetStatus(_) => false,
        }
    }
}

/// A member's consent to an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The member's place in the genesis.
    pub member: u8,
    /// Over [`super::approval_bytes`], by the member's governance key.
    pub signature: Signature,
}

/// An issuer as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerChange {
    /// The issuer.
    pub issuer: IssuerId,
    /// Its names.
    pub name: DisplayName,
    /// Rights to add, or to end.
    pub rights: Vec<RightChange>,
    /// Consent of a quorum of members, ascending.
    pub approvals: Vec<Approval>,
}

/// A right to add; in an amendment, one that holds already gets this end instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightChange {
    /// The key.
    pub key: PublicKey,
    /// The type.
    pub document_type: DocumentType,
    /// The first height at which it no longer holds; one in the past means "from now on".
    pub to: Option<Height>,
}

/// A batch of documents to anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorBatch {
    /// The issuer.
    pub issuer: IssuerId,
    /// The documents' type.
    pub document_type: DocumentType,
    /// How many documents.
    pub count: TreeSize,
    /// Root of the batch tree.
    pub root: Digest,
    /// The last height at which the batch may be anchored.
    pub expiry: Height,
    /// Over [`AnchorBatch::statement`], by the transaction's sender.
    pub signature: Signature,
}

impl AnchorBatch {
    /// What the batch signature is over.
    pub fn statement(&self, ledger: &LedgerId, key_id: KeyId) -> BatchStatement {
        BatchStatement {
            ledger: *ledger,
            issuer: self.issuer.clone(),
            key_id,
            document_type: self.document_type.clone(),
            count: self.count,
            root: self.root,
            expiry: self.expiry,
        }
    }
}

/// A document's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The issuer, at issuance; the sender is a key of it.
    pub issuer: IssuerId,
    /// The document.
    pub document: Digest,
    /// How it shall stand.
    pub standing: Standing,
    /// Why.
    pub reason: StatusReason,
    /// From when it counts.
    pub effective_ms: TimeMs,
}

/// Leave for a seller to issue invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseGrant {
    /// The agency; the sender is a key of it with the right to invoices.
    pub agency: IssuerId,
    /// The seller's key.
    pub seller_key: PublicKey,
    /// The seller: `record::seller_digest` of tax number and name.
    pub seller: Digest,
    /// The first number.
    pub first: InvoiceNumber,
    /// How many numbers.
    pub count: u64,
    /// The most that may be issued in total, gross, in fen.
    pub quota_fen: u64,
    /// The first height at which the lease no longer holds.
    pub to: Height,
}

/// A batch of invoices. Its two lists are sorted independently, so that nothing links a number to
/// an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceIssue {
    /// The agency that granted the lease.
    pub agency: IssuerId,
    /// The first number of the lease; the seller's key is the sender.
    pub lease_first: InvoiceNumber,
    /// The numbers, strictly ascending: the order of the batch's leaves.
    pub used: Vec<UsedLine>,
    /// The amounts, strictly ascending by name.
    pub records: Vec<RecordLine>,
    /// The last height at which the batch may be anchored.
    pub expiry: Height,
    /// Over [`InvoiceIssue::statement`], by the transaction's sender.
    pub signature: Signature,
}

/// A number and the one invoice that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedLine {
    /// The number.
    pub number: InvoiceNumber,
    /// The invoice's digest.
    pub commitment: Digest,
}

/// What an invoice is worth, under a name that only its secret leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// `record::record_name` of the secret.
    pub name: Digest,
    /// Gross amount, in fen.
    pub gross_fen: u64,
    /// The key by which claims are signed.
    pub claim_key: Option<PublicKey>,
}

impl InvoiceIssue {
    /// The root of the batch, which every node computes for itself.
    pub fn batch_root(&self, suite: Suite) -> Digest {
        let leaves: Vec<Digest> = self
            .used
            .iter()
            .map(|line| invoice_leaf(suite, &line.number, &line.commitment))
            .collect();
        merkle::root(Tree::Batch, suite, &leaves)
    }

    /// How many invoices.
    pub fn count(&self) -> TreeSize {
        TreeSize(u64::try_from(self.used.len()).unwrap_or(u64::MAX))
    }

    /// What the batch signature is over.
    pub fn statement(&self, suite: Suite, ledger: &LedgerId, key_id: KeyId) -> BatchStatement {
        BatchStatement {
            ledger: *ledger,
            issuer: self.agency.clone(),
            key_id,
            document_type: invoice_type(),
            count: self.count(),
            root: self.batch_root(suite),
            expiry: self.expiry,
        }
    }
}

/// The document type of invoices.
pub(crate) fn invoice_type() -> DocumentType {
    DocumentType::parse(DOCUMENT_TYPE).expect("the schema's name is a document type")
}

/// The validator set of the next epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRotation {
    /// The set.
    pub next: ValidatorSet,
    /// One per validator of the set, in its order, over [`super::possession_bytes`], by its key.
    pub possession: Vec<Signature>,
    /// Consent of a quorum of members, ascending.
    pub approvals: Vec<Approval>,
}
