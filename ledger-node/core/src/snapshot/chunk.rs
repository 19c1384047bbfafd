//! A chunk's bytes.

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::Digest,
    record::LogLeaf,
    state::Namespace,
};

use super::MAX_CHUNK_BYTES;
use crate::tree::Entry;

/// More items than fit.
const MAX_ITEMS: usize = MAX_CHUNK_BYTES / 33;
const MAX_PATH: usize = 64;

/// A run of neighbouring things, and what proves that they are the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chunk {
    /// Entries of a tree; jmt's proof of what is right of them.
    Entries {
        namespace: Namespace,
        entries: Vec<Entry>,
        proof: Vec<u8>,
    },
    /// Leaves of the anchor log; the subtrees right of the last one.
    Leaves {
        first: u64,
        leaves: Vec<LogLeaf>,
        right: Vec<Digest>,
    },
    /// Leaf hashes of the history log; the same.
    History {
        first: u64,
        leaves: Vec<Digest>,
        right: Vec<Digest>,
    },
}

impl Wire for Chunk {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4);
        match self {
            Self::Entries {
                namespace,
                entries,
                proof,
            } => {
                writer.uint(0u8).uint(namespace.id()).array(entries.len());
                for (key, value) in entries {
                    writer.array(2).value(key).bytes(value);
                }
                writer.bytes(proof);
            }
            Self::Leaves {
                first,
                leaves,
                right,
            } => {
                writer.uint(1u8).uint(*first).list(leaves).list(right);
            }
            Self::History {
                first,
                leaves,
                right,
            } => {
                writer.uint(2u8).uint(*first).list(leaves).list(right);
            }
        }
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        match reader.uint()? {
            0 => Ok(Self::Entries {
                namespace: Namespace::from_id(reader.uint()?)
                    .ok_or(DecodeError::FieldOutOfRange("namespace"))?,
                entries: entries(reader)?,
                proof: reader.bytes(MAX_CHUNK_BYTES)?.to_vec(),
            }),
            1 => Ok(Self::Leaves {
                first: reader.uint()?,
                leaves: reader.list(MAX_ITEMS)?,
                right: reader.list(MAX_PATH)?,
            }),
            2 => Ok(Self::History {
                first: reader.uint()?,
                leaves: reader.list(MAX_ITEMS)?,
                right: reader.list(MAX_PATH)?,
            }),
            _ => Err(DecodeError::FieldOutOfRange("chunk")),
        }
    }
}

fn entries(reader: &mut Reader<'_>) -> Result<Vec<Entry>, DecodeError> {
    let len = reader.array_up_to(MAX_ITEMS)?;
    let mut entries = Vec::new();
    for _ in 0..len {
        reader.array(2)?;
        entries.push((reader.value()?, reader.bytes(MAX_CHUNK_BYTES)?.to_vec()));
    }
    Ok(entries)
}

/// How long an item is in a chunk.
pub(super) fn weight<T: Wire>(item: &T) -> usize {
    to_bytes(item).len()
}
