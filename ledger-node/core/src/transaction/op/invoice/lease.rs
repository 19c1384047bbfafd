//! Leases of invoice numbers.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    id::{Height, IssuerId},
    key::{KeyId, PublicKey},
};

use super::{super::Payload, read_number};

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

/// Ends a lease early, by its seller's key or by a key of its agency with the right to invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseEnd {
    /// The seller's key, by its id.
    pub seller_key: KeyId,
    /// The first number.
    pub first: InvoiceNumber,
}

impl Payload for LeaseGrant {
    const ID: u8 = 1;
    const FIELDS: usize = 7;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.agency).value(&self.seller_key);
        writer.value(&self.seller).text(self.first.as_str());
        writer.uint(self.count).uint(self.quota_fen).value(&self.to);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            agency: reader.value()?,
            seller_key: reader.value()?,
            seller: reader.value()?,
            first: read_number(reader)?,
            count: reader.uint()?,
            quota_fen: reader.uint()?,
            to: reader.value()?,
        })
    }
}

impl Payload for LeaseEnd {
    const ID: u8 = 3;
    const FIELDS: usize = 2;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.seller_key).text(self.first.as_str());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            seller_key: reader.value()?,
            first: read_number(reader)?,
        })
    }
}
