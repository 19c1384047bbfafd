//! The beginning of a ledger. Its hash is the ledger's id, so a pin of 32 bytes fixes it all.
//!
//! ```text
//! genesis   = [1, suite, name, purpose, time_ms, [[member, governance key], …], validator set]
//! ledger id = H("tally/genesis/1", genesis)
//! ```

use alloc::{string::String, vec::Vec};

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::{Tag, hash},
    id::{Epoch, LedgerId, TimeMs},
    suite::Suite,
    validator_set::{Validator, ValidatorSet},
};

/// What a ledger is for. A production trust store refuses every other ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Documents with legal effect.
    Production,
    /// Made-up people and firms; documents carry the watermark 演示.
    Demo,
}

impl Wire for Purpose {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Production => 0u8,
            Self::Demo => 1,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            0 => Ok(Self::Production),
            1 => Ok(Self::Demo),
            _ => Err(DecodeError::FieldOutOfRange("purpose")),
        }
    }
}

/// A ledger's first record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// The suite of consensus and trees.
    pub suite: Suite,
    /// The ledger's name, for people.
    pub name: String,
    /// What the ledger is for.
    pub purpose: Purpose,
    /// When it was founded.
    pub time_ms: TimeMs,
    /// The founding members and the keys by which they govern (same shape as a validator).
    pub members: Vec<Validator>,
    /// The validators of epoch 0.
    pub validators: ValidatorSet,
}

impl Genesis {
    /// The ledger's fingerprint.
    pub fn ledger_id(&self) -> LedgerId {
        LedgerId(hash(self.suite, Tag::GENESIS, &[&to_bytes(self)]))
    }
}

impl Wire for Genesis {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(7)
            .uint(1u8)
            .value(&self.suite)
            .text(&self.name)
            .value(&self.purpose);
        writer
            .value(&self.time_ms)
            .list(&self.members)
            .value(&self.validators);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.version(1)?;
        let genesis = Self {
            suite: reader.value()?,
            name: reader.text(128)?,
            purpose: reader.value()?,
            time_ms: reader.value()?,
            members: reader.list(100)?,
            validators: reader.value()?,
        };
        if genesis.validators.epoch() != Epoch(0) {
            return Err(DecodeError::FieldOutOfRange("epoch"));
        }
        Ok(genesis)
    }
}
