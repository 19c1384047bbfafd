//! A file whose digest was deposited: what a court can be shown with the original.
//!
//! ```text
//! digest = H("tally/evidence/1", salt, file)
//! key    = [1, ledger, 6, 1, digest]
//! value  = [1, ledger, 6, 1, agency, recorded height, recorded time_ms]
//! ```
//! The salt is 32 random bytes that stay with the file: without it nobody can find out from the
//! ledger whether a file that they guess was deposited.

use alloc::vec::Vec;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    id::{Height, IssuerId, LedgerId, TimeMs},
    state::{Kind, StateKey},
    suite::Suite,
};

/// The longest file of which a digest is made: it is held in memory whole.
pub const MAX_EVIDENCE_BYTES: usize = 1 << 30;

/// When and at whose counter a digest was deposited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceEntry {
    /// The ledger.
    pub ledger: LedgerId,
    /// The agency.
    pub agency: IssuerId,
    /// The height at which it was recorded.
    pub recorded: Height,
    /// The time of that block.
    pub recorded_ms: TimeMs,
}

/// The digest to deposit for a file.
pub fn evidence_digest(suite: Suite, salt: &[u8; 32], file: &[u8]) -> Digest {
    hash(suite, Tag::EVIDENCE, &[salt, file])
}

/// What the place of a deposited digest is the hash of.
pub fn evidence_key_preimage(ledger: &LedgerId, digest: &Digest) -> Vec<u8> {
    StateKey::preimage(ledger, Kind::Deposit, &[digest.as_bytes()])
}

/// Where a deposited digest is kept.
pub fn evidence_key(suite: Suite, ledger: &LedgerId, digest: &Digest) -> StateKey {
    StateKey::new(suite, ledger, Kind::Deposit, &[digest.as_bytes()])
}

impl Wire for EvidenceEntry {
    fn encode(&self, writer: &mut Writer) {
        writer.array(7);
        Kind::Deposit.write_prefix(writer, &self.ledger);
        writer.value(&self.agency).value(&self.recorded);
        writer.value(&self.recorded_ms);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        let ledger = Kind::Deposit.read_prefix(reader)?;
        Ok(Self {
            ledger,
            agency: reader.value()?,
            recorded: reader.value()?,
            recorded_ms: reader.value()?,
        })
    }
}
