//! The state trees: one Jellyfish Merkle tree per namespace, versioned, pruned, provable.
//!
//! A tree gets a new version only in blocks that change it; which version belongs to which height
//! is written down per height, with its root ([`TreeHeads`]). What a block replaces stays until
//! no height that can still be asked for needs it.

mod hasher;
mod proof;
mod restore;
mod rows;
mod walk;

use std::collections::BTreeMap;

use anyhow::Context as _;
use borsh::BorshDeserialize;
use jmt::{
    JellyfishMerkleTree, KeyHash, OwnedValue, RootHash, SimpleHasher, Version,
    proof::SparseMerkleProof,
    storage::{TreeReader, TreeUpdateBatch},
};
use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::Height,
    state::{Absence, Namespace, Presence, StateKey, StateRoots},
    suite::Suite,
};

use crate::{
    fault::Fault,
    remembered::Remembered,
    store::{Batch, Column, Store, StoreError},
};
use hasher::{Sha256Hasher, Sm3Hasher};
pub(crate) use restore::{Entry, TreeRestore};
pub(crate) use rows::{Newest, Stale, newest_versions, stale_key};
use rows::{NodeReader, node_row, stale_row, value_row};
pub(crate) use walk::Reached;

/// What a block writes: a value, or none to delete.
pub(crate) type Changes = BTreeMap<StateKey, Option<Vec<u8>>>;

/// One tree at one height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TreeHead {
    /// None while nothing was ever written.
    version: Option<u64>,
    root: Digest,
}

impl TreeHead {
    fn next_version(&self) -> u64 {
        self.version.map_or(0, |version| version + 1)
    }
}

/// All trees at one height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeHeads([TreeHead; 8]);

/// Presence or absence of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyProof {
    Absent(Absence),
    Present(Vec<u8>, Presence),
}

impl TreeHeads {
    /// The trees before the genesis.
    pub(crate) fn empty() -> Self {
        let root = *StateRoots::empty().of(Namespace::Governance);
        Self(
            [TreeHead {
                version: None,
                root,
            }; 8],
        )
    }

    /// The roots, as a header commits to them.
    pub(crate) fn roots(&self) -> StateRoots {
        StateRoots::new(self.0.map(|head| head.root))
    }

    fn of(&self, namespace: Namespace) -> &TreeHead {
        let [first, ..] = &self.0;
        let mut heads = Namespace::ALL.iter().zip(&self.0);
        heads
            .find(|(candidate, _)| **candidate == namespace)
            .map_or(first, |(_, head)| head)
    }

    /// What these trees have under a key.
    pub(crate) fn newest(&self, store: &impl Store, key: &StateKey) -> Result<Newest, Fault> {
        match self.of(key.namespace).version {
            Some(version) => rows::newest_value(store, key, version),
            None => Ok(Newest::None),
        }
    }

    /// What they have under a key that was written, or deleted, with their newest version.
    pub(crate) fn written(&self, key: &StateKey, value: Option<&[u8]>) -> Newest {
        match (self.of(key.namespace).version, value) {
            (None, _) => Newest::None,
            (Some(version), None) => Newest::Deleted { version },
            (Some(version), Some(value)) => Newest::Value {
                version,
                value: value.to_vec(),
            },
        }
    }

    /// Applies the changes of the block at `height`; nothing is written but to `batch`.
    pub(crate) fn update(
        &self,
        (store, remembered): (&impl Store, &Remembered),
        suite: Suite,
        height: Height,
        changes: &Changes,
        batch: &mut Batch,
    ) -> Result<Self, Fault> {
        let mut heads = self.clone();
        for (namespace, head) in Namespace::ALL.into_iter().zip(&mut heads.0) {
            let of_namespace = || changes.iter().filter(|(key, _)| key.namespace == namespace);
            if of_namespace().next().is_none() {
                continue;
            }
            let writes: Vec<(KeyHash, Option<Vec<u8>>)> = of_namespace()
                .map(|(key, value)| (KeyHash(*key.hash.as_bytes()), value.clone()))
                .collect();
            self.retire_values((store, remembered), of_namespace(), height, batch)?;
            *head = match suite {
                Suite::Sm => put::<Sm3Hasher>(store, namespace, head, writes, height, batch),
                Suite::Intl => put::<Sha256Hasher>(store, namespace, head, writes, height, batch),
            }?;
        }
        Ok(heads)
    }

    /// Marks the values that are about to be replaced, and deletions themselves, as stale.
    fn retire_values<'a>(
        &self,
        (store, remembered): (&impl Store, &Remembered),
        changes: impl Iterator<Item = (&'a StateKey, &'a Option<Vec<u8>>)>,
        height: Height,
        batch: &mut Batch,
    ) -> Result<(), Fault> {
        for (key, value) in changes {
            let before = remembered.entry(key, || self.newest(store, key), Newest::replaced)?;
            if let Some(version) = before {
                stale_row(batch, height, Stale::Value, &value_row(key, version));
            }
            if value.is_none() {
                let next = self.of(key.namespace).next_version();
                stale_row(batch, height, Stale::Deletion, &value_row(key, next));
            }
        }
        Ok(())
    }

    /// Proves what is, or is not, under a key.
    pub(crate) fn prove(
        &self,
        store: &impl Store,
        suite: Suite,
        key: &StateKey,
    ) -> Result<KeyProof, Fault> {
        let Some(version) = self.of(key.namespace).version else {
            return proof::of_empty();
        };
        match suite {
            Suite::Sm => prove::<Sm3Hasher>(store, suite, key, version),
            Suite::Intl => prove::<Sha256Hasher>(store, suite, key, version),
        }
    }
}

/// Deletes what only heights below `earliest` need, from `from` on, below which all is deleted; at
/// most `limit` rows at a time. Returns from where to go on: what was deleted is not looked through
/// again, as a store takes its time to forget it.
pub(crate) fn prune(
    store: &impl Store,
    (from, earliest): (Height, Height),
    limit: usize,
    batch: &mut Batch,
) -> Result<Height, Fault> {
    let (start, end) = (from.0.to_be_bytes(), earliest.0.to_be_bytes());
    let above = earliest.0.saturating_add(1).to_be_bytes();
    let stale = store.scan(Column::Stale, &start, &above, limit)?;
    let roots = store.scan(Column::Roots, &start, &end, limit)?;
    let is_done = stale.len() < limit && roots.len() < limit;
    for (key, tag) in stale {
        let target = key.get(8..).ok_or(DecodeError::Malformed)?;
        rows::forget(store, batch, target, Stale::parse(&tag)?)?;
        batch.delete(Column::Stale, key);
    }
    for (key, _) in roots {
        batch.delete(Column::Roots, key);
    }
    Ok(if is_done { earliest } else { from })
}

fn put<H: SimpleHasher>(
    store: &impl Store,
    namespace: Namespace,
    head: &TreeHead,
    writes: Vec<(KeyHash, Option<Vec<u8>>)>,
    height: Height,
    batch: &mut Batch,
) -> Result<TreeHead, Fault> {
    let reader = NodeReader { store, namespace };
    let version = head.next_version();
    let (root, update) = updated::<H>(&reader, writes, version).map_err(StoreError::new)?;
    for (key, node) in update.node_batch.nodes() {
        let node = borsh::to_vec(node).map_err(StoreError::new)?;
        batch.put(Column::Nodes, node_row(namespace, key)?, node);
    }
    for ((version, key), value) in update.node_batch.values() {
        let key = StateKey {
            namespace,
            hash: Digest::from_bytes(key.0),
        };
        rows::put_value(batch, &key, *version, value.as_deref());
    }
    for stale in &update.stale_node_index_batch {
        let row = node_row(namespace, &stale.node_key)?;
        stale_row(batch, height, Stale::Node, &row);
    }
    Ok(TreeHead {
        version: Some(version),
        root: Digest::from_bytes(root.0),
    })
}

/// The tree's next root and what it changes, keys whose common path is hashed once at a time.
fn updated<H: SimpleHasher>(
    reader: &impl TreeReader,
    writes: Vec<(KeyHash, Option<OwnedValue>)>,
    version: Version,
) -> anyhow::Result<(RootHash, TreeUpdateBatch)> {
    let tree = JellyfishMerkleTree::<_, H>::new(reader);
    // jmt knows of no deletions in batches; they are rare, and take key by key.
    if writes.iter().any(|(_, value)| value.is_none()) {
        return tree.put_value_set(writes, version);
    }
    let writes = writes
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    let (roots, update) = tree.batch_put_value_sets(vec![writes], None, version)?;
    let root = roots.first().context("one set of values has one root")?;
    Ok((*root, update))
}

fn prove<H: SimpleHasher>(
    store: &impl Store,
    suite: Suite,
    key: &StateKey,
    version: u64,
) -> Result<KeyProof, Fault> {
    let namespace = key.namespace;
    let reader = NodeReader { store, namespace };
    let (value, found) = JellyfishMerkleTree::<_, H>::new(&reader)
        .get_with_proof(KeyHash(*key.hash.as_bytes()), version)
        .map_err(StoreError::new)?;
    proof::compact(suite, value, &serialized(&found)?)
}

fn serialized<H: SimpleHasher>(found: &SparseMerkleProof<H>) -> Result<proof::Foreign, Fault> {
    let bytes = borsh::to_vec(found).map_err(StoreError::new)?;
    Ok(proof::Foreign::try_from_slice(&bytes).map_err(StoreError::new)?)
}

impl Wire for TreeHead {
    fn encode(&self, writer: &mut Writer) {
        // Versions count from 1 here, so that 0 can stand for none.
        writer
            .array(2)
            .uint(self.version.map_or(0, |version| version + 1));
        writer.value(&self.root);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            version: reader.uint()?.checked_sub(1),
            root: reader.value()?,
        })
    }
}

impl Wire for TreeHeads {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let heads: Vec<TreeHead> = reader.list(8)?;
        let heads = heads.try_into().map_err(|_| DecodeError::LengthMismatch)?;
        Ok(Self(heads))
    }
}

#[cfg(test)]
mod tests;
