//! Append-only trees of the shape of RFC 6962, with tags of our own.
//!
//! ```text
//!            root                 leaf  = H(leaf tag, bytes)
//!          /      \               node  = H(node tag, left, right)
//!      node        leaf 2         empty = H(empty tag)
//!     /    \
//! leaf 0  leaf 1                  an odd leaf is carried up, never doubled
//! ```
//! Leaf and node have different tags, so neither can pose as the other, and each kind of tree
//! has its own, so a proof of one tree is nothing in another.
//!
//! # Standard
//! RFC 9162 §2.1.1 (tree), §2.1.3.1 and §2.1.3.2 (inclusion proof and its verification).

use alloc::vec::Vec;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash, pair, pairs},
    id::{LeafIndex, TreeSize},
    suite::Suite,
};

/// The longest path there is: of a tree of 2⁶⁴ leaves.
const MAX_PATH: usize = 64;

/// Which tree a hash belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// Documents anchored by one signature.
    Batch,
    /// Transactions of one block.
    Body,
    /// Fields of one invoice.
    Fields,
    /// Header hashes of all earlier blocks.
    History,
    /// Anchored batches.
    Log,
}

impl Tree {
    const fn node_tag(self) -> Tag {
        match self {
            Self::Batch => Tag::BATCH_NODE,
            Self::Body => Tag::BODY_NODE,
            Self::Fields => Tag::FIELD_NODE,
            Self::History => Tag::HISTORY_NODE,
            Self::Log => Tag::LOG_NODE,
        }
    }

    const fn empty_tag(self) -> Tag {
        match self {
            Self::Batch => Tag::BATCH_EMPTY,
            Self::Body => Tag::BODY_EMPTY,
            Self::Fields => Tag::FIELD_EMPTY,
            Self::History => Tag::HISTORY_EMPTY,
            Self::Log => Tag::LOG_EMPTY,
        }
    }

    /// The hash of an inner node.
    pub fn node(self, suite: Suite, left: &Digest, right: &Digest) -> Digest {
        pair(suite, self.node_tag(), left, right)
    }

    /// The root of the tree without leaves.
    pub fn empty(self, suite: Suite) -> Digest {
        hash(suite, self.empty_tag(), &[])
    }
}

/// The right-hand edge of a growing tree: enough to append and to know the root.
///
/// Holds one digest per set bit of the size, the largest subtree first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Digest>,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub const fn new() -> Self {
        Self {
            size: 0,
            subtrees: Vec::new(),
        }
    }

    /// The frontier of a tree of `size` leaves with these complete subtrees, the largest first;
    /// none if they are not as many as that size has.
    pub fn resume(size: TreeSize, subtrees: Vec<Digest>) -> Option<Self> {
        let count = usize::try_from(size.0.count_ones());
        let size = size.0;
        (count == Ok(subtrees.len())).then_some(Self { size, subtrees })
    }

    /// The number of leaves.
    pub const fn size(&self) -> TreeSize {
        TreeSize(self.size)
    }

    /// The complete subtrees, the largest first.
    pub fn subtrees(&self) -> &[Digest] {
        &self.subtrees
    }

    /// Appends a leaf hash; calls `keep(level, index, digest)` for every subtree it completes,
    /// the leaf itself (level 0) first.
    pub fn append(
        &mut self,
        tree: Tree,
        suite: Suite,
        leaf: Digest,
        mut keep: impl FnMut(u32, u64, Digest),
    ) {
        let mut digest = leaf;
        let mut level = 0;
        let mut index = self.size;
        keep(level, index, digest);
        while index & 1 == 1 {
            let Some(left) = self.subtrees.pop() else {
                break;
            };
            digest = tree.node(suite, &left, &digest);
            index >>= 1;
            level += 1;
            keep(level, index, digest);
        }
        self.subtrees.push(digest);
        self.size += 1;
    }

    /// The root over all leaves so far.
    pub fn root(&self, tree: Tree, suite: Suite) -> Digest {
        let mut subtrees = self.subtrees.iter().rev();
        let Some(last) = subtrees.next() else {
            return tree.empty(suite);
        };
        subtrees.fold(*last, |right, left| tree.node(suite, left, &right))
    }
}

impl Default for Frontier {
    fn default() -> Self {
        Self::new()
    }
}

impl Wire for Frontier {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).uint(self.size).list(&self.subtrees);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        let size = reader.value()?;
        Self::resume(size, reader.list(MAX_PATH)?).ok_or(DecodeError::LengthMismatch)
    }
}

/// The root of the tree over `leaves`.
///
/// Level by level, so that the nodes of a level are hashed several at a time.
pub fn root(tree: Tree, suite: Suite, leaves: &[Digest]) -> Digest {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        let mut above = pairs(suite, tree.node_tag(), &level);
        // An odd one is carried up.
        above.extend(level.as_chunks::<2>().1);
        level = above;
    }
    level.first().copied().unwrap_or_else(|| tree.empty(suite))
}

/// The inclusion proof of one of `leaves`; none if there is no such leaf.
pub fn prove(tree: Tree, suite: Suite, leaves: &[Digest], index: LeafIndex) -> Option<Inclusion> {
    let at = usize::try_from(index.0)
        .ok()
        .filter(|at| *at < leaves.len())?;
    Some(Inclusion {
        index,
        path: path(tree, suite, leaves, at),
    })
}

/// RFC 9162 §2.1.3.1: the siblings from the leaf up to the root.
fn path(tree: Tree, suite: Suite, leaves: &[Digest], at: usize) -> Vec<Digest> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if at < split {
        (path(tree, suite, left, at), right)
    } else {
        (path(tree, suite, right, at - split), left)
    };
    path.push(root(tree, suite, sibling));
    path
}

/// An inclusion proof: where the leaf is, and the siblings from there up to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The leaf's place.
    pub index: LeafIndex,
    /// Siblings, the leaf's own first.
    pub path: Vec<Digest>,
}

/// Why an inclusion proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerkleError {
    /// The index is not below the tree's size; so with an empty tree.
    #[error("leaf index {index} in a tree of {size}")]
    IndexBeyondTree {
        /// The claimed index.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The path has another length than this leaf's in a tree of this size.
    #[error("path of another length than the tree's")]
    PathLength,
}

impl Inclusion {
    /// Computes the root to which `leaf` belongs, if the proof has the shape of a tree of `size`.
    ///
    /// The caller compares with a root it trusts. The length of the path is implied by index and
    /// size and must be exact, so a proof has one form.
    ///
    /// # Errors
    /// [`MerkleError::IndexBeyondTree`], [`MerkleError::PathLength`].
    ///
    /// # Standard
    /// RFC 9162 §2.1.3.2.
    pub fn root(
        &self,
        tree: Tree,
        suite: Suite,
        leaf: Digest,
        size: TreeSize,
    ) -> Result<Digest, MerkleError> {
        let beyond = MerkleError::IndexBeyondTree {
            index: self.index.0,
            size: size.0,
        };
        let mut node = self.index.0;
        let mut last = size.0.checked_sub(1).ok_or(beyond)?;
        if node > last {
            return Err(beyond);
        }
        let mut digest = leaf;
        for sibling in &self.path {
            if last == 0 {
                return Err(MerkleError::PathLength);
            }
            if node & 1 == 1 || node == last {
                digest = tree.node(suite, sibling, &digest);
                while node & 1 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                digest = tree.node(suite, &digest, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last == 0 {
            Ok(digest)
        } else {
            Err(MerkleError::PathLength)
        }
    }
}

/// How many siblings the path of the leaf at `index` has in a tree of `size` leaves; none if there
/// is no such leaf.
pub fn path_length(index: LeafIndex, size: TreeSize) -> Option<usize> {
    let mut node = index.0;
    let mut last = size.0.checked_sub(1).filter(|last| node <= *last)?;
    let mut length = 0;
    while last > 0 {
        length += 1;
        // The last leaf of a level without a partner climbs to the level where it has one.
        let climb = if node == last {
            node.trailing_zeros()
        } else {
            0
        };
        node = node >> climb >> 1;
        last = last >> climb >> 1;
    }
    Some(length)
}

impl Wire for Inclusion {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.index).list(&self.path);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            index: reader.value()?,
            path: reader.list(MAX_PATH)?,
        })
    }
}

#[cfg(test)]
mod tests;
