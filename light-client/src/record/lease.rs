//! An agency's leave for a seller to issue invoices: numbers, quota, key, time.
//!
//! ```text
//! key    = [1, ledger, 5, 3, seller key id, first number]
//! value  = [1, ledger, 5, 3, agency, seller key, seller, first number, count, quota, issued, from, to]
//! seller = H("tally/seller/1", tax number, name)
//! ```
//! It is what ties the key that signed an invoice to the seller whose name is on it.

use credentials_schemas::invoice::InvoiceNumber;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    id::{Height, IssuerId, LedgerId},
    key::{KeyId, PublicKey},
    state::{Kind, StateKey},
    suite::Suite,
};

/// A lease of invoice numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The ledger.
    pub ledger: LedgerId,
    /// The agency that granted it.
    pub agency: IssuerId,
    /// The seller's key.
    pub seller_key: PublicKey,
    /// The seller: [`seller_digest`] of tax number and name.
    pub seller: Digest,
    /// The first number.
    pub first: InvoiceNumber,
    /// How many numbers, `first` included.
    pub count: u64,
    /// The most that may be issued in total, net, in fen.
    pub quota_fen: u64,
    /// What has been issued so far, in fen.
    pub issued_fen: u64,
    /// The first height at which it holds.
    pub from: Height,
    /// The first height at which it no longer holds.
    pub to: Height,
}

/// The seller as a lease names it.
pub fn seller_digest(suite: Suite, tax_number: &str, name: &str) -> Digest {
    hash(
        suite,
        Tag::SELLER,
        &[tax_number.as_bytes(), name.as_bytes()],
    )
}

/// Where a lease is kept.
pub fn lease_key(
    suite: Suite,
    ledger: &LedgerId,
    seller_key: &KeyId,
    first: &InvoiceNumber,
) -> StateKey {
    StateKey::new(
        suite,
        ledger,
        Kind::Lease,
        &[seller_key.0.as_bytes(), first.as_bytes()],
    )
}

impl Lease {
    /// Whether `number` is one of the leased: same year, region and channel, sequence in range.
    pub fn covers(&self, number: &InvoiceNumber) -> bool {
        let (prefix, sequence) = split(number);
        let (first_prefix, first_sequence) = split(&self.first);
        let offset = sequence.checked_sub(first_sequence);
        prefix == first_prefix && offset.is_some_and(|offset| offset < self.count)
    }

    /// Whether the lease holds at `height`.
    pub fn holds_at(&self, height: Height) -> bool {
        self.from <= height && height < self.to
    }
}

/// Year, region and channel (5 digits), and the sequence (15 digits).
fn split(number: &InvoiceNumber) -> ([u8; 5], u64) {
    let mut prefix = [0; 5];
    prefix.copy_from_slice(&number.as_bytes()[..5]);
    let digits = number.as_bytes()[5..].iter();
    (
        prefix,
        digits.fold(0, |sequence, digit| sequence * 10 + u64::from(digit - b'0')),
    )
}

/// A number as the text of its 20 digits.
pub(super) fn read_number(reader: &mut Reader<'_>) -> Result<InvoiceNumber, DecodeError> {
    reader
        .text(20)?
        .parse()
        .map_err(|_| DecodeError::FieldOutOfRange("invoice number"))
}

impl Wire for Lease {
    fn encode(&self, writer: &mut Writer) {
        writer.array(13);
        Kind::Lease.write_prefix(writer, &self.ledger);
        writer
            .value(&self.agency)
            .value(&self.seller_key)
            .value(&self.seller);
        writer
            .text(&alloc::string::ToString::to_string(&self.first))
            .uint(self.count);
        writer
            .uint(self.quota_fen)
            .uint(self.issued_fen)
            .value(&self.from)
            .value(&self.to);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(13)?;
        let ledger = Kind::Lease.read_prefix(reader)?;
        Ok(Self {
            ledger,
            agency: reader.value()?,
            seller_key: reader.value()?,
            seller: reader.value()?,
            first: read_number(reader)?,
            count: reader.uint()?,
            quota_fen: reader.uint()?,
            issued_fen: reader.uint()?,
            from: reader.value()?,
            to: reader.value()?,
        })
    }
}
