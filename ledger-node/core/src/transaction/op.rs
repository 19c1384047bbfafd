//! The operations, one closed list.
//!
//! ```text
//! governance.rotate_set = [1, 1, next set, [possession, …], [approval, …]]
//! registry.register     = [2, 1, issuer, [zh, en], [[key, type, to | null], …], [approval, …]]
//! registry.amend        = [2, 2, issuer, [zh, en], [[key, type, to | null], …], [approval, …]]
//! status.set            = [4, 1, issuer, document digest, standing, reason, effective time_ms]
//! invoice.lease         = [5, 1, agency, seller key, seller, first number, count, quota, to]
//! invoice.issue         = [5, 2, agency, lease's first number, [[number, commitment], …],
//!                          [[record, gross, claim key | null], …], batch expiry, batch signature]
//! anchor.batch          = [8, 1, issuer, type, count, root, batch expiry, batch signature]
//! approval              = [member's index, signature]
//! ```

use credentials_schemas::invoice::{DOCUMENT_TYPE, InvoiceNumber};
use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{DocumentType, Height, IssuerId, LedgerId, TimeMs, TreeSize},
    key::{KeyId, PublicKey, Signature},
    merkle::{self, Tree},
    record::{BatchStatement, DisplayName, Standing, StatusReason, invoice_leaf},
    suite::Suite,
    validator_set::ValidatorSet,
};

use crate::limits::{MAX_BATCH, MAX_RIGHTS};

/// The most approvals or possession signatures of one transaction.
const MAX_MEMBERS: usize = 100;

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
    const fn ids(&self) -> (u8, u8) {
        match self {
            Self::RotateSet(_) => (1, 1),
            Self::Register(_) => (2, 1),
            Self::Amend(_) => (2, 2),
            Self::SetStatus(_) => (4, 1),
            Self::Lease(_) => (5, 1),
            Self::Issue(_) => (5, 2),
            Self::Anchor(_) => (8, 1),
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

impl Op {
    /// Writes the operation; without its approvals where members sign it.
    pub(super) fn write(&self, writer: &mut Writer, approvals: bool) {
        let (module, op) = self.ids();
        let mut open = |fields: usize| {
            writer.array(2 + fields).uint(module).uint(op);
        };
        match self {
            Self::Register(change) | Self::Amend(change) => {
                open(if approvals { 4 } else { 3 });
                writer.value(&change.issuer).value(&change.name);
                writer.list(&change.rights);
                if approvals {
                    writer.list(&change.approvals);
                }
            }
            Self::RotateSet(rotation) => {
                open(if approvals { 3 } else { 2 });
                writer.value(&rotation.next).list(&rotation.possession);
                if approvals {
                    writer.list(&rotation.approvals);
                }
            }
            Self::SetStatus(change) => {
                open(5);
                writer.value(&change.issuer).value(&change.document);
                writer.value(&change.standing).value(&change.reason);
                writer.value(&change.effective_ms);
            }
            Self::Lease(grant) => {
                open(7);
                writer.value(&grant.agency).value(&grant.seller_key);
                writer.value(&grant.seller).text(grant.first.as_str());
                writer.uint(grant.count).uint(grant.quota_fen);
                writer.value(&grant.to);
            }
            Self::Issue(issue) => {
                open(6);
                writer.value(&issue.agency).text(issue.lease_first.as_str());
                writer.list(&issue.used).list(&issue.records);
                writer.value(&issue.expiry).value(&issue.signature);
            }
            Self::Anchor(batch) => {
                open(6);
                writer.value(&batch.issuer).value(&batch.document_type);
                writer.value(&batch.count).value(&batch.root);
                writer.value(&batch.expiry).value(&batch.signature);
            }
        }
    }
}

impl Wire for Op {
    fn encode(&self, writer: &mut Writer) {
        self.write(writer, true);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(9)?;
        let op = match (len, reader.uint()?, reader.uint()?) {
            (5, 1, 1) => Self::RotateSet(SetRotation {
                next: reader.value()?,
                possession: reader.list(MAX_MEMBERS)?,
                approvals: reader.list(MAX_MEMBERS)?,
            }),
            (6, 2, 1) => Self::Register(read_issuer_change(reader)?),
            (6, 2, 2) => Self::Amend(read_issuer_change(reader)?),
            (7, 4, 1) => Self::SetStatus(StatusChange {
                issuer: reader.value()?,
                document: reader.value()?,
                standing: reader.value()?,
                reason: reader.value()?,
                effective_ms: reader.value()?,
            }),
            (9, 5, 1) => Self::Lease(LeaseGrant {
                agency: reader.value()?,
                seller_key: reader.value()?,
                seller: reader.value()?,
                first: read_number(reader)?,
                count: reader.uint()?,
                quota_fen: reader.uint()?,
                to: reader.value()?,
            }),
            (8, 5, 2) => Self::Issue(InvoiceIssue {
                agency: reader.value()?,
                lease_first: read_number(reader)?,
                used: reader.list(MAX_BATCH)?,
                records: reader.list(MAX_BATCH)?,
                expiry: reader.value()?,
                signature: reader.value()?,
            }),
            (8, 8, 1) => Self::Anchor(AnchorBatch {
                issuer: reader.value()?,
                document_type: reader.value()?,
                count: reader.value()?,
                root: reader.value()?,
                expiry: reader.value()?,
                signature: reader.value()?,
            }),
            _ => return Err(DecodeError::WrongFormat),
        };
        Ok(op)
    }
}

/// A number as the text of its 20 digits.
fn read_number(reader: &mut Reader<'_>) -> Result<InvoiceNumber, DecodeError> {
    reader
        .text(20)?
        .parse()
        .map_err(|_| DecodeError::FieldOutOfRange("invoice number"))
}

fn read_issuer_change(reader: &mut Reader<'_>) -> Result<IssuerChange, DecodeError> {
    Ok(IssuerChange {
        issuer: reader.value()?,
        name: reader.value()?,
        rights: reader.list(MAX_RIGHTS)?,
        approvals: reader.list(MAX_MEMBERS)?,
    })
}

impl Wire for Approval {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).uint(self.member).value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            member: reader.small("member")?,
            signature: reader.value()?,
        })
    }
}

impl Wire for RightChange {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.key).value(&self.document_type);
        writer.option(self.to.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            document_type: reader.value()?,
            to: reader.option()?,
        })
    }
}

impl Wire for UsedLine {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).text(self.number.as_str());
        writer.value(&self.commitment);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            number: read_number(reader)?,
            commitment: reader.value()?,
        })
    }
}

impl Wire for RecordLine {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.name).uint(self.gross_fen);
        writer.option(self.claim_key.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            name: reader.value()?,
            gross_fen: reader.uint()?,
            claim_key: reader.option()?,
        })
    }
}
