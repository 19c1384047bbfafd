//! Claims, pledges, bookings: what the buyer's side does with an invoice.

use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    record::{Booking, BookingPeriod},
};

use super::{super::Payload, Consent, KeyUse};

/// Takes part of an invoice's amount for the sender, who pays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The record's name.
    pub record: Digest,
    /// How much, in fen.
    pub amount_fen: u64,
    /// The claim key's leave for this sender and amount.
    pub by: KeyUse,
    /// Of the funder, if the invoice is pledged and the sender is another.
    pub consent: Option<Consent>,
}

/// Gives back part or all of a claim; the sender is the claimant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRelease {
    /// The record's name.
    pub record: Digest,
    /// The sequence that the claim consumed: its name.
    pub sequence: u64,
    /// How much, in fen.
    pub amount_fen: u64,
}

/// Pledges an invoice to the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PledgeRequest {
    /// The record's name.
    pub record: Digest,
    /// The claim key's leave for this funder.
    pub by: KeyUse,
}

/// Ends a pledge; the sender is the funder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PledgeEnd {
    /// The record's name.
    pub record: Digest,
}

/// Books an invoice, or withdraws the booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingChange {
    /// The record's name.
    pub record: Digest,
    /// How it is booked.
    pub booking: Booking,
    /// For which month.
    pub period: BookingPeriod,
    /// The claim key's leave for this.
    pub by: KeyUse,
}

impl Payload for ClaimRequest {
    const ID: u8 = 9;
    const FIELDS: usize = 4;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).uint(self.amount_fen);
        writer.value(&self.by).option(self.consent.as_ref());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            amount_fen: reader.uint()?,
            by: reader.value()?,
            consent: reader.option()?,
        })
    }
}

impl Payload for ClaimRelease {
    const ID: u8 = 10;
    const FIELDS: usize = 3;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).uint(self.sequence);
        writer.uint(self.amount_fen);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            sequence: reader.uint()?,
            amount_fen: reader.uint()?,
        })
    }
}

impl Payload for PledgeRequest {
    const ID: u8 = 11;
    const FIELDS: usize = 2;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).value(&self.by);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            by: reader.value()?,
        })
    }
}

impl Payload for PledgeEnd {
    const ID: u8 = 12;
    const FIELDS: usize = 1;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let record = reader.value()?;
        Ok(Self { record })
    }
}

impl Payload for BookingChange {
    const ID: u8 = 13;
    const FIELDS: usize = 4;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).value(&self.booking);
        writer.value(&self.period).value(&self.by);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            booking: reader.value()?,
            period: reader.value()?,
            by: reader.value()?,
        })
    }
}
