//! The double-sign mark: what this node signed, on disk before the signature exists.
//!
//! The engine's write-ahead log already keeps a restarted node from contradicting itself. The mark
//! holds when that log is lost, restored from a backup, or wrong: it lives beside the key, is never
//! restored, and without it a node only follows.

mod settle;

use std::path::Path;

use light_client::hash::Digest;
use redb::{Builder, Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use thiserror::Error;

use crate::stages::{Stage, timed};

pub use settle::Logged;

/// What a validator signs in a round, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A proposal.
    Propose,
    /// A prevote.
    Prevote,
    /// A precommit.
    Precommit,
}

/// Why a signature is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MarkError {
    /// Something else was signed at this height, round and step.
    #[error("another value was signed at height {height}, round {round}")]
    Conflict {
        /// The height.
        height: u64,
        /// The round.
        round: u32,
    },
    /// A later height, round or step was signed already.
    #[error("something later than height {height}, round {round} was signed")]
    Past {
        /// The height asked for.
        height: u64,
        /// The round asked for.
        round: u32,
    },
    /// The mark cannot be read or written.
    #[error("double-sign mark")]
    Store(#[source] Box<redb::Error>),
}

/// The mark of one key.
#[derive(Debug)]
pub struct Mark {
    database: Database,
}

/// height ‖ round ‖ step, big-endian, so that the last key is the latest signature.
type Place = [u8; 13];

/// Place → 0 ‖ zeros for nil, 1 ‖ header hash for a value.
const SIGNED: TableDefinition<'_, Place, [u8; 33]> = TableDefinition::new("signed");

impl Mark {
    /// Makes the mark of a new key.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn create(path: &Path) -> Result<Self, MarkError> {
        let database = Database::create(path).map_err(store)?;
        let mark = Self { database };
        let write = mark.database.begin_write().map_err(store)?;
        write.open_table(SIGNED).map_err(store)?;
        write.commit().map_err(store)?;
        Ok(mark)
    }

    /// Opens the mark and checks every page of it; none if there is no such file.
    ///
    /// # Errors
    /// [`MarkError::Store`], also of a damaged file.
    pub fn open(path: &Path) -> Result<Option<Self>, MarkError> {
        if !path.exists() {
            return Ok(None);
        }
        // What was signed must not be read from a page that is not as it was written.
        let mut builder = Builder::new();
        let opened = builder.set_check_integrity_on_open(true).open(path);
        let database = opened.map_err(store)?;
        Ok(Some(Self { database }))
    }

    /// The last height at which something was signed.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn last_height(&self) -> Result<Option<u64>, MarkError> {
        let read = self.database.begin_read().map_err(store)?;
        let table = read.open_table(SIGNED).map_err(store)?;
        let last = table.last().map_err(store)?;
        Ok(last.map(|(place, _)| {
            let place = place.value();
            let (height, _) = place.split_at(8);
            height
                .iter()
                .fold(0, |height, byte| height << 8 | u64::from(*byte))
        }))
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
    pub fn set(
        &self,
        height: u64,
        round: u32,
        step: Step,
        value: Option<Digest>,
    ) -> Result<(), MarkError> {
        timed(Stage::Mark, || {
            self.write(place(height, round, step), encode(value), (height, round))
        })
    }

    fn write(
        &self,
        place: Place,
        value: [u8; 33],
        (height, round): (u64, u32),
    ) -> Result<(), MarkError> {
        let write = self.database.begin_write().map_err(store)?;
        {
            let mut table = write.open_table(SIGNED).map_err(store)?;
            if let Some(signed) = table.get(place).map_err(store)? {
                let same = signed.value() == value;
                return if same {
                    Ok(())
                } else {
                    Err(MarkError::Conflict { height, round })
                };
            }
            let last = table.last().map_err(store)?.map(|(last, _)| last.value());
            if last.is_some_and(|last| last > place) {
                return Err(MarkError::Past { height, round });
            }
            // Heights below are decided: nothing is ever signed there again.
            let floor = self::place(height, 0, Step::Propose);
            table.retain_in(..floor, |_, _| false).map_err(store)?;
            table.insert(place, value).map_err(store)?;
        }
        write.commit().map_err(store)
    }
}

fn place(height: u64, round: u32, step: Step) -> Place {
    let mut place = [0; 13];
    place[..8].copy_from_slice(&height.to_be_bytes());
    place[8..12].copy_from_slice(&round.to_be_bytes());
    place[12] = match step {
        Step::Propose => 0,
        Step::Prevote => 1,
        Step::Precommit => 2,
    };
    place
}

fn encode(value: Option<Digest>) -> [u8; 33] {
    let mut bytes = [0; 33];
    if let Some(digest) = value {
        bytes[0] = 1;
        bytes[1..].copy_from_slice(digest.as_bytes());
    }
    bytes
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

    #[test]
    fn a_second_value_is_refused_also_after_a_restart() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("mark");
        assert!(Mark::open(&path).expect("readable").is_none());
        let mark = Mark::create(&path).expect("a mark");
        mark.set(5, 0, Step::Prevote, value(1)).expect("first");
        mark.set(5, 0, Step::Precommit, None).expect("nil");
        drop(mark);

        let mark = Mark::open(&path).expect("readable").expect("there");
        mark.set(5, 0, Step::Prevote, value(1))
            .expect("the same again");
        let conflict = mark.set(5, 0, Step::Prevote, value(2));
        assert!(matches!(
            conflict,
            Err(MarkError::Conflict {
                height: 5,
                round: 0
            })
        ));
        let nil = mark.set(5, 0, Step::Precommit, value(1));
        assert!(matches!(nil, Err(MarkError::Conflict { .. })));
    }

    #[test]
    fn no_flipped_byte_lets_another_value_be_signed() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("mark");
        let mark = Mark::create(&path).expect("a mark");
        for height in 1..5 {
            mark.set(height, 0, Step::Prevote, value(0x5a))
                .expect("signed");
        }
        drop(mark);
        let whole = std::fs::read(&path).expect("a file");
        let used = (0..whole.len()).filter(|at| whole[*at] != 0).step_by(60);
        let mut found = 0;
        for at in used {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            std::fs::write(&path, flipped).expect("a file");
            let Ok(opened) = Mark::open(&path) else {
                found += 1;
                continue;
            };
            // A byte that nothing rests on.
            let mark = opened.expect("there");
            let other = mark.set(4, 0, Step::Prevote, value(1));
            assert!(
                matches!(other, Err(MarkError::Conflict { .. })),
                "byte {at}"
            );
        }
        assert!(found > 10, "{found} flipped bytes were found");
    }

    #[test]
    fn nothing_is_signed_behind_the_mark() {
        let dir = tempfile::tempdir().expect("a directory");
        let mark = Mark::create(&dir.path().join("mark")).expect("a mark");
        mark.set(7, 2, Step::Prevote, value(1)).expect("first");
        for (height, round, step) in [
            (6, 9, Step::Precommit),
            (7, 1, Step::Prevote),
            (7, 2, Step::Propose),
        ] {
            let past = mark.set(height, round, step, value(1));
            assert!(
                matches!(past, Err(MarkError::Past { .. })),
                "{height} {round} {step:?}"
            );
        }
        mark.set(7, 2, Step::Precommit, value(1)).expect("later");
        mark.set(8, 0, Step::Propose, value(2)).expect("later");
        assert!(matches!(
            mark.set(7, 2, Step::Prevote, value(1)),
            Err(MarkError::Past { .. })
        ));
    }
}
