//! The two logs: anchored batches, and the hashes of all earlier headers.
//!
//! A log's frontier is part of the state; every subtree it ever completed stays in the store, so
//! that a path can be made at the log's present or any earlier size.

use light_client::{
    hash::Digest,
    id::{LeafIndex, LedgerId, TreeSize},
    merkle::{Frontier, Inclusion, Tree},
    state::{Kind, StateKey},
    suite::Suite,
};

use crate::{
    fault::Fault,
    store::{Batch, Column, Store},
};

/// One of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    Anchor,
    History,
}

impl Log {
    pub(crate) const fn tree(self) -> Tree {
        match self {
            Self::Anchor => Tree::Log,
            Self::History => Tree::History,
        }
    }

    const fn column(self) -> Column {
        match self {
            Self::Anchor => Column::LogTree,
            Self::History => Column::HistoryTree,
        }
    }

    /// Where the log's frontier is kept in the state.
    pub(crate) fn key(self, suite: Suite, ledger: &LedgerId) -> StateKey {
        let name: &[u8] = match self {
            Self::Anchor => b"anchor",
            Self::History => b"history",
        };
        StateKey::new(suite, ledger, Kind::Frontier, &[name])
    }

    /// Appends a leaf hash, and keeps the subtrees that it completes.
    pub(crate) fn append(
        self,
        suite: Suite,
        frontier: &mut Frontier,
        leaf: Digest,
        batch: &mut Batch,
    ) {
        frontier.append(self.tree(), suite, leaf, |level, index, digest| {
            batch.put(
                self.column(),
                row(level, index),
                digest.as_bytes().as_slice(),
            );
        });
    }

    /// The frontier of the log when it had `size` leaves.
    pub(crate) fn frontier_at(self, store: &impl Store, size: TreeSize) -> Result<Frontier, Fault> {
        let mut subtrees = Vec::new();
        let mut from = 0;
        for level in (0..u64::BITS)
            .rev()
            .filter(|level| size.0 >> level & 1 == 1)
        {
            let kept = store.get(self.column(), &row(level, from >> level))?;
            let kept = kept.and_then(|bytes| bytes.try_into().ok());
            subtrees.push(Digest::from_bytes(
                kept.ok_or(Fault::Missing("a subtree of a log"))?,
            ));
            from += 1 << level;
        }
        Frontier::resume(size, subtrees).ok_or(Fault::Missing("a subtree of a log"))
    }

    /// Where a leaf's own hash is kept in the log's column.
    pub(crate) fn leaf_row(index: u64) -> Vec<u8> {
        row(0, index)
    }

    /// The path from a leaf to the root over the first `size` leaves; none if there is no such
    /// leaf. The caller makes sure that the log has had that size.
    pub(crate) fn prove(
        self,
        store: &impl Store,
        suite: Suite,
        index: LeafIndex,
        size: TreeSize,
    ) -> Result<Option<Inclusion>, Fault> {
        if index.0 >= size.0 {
            return Ok(None);
        }
        let log = Reader {
            log: self,
            store,
            suite,
        };
        let mut path = Vec::new();
        let (mut from, mut to) = (0, size.0);
        while to - from > 1 {
            let split = from + split(to - from);
            if index.0 < split {
                path.push(log.subtree(split, to)?);
                to = split;
            } else {
                path.push(log.subtree(from, split)?);
                from = split;
            }
        }
        path.reverse();
        Ok(Some(Inclusion { index, path }))
    }
}

/// RFC 9162 §2.1.1: the largest power of two below `size`, which is at least 2.
const fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

fn row(level: u32, index: u64) -> Vec<u8> {
    [&level.to_be_bytes()[..], &index.to_be_bytes()].concat()
}

struct Reader<'a, S> {
    log: Log,
    store: &'a S,
    suite: Suite,
}

impl<S: Store> Reader<'_, S> {
    /// The root over the leaves `from..to`; `from` is a multiple of the power of two at or above
    /// the length, as all ranges are that arise from splitting.
    fn subtree(&self, from: u64, to: u64) -> Result<Digest, Fault> {
        let size = to - from;
        if size.is_power_of_two() {
            let level = size.trailing_zeros();
            let kept = self
                .store
                .get(self.log.column(), &row(level, from >> level))?;
            let kept = kept.and_then(|bytes| bytes.try_into().ok());
            return kept
                .map(Digest::from_bytes)
                .ok_or(Fault::Missing("a subtree of a log"));
        }
        let middle = from + split(size);
        let (left, right) = (self.subtree(from, middle)?, self.subtree(middle, to)?);
        Ok(self.log.tree().node(self.suite, &left, &right))
    }
}

#[cfg(test)]
mod tests {
    use light_client::merkle;

    use super::*;
    use crate::store::MemoryStore;

    #[test]
    fn every_leaf_is_proved_at_every_size() {
        for log in [Log::Anchor, Log::History] {
            let (store, suite) = (MemoryStore::default(), Suite::Sm);
            let mut frontier = Frontier::new();
            let mut leaves = Vec::new();
            for at in 0..40u8 {
                let mut batch = Batch::default();
                let leaf = Digest::from_bytes([at; 32]);
                log.append(suite, &mut frontier, leaf, &mut batch);
                store.commit(batch).expect("memory does not fail");
                leaves.push(leaf);
            }
            for size in 0..=40u64 {
                let until = usize::try_from(size).expect("small");
                for index in 0..41 {
                    let index = LeafIndex(index);
                    let proof = log
                        .prove(&store, suite, index, TreeSize(size))
                        .expect("memory does not fail");
                    let expected = merkle::prove(log.tree(), suite, &leaves[..until], index);
                    assert_eq!(proof, expected, "leaf {index} of {size}");
                }
            }
        }
    }
}
