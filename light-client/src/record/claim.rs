//! A payer's claim on part of an invoice's amount.
//!
//! ```text
//! key   = [1, ledger, 5, 5, record name, sequence (8 bytes, big-endian)]
//! value = [1, ledger, 5, 5, claimant, amount, released, height, time_ms]
//! ```
//! The sequence is the one that the claim's own use of the claim key consumed, so that a record's
//! claims have distinct names and whoever knows the record can list them.

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, LedgerId, TimeMs},
    key::PublicKey,
    state::{Kind, StateKey},
    suite::Suite,
};

/// A claim, and what of it was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The ledger.
    pub ledger: LedgerId,
    /// The payer's key: it alone can release.
    pub claimant: PublicKey,
    /// What was claimed, in fen.
    pub amount_fen: u64,
    /// What of it was released since, in fen; never more than the amount.
    pub released_fen: u64,
    /// The height at which it was claimed.
    pub height: Height,
    /// The time of that block.
    pub time_ms: TimeMs,
}

impl Claim {
    /// What is still claimed, in fen.
    pub const fn outstanding_fen(&self) -> u64 {
        self.amount_fen.saturating_sub(self.released_fen)
    }
}

/// Where the claim that consumed `sequence` is kept.
pub fn claim_place(suite: Suite, ledger: &LedgerId, record: &Digest, sequence: u64) -> StateKey {
    let parts: [&[u8]; 2] = [record.as_bytes(), &sequence.to_be_bytes()];
    StateKey::new(suite, ledger, Kind::Claim, &parts)
}

impl Wire for Claim {
    fn encode(&self, writer: &mut Writer) {
        writer.array(9);
        Kind::Claim.write_prefix(writer, &self.ledger);
        writer.value(&self.claimant).uint(self.amount_fen);
        writer.uint(self.released_fen).value(&self.height);
        writer.value(&self.time_ms);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(9)?;
        let claim = Self {
            ledger: Kind::Claim.read_prefix(reader)?,
            claimant: reader.value()?,
            amount_fen: reader.uint()?,
            released_fen: reader.uint()?,
            height: reader.value()?,
            time_ms: reader.value()?,
        };
        if claim.released_fen > claim.amount_fen {
            return Err(DecodeError::FieldOutOfRange("released"));
        }
        Ok(claim)
    }
}
