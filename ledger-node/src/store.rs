//! What a node keeps on disk: the ledger, and what is not final yet.
//!
//! One fjall database with a keyspace per column of the ledger core, and two of our own. A block
//! becomes final by one atomic batch that is synced before it counts; after kill -9 the database
//! is as of the last such batch.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode, Readable as _, Snapshot};
use ledger_core::store::{self, Batch, Column, Row, StoreError};
use light_client::hash::Digest;

use crate::stages::{Stage, timed};

/// What a keyspace holds in memory before it is written out; the journal has it all the same.
const MEMTABLE_BYTES: u64 = 16 << 20;

/// When a write is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Synced {
    /// When it is done.
    Now,
    /// As soon as anything that is written later is: all of it goes into one journal, in order.
    WithTheNext,
}

/// The database of one node.
pub struct FjallStore {
    database: Database,
    columns: Vec<(Column, Keyspace)>,
    /// Height ‖ n → two contradicting signed messages.
    evidence: Keyspace,
    /// Height ‖ header hash → who streamed the block, and the signature of the stream.
    streams: Keyspace,
    /// Below this height nothing is left of them.
    streams_from: AtomicU64,
}

impl FjallStore {
    /// Opens the database in a folder, or makes it.
    ///
    /// # Errors
    /// A folder that cannot be written, a database that cannot be recovered.
    pub fn open(path: &Path) -> fjall::Result<Self> {
        let database = Database::builder(path).open()?;
        let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES);
        let keyspace = |name: &str| database.keyspace(name, options);
        let columns = Column::ALL
            .iter()
            .map(|column| Ok((*column, keyspace(column.name())?)));
        let store = Self {
            columns: columns.collect::<fjall::Result<_>>()?,
            evidence: keyspace("node-evidence")?,
            streams: keyspace("node-streams")?,
            streams_from: AtomicU64::new(0),
            database,
        };
        // What a killed process wrote without syncing it is read again, and may be promised to
        // others from now on.
        store.persist()?;
        Ok(store)
    }

    /// The store as it is now, whatever is written to it meanwhile.
    pub fn freeze(&self) -> FrozenStore<'_> {
        FrozenStore {
            store: self,
            snapshot: self.database.snapshot(),
        }
    }

    /// Keeps how an undecided block was streamed.
    pub(crate) fn keep_stream(
        &self,
        height: u64,
        hash: &Digest,
        record: &[u8],
        synced: Synced,
    ) -> fjall::Result<()> {
        let key = stream_key(height, hash);
        if self.streams.contains_key(key)? {
            return Ok(());
        }
        let mut batch = self.database.batch();
        // Only the height in progress is ever streamed again. What was removed before is not looked
        // through again, as a store takes its time to forget it.
        let from = self.streams_from.load(Ordering::Relaxed).min(height);
        let passed = from.to_be_bytes().to_vec()..height.to_be_bytes().to_vec();
        for old in self.streams.range(passed) {
            batch.remove(&self.streams, old.key()?);
        }
        batch.insert(&self.streams, key, record);
        timed(Stage::Write, || {
            batch.commit()?;
            match synced {
                Synced::Now => self.persist(),
                Synced::WithTheNext => Ok(()),
            }
        })?;
        self.streams_from.store(height, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn stream(&self, height: u64, hash: &Digest) -> fjall::Result<Option<Bytes>> {
        let record = self.streams.get(stream_key(height, hash))?;
        Ok(record.map(|record| Bytes::copy_from_slice(&record)))
    }

    pub(crate) fn keep_evidence(&self, height: u64, at: u64, record: &[u8]) -> fjall::Result<()> {
        let mut batch = self.database.batch();
        let key = [height.to_be_bytes(), at.to_be_bytes()].concat();
        batch.insert(&self.evidence, key, record);
        timed(Stage::Write, || {
            batch.commit()?;
            self.persist()
        })
    }

    /// How many contradictions are kept.
    pub(crate) fn evidence_count(&self) -> fjall::Result<usize> {
        self.evidence.len()
    }

    /// Returns when all that was written before is on disk.
    fn persist(&self) -> fjall::Result<()> {
        timed(Stage::Sync, || self.database.persist(PersistMode::SyncAll))
    }

    fn keyspace(&self, column: Column) -> &Keyspace {
        let found = self.columns.iter().find(|(name, _)| *name == column);
        &found.expect("every column has a keyspace").1
    }
}

impl store::Store for FjallStore {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = timed(Stage::Read, || self.keyspace(column).get(key));
        let value = value.map_err(StoreError::new)?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError> {
        let keyspace = self.keyspace(column);
        timed(Stage::Read, || {
            last_row(from, to, |rows| keyspace.range(rows))
        })
    }

    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let keyspace = self.keyspace(column);
        timed(Stage::Read, || {
            rows(from, to, limit, |rows| keyspace.range(rows))
        })
    }

    fn commit(&self, operations: Batch) -> Result<(), StoreError> {
        timed(Stage::Write, || {
            self.write(operations)?;
            self.persist().map_err(StoreError::new)
        })
    }

    fn commit_later(&self, operations: Batch) -> Result<(), StoreError> {
        timed(Stage::Write, || self.write(operations))
    }

    fn sync(&self) -> Result<(), StoreError> {
        timed(Stage::Write, || self.persist()).map_err(StoreError::new)
    }
}

impl FjallStore {
    fn write(&self, operations: Batch) -> Result<(), StoreError> {
        // Writes of one fjall batch have one sequence number, so a row may be there only once.
        let rows: BTreeMap<_, _> = operations
            .into_operations()
            .map(|(column, key, value)| ((column, key), value))
            .collect();
        let mut batch = self.database.batch();
        for ((column, key), value) in rows {
            match value {
                Some(value) => batch.insert(self.keyspace(column), key, value),
                None => batch.remove(self.keyspace(column), key),
            }
        }
        batch.commit().map_err(StoreError::new)
    }
}

/// A store as it was at one moment. Nothing can be written through it.
pub struct FrozenStore<'a> {
    store: &'a FjallStore,
    snapshot: Snapshot,
}

impl store::Store for FrozenStore<'_> {
    fn get(&self, column: Column, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.snapshot.get(self.store.keyspace(column), key);
        Ok(value.map_err(StoreError::new)?.map(|value| value.to_vec()))
    }

    fn last(&self, column: Column, from: &[u8], to: &[u8]) -> Result<Option<Row>, StoreError> {
        let keyspace = self.store.keyspace(column);
        last_row(from, to, |rows| self.snapshot.range(keyspace, rows))
    }

    fn scan(
        &self,
        column: Column,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let keyspace = self.store.keyspace(column);
        rows(from, to, limit, |rows| self.snapshot.range(keyspace, rows))
    }

    fn commit(&self, _: Batch) -> Result<(), StoreError> {
        Err(StoreError::new(ReadOnly))
    }
}

/// Something was written to a store as it was.
#[derive(Debug, thiserror::Error)]
#[error("the store is read as it was, and cannot be changed")]
struct ReadOnly;

/// The last row of `from..=to`, where there is such a range.
fn last_row<'a>(
    from: &'a [u8],
    to: &'a [u8],
    range: impl FnOnce(RangeInclusive<&'a [u8]>) -> fjall::Iter,
) -> Result<Option<Row>, StoreError> {
    if from > to {
        return Ok(None);
    }
    range(from..=to).next_back().map(entry).transpose()
}

/// The first rows of `from..to`, where there is such a range.
fn rows<'a>(
    from: &'a [u8],
    to: &'a [u8],
    limit: usize,
    range: impl FnOnce(Range<&'a [u8]>) -> fjall::Iter,
) -> Result<Vec<Row>, StoreError> {
    if from >= to {
        return Ok(Vec::new());
    }
    range(from..to).take(limit).map(entry).collect()
}

fn entry(item: fjall::Guard) -> Result<Row, StoreError> {
    let (key, value) = item.into_inner().map_err(StoreError::new)?;
    Ok((key.to_vec(), value.to_vec()))
}

fn stream_key(height: u64, hash: &Digest) -> [u8; 40] {
    let mut key = [0; 40];
    let (head, tail) = key.split_at_mut(8);
    head.copy_from_slice(&height.to_be_bytes());
    tail.copy_from_slice(hash.as_bytes());
    key
}

#[cfg(test)]
mod tests {
    use ledger_core::store::{MemoryStore, Store as _};

    use super::*;

    /// A batch of overlapping writes and deletions, different for every `step`.
    fn batch(step: u8) -> Batch {
        let mut batch = Batch::default();
        for at in 0..20_u8 {
            let key = [at.wrapping_mul(step) % 16, at % 3];
            let column = Column::ALL[usize::from(at % 4)];
            if at % 5 == 4 {
                batch.delete(column, key);
            } else {
                batch.put(column, key, [step, at]);
            }
        }
        batch
    }

    fn assert_same(fjall: &FjallStore, memory: &MemoryStore) {
        let bounds = [vec![], vec![0], vec![3], vec![3, 1], vec![9, 2], vec![255]];
        for column in Column::ALL {
            for from in &bounds {
                let get = |store: &dyn store::Store| store.get(column, from).expect("a read");
                assert_eq!(get(fjall), get(memory));
                for to in &bounds {
                    let last = |store: &dyn store::Store| store.last(column, from, to);
                    assert_eq!(last(fjall).expect("a read"), last(memory).expect("a read"));
                    for limit in [0, 1, 100] {
                        let scan = |store: &dyn store::Store| store.scan(column, from, to, limit);
                        assert_eq!(scan(fjall).expect("a read"), scan(memory).expect("a read"));
                    }
                }
            }
        }
    }

    #[test]
    fn it_answers_like_the_store_in_memory_also_after_a_restart() {
        let dir = tempfile::tempdir().expect("a directory");
        let memory = MemoryStore::default();
        for step in 1..12 {
            let store = FjallStore::open(dir.path()).expect("a store");
            store.commit(batch(step)).expect("a write");
            memory.commit(batch(step)).expect("a write");
            assert_same(&store, &memory);
        }
        assert_same(&FjallStore::open(dir.path()).expect("a store"), &memory);
    }

    #[test]
    fn a_frozen_store_does_not_change() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = FjallStore::open(dir.path()).expect("a store");
        let memory = MemoryStore::default();
        store.commit(batch(3)).expect("a write");
        memory.commit(batch(3)).expect("a write");
        let frozen = store.freeze();
        store.commit(batch(7)).expect("a write");
        for column in Column::ALL {
            let all = |store: &dyn store::Store| store.scan(column, &[], &[255; 9], 99);
            assert_eq!(all(&frozen).expect("a read"), all(&memory).expect("a read"));
            let last = |store: &dyn store::Store| store.last(column, &[], &[255; 9]);
            assert_eq!(
                last(&frozen).expect("a read"),
                last(&memory).expect("a read")
            );
        }
        frozen.commit(batch(1)).expect_err("nothing is written");
    }

    #[test]
    fn only_the_height_in_progress_keeps_its_streams() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = FjallStore::open(dir.path()).expect("a store");
        let hash = Digest::from_bytes([1; 32]);
        for (height, record, synced) in [
            (7, b"seven", Synced::Now),
            (8, b"eight", Synced::WithTheNext),
        ] {
            let kept = store.keep_stream(height, &hash, record, synced);
            kept.expect("a write");
            let found = store.stream(height, &hash).expect("a read");
            assert_eq!(found.as_deref(), Some(&record[..]));
        }
        assert_eq!(store.stream(7, &hash).expect("a read"), None);
    }
}
