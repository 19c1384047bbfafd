//! Runs of a log's leaves, each proved under the log's root when it comes.
//!
//! After the leaves 0..=i are known, everything left of leaf i's path is known: the frontier. With
//! the subtrees right of the path the root follows, and so that these are the log's first leaves.

use light_client::{
    hash::Digest,
    id::{LeafIndex, TreeSize},
    merkle::{Frontier, Tree},
    suite::Suite,
};

use crate::{
    fault::Fault,
    log::Log,
    store::{Batch, Store},
};

/// The subtrees right of a leaf's path, the lowest first.
pub(super) fn right_of(
    log: Log,
    store: &impl Store,
    suite: Suite,
    index: u64,
    size: TreeSize,
) -> Result<Vec<Digest>, Fault> {
    let proof = log.prove(store, suite, LeafIndex(index), size)?;
    let proof = proof.ok_or(Fault::Missing("a leaf of a log"))?;
    let mut right = Vec::new();
    let mut place = Place::new(index, size.0);
    for sibling in proof.path {
        if !place.is_right_child() {
            right.push(sibling);
        }
        place.ascend();
    }
    Ok(right)
}

/// A log on its way back.
pub(super) struct LogRestore {
    log: Log,
    suite: Suite,
    size: TreeSize,
    root: Digest,
    frontier: Frontier,
}

impl LogRestore {
    /// Begins to restore the log that has this size and root.
    pub(super) const fn begin(log: Log, suite: Suite, size: TreeSize, root: Digest) -> Self {
        let frontier = Frontier::new();
        Self {
            log,
            suite,
            size,
            root,
            frontier,
        }
    }

    /// Adds the leaves from `first` on; none if they are not the next ones.
    pub(super) fn add(
        &mut self,
        first: u64,
        leaves: &[Digest],
        right: &[Digest],
        rows: &mut Batch,
    ) -> Option<()> {
        let (last, others) = leaves.split_last()?;
        if first != self.frontier.size().0 {
            return None;
        }
        for leaf in others {
            self.append(*leaf, rows);
        }
        let tree = self.log.tree();
        let root = root_with(tree, self.suite, &self.frontier, *last, right, self.size)?;
        self.append(*last, rows);
        (root == self.root).then_some(())
    }

    /// Whether all leaves are there.
    pub(super) fn is_whole(&self) -> bool {
        let root = self.frontier.root(self.log.tree(), self.suite);
        self.frontier.size() == self.size && root == self.root
    }

    fn append(&mut self, leaf: Digest, rows: &mut Batch) {
        self.log.append(self.suite, &mut self.frontier, leaf, rows);
    }
}

/// The root of the log of `size` leaves whose leaves before `leaf` are in `before`; none if the
/// subtrees are not as many as there are right of it.
fn root_with(
    tree: Tree,
    suite: Suite,
    before: &Frontier,
    leaf: Digest,
    right: &[Digest],
    size: TreeSize,
) -> Option<Digest> {
    let index = before.size().0;
    if index >= size.0 {
        return None;
    }
    let mut left = before.subtrees().iter().rev();
    let mut right = right.iter();
    let mut digest = leaf;
    let mut place = Place::new(index, size.0);
    while place.last != 0 {
        digest = if place.is_right_child() {
            tree.node(suite, left.next()?, &digest)
        } else {
            tree.node(suite, &digest, right.next()?)
        };
        place.ascend();
    }
    right.next().is_none().then_some(digest)
}

/// Where a path is on its way up (RFC 9162 §2.1.3.2).
struct Place {
    node: u64,
    last: u64,
}

impl Place {
    const fn new(index: u64, size: u64) -> Self {
        Self {
            node: index,
            last: size - 1,
        }
    }

    const fn is_right_child(&self) -> bool {
        self.node & 1 == 1 || self.node == self.last
    }

    const fn ascend(&mut self) {
        if self.is_right_child() {
            while self.node & 1 == 0 && self.node != 0 {
                self.node >>= 1;
                self.last >>= 1;
            }
        }
        self.node >>= 1;
        self.last >>= 1;
    }
}
