//! Going through a whole tree: every node against its parent's hash, every value against its leaf.

use std::collections::{HashMap, HashSet};

use borsh::BorshDeserialize as _;
use jmt::{
    KeyHash, SimpleHasher, ValueHash,
    storage::{LeafNode, NibblePath, Node, NodeKey},
};
use light_client::{
    hash::Digest,
    id::Height,
    state::{Namespace, StateKey},
    suite::Suite,
};

use super::{
    TreeHead, TreeHeads,
    hasher::{Sha256Hasher, Sm3Hasher},
    restore::node_hash,
    rows::{Newest, node_row, searched_value},
};
use crate::store::{Column, Store};

/// A key's hash in nibbles.
const MAX_NIBBLES: usize = 64;

/// The rows that some height needs, each with the newest such height.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    rows: HashMap<(Column, Vec<u8>), Height>,
    /// The value rows that would have been written together with a leaf.
    written: HashSet<Vec<u8>>,
}

impl Reached {
    /// The newest height that needs a row.
    pub(crate) fn newest(&self, column: Column, row: &[u8]) -> Option<Height> {
        self.rows.get(&(column, row.to_vec())).copied()
    }

    /// All rows, with the newest height that needs each.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (Column, &[u8], Height)> {
        self.rows
            .iter()
            .map(|((column, row), height)| (*column, row.as_slice(), *height))
    }

    /// Values newer than the trees at `earliest` that were written without a leaf: misplaced ones.
    pub(crate) fn unwritten(&self, earliest: &TreeHeads) -> Vec<Vec<u8>> {
        let is_new = |row: &[u8]| {
            let namespace = row.first().and_then(|id| Namespace::from_id((*id).into()));
            let version = row.get(33..).and_then(|version| version.try_into().ok());
            let (Some(namespace), Some(version)) = (namespace, version) else {
                return true;
            };
            let kept = earliest.of(namespace).version;
            kept.is_none_or(|kept| u64::from_be_bytes(version) > kept)
        };
        let values = self.rows.keys();
        let values = values.filter(|(column, row)| *column == Column::Values && is_new(row));
        let unwritten = values.filter(|(_, row)| !self.written.contains(row));
        unwritten.map(|(_, row)| row.clone()).collect()
    }

    /// Notes a row; false if it was reached before.
    fn reach(&mut self, column: Column, row: Vec<u8>, height: Height) -> bool {
        match self.rows.entry((column, row)) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(height);
                true
            }
        }
    }
}

/// A row of a tree that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadRow {
    pub(crate) column: Column,
    pub(crate) row: Vec<u8>,
    pub(crate) what: &'static str,
}

impl TreeHeads {
    /// Whether the tree has as many leaves as there are values.
    pub(crate) fn is_counted(&self, store: &impl Store, namespace: Namespace) -> bool {
        let Some(version) = self.of(namespace).version else {
            return true;
        };
        let path: NibblePath = std::iter::empty().collect();
        let root = node_row(namespace, &NodeKey::new(version, path));
        let root = root.and_then(|row| store.get(Column::Nodes, &row));
        let root = root.ok().flatten();
        let leaves = match root.and_then(|root| Node::try_from_slice(&root).ok()) {
            Some(Node::Internal(node)) => node.leaf_count(),
            Some(Node::Leaf(_)) => 1,
            Some(Node::Null) => 0,
            // That it is damaged is noted elsewhere.
            None => return true,
        };
        let (mut entries, mut count) = (self.entries(store, namespace), 0);
        loop {
            match entries.next() {
                Ok(Some(_)) => count += 1,
                Ok(None) => return count == leaves,
                Err(_) => return false,
            }
        }
    }

    /// Goes through all trees of `height`, past what was reached from a later height.
    ///
    /// Heights must come newest first: then the height by which a row is reached first is the
    /// newest that needs it, and so it is for all that is under it.
    pub(crate) fn walk(
        &self,
        store: &impl Store,
        suite: Suite,
        height: Height,
        reached: &mut Reached,
        bad: &mut Vec<BadRow>,
    ) {
        for (namespace, head) in Namespace::ALL.into_iter().zip(&self.0) {
            match suite {
                Suite::Sm => {
                    Walk::<_, Sm3Hasher>::new(store, namespace, height, reached, bad).tree(head);
                }
                Suite::Intl => {
                    Walk::<_, Sha256Hasher>::new(store, namespace, height, reached, bad).tree(head);
                }
            }
        }
    }
}

struct Walk<'a, S, H> {
    store: &'a S,
    namespace: Namespace,
    height: Height,
    reached: &'a mut Reached,
    bad: &'a mut Vec<BadRow>,
    hasher: std::marker::PhantomData<H>,
}

/// A node as its parent tells of it.
struct Told {
    key: NodeKey,
    hash: Digest,
    leaves: Option<usize>,
}

impl<'a, S: Store, H: SimpleHasher> Walk<'a, S, H> {
    fn new(
        store: &'a S,
        namespace: Namespace,
        height: Height,
        reached: &'a mut Reached,
        bad: &'a mut Vec<BadRow>,
    ) -> Self {
        Self {
            store,
            namespace,
            height,
            reached,
            bad,
            hasher: std::marker::PhantomData,
        }
    }

    fn tree(&mut self, head: &TreeHead) {
        let Some(version) = head.version else {
            return;
        };
        let path: NibblePath = std::iter::empty().collect();
        let mut pending = vec![Told {
            key: NodeKey::new(version, path),
            hash: head.root,
            leaves: None,
        }];
        while let Some(told) = pending.pop() {
            let Ok(row) = node_row(self.namespace, &told.key) else {
                continue;
            };
            if !self.reached.reach(Column::Nodes, row.clone(), self.height) {
                continue;
            }
            match self.node(&row, &told) {
                Ok(children) => pending.extend(children),
                Err(what) => self.note(Column::Nodes, row, what),
            }
        }
    }

    fn node(&mut self, row: &[u8], told: &Told) -> Result<Vec<Told>, &'static str> {
        let bytes = self.store.get(Column::Nodes, row);
        let bytes = bytes.map_err(|_| "cannot be read")?.ok_or("is missing")?;
        let node = Node::try_from_slice(&bytes).map_err(|_| "is malformed")?;
        if borsh::to_vec(&node).ok().as_deref() != Some(bytes.as_slice()) {
            return Err("is malformed");
        }
        match &node {
            // Only a tree that lost all its entries has such a root.
            Node::Null if told.key.nibble_path().is_empty() => return Ok(Vec::new()),
            Node::Null => return Err("is empty"),
            Node::Internal(_) | Node::Leaf(_) => {}
        }
        if node_hash::<H>(&node) != Some(told.hash) {
            return Err("has another hash than its parent says");
        }
        match node {
            Node::Internal(node) => {
                let counts = node.children_sorted().map(|(_, child)| child.leaf_count());
                let sum = counts.fold(0, usize::saturating_add);
                if told.key.nibble_path().num_nibbles() >= MAX_NIBBLES {
                    return Err("lies deeper than a key is long");
                }
                if sum != node.leaf_count() || told.leaves.is_some_and(|told| told != sum) {
                    return Err("counts its leaves wrong");
                }
                let children = node.children_sorted().map(|(nibble, child)| Told {
                    key: {
                        let above = told.key.nibble_path().nibbles();
                        let path = above.chain(std::iter::once(nibble)).collect();
                        NodeKey::new(child.version, path)
                    },
                    hash: Digest::from_bytes(child.hash),
                    leaves: (!child.is_leaf()).then(|| child.leaf_count()),
                });
                Ok(children.collect())
            }
            Node::Leaf(leaf) => {
                // A leaf is never older than its value, nor its value's successor than it.
                self.value(&leaf, told.key.version());
                Ok(Vec::new())
            }
            Node::Null => Ok(Vec::new()),
        }
    }

    fn value(&mut self, leaf: &LeafNode, version: u64) {
        let key = StateKey {
            namespace: self.namespace,
            hash: Digest::from_bytes(leaf.key_hash().0),
        };
        let row = super::rows::value_row(&key, version);
        self.reached.written.insert(row.clone());
        match searched_value(self.store, &key, version) {
            Ok(Newest::Value { version, value }) => {
                let row = super::rows::value_row(&key, version);
                let own = LeafNode::new(KeyHash(leaf.key_hash().0), ValueHash::with::<H>(&value));
                self.reached.reach(Column::Values, row.clone(), self.height);
                if own.hash::<H>() != leaf.hash::<H>() {
                    self.note(Column::Values, row, "is not what the tree commits to");
                }
            }
            Ok(Newest::Deleted { version }) => {
                let row = super::rows::value_row(&key, version);
                self.note(Column::Values, row, "is deleted, but in the tree");
            }
            Ok(Newest::None) => self.note(Column::Values, row, "is missing"),
            Err(_) => self.note(Column::Values, row, "cannot be read"),
        }
    }

    fn note(&mut self, column: Column, row: Vec<u8>, what: &'static str) {
        self.bad.push(BadRow { column, row, what });
    }
}
