//! Issuing invoices.

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, IssuerId, LedgerId, TreeSize},
    key::{KeyId, PublicKey, Signature},
    merkle::{self, Tree},
    record::{BatchStatement, invoice_leaf},
    suite::Suite,
};

use credentials_schemas::invoice::InvoiceNumber;

use super::{super::Payload, invoice_type, read_number};
use crate::limits::MAX_BATCH;

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
        batch_root(suite, &self.used)
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

/// The root over the numbers that a batch uses.
pub(super) fn batch_root(suite: Suite, used: &[UsedLine]) -> Digest {
    let leaf = |line: &UsedLine| invoice_leaf(suite, &line.number, &line.commitment);
    let leaves: Vec<Digest> = used.iter().map(leaf).collect();
    merkle::root(Tree::Batch, suite, &leaves)
}

impl Payload for InvoiceIssue {
    const ID: u8 = 2;
    const FIELDS: usize = 6;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.agency).text(self.lease_first.as_str());
        writer.list(&self.used).list(&self.records);
        writer.value(&self.expiry).value(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            agency: reader.value()?,
            lease_first: read_number(reader)?,
            used: reader.list(MAX_BATCH)?,
            records: reader.list(MAX_BATCH)?,
            expiry: reader.value()?,
            signature: reader.value()?,
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
