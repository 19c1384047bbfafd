//! The trees' rows in the store.
//!
//! ```text
//! nodes   namespace ‖ version ‖ path (borsh)         → node (borsh)
//! values  namespace ‖ key hash ‖ version             → 0 | 1 ‖ value
//! stale   height ‖ row of one of these               → 0 node, 1 value
//! ```

use anyhow::Result;
use borsh::BorshDeserialize;
use jmt::{
    KeyHash, OwnedValue, Version,
    storage::{LeafNode, Node, NodeKey, TreeReader},
};
use light_client::{
    cbor::DecodeError,
    hash::Digest,
    id::Height,
    state::{Namespace, StateKey},
};

use crate::{
    fault::Fault,
    store::{Batch, Column, Store, StoreError},
};

/// Reads one namespace's tree for jmt.
pub(super) struct NodeReader<'a, S> {
    pub(super) store: &'a S,
    pub(super) namespace: Namespace,
}

impl<S: Store> TreeReader for NodeReader<'_, S> {
    fn get_node_option(&self, node_key: &NodeKey) -> Result<Option<Node>> {
        let row = node_row(self.namespace, node_key)?;
        let node = self.store.get(Column::Nodes, &row)?;
        Ok(node.map(|node| Node::try_from_slice(&node)).transpose()?)
    }

    fn get_value_option(
        &self,
        max_version: Version,
        key_hash: KeyHash,
    ) -> Result<Option<OwnedValue>> {
        let key = StateKey {
            namespace: self.namespace,
            hash: Digest::from_bytes(key_hash.0),
        };
        let newest = newest_value(self.store, &key, max_version)?;
        Ok(newest.value().map(<[u8]>::to_vec))
    }

    /// Asked for only while a tree is restored from a snapshot, which is not done here.
    fn get_rightmost_leaf(&self) -> Result<Option<(NodeKey, LeafNode)>> {
        Ok(None)
    }
}

/// The newest that a tree has under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Newest {
    /// Nothing was ever written.
    None,
    /// A value.
    Value { version: u64, value: Vec<u8> },
    /// That the value was deleted.
    Deleted { version: u64 },
}

impl Newest {
    pub(super) const fn version(&self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Value { version, .. } | Self::Deleted { version } => Some(*version),
        }
    }

    pub(crate) fn value(&self) -> Option<&[u8]> {
        match self {
            Self::None | Self::Deleted { .. } => None,
            Self::Value { value, .. } => Some(value),
        }
    }
}

/// The newest value of a key up to `version`.
pub(super) fn newest_value(
    store: &impl Store,
    key: &StateKey,
    version: u64,
) -> Result<Newest, Fault> {
    let (from, to) = (value_row(key, 0), value_row(key, version));
    let Some((row, bytes)) = store.last(Column::Values, &from, &to)? else {
        return Ok(Newest::None);
    };
    let (_, version) = row.split_last_chunk().ok_or(DecodeError::Malformed)?;
    let version = u64::from_be_bytes(*version);
    Ok(match value_of(&bytes)? {
        Some(value) => Newest::Value { version, value },
        None => Newest::Deleted { version },
    })
}

/// What a value's row says; none that it is deleted.
pub(super) fn value_of(bytes: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    match bytes.split_first() {
        Some((0, [])) => Ok(None),
        Some((1, value)) => Ok(Some(value.to_vec())),
        _ => Err(DecodeError::Malformed.into()),
    }
}

pub(super) fn value_bytes(value: Option<&[u8]>) -> Vec<u8> {
    value.map_or_else(|| vec![0], |value| [&[1], value].concat())
}

pub(super) fn value_row(key: &StateKey, version: u64) -> Vec<u8> {
    let mut row = vec![key.namespace.id()];
    row.extend_from_slice(key.hash.as_bytes());
    row.extend_from_slice(&version.to_be_bytes());
    row
}

pub(super) fn node_row(namespace: Namespace, key: &NodeKey) -> Result<Vec<u8>, StoreError> {
    let mut row = vec![namespace.id()];
    row.extend_from_slice(&key.version().to_be_bytes());
    row.extend(borsh::to_vec(key.nibble_path()).map_err(StoreError::new)?);
    Ok(row)
}

/// Notes that no height from `height` on needs a row.
pub(super) fn stale_row(batch: &mut Batch, height: Height, column: Column, row: &[u8]) {
    let tag = u8::from(column == Column::Values);
    batch.put(Column::Stale, stale_key(height, row), vec![tag]);
}

pub(crate) fn stale_key(height: Height, row: &[u8]) -> Vec<u8> {
    [&height.0.to_be_bytes(), row].concat()
}

pub(crate) fn stale_column(tag: &[u8]) -> Result<Column, Fault> {
    match tag {
        [0] => Ok(Column::Nodes),
        [1] => Ok(Column::Values),
        _ => Err(DecodeError::Malformed.into()),
    }
}
