//! Moving a tree from node to node: its entries in pieces, each proved under the root.
//!
//! A piece is a run of neighbouring entries, ascending, and jmt's proof of what lies to the right
//! of it; what lies to the left is known by then. So a false piece is refused when it comes, not
//! when all have come.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result as AnyResult;
use borsh::BorshDeserialize as _;
use jmt::{
    JellyfishMerkleTree, KeyHash, RootHash, SimpleHasher,
    proof::SparseMerkleRangeProof,
    restore::{JellyfishMerkleRestore, StateSnapshotReceiver as _},
    storage::{Node, NodeBatch, TreeWriter},
};
use light_client::{
    cbor::DecodeError,
    hash::Digest,
    state::{Namespace, StateKey, StateRoots},
    suite::Suite,
};

use super::{
    TreeHead, TreeHeads,
    hasher::{Sha256Hasher, Sm3Hasher},
    rows::{self, NodeReader, node_row},
};
use crate::{
    fault::Fault,
    store::{Batch, Column, Row, Store, StoreError},
};

/// How many rows are read at a time.
const PAGE: usize = 1024;

/// Every restored node is of this version: the tree's history begins here.
const RESTORED_VERSION: u64 = 0;

/// An entry: the hash of its key, and its value.
pub(crate) type Entry = (Digest, Vec<u8>);

/// The entries of one tree, ascending.
pub(crate) struct Entries<'a, S> {
    store: &'a S,
    namespace: Namespace,
    version: Option<u64>,
    /// Where the next page begins.
    from: Vec<u8>,
    page: VecDeque<Row>,
}

impl<S: Store> Entries<'_, S> {
    /// The next entry.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, Fault> {
        let Some(version) = self.version else {
            return Ok(None);
        };
        while let Some((row, bytes)) = self.next_row()? {
            let (key, mut newest) = (key_of(&row)?, (row, bytes));
            // The same key's rows ascend by version; the last one that is not too new counts.
            let mut seen = version_of(&newest.0)? <= version;
            while let Some((row, bytes)) = self.next_row_of(&key)? {
                if version_of(&row)? <= version {
                    (newest, seen) = ((row, bytes), true);
                }
            }
            if let (true, Some(value)) = (seen, rows::value_of(&newest.1)?) {
                return Ok(Some((key, value)));
            }
        }
        Ok(None)
    }

    fn next_row(&mut self) -> Result<Option<Row>, Fault> {
        if self.page.is_empty() {
            let end = [self.namespace.id() + 1];
            let page = self.store.scan(Column::Values, &self.from, &end, PAGE)?;
            if let Some((last, _)) = page.last() {
                self.from = [last.as_slice(), &[0]].concat();
            }
            self.page = page.into();
        }
        Ok(self.page.pop_front())
    }

    fn next_row_of(&mut self, key: &Digest) -> Result<Option<Row>, Fault> {
        let Some(row) = self.next_row()? else {
            return Ok(None);
        };
        if key_of(&row.0)? == *key {
            return Ok(Some(row));
        }
        self.page.push_front(row);
        Ok(None)
    }
}

fn key_of(row: &[u8]) -> Result<Digest, Fault> {
    let hash = row.get(1..33).and_then(|hash| hash.try_into().ok());
    Ok(Digest::from_bytes(hash.ok_or(DecodeError::Malformed)?))
}

fn version_of(row: &[u8]) -> Result<u64, Fault> {
    let version = row.get(33..).and_then(|bytes| bytes.try_into().ok());
    Ok(u64::from_be_bytes(version.ok_or(DecodeError::Malformed)?))
}

impl TreeHeads {
    /// The entries of one tree, ascending.
    pub(crate) fn entries<'a, S: Store>(
        &self,
        store: &'a S,
        namespace: Namespace,
    ) -> Entries<'a, S> {
        Entries {
            store,
            namespace,
            version: self.of(namespace).version,
            from: vec![namespace.id()],
            page: VecDeque::new(),
        }
    }

    /// Proves that the entries up to `last` are all there are up to there; jmt's own encoding.
    pub(crate) fn prove_run(
        &self,
        store: &impl Store,
        suite: Suite,
        namespace: Namespace,
        last: &Digest,
    ) -> Result<Vec<u8>, Fault> {
        let version = self.of(namespace).version;
        let version = version.ok_or(Fault::Missing("a state tree"))?;
        match suite {
            Suite::Sm => prove_run::<Sm3Hasher>(store, namespace, last, version),
            Suite::Intl => prove_run::<Sha256Hasher>(store, namespace, last, version),
        }
    }

    /// The heads of trees that were just restored.
    pub(crate) fn restored(roots: &StateRoots) -> Self {
        let empty = StateRoots::empty();
        Self(Namespace::ALL.map(|namespace| {
            let root = *roots.of(namespace);
            let version = (root != *empty.of(namespace)).then_some(RESTORED_VERSION);
            TreeHead { version, root }
        }))
    }
}

fn prove_run<H: SimpleHasher>(
    store: &impl Store,
    namespace: Namespace,
    last: &Digest,
    version: u64,
) -> Result<Vec<u8>, Fault> {
    let reader = NodeReader { store, namespace };
    let proof = JellyfishMerkleTree::<_, H>::new(&reader)
        .get_range_proof(KeyHash(*last.as_bytes()), version)
        .map_err(StoreError::new)?;
    Ok(borsh::to_vec(&proof).map_err(StoreError::new)?)
}

/// One tree on its way back.
pub(crate) struct TreeRestore {
    namespace: Namespace,
    root: Digest,
    nodes: Arc<Collected>,
    tree: Growing,
}

/// The tree, by its suite.
enum Growing {
    Sm(Box<JellyfishMerkleRestore<Sm3Hasher>>),
    Intl(Box<JellyfishMerkleRestore<Sha256Hasher>>),
}

/// The entries are not those of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entries are not those of the tree")]
pub(crate) struct NotOfTree;

impl TreeRestore {
    /// Begins to restore the tree that has this root.
    pub(crate) fn begin(
        suite: Suite,
        namespace: Namespace,
        root: &Digest,
    ) -> Result<Self, NotOfTree> {
        let nodes = Arc::new(Collected::default());
        let (writer, expected) = (nodes.clone(), RootHash(*root.as_bytes()));
        let tree = match suite {
            Suite::Sm => JellyfishMerkleRestore::new_overwrite(writer, RESTORED_VERSION, expected)
                .map(|tree| Growing::Sm(Box::new(tree))),
            Suite::Intl => {
                JellyfishMerkleRestore::new_overwrite(writer, RESTORED_VERSION, expected)
                    .map(|tree| Growing::Intl(Box::new(tree)))
            }
        };
        Ok(Self {
            namespace,
            root: *root,
            nodes,
            tree: tree.map_err(|_| NotOfTree)?,
        })
    }

    /// Adds the next entries; nothing may be kept of a tree that refused some.
    pub(crate) fn add(
        &mut self,
        entries: Vec<Entry>,
        proof: &[u8],
        batch: &mut Batch,
    ) -> Result<(), NotOfTree> {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (KeyHash(*key.as_bytes()), value));
        let entries = entries.collect();
        match &mut self.tree {
            Growing::Sm(tree) => tree.add_chunk(entries, range_proof(proof)?),
            Growing::Intl(tree) => tree.add_chunk(entries, range_proof(proof)?),
        }
        .map_err(|_| NotOfTree)?;
        self.write(batch)
    }

    /// Ends the tree, which must have its root now.
    pub(crate) fn finish(self, batch: &mut Batch) -> Result<(), NotOfTree> {
        let Self {
            namespace,
            root,
            nodes,
            tree,
        } = self;
        let ended = match tree {
            Growing::Sm(tree) => tree.finish().map(|()| nodes.root::<Sm3Hasher>()),
            Growing::Intl(tree) => tree.finish().map(|()| nodes.root::<Sha256Hasher>()),
        };
        if !matches!(ended, Ok(Some(found)) if found == root) {
            return Err(NotOfTree);
        }
        write(namespace, &nodes, batch)
    }

    fn write(&self, batch: &mut Batch) -> Result<(), NotOfTree> {
        write(self.namespace, &self.nodes, batch)
    }
}

fn range_proof<H: SimpleHasher>(bytes: &[u8]) -> Result<SparseMerkleRangeProof<H>, NotOfTree> {
    SparseMerkleRangeProof::try_from_slice(bytes).map_err(|_| NotOfTree)
}

/// The hash of a node that is not empty.
pub(super) fn node_hash<H: SimpleHasher>(node: &Node) -> Option<Digest> {
    match node {
        Node::Null => None,
        Node::Internal(node) => Some(Digest::from_bytes(node.hash::<H>())),
        Node::Leaf(leaf) => Some(Digest::from_bytes(leaf.hash::<H>())),
    }
}

/// The nodes that jmt has finished, until they are written.
#[derive(Default)]
struct Collected(Mutex<NodeBatch>);

impl Collected {
    fn take(&self) -> NodeBatch {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The hash of the root, once it is there.
    fn root<H: SimpleHasher>(&self) -> Option<Digest> {
        let nodes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut nodes = nodes.nodes().iter();
        let (_, root) = nodes.find(|(key, _)| key.nibble_path().is_empty())?;
        node_hash::<H>(root)
    }
}

impl TreeWriter for Collected {
    fn write_node_batch(&self, batch: &NodeBatch) -> AnyResult<()> {
        let mut nodes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        nodes.merge(batch.clone());
        Ok(())
    }
}

fn write(namespace: Namespace, nodes: &Collected, batch: &mut Batch) -> Result<(), NotOfTree> {
    let nodes = nodes.take();
    for (key, node) in nodes.nodes() {
        let row = node_row(namespace, key).map_err(|_| NotOfTree)?;
        batch.put(
            Column::Nodes,
            row,
            borsh::to_vec(node).map_err(|_| NotOfTree)?,
        );
    }
    for ((version, key), value) in nodes.values() {
        let key = StateKey {
            namespace,
            hash: Digest::from_bytes(key.0),
        };
        rows::put_value(batch, &key, *version, value.as_deref());
    }
    Ok(())
}
