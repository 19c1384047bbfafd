//! A store that a crash can catch on either side of any commit.

use std::cell::{Cell, RefCell};

use ledger_core::store::{Batch, Column, MemoryStore, Row, Store, StoreError};

/// How many batches a disk that lies holds back.
const HELD_BACK: usize = 6;

/// On which side of a commit a crash falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitCrash {
    /// The write was not synced: it is gone.
    Before,
    /// The write is durable, but nobody was told.
    After,
}

/// The process is gone.
#[derive(Debug, thiserror::Error)]
#[error("the process died")]
struct Dead;

/// Rows that outlive a crash, as far as they were committed.
#[derive(Debug, Default)]
pub(crate) struct SimStore {
    rows: MemoryStore,
    /// What a disk that lies has not written yet: the rows without it, and the batches.
    behind: Option<RefCell<(MemoryStore, Vec<Batch>)>>,
    /// After how many more commits the process dies, and on which side.
    fuse: Cell<Option<(u64, CommitCrash)>>,
    died: Cell<Option<CommitCrash>>,
}

impl SimStore {
    /// The same rows on a disk that says "durable" too early from now on.
    pub(crate) fn lying(self) -> Self {
        Self {
            behind: Some(RefCell::new((self.rows.clone(), Vec::new()))),
            ..self
        }
    }

    pub(crate) fn light_fuse(&self, commits: u64, side: CommitCrash) {
        self.fuse.set(Some((commits, side)));
    }

    pub(crate) fn extinguish(&self) {
        self.fuse.set(None);
    }

    /// Whether and how a commit was the process's last.
    pub(crate) const fn died(&self) -> Option<CommitCrash> {
        self.died.get()
    }

    /// What a crash leaves.
    pub(crate) fn survivor(&self) -> Self {
        let kept = |rows| Self {
            rows,
            ..Self::default()
        };
        match &self.behind {
            None => kept(self.rows.clone()),
            Some(behind) => kept(behind.borrow().0.clone()).lying(),
        }
    }

    fn alive(&self) -> Result<(), StoreError> {
        match self.died.get() {
            None => Ok(()),
            Some(_) => Err(StoreError::new(Dead)),
        }
    }

    fn burn(&self) -> Option<CommitCrash> {
        match self.fuse.get() {
            None => None,
            Some((0, side)) => {
                self.died.set(Some(side));
                Some(side)
            }
            Some((commits, side)) => {
                self.fuse.set(Some((commits - 1, side)));
                None
            }
        }
    }

    fn write(&self, batch: Batch) -> Result<(), StoreError> {
        if let Some(behind) = &self.behind {
            let (written, waiting) = &mut *behind.borrow_mut();
            waiting.push(batch.clone());
            if waiting.len() > HELD_BACK {
                written.commit(waiting.remove(0))?;
            }
        }
        self.rows.commit(batch)
    }
}

impl Store for SimStore {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.alive()?;
        self.rows.get(column, key)
    }

    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError> {
        self.alive()?;
        self.rows.last(column, from, to)
    }

    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.alive()?;
        self.rows.scan(column, from, to, limit)
    }

    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.alive()?;
        match self.burn() {
            None => self.write(batch),
            Some(CommitCrash::Before) => Err(StoreError::new(Dead)),
            Some(CommitCrash::After) => {
                self.write(batch)?;
                Err(StoreError::new(Dead))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(key: u8) -> Batch {
        let mut batch = Batch::default();
        batch.put(Column::Meta, [key], [key]);
        batch
    }

    fn has(store: &SimStore, key: u8) -> bool {
        store.get(Column::Meta, &[key]).expect("alive").is_some()
    }

    #[test]
    fn a_crash_falls_on_one_side_of_a_commit() {
        for (side, kept) in [(CommitCrash::Before, false), (CommitCrash::After, true)] {
            let store = SimStore::default();
            store.light_fuse(1, side);
            assert!(store.commit(batch(1)).is_ok());
            assert!(store.commit(batch(2)).is_err());
            assert!(store.get(Column::Meta, &[1]).is_err(), "it is dead");
            assert_eq!(store.died(), Some(side));
            let survivor = store.survivor();
            assert_eq!((has(&survivor, 1), has(&survivor, 2)), (true, kept));
        }
    }

    #[test]
    fn a_disk_that_lies_loses_the_newest() {
        let store = SimStore::default().lying();
        for key in 0..10 {
            assert!(store.commit(batch(key)).is_ok());
        }
        let survivor = store.survivor();
        assert_eq!((has(&survivor, 3), has(&survivor, 4)), (true, false));
    }
}
