//! Red-letter confirmations: entered by one side, answered by the other.

use credentials_schemas::invoice::RedReason;
use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    record::{Answer, Obstacle},
};

use super::{super::Payload, Consent, Party};

/// Enters a confirmation; the transaction's id becomes its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedEntry {
    /// The blue record's name.
    pub record: Digest,
    /// For which side.
    pub party: Party,
    /// How much shall be taken back, in fen.
    pub amount_fen: u64,
    /// Why.
    pub reason: RedReason,
    /// Of the funder, if the invoice is pledged.
    pub consent: Option<Consent>,
}

/// Answers a confirmation that the other side has entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedAnswer {
    /// The blue record's name.
    pub record: Digest,
    /// The confirmation's number.
    pub confirmation: Digest,
    /// For which side.
    pub party: Party,
    /// What it says.
    pub answer: Answer,
    /// The confirmation's amount, in fen, as the answering side has read it.
    pub amount_fen: u64,
    /// Of the funder, if the invoice is pledged and the answer is yes.
    pub consent: Option<Consent>,
}

/// Takes a confirmation back, for the side that entered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedWithdrawal {
    /// The blue record's name.
    pub record: Digest,
    /// The confirmation's number.
    pub confirmation: Digest,
    /// For which side.
    pub party: Party,
}

/// Stops a confirmation; the sender is a key of the record's agency with the right to invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedBlock {
    /// The blue record's name.
    pub record: Digest,
    /// The confirmation's number.
    pub confirmation: Digest,
    /// Why.
    pub obstacle: Obstacle,
}

impl Payload for RedEntry {
    const ID: u8 = 5;
    const FIELDS: usize = 5;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).value(&self.party);
        writer.uint(self.amount_fen).value(&self.reason);
        writer.option(self.consent.as_ref());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            party: reader.value()?,
            amount_fen: reader.uint()?,
            reason: reader.value()?,
            consent: reader.option()?,
        })
    }
}

impl Payload for RedAnswer {
    const ID: u8 = 6;
    const FIELDS: usize = 6;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).value(&self.confirmation);
        writer.value(&self.party).value(&self.answer);
        writer.uint(self.amount_fen);
        writer.option(self.consent.as_ref());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            confirmation: reader.value()?,
            party: reader.value()?,
            answer: reader.value()?,
            amount_fen: reader.uint()?,
            consent: reader.option()?,
        })
    }
}

impl Payload for RedWithdrawal {
    const ID: u8 = 7;
    const FIELDS: usize = 3;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).value(&self.confirmation);
        writer.value(&self.party);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            confirmation: reader.value()?,
            party: reader.value()?,
        })
    }
}

impl Payload for RedBlock {
    const ID: u8 = 8;
    const FIELDS: usize = 3;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.record).value(&self.confirmation);
        writer.value(&self.obstacle);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            record: reader.value()?,
            confirmation: reader.value()?,
            obstacle: reader.value()?,
        })
    }
}
