//! The double-sign mark: what this node signed, on disk before the signature exists.
//!
//! Its rules are [`ledger_engine::Marked`], which the simulator runs as well; here is the file. It
//! lives beside the key, is never restored, and without it a node only follows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ledger_engine::{Change, Course, EngineLog, Marked, Refusal, Signed, Start};
use light_client::hash::Digest;
use redb::{
    Builder, Database, ReadableDatabase as _, ReadableTable as _, TableDefinition, TableError,
};
use thiserror::Error;

use crate::stages::{Stage, timed};

pub use ledger_engine::{Place, Step};

/// Why a signature is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MarkError {
    /// The file holds something that no mark is.
    #[error("double-sign mark: not a mark")]
    Malformed,
    /// It would contradict what was signed before.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The mark cannot be read or written.
    #[error("double-sign mark")]
    Store(#[source] Box<redb::Error>),
}

/// The mark of one key.
#[derive(Debug)]
pub struct Mark {
    database: Database,
    /// What the file holds.
    marked: Mutex<Marked>,
    /// The last height at which a signature was refused.
    refused: Mutex<Option<u64>>,
    log: Mutex<LogFile>,
}

/// The engine's log, which says by its size whether it is still being replayed.
#[derive(Clone, Debug, Default)]
pub struct LogFile {
    /// Where it lies.
    pub path: PathBuf,
    /// How it was found.
    pub start: Start,
}

/// height ‖ round ‖ step, big-endian, so that the last key is the latest signature.
type Key = [u8; 13];

/// flags ‖ header hash; zeros for nil.
type Row = [u8; 33];

/// There is a value, and not nil.
const VALUE: u8 = 1;
/// [`Course::Unlogged`].
const UNLOGGED: u8 = 2;

const SIGNED: TableDefinition<'_, Key, Row> = TableDefinition::new("signed");
const REFUSED: TableDefinition<'_, (), u64> = TableDefinition::new("refused");

impl Mark {
    /// Makes the mark of a new key.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn create(path: &Path) -> Result<Self, MarkError> {
        let database = Database::create(path).map_err(store)?;
        let write = database.begin_write().map_err(store)?;
        write.open_table(SIGNED).map_err(store)?;
        write.commit().map_err(store)?;
        Self::load(database)
    }

    /// Opens the mark and checks every page of it; none if there is no such file.
    ///
    /// # Errors
    /// [`MarkError::Store`], also of a damaged file; [`MarkError::Malformed`].
    pub fn open(path: &Path) -> Result<Option<Self>, MarkError> {
        if !path.exists() {
            return Ok(None);
        }
        // What was signed must not be read from a page that is not as it was written.
        let mut builder = Builder::new();
        let opened = builder.set_check_integrity_on_open(true).open(path);
        let database = opened.map_err(store)?;
        Self::load(database).map(Some)
    }

    fn load(database: Database) -> Result<Self, MarkError> {
        let read = database.begin_read().map_err(store)?;
        let table = read.open_table(SIGNED).map_err(store)?;
        let mut signed = BTreeMap::new();
        for row in table.iter().map_err(store)? {
            let (key, row) = row.map_err(store)?;
            let entry = decode(key.value(), row.value()).ok_or(MarkError::Malformed)?;
            signed.insert(entry.0, entry.1);
        }
        let refused = match read.open_table(REFUSED) {
            Ok(table) => table.get(()).map_err(store)?.map(|height| height.value()),
            Err(TableError::TableDoesNotExist(_)) => None,
            Err(error) => return Err(store(error)),
        };
        Ok(Self {
            database,
            marked: Mutex::new(Marked::new(signed)),
            refused: Mutex::new(refused),
            log: Mutex::default(),
        })
    }

    /// Through which height a node whose next one is `next` must follow, before it may vote with
    /// this key: below what is marked nothing is signed any more, and the engine does not survive
    /// that it is refused a signature.
    pub fn follows_through(&self, next: u64) -> Option<u64> {
        let last = self.last_height().filter(|last| *last > next);
        let below = last.map(|last| last - 1);
        let refused = lock(&self.refused).filter(|refused| *refused >= next);
        below.max(refused)
    }

    /// Keeps that a signature was refused at this height, also for the starts to come: the engine's
    /// log would have the same signature asked for again.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn note_refusal(&self, height: u64) -> Result<(), MarkError> {
        let write = self.database.begin_write().map_err(store)?;
        {
            let mut table = write.open_table(REFUSED).map_err(store)?;
            table.insert((), height).map_err(store)?;
        }
        write.commit().map_err(store)?;
        *lock(&self.refused) = Some(height);
        Ok(())
    }

    /// The last height at which something was signed.
    pub fn last_height(&self) -> Option<u64> {
        lock(&self.marked).last_height()
    }

    /// Tries to write, without changing anything.
    ///
    /// # Errors
    /// [`MarkError::Store`]: the disk is full, or was.
    pub fn ensure_writable(&self) -> Result<(), MarkError> {
        let write = self.database.begin_write().map_err(store)?;
        write.commit().map_err(store)
    }

    /// Records that `value` (none is nil) is about to be signed; returns once that is on disk.
    ///
    /// The same value at the same place may be signed again, after a restart.
    ///
    /// # Errors
    /// [`MarkError`]: nothing may be signed.
    pub fn set(&self, place: Place, value: Option<Digest>) -> Result<(), MarkError> {
        timed(Stage::Mark, || {
            let mut marked = lock(&self.marked);
            let change = marked.sign(place, value, self.course(place.height))?;
            self.keep(&mut marked, &change)
        })
    }

    /// Compares the mark with the engine's log, before the engine starts at `height`; returns how
    /// many votes it has forgotten. See [`Marked::settle`].
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn settle(&self, height: u64, log: &EngineLog, file: LogFile) -> Result<usize, MarkError> {
        let mut marked = lock(&self.marked);
        let change = marked.settle(height, log);
        self.keep(&mut marked, &change)?;
        *lock(&self.log) = file;
        Ok(change.removed.len())
    }

    /// The engine is about to empty its log in the middle of this height: all that is marked stays.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn log_emptied(&self, height: u64) -> Result<(), MarkError> {
        let path = lock(&self.log).path.clone();
        let start = Start::fresh();
        let nothing = EngineLog::Unusable;
        self.settle(height, &nothing, LogFile { path, start })?;
        Ok(())
    }

    fn course(&self, height: u64) -> Course {
        let log = lock(&self.log);
        // Without a size it has not grown, and what is signed is kept for good.
        let size = fs::metadata(&log.path).map_or(0, |file| file.len());
        log.start.course(height, size)
    }

    /// Makes a change durable; only then does it count.
    fn keep(&self, marked: &mut Marked, change: &Change) -> Result<(), MarkError> {
        if change.is_empty() {
            return Ok(());
        }
        let write = self.database.begin_write().map_err(store)?;
        {
            let mut table = write.open_table(SIGNED).map_err(store)?;
            for place in &change.removed {
                table.remove(key(place)).map_err(store)?;
            }
            for (place, signed) in &change.written {
                table.insert(key(place), row(signed)).map_err(store)?;
            }
        }
        write.commit().map_err(store)?;
        marked.apply(change);
        Ok(())
    }
}

/// What a thread that panicked left behind is what is on disk: a change is applied last.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(place: &Place) -> Key {
    let mut key = [0; 13];
    key[..8].copy_from_slice(&place.height.to_be_bytes());
    key[8..12].copy_from_slice(&place.round.to_be_bytes());
    key[12] = match place.step {
        Step::Propose => 0,
        Step::Prevote => 1,
        Step::Precommit => 2,
    };
    key
}

fn row(signed: &Signed) -> Row {
    let mut row = [0; 33];
    if let Some(digest) = signed.value {
        row[0] |= VALUE;
        row[1..].copy_from_slice(digest.as_bytes());
    }
    if signed.course == Course::Unlogged {
        row[0] |= UNLOGGED;
    }
    row
}

fn decode(key: Key, row: Row) -> Option<(Place, Signed)> {
    let (height, rest) = key.split_first_chunk()?;
    let (round, rest) = rest.split_first_chunk()?;
    let step = match rest {
        [0] => Step::Propose,
        [1] => Step::Prevote,
        [2] => Step::Precommit,
        _ => return None,
    };
    let place = Place {
        height: u64::from_be_bytes(*height),
        round: u32::from_be_bytes(*round),
        step,
    };
    let (flags, digest) = row.split_first_chunk::<1>()?;
    let has = |flag: u8| flags[0] & flag != 0;
    let digest = Digest::from_bytes(digest.try_into().ok()?);
    let course = if has(UNLOGGED) {
        Course::Unlogged
    } else {
        Course::Logged
    };
    let value = has(VALUE).then_some(digest);
    Some((place, Signed { value, course }))
}

fn store(error: impl Into<redb::Error>) -> MarkError {
    MarkError::Store(Box::new(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(byte: u8) -> Option<Digest> {
        Some(Digest::from_bytes([byte; 32]))
    }

    const fn place(height: u64, step: Step) -> Place {
        Place {
            height,
            round: 0,
            step,
        }
    }

    #[test]
    fn a_second_value_is_refused_also_after_a_restart() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("mark");
        assert!(Mark::open(&path).expect("readable").is_none());
        let mark = Mark::create(&path).expect("a mark");
        let (prevote, precommit) = (place(5, Step::Prevote), place(5, Step::Precommit));
        mark.set(place(4, Step::Prevote), value(1)).expect("first");
        mark.set(prevote, value(1)).expect("later");
        mark.set(precommit, None).expect("nil");
        let before = lock(&mark.marked).clone();
        drop(mark);

        let mark = Mark::open(&path).expect("readable").expect("there");
        assert_eq!(*lock(&mark.marked), before, "what is gone is gone on disk");
        assert_eq!(mark.last_height(), Some(5));
        mark.set(prevote, value(1)).expect("the same again");
        let conflict = mark.set(prevote, value(2));
        assert!(matches!(
            conflict,
            Err(MarkError::Refused(Refusal::Conflict { .. }))
        ));
        let nil = mark.set(precommit, value(1));
        assert!(matches!(nil, Err(MarkError::Refused(_))));
    }

    #[test]
    fn no_flipped_byte_lets_another_value_be_signed() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("mark");
        let mark = Mark::create(&path).expect("a mark");
        for height in 1..5 {
            let prevote = place(height, Step::Prevote);
            mark.set(prevote, value(0x5a)).expect("signed");
        }
        drop(mark);
        let whole = fs::read(&path).expect("a file");
        let used = (0..whole.len()).filter(|at| whole[*at] != 0).step_by(60);
        let mut found = 0;
        for at in used {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            fs::write(&path, flipped).expect("a file");
            let Ok(opened) = Mark::open(&path) else {
                found += 1;
                continue;
            };
            // A byte that nothing rests on.
            let mark = opened.expect("there");
            let other = mark.set(place(4, Step::Prevote), value(1));
            let refused = matches!(other, Err(MarkError::Refused(Refusal::Conflict { .. })));
            assert!(refused, "byte {at}");
        }
        assert!(found > 10, "{found} flipped bytes were found");
    }

    #[test]
    fn rows_hold_what_they_were_made_from() {
        for step in [Step::Propose, Step::Prevote, Step::Precommit] {
            for value in [None, value(3)] {
                for course in [Course::Logged, Course::Unlogged] {
                    let (place, signed) = (place(1 << 40, step), Signed { value, course });
                    assert_eq!(decode(key(&place), row(&signed)), Some((place, signed)));
                }
            }
        }
        let mut key = key(&place(1, Step::Propose));
        key[12] = 3;
        assert_eq!(decode(key, [0; 33]), None);
    }
}
