//! An invoice's two entries: that its number is used, and, unlinkable from it, what it is worth.
//!
//! ```text
//! used key     = [1, ledger, 5, 1, number], its first two bytes from the number itself
//! used value   = [1, ledger, 5, 1, commitment]
//! record key   = [1, ledger, 5, 2, H("tally/record/1", secret)]
//! record value = [1, ledger, 5, 2, agency, gross, remaining, red total, claim key | null, booking]
//! ```
//! The secret is in the invoice only: who knows a million numbers learns nothing but that they
//! are used.

use credentials_schemas::invoice::InvoiceNumber;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    id::{IssuerId, LedgerId},
    key::PublicKey,
    state::{Kind, StateKey},
    suite::Suite,
};

/// A used invoice number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedNumber {
    /// The ledger.
    pub ledger: LedgerId,
    /// The one invoice that has the number.
    pub commitment: Digest,
}

/// Where a used number is kept.
///
/// The first two bytes are year (mod 64) and ⌊sequence / 10⁶⌋ (mod 1024): numbers issued together
/// lie together in the tree, which halves the cost of writing them.
pub fn used_key(suite: Suite, ledger: &LedgerId, number: &InvoiceNumber) -> StateKey {
    let digits = number.as_bytes();
    let value = |digits: &[u8]| {
        digits
            .iter()
            .fold(0u64, |n, d| n * 10 + u64::from(d - b'0'))
    };
    let year = value(&digits[..2]) % 64;
    let bucket = value(&digits[5..14]) % 1024;
    let prefix = u16::try_from(year << 10 | bucket)
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    StateKey::new(suite, ledger, Kind::Used, &[digits]).with_locality(prefix)
}

/// Whether and how the buyer has booked an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Booking {
    /// 01 未入账.
    NotBooked,
    /// 02 企业所得税税前扣除.
    BookedDeductible,
    /// 03 企业所得税不扣除.
    BookedNonDeductible,
    /// 06 撤销.
    Withdrawn,
}

/// What an invoice is worth: conservation, not a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRecord {
    /// The ledger.
    pub ledger: LedgerId,
    /// The agency under whose lease it was issued.
    pub agency: IssuerId,
    /// Gross amount, in fen.
    pub gross_fen: u64,
    /// What is left to claim, in fen.
    pub remaining_fen: u64,
    /// What red letters have taken back, in fen.
    pub red_fen: u64,
    /// The key by which claims are signed; the buyer has its secret.
    pub claim_key: Option<PublicKey>,
    /// Booked or not.
    pub booking: Booking,
}

/// Where an invoice's record is kept.
pub fn record_key(suite: Suite, ledger: &LedgerId, record: &Digest) -> StateKey {
    StateKey::new(suite, ledger, Kind::Record, &[record.as_bytes()])
}

/// The name of the record that a secret leads to.
pub fn record_name(suite: Suite, secret: &Digest) -> Digest {
    hash(suite, Tag::RECORD, &[secret.as_bytes()])
}

impl Wire for UsedNumber {
    fn encode(&self, writer: &mut Writer) {
        writer.array(5);
        Kind::Used.write_prefix(writer, &self.ledger);
        writer.value(&self.commitment);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        let ledger = Kind::Used.read_prefix(reader)?;
        Ok(Self {
            ledger,
            commitment: reader.value()?,
        })
    }
}

impl Wire for Booking {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::NotBooked => 1u8,
            Self::BookedDeductible => 2,
            Self::BookedNonDeductible => 3,
            Self::Withdrawn => 6,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::NotBooked),
            2 => Ok(Self::BookedDeductible),
            3 => Ok(Self::BookedNonDeductible),
            6 => Ok(Self::Withdrawn),
            _ => Err(DecodeError::FieldOutOfRange("booking")),
        }
    }
}

impl Wire for InvoiceRecord {
    fn encode(&self, writer: &mut Writer) {
        writer.array(10);
        Kind::Record.write_prefix(writer, &self.ledger);
        writer
            .value(&self.agency)
            .uint(self.gross_fen)
            .uint(self.remaining_fen);
        writer
            .uint(self.red_fen)
            .option(self.claim_key.as_ref())
            .value(&self.booking);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(10)?;
        let ledger = Kind::Record.read_prefix(reader)?;
        Ok(Self {
            ledger,
            agency: reader.value()?,
            gross_fen: reader.uint()?,
            remaining_fen: reader.uint()?,
            red_fen: reader.uint()?,
            claim_key: reader.option()?,
            booking: reader.value()?,
        })
    }
}
