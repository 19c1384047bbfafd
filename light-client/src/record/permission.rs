//! What the holder of a claim key signs, and what the funder of a pledged invoice signs.
//!
//! ```text
//! ["tally/claim/1",        ledger, record, sequence, amount, claimant]
//! ["tally/pledge/1",       ledger, record, sequence, funder]
//! ["tally/book/1",         ledger, record, sequence, booking, period, sender]
//! ["tally/red-enter/1",    ledger, record, sequence, amount, reason, sender]
//! ["tally/red-answer/1",   ledger, record, sequence, confirmation, answer, sender]
//! ["tally/red-withdraw/1", ledger, record, sequence, confirmation, sender]
//! ["tally/consent/1",      ledger, record, sequence, purpose, amount]
//! ```
//! Each is for one sequence of the record and used up with it. All but the consent name who may
//! send it: a signature that is seen on its way is of no use to others.

use alloc::vec::Vec;

use credentials_schemas::invoice::RedReason;

use super::{Booking, BookingPeriod};
use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::LedgerId,
    key::PublicKey,
};

/// What the other side says to a red-letter confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Agreed.
    Confirm,
    /// Not agreed; the confirmation is void.
    Refuse,
}

/// A use of the claim key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimKeyUse<'a> {
    /// A payer takes part of the amount.
    Claim {
        /// In fen.
        amount_fen: u64,
        /// The payer, who sends the transaction.
        claimant: &'a PublicKey,
    },
    /// The invoice is pledged.
    Pledge {
        /// To whom; it sends the transaction.
        funder: &'a PublicKey,
    },
    /// The invoice is booked, or the booking withdrawn.
    Book {
        /// How.
        booking: Booking,
        /// For which month.
        period: BookingPeriod,
        /// Who sends the transaction.
        sender: &'a PublicKey,
    },
    /// The buyer asks for a red letter.
    EnterRed {
        /// How much, in fen.
        amount_fen: u64,
        /// Why.
        reason: RedReason,
        /// Who sends the transaction.
        sender: &'a PublicKey,
    },
    /// The buyer answers the seller.
    AnswerRed {
        /// The confirmation's number.
        confirmation: &'a Digest,
        /// What it says.
        answer: Answer,
        /// Who sends the transaction.
        sender: &'a PublicKey,
    },
    /// The buyer takes back what it entered.
    WithdrawRed {
        /// The confirmation's number.
        confirmation: &'a Digest,
        /// Who sends the transaction.
        sender: &'a PublicKey,
    },
}

/// To what the funder of a pledged invoice consents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentUse {
    /// That a payer claims the amount.
    Claim,
    /// That a red letter takes the amount back.
    RedLetter,
    /// That a confirmation over the amount is entered, or agreed to.
    Confirmation,
}

/// For which record and sequence something is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyStatement<'a> {
    /// The ledger.
    pub ledger: &'a LedgerId,
    /// The record's name.
    pub record: &'a Digest,
    /// The record's sequence, which the use consumes.
    pub sequence: u64,
}

impl KeyStatement<'_> {
    /// The bytes that the claim key signs.
    pub fn claim_key_bytes(&self, what: &ClaimKeyUse<'_>) -> Vec<u8> {
        match what {
            ClaimKeyUse::Claim {
                amount_fen,
                claimant,
            } => self.bytes("tally/claim/1", 2, |writer| {
                writer.uint(*amount_fen).value(*claimant);
            }),
            ClaimKeyUse::Pledge { funder } => self.bytes("tally/pledge/1", 1, |writer| {
                writer.value(*funder);
            }),
            ClaimKeyUse::Book {
                booking,
                period,
                sender,
            } => self.bytes("tally/book/1", 3, |writer| {
                writer.value(booking).value(period).value(*sender);
            }),
            ClaimKeyUse::EnterRed {
                amount_fen,
                reason,
                sender,
            } => self.bytes("tally/red-enter/1", 3, |writer| {
                writer.uint(*amount_fen).value(reason).value(*sender);
            }),
            ClaimKeyUse::AnswerRed {
                confirmation,
                answer,
                sender,
            } => self.bytes("tally/red-answer/1", 3, |writer| {
                writer.value(*confirmation).value(answer).value(*sender);
            }),
            ClaimKeyUse::WithdrawRed {
                confirmation,
                sender,
            } => self.bytes("tally/red-withdraw/1", 2, |writer| {
                writer.value(*confirmation).value(*sender);
            }),
        }
    }

    /// The bytes that the funder signs.
    pub fn consent_bytes(&self, what: ConsentUse, amount_fen: u64) -> Vec<u8> {
        self.bytes("tally/consent/1", 2, |writer| {
            writer.uint(what.code()).uint(amount_fen);
        })
    }

    fn bytes(&self, purpose: &str, fields: usize, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.array(4 + fields).text(purpose).value(self.ledger);
        writer.value(self.record).uint(self.sequence);
        write(&mut writer);
        writer.finish()
    }
}

impl ConsentUse {
    const fn code(self) -> u8 {
        match self {
            Self::Claim => 1,
            Self::RedLetter => 2,
            Self::Confirmation => 3,
        }
    }
}

impl Wire for Answer {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Confirm => 1u8,
            Self::Refuse => 2,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Confirm),
            2 => Ok(Self::Refuse),
            _ => Err(DecodeError::FieldOutOfRange("answer")),
        }
    }
}
