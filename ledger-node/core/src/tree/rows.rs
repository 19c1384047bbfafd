//! The trees' rows in the store.
//!
//! ```text
//! nodes   namespace ‖ version ‖ path (borsh)         → node (borsh)
//! values  namespace ‖ key hash ‖ version             → 0 | 1 ‖ value
//! newest  namespace ‖ key hash                       → the greatest version there
//! stale   height ‖ row of nodes or values            → 0 node, 1 value, 2 that a value was deleted
//! ```
//! The newest value is what execution asks for, and mostly of keys that were never written: both
//! are found by looking single rows up, which costs a fraction of a search in a range.

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

/// How many rows are read at a time.
const PAGE: usize = 1024;

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
    /// Where the value is that a new one replaces.
    pub(super) const fn replaced(&self) -> Option<u64> {
        match self {
            Self::None | Self::Deleted { .. } => None,
            Self::Value { version, .. } => Some(*version),
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
    let Some(newest) = store.get(Column::Newest, &key_row(key))? else {
        return Ok(Newest::None);
    };
    let newest = version_of(&newest)?;
    if newest > version {
        return searched_value(store, key, version);
    }
    let bytes = store.get(Column::Values, &value_row(key, newest))?;
    newest_of(newest, &bytes.ok_or(Fault::Missing("a value"))?)
}

/// The same by a search of the values alone: where the key was written again since, and for who
/// checks that the table of the newest versions is right.
pub(super) fn searched_value(
    store: &impl Store,
    key: &StateKey,
    version: u64,
) -> Result<Newest, Fault> {
    let (from, to) = (value_row(key, 0), value_row(key, version));
    let Some((row, bytes)) = store.last(Column::Values, &from, &to)? else {
        return Ok(Newest::None);
    };
    let (_, version) = split(&row)?;
    newest_of(version, &bytes)
}

fn newest_of(version: u64, bytes: &[u8]) -> Result<Newest, Fault> {
    Ok(match value_of(bytes)? {
        Some(value) => Newest::Value { version, value },
        None => Newest::Deleted { version },
    })
}

/// Writes a value and where it is.
pub(super) fn put_value(batch: &mut Batch, key: &StateKey, version: u64, value: Option<&[u8]>) {
    batch.put(Column::Values, value_row(key, version), value_bytes(value));
    batch.put(Column::Newest, key_row(key), version.to_be_bytes());
}

/// Forgets a row that nothing needs any more; with a deletion its key, unless that was written
/// again.
pub(super) fn forget(
    store: &impl Store,
    batch: &mut Batch,
    row: &[u8],
    stale: Stale,
) -> Result<(), Fault> {
    if stale == Stale::Deletion {
        let (key, version) = split(row)?;
        let newest = store.get(Column::Newest, key)?;
        let is_newest = newest.is_some_and(|newest| newest == version.to_be_bytes());
        // By the very block, even, that lets the old row go.
        if is_newest && !batch.touches(Column::Newest, key) {
            batch.delete(Column::Newest, key);
        }
    }
    batch.delete(stale.column(), row);
    Ok(())
}

/// The table of the newest versions, as it follows from the values.
pub(crate) fn newest_versions(
    store: &impl Store,
    mut take: impl FnMut(&[u8], u64),
) -> Result<(), Fault> {
    let (mut from, mut before): (_, Option<(Vec<u8>, u64)>) = (Vec::new(), None);
    loop {
        let page = store.scan(Column::Values, &from, &[0xff], PAGE)?;
        let Some((last, _)) = page.last() else {
            break;
        };
        from = [last.as_slice(), &[0]].concat();
        for (row, _) in &page {
            let (key, version) = split(row)?;
            // A key's rows ascend: the last one stands.
            if let Some((done, newest)) = before.replace((key.to_vec(), version))
                && done != key
            {
                take(&done, newest);
            }
        }
    }
    if let Some((key, newest)) = before {
        take(&key, newest);
    }
    Ok(())
}

/// A row of values as key and version.
fn split(row: &[u8]) -> Result<(&[u8], u64), Fault> {
    let (key, version) = row.split_last_chunk().ok_or(DecodeError::Malformed)?;
    Ok((key, u64::from_be_bytes(*version)))
}

fn version_of(bytes: &[u8]) -> Result<u64, Fault> {
    let version = bytes.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(u64::from_be_bytes(version))
}

/// What a value's row says; none that it is deleted.
pub(super) fn value_of(bytes: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    match bytes.split_first() {
        Some((0, [])) => Ok(None),
        Some((1, value)) => Ok(Some(value.to_vec())),
        _ => Err(DecodeError::Malformed.into()),
    }
}

fn value_bytes(value: Option<&[u8]>) -> Vec<u8> {
    value.map_or_else(|| vec![0], |value| [&[1], value].concat())
}

pub(super) fn value_row(key: &StateKey, version: u64) -> Vec<u8> {
    let mut row = key_row(key);
    row.extend_from_slice(&version.to_be_bytes());
    row
}

fn key_row(key: &StateKey) -> Vec<u8> {
    let mut row = vec![key.namespace.id()];
    row.extend_from_slice(key.hash.as_bytes());
    row
}

pub(super) fn node_row(namespace: Namespace, key: &NodeKey) -> Result<Vec<u8>, StoreError> {
    let mut row = vec![namespace.id()];
    row.extend_from_slice(&key.version().to_be_bytes());
    row.extend(borsh::to_vec(key.nibble_path()).map_err(StoreError::new)?);
    Ok(row)
}

/// What a row is that is not needed for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stale {
    /// A node.
    Node,
    /// A value.
    Value,
    /// That a value was deleted.
    Deletion,
}

impl Stale {
    pub(crate) fn parse(tag: &[u8]) -> Result<Self, Fault> {
        match tag {
            [0] => Ok(Self::Node),
            [1] => Ok(Self::Value),
            [2] => Ok(Self::Deletion),
            _ => Err(DecodeError::Malformed.into()),
        }
    }

    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Node => 0,
            Self::Value => 1,
            Self::Deletion => 2,
        }
    }

    /// Where the row is.
    pub(crate) const fn column(self) -> Column {
        match self {
            Self::Node => Column::Nodes,
            Self::Value | Self::Deletion => Column::Values,
        }
    }
}

/// Notes that no height from `height` on needs a row.
pub(super) fn stale_row(batch: &mut Batch, height: Height, stale: Stale, row: &[u8]) {
    batch.put(Column::Stale, stale_key(height, row), vec![stale.tag()]);
}

pub(crate) fn stale_key(height: Height, row: &[u8]) -> Vec<u8> {
    [&height.0.to_be_bytes(), row].concat()
}
