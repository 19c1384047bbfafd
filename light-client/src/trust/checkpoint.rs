//! A later epoch to start from, so that a client made today need not follow ten years of hand-offs.
//!
//! ```text
//! checkpoint = ["tally/checkpoint/1", header of the epoch's last block, next set]
//! ```
//! It has no certificate: whoever pins it has compared its fingerprint, the hash of the header, with
//! what the consortium publishes, as with the fingerprint of a ledger.

use alloc::vec::Vec;

use crate::{
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    genesis::Genesis,
    handoff::Handoff,
    hash::Digest,
    header::Header,
    validator_set::ValidatorSet,
};

/// The longest checkpoint that is read: a hundred validators take a tenth of it.
const MAX_BYTES: usize = 64 << 10;

/// The end of an epoch, and who decides after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    last: Header,
    next_set: ValidatorSet,
}

impl Checkpoint {
    /// Reads one. It holds in itself: the header names this set, of the very next epoch.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// The header of the epoch's last block.
    pub const fn last(&self) -> &Header {
        &self.last
    }

    /// The set that decides from the next block on.
    pub const fn next_set(&self) -> &ValidatorSet {
        &self.next_set
    }

    /// What people compare: the header's hash, which covers the ledger and the set.
    pub fn fingerprint(&self) -> Digest {
        self.last.hash()
    }

    /// Whether it is of the ledger of this genesis.
    pub fn is_of(&self, genesis: &Genesis) -> bool {
        let core = &self.last.core;
        let own_set = genesis.validators.hash(genesis.suite);
        let by_set = core.epoch != genesis.validators.epoch() || core.set_hash == own_set;
        core.ledger == genesis.ledger_id() && core.suite == genesis.suite && by_set
    }

    /// Whether it is where this hand-off ends an epoch.
    pub(super) fn is_at(&self, handoff: &Handoff) -> bool {
        self.last == handoff.last.header && self.next_set == handoff.next_set
    }

    fn holds(&self) -> bool {
        let core = &self.last.core;
        let names = self.last.rest.next_set_hash == Some(self.next_set.hash(core.suite));
        names && core.epoch.next() == Some(self.next_set.epoch())
    }
}

/// What a client that follows a ledger can give to one that does not yet.
impl From<&Handoff> for Checkpoint {
    fn from(handoff: &Handoff) -> Self {
        Self {
            last: handoff.last.header.clone(),
            next_set: handoff.next_set.clone(),
        }
    }
}

impl Wire for Checkpoint {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .text("tally/checkpoint/1")
            .value(&self.last)
            .value(&self.next_set);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.purpose("tally/checkpoint/1")?;
        let checkpoint = Self {
            last: reader.value()?,
            next_set: reader.value()?,
        };
        if checkpoint.holds() {
            Ok(checkpoint)
        } else {
            Err(DecodeError::FieldOutOfRange("next set"))
        }
    }
}
