//! An invoice's two entries: that its number is used, and, unlinkable from it, what it is worth.
//!
//! ```text
//! used key     = [1, ledger, 5, 1, number], its first two bytes from the number itself
//! used value   = [1, ledger, 5, 1, commitment]
//! record key   = [1, ledger, 5, 2, H("tally/record/1", secret)]
//! record value = [1, ledger, 5, 2, agency, seller, kind, gross, remaining, red total, claim key | null,
//!                 sequence, funder | null, booking, period | null]
//! seller       = H("tally/record-seller/1", record name, H("tally/seller/1", …))
//! ```
//! The secret is in the invoice only: who knows a million numbers learns nothing but that they
//! are used. For the same reason the seller is hashed with the record's name: records of one
//! seller have nothing in common.

use credentials_schemas::invoice::{InvoiceNumber, Kind as InvoiceKind};

use super::{Booking, BookingPeriod};
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

/// A lien on an invoice: nothing is taken from it but by the funder or with its consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pledge {
    /// Whoever has paid for the invoice in advance.
    pub funder: PublicKey,
}

/// What an invoice is worth: conservation, not a lock.
///
/// Of a blue invoice, gross = red + claimed + remaining at any time. A red one only says how much
/// it took back (its gross); nothing remains of it, and nobody has a key to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRecord {
    /// The ledger.
    pub ledger: LedgerId,
    /// The agency under whose lease it was issued.
    pub agency: IssuerId,
    /// The seller: [`record_seller`].
    pub seller: Digest,
    /// Blue or red.
    pub kind: InvoiceKind,
    /// Gross amount, in fen; of a red invoice its absolute value.
    pub gross_fen: u64,
    /// What is left to claim, in fen.
    pub remaining_fen: u64,
    /// What red letters have taken back, in fen.
    pub red_fen: u64,
    /// The key by which claims are signed; the buyer has its secret.
    pub claim_key: Option<PublicKey>,
    /// What the next use of the claim key, or of a funder's consent, must name.
    pub sequence: u64,
    /// To whom it is pledged, if it is.
    pub pledge: Option<Pledge>,
    /// Booked or not.
    pub booking: Booking,
    /// The month for which it was last booked, or the booking withdrawn.
    pub period: Option<BookingPeriod>,
}

impl InvoiceRecord {
    /// What payers have claimed and not released, in fen.
    pub const fn claimed_fen(&self) -> u64 {
        match self.kind {
            InvoiceKind::Blue => self
                .gross_fen
                .saturating_sub(self.red_fen)
                .saturating_sub(self.remaining_fen),
            InvoiceKind::Red => 0,
        }
    }

    /// Whether red letters have taken back all of it.
    pub fn is_reversed(&self) -> bool {
        self.kind == InvoiceKind::Blue && self.red_fen >= self.gross_fen
    }

    /// Whether the parts make up the whole.
    fn is_balanced(&self) -> bool {
        match self.kind {
            InvoiceKind::Blue => {
                let parts = self.red_fen.checked_add(self.remaining_fen);
                parts.is_some_and(|parts| parts <= self.gross_fen)
            }
            InvoiceKind::Red => self.red_fen == 0 && self.remaining_fen == 0,
        }
    }
}

/// Where an invoice's record is kept.
pub fn record_key(suite: Suite, ledger: &LedgerId, record: &Digest) -> StateKey {
    StateKey::new(suite, ledger, Kind::Record, &[record.as_bytes()])
}

/// The name of the record that a secret leads to.
pub fn record_name(suite: Suite, secret: &Digest) -> Digest {
    hash(suite, Tag::RECORD, &[secret.as_bytes()])
}

/// The seller as an invoice's record names it: whoever knows the invoice can check it, and nobody
/// can tell from two records whether they are of the same seller.
pub fn record_seller(suite: Suite, record: &Digest, seller: &Digest) -> Digest {
    let parts: [&[u8]; 2] = [record.as_bytes(), seller.as_bytes()];
    hash(suite, Tag::RECORD_SELLER, &parts)
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

impl Wire for Pledge {
    fn encode(&self, writer: &mut Writer) {
        writer.value(&self.funder);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let funder = reader.value()?;
        Ok(Self { funder })
    }
}

impl Wire for InvoiceKind {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Blue => 1u8,
            Self::Red => 2,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Blue),
            2 => Ok(Self::Red),
            _ => Err(DecodeError::FieldOutOfRange("invoice kind")),
        }
    }
}

impl Wire for InvoiceRecord {
    fn encode(&self, writer: &mut Writer) {
        writer.array(15);
        Kind::Record.write_prefix(writer, &self.ledger);
        writer.value(&self.agency).value(&self.seller);
        writer.value(&self.kind).uint(self.gross_fen);
        writer.uint(self.remaining_fen).uint(self.red_fen);
        writer.option(self.claim_key.as_ref()).uint(self.sequence);
        writer.option(self.pledge.as_ref()).value(&self.booking);
        writer.option(self.period.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(15)?;
        let record = Self {
            ledger: Kind::Record.read_prefix(reader)?,
            agency: reader.value()?,
            seller: reader.value()?,
            kind: reader.value()?,
            gross_fen: reader.uint()?,
            remaining_fen: reader.uint()?,
            red_fen: reader.uint()?,
            claim_key: reader.option()?,
            sequence: reader.uint()?,
            pledge: reader.option()?,
            booking: reader.value()?,
            period: reader.option()?,
        };
        if !record.is_balanced() {
            return Err(DecodeError::FieldOutOfRange("remaining"));
        }
        Ok(record)
    }
}
