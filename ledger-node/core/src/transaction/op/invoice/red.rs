//! Red letters.

use core::slice;

use credentials_schemas::invoice::{InvoiceNumber, RedReason};
use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    id::{Height, IssuerId, LedgerId, TreeSize},
    key::{KeyId, Signature},
    record::BatchStatement,
    suite::Suite,
};

use super::{super::Payload, Consent, UsedLine, invoice_type, issue::batch_root, read_number};

/// Issues one red invoice, which takes back all or part of a blue one.
///
/// It names both records and the red number, so validators see that these belong together. The
/// blue invoice's number stays unlinkable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedLetter {
    /// The agency that granted the lease.
    pub agency: IssuerId,
    /// The first number of the lease; the seller's key is the sender.
    pub lease_first: InvoiceNumber,
    /// The red invoice's number and digest.
    pub line: UsedLine,
    /// The red invoice's record: `record::record_name` of its own secret.
    pub record: Digest,
    /// The blue invoice's record.
    pub blue: Digest,
    /// How much is taken back, in fen.
    pub amount_fen: u64,
    /// Why.
    pub reason: RedReason,
    /// The number of the confirmation, where the buyer uses the invoice.
    pub confirmation: Option<Digest>,
    /// The last height at which the batch may be anchored.
    pub expiry: Height,
    /// Over [`RedLetter::statement`], by the transaction's sender.
    pub signature: Signature,
    /// Of the funder, if the blue invoice is pledged.
    pub consent: Option<Consent>,
}

impl RedLetter {
    /// The root of the batch: its one leaf.
    pub fn batch_root(&self, suite: Suite) -> Digest {
        batch_root(suite, slice::from_ref(&self.line))
    }

    /// What the batch signature is over.
    pub fn statement(&self, suite: Suite, ledger: &LedgerId, key_id: KeyId) -> BatchStatement {
        BatchStatement {
            ledger: *ledger,
            issuer: self.agency.clone(),
            key_id,
            document_type: invoice_type(),
            count: TreeSize(1),
            root: self.batch_root(suite),
            expiry: self.expiry,
        }
    }
}

impl Payload for RedLetter {
    const ID: u8 = 4;
    const FIELDS: usize = 11;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.agency).text(self.lease_first.as_str());
        writer.value(&self.line).value(&self.record);
        writer.value(&self.blue).uint(self.amount_fen);
        writer
            .value(&self.reason)
            .option(self.confirmation.as_ref());
        writer.value(&self.expiry).value(&self.signature);
        writer.option(self.consent.as_ref());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            agency: reader.value()?,
            lease_first: read_number(reader)?,
            line: reader.value()?,
            record: reader.value()?,
            blue: reader.value()?,
            amount_fen: reader.uint()?,
            reason: reader.value()?,
            confirmation: reader.option()?,
            expiry: reader.value()?,
            signature: reader.value()?,
            consent: reader.option()?,
        })
    }
}
