//! Forgetting what was marked and never left the process.
//!
//! The engine syncs its log before a vote is sent. So a vote that is marked and not in the log died
//! with the process, between the two. Kept, the mark would forbid another vote in its place; two of
//! four validators to which that happens in one round, as in a power cut, would stop the ledger.

use std::collections::BTreeMap;

use light_client::hash::Digest;
use redb::{ReadableTable as _, TableDefinition};

use super::{Mark, MarkError, Place, SIGNED, Step, encode, place, store};

/// Votes of one key at one height, by round and step; none is nil.
pub type Logged = BTreeMap<(u32, Step), Option<Digest>>;

/// The height at which the process started last.
const STARTED: TableDefinition<'_, (), u64> = TableDefinition::new("started");

impl Mark {
    /// Forgets the last votes at `height` of which the engine's log of that height knows nothing;
    /// returns how many. Proposals stay: their streams are sent without the log.
    ///
    /// Only what one input of the engine can sign is forgotten, the last votes of one round: more
    /// are missing from a log that was lost or restored. And only where the process starts for the
    /// first time at a height: what is signed while a log is replayed is sent without being logged.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub fn settle(&self, height: u64, logged: &Logged) -> Result<usize, MarkError> {
        let write = self.database.begin_write().map_err(store)?;
        let forgotten = {
            let mut started = write.open_table(STARTED).map_err(store)?;
            let before = started.insert((), height).map_err(store)?;
            let is_first = before.map(|before| before.value()) != Some(height);
            let mut signed = write.open_table(SIGNED).map_err(store)?;
            let votes = votes(&signed, height)?;
            let unknown = if is_first {
                unknown_tail(&votes, height, logged)
            } else {
                &[]
            };
            for (place, _) in unknown {
                signed.remove(place).map_err(store)?;
            }
            if let Some(below) = height.checked_sub(1).filter(|_| !unknown.is_empty()) {
                // Nothing is ever signed below this height, whatever else is forgotten.
                let floor = place(below, u32::MAX, Step::Precommit);
                signed.insert(floor, encode(None)).map_err(store)?;
            }
            unknown.len()
        };
        write.commit().map_err(store)?;
        Ok(forgotten)
    }
}

type Vote = (Place, [u8; 33]);

/// What is marked at a height besides proposals, in order.
fn votes(signed: &redb::Table<'_, Place, [u8; 33]>, height: u64) -> Result<Vec<Vote>, MarkError> {
    let (from, to) = (
        place(height, 0, Step::Propose),
        place(height, u32::MAX, Step::Precommit),
    );
    let propose = from[12];
    let mut votes = Vec::new();
    for row in signed.range(from..=to).map_err(store)? {
        let (place, value) = row.map_err(store)?;
        if place.value()[12] != propose {
            votes.push((place.value(), value.value()));
        }
    }
    Ok(votes)
}

/// The last votes that the log lacks, if they are of one round and all before them are in it.
fn unknown_tail<'a>(votes: &'a [Vote], height: u64, logged: &Logged) -> &'a [Vote] {
    let logged: BTreeMap<Place, [u8; 33]> = logged
        .iter()
        .map(|((round, step), value)| (place(height, *round, *step), encode(*value)))
        .collect();
    let is_known = |(place, value): &Vote| logged.get(place) == Some(value);
    let known = votes.iter().take_while(|vote| is_known(vote)).count();
    let tail = &votes[known..];
    let round = |(place, _): &Vote| place[8..12].to_vec();
    let is_settled =
        !tail.iter().any(is_known) && tail.iter().all(|vote| round(vote) == round(&tail[0]));
    if is_settled { tail } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(byte: u8) -> Option<Digest> {
        Some(Digest::from_bytes([byte; 32]))
    }

    /// A mark with votes at height 5: a whole round, and a prevote in the next.
    fn marked() -> (tempfile::TempDir, Mark) {
        let dir = tempfile::tempdir().expect("a directory");
        let mark = Mark::create(&dir.path().join("mark")).expect("a mark");
        for (round, step, signed) in [
            (0, Step::Propose, value(1)),
            (0, Step::Prevote, value(1)),
            (0, Step::Precommit, None),
            (1, Step::Prevote, value(2)),
        ] {
            mark.set(5, round, step, signed).expect("marked");
        }
        (dir, mark)
    }

    fn logged(places: &[(u32, Step, Option<Digest>)]) -> Logged {
        let places = places.iter().copied();
        places
            .map(|(round, step, value)| ((round, step), value))
            .collect()
    }

    const PREVOTE: Step = Step::Prevote;
    const PRECOMMIT: Step = Step::Precommit;

    #[test]
    fn the_last_votes_that_the_log_lacks_may_be_cast_otherwise() {
        let (_dir, mark) = marked();
        let log = logged(&[(0, PREVOTE, value(1)), (0, PRECOMMIT, None)]);
        assert_eq!(mark.settle(5, &log).expect("stored"), 1);
        mark.set(5, 1, PREVOTE, None).expect("another vote");
        assert!(
            mark.set(5, 0, PRECOMMIT, value(1)).is_err(),
            "that one is in the log"
        );
    }

    #[test]
    fn a_log_that_lacks_more_than_a_crash_takes_changes_nothing() {
        for log in [
            logged(&[]),
            logged(&[(0, PREVOTE, value(1))]),
            logged(&[(0, PREVOTE, value(9)), (0, PRECOMMIT, None)]),
            logged(&[(0, PREVOTE, value(1)), (1, PREVOTE, value(2))]),
        ] {
            let (_dir, mark) = marked();
            assert_eq!(mark.settle(5, &log).expect("stored"), 0);
            assert!(mark.set(5, 1, PREVOTE, None).is_err());
        }
    }

    #[test]
    fn a_second_start_at_a_height_changes_nothing() {
        let (dir, mark) = marked();
        let log = logged(&[
            (0, PREVOTE, value(1)),
            (0, PRECOMMIT, None),
            (1, PREVOTE, value(2)),
        ]);
        assert_eq!(mark.settle(5, &log).expect("stored"), 0);
        mark.set(5, 1, PRECOMMIT, None).expect("during a replay");
        drop(mark);
        let mark = Mark::open(&dir.path().join("mark")).expect("readable");
        let mark = mark.expect("there");
        assert_eq!(mark.settle(5, &log).expect("stored"), 0);
        assert!(mark.set(5, 1, PRECOMMIT, value(2)).is_err());
    }

    #[test]
    fn what_is_forgotten_leaves_the_heights_below_closed() {
        let dir = tempfile::tempdir().expect("a directory");
        let mark = Mark::create(&dir.path().join("mark")).expect("a mark");
        mark.set(5, 0, PREVOTE, value(1)).expect("marked");
        assert_eq!(mark.settle(5, &logged(&[])).expect("stored"), 1);
        assert_eq!(mark.last_height().expect("readable"), Some(4));
        let past = mark.set(4, 9, PRECOMMIT, value(1));
        assert!(matches!(past, Err(MarkError::Past { .. })));
        mark.set(5, 0, PREVOTE, None).expect("another vote");
        // Of another height nothing is forgotten.
        assert_eq!(mark.settle(6, &logged(&[])).expect("stored"), 0);
    }
}
