//! What the ledger answers: facts with their proofs, as light clients want them.

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Epoch, Height, LeafIndex, TimeMs},
    merkle::Inclusion,
    record::LogLeaf,
    state::{Absence, MAX_BATCH_KEYS, Presence, StateBatch, StateProof, StateRoots},
};

use crate::{fault::Fault, refusal::Refusal, tree::KeyProof};

/// The longest value that an answer can hold.
const MAX_VALUE_BYTES: usize = 1 << 20;

/// The newest final block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its height; 0 while there is none.
    pub height: Height,
    /// The epoch of the *next* block.
    pub epoch: Epoch,
    /// Its time; the genesis's while there is none.
    pub time_ms: TimeMs,
    /// Its header's hash; the ledger id while there is none.
    pub header_hash: Digest,
}

impl Wire for Head {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4).value(&self.height).value(&self.epoch);
        writer.value(&self.time_ms).value(&self.header_hash);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        Ok(Self {
            height: reader.value()?,
            epoch: reader.value()?,
            time_ms: reader.value()?,
            header_hash: reader.value()?,
        })
    }
}

/// What has become of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxStatus {
    /// Part of the ledger.
    Final {
        /// The block.
        height: Height,
        /// Its leaf in the anchor log, if it wrote one.
        log_index: Option<LeafIndex>,
    },
    /// It waits.
    Pending,
    /// It broke a rule and never will be part of the ledger.
    Refused(Refusal),
}

/// A leaf of the anchor log, proved under the `log_root` of one header.
///
/// Shape: `[leaf, inclusion]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The leaf.
    pub leaf: LogLeaf,
    /// From the leaf to the root.
    pub inclusion: Inclusion,
}

impl Wire for LogProof {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.leaf).value(&self.inclusion);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            leaf: reader.value()?,
            inclusion: reader.value()?,
        })
    }
}

/// What is under one key of the state, proved under the `state_root` of one header.
///
/// Shape: `[roots, [0, absence] | [1, value bytes, presence]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateAnswer {
    /// The roots of all namespaces.
    pub roots: StateRoots,
    /// The entry's bytes, or that there is none.
    pub entry: StateEntry,
}

/// An entry's bytes with its proof, or the proof that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateEntry {
    /// There is no entry.
    Absent(Absence),
    /// There is this one.
    Present(Vec<u8>, Presence),
}

impl StateAnswer {
    /// The light client's form of the answer, for an entry of a known type.
    ///
    /// # Errors
    /// [`DecodeError`] if the entry is of another type.
    pub fn typed<T: Wire>(&self) -> Result<StateProof<T>, DecodeError> {
        Ok(match &self.entry {
            StateEntry::Absent(absence) => StateProof::Absent(absence.clone()),
            StateEntry::Present(value, presence) => {
                let value = cbor::parse(value, MAX_VALUE_BYTES)?;
                StateProof::Present(value, presence.clone())
            }
        })
    }
}

impl From<KeyProof> for StateEntry {
    fn from(proof: KeyProof) -> Self {
        match proof {
            KeyProof::Absent(absence) => Self::Absent(absence),
            KeyProof::Present(value, presence) => Self::Present(value, presence),
        }
    }
}

impl Wire for StateEntry {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Absent(absence) => writer.array(2).uint(0u8).value(absence),
            Self::Present(value, presence) => {
                writer.array(3).uint(1u8).bytes(value).value(presence)
            }
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let len = reader.array_up_to(3)?;
        match (len, reader.uint()?) {
            (2, 0) => Ok(Self::Absent(reader.value()?)),
            (3, 1) => {
                let value = reader.bytes(MAX_VALUE_BYTES)?.to_vec();
                Ok(Self::Present(value, reader.value()?))
            }
            _ => Err(DecodeError::LengthMismatch),
        }
    }
}

impl Wire for StateAnswer {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.roots).value(&self.entry);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            roots: reader.value()?,
            entry: reader.value()?,
        })
    }
}

/// What is under many keys of one namespace, proved together.
///
/// Shape: `[roots, [value bytes | null, …], batch]`, the values in the order of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateBatchAnswer {
    /// The roots of all namespaces.
    pub roots: StateRoots,
    /// The entry's bytes, or none, of each key in ascending order.
    pub values: Vec<Option<Vec<u8>>>,
    /// The proof of all of them.
    pub batch: StateBatch,
}

/// The bytes of an entry, as one string.
struct Value(Vec<u8>);

impl Wire for Value {
    fn encode(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(reader.bytes(MAX_VALUE_BYTES)?.to_vec()))
    }
}

impl Wire for StateBatchAnswer {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.roots).array(self.values.len());
        for value in &self.values {
            match value {
                Some(value) => writer.bytes(value),
                None => writer.null(),
            };
        }
        writer.value(&self.batch);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        let roots = reader.value()?;
        let mut values = Vec::new();
        for _ in 0..reader.array_up_to(MAX_BATCH_KEYS)? {
            let value: Option<Value> = reader.option()?;
            values.push(value.map(|Value(bytes)| bytes));
        }
        Ok(Self {
            roots,
            values,
            batch: reader.value()?,
        })
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The keys asked for together are none, too many, not strictly ascending, or of several
    /// namespaces.
    #[error("keys must be of one namespace, strictly ascending, and at most 1,000")]
    BadKeys,
    /// There is nothing of this name.
    #[error("not found")]
    NotFound,
    /// The height is above the head.
    #[error("the head is at {head}")]
    NotYet {
        /// The head's height.
        head: Height,
    },
    /// The state of that height is no longer kept.
    #[error("states are kept from height {earliest} on")]
    Pruned {
        /// The earliest height that can be asked for.
        earliest: Height,
    },
}
