//! The rules of the double-sign mark: what a key may sign, given what it has signed.
//!
//! The engine's write-ahead log already keeps a restarted node from contradicting itself. The mark
//! holds when that log is lost, restored from a backup, or wrong. Here are its rules alone: whoever
//! keeps it writes each [`Change`] to a disk, and syncs it, before anything is signed.

mod settle;

use std::collections::BTreeMap;

use light_client::hash::Digest;
use thiserror::Error;

pub use settle::{EARLY_POLKA_ROUND, EngineLog, Logged, Start};

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

/// Where something is signed; the order is that in which a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The height.
    pub height: u64,
    /// The round.
    pub round: u32,
    /// The step.
    pub step: Step,
}

/// What was signed in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The header; none is nil.
    pub value: Option<Digest>,
    /// How it goes out.
    pub course: Course,
}

/// Whether what is signed can have been sent without the engine's log having it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The log has it, synced, before it is sent: what a whole log lacks was never sent.
    Logged,
    /// It may be out in the world whatever the log says, and is never forgotten.
    Unlogged,
}

/// Why nothing may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Something else was signed in this place.
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
}

/// What is to become of a mark, in one durable write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What goes.
    pub removed: Vec<Place>,
    /// What comes, or comes instead.
    pub written: Vec<(Place, Signed)>,
}

impl Change {
    /// Whether there is nothing to write.
    pub const fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.written.is_empty()
    }
}

/// What one key has signed at its newest height.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked(BTreeMap<Place, Signed>);

impl Marked {
    /// What a disk holds.
    pub const fn new(signed: BTreeMap<Place, Signed>) -> Self {
        Self(signed)
    }

    /// The last height at which something was signed.
    pub fn last_height(&self) -> Option<u64> {
        let last = self.0.last_key_value();
        last.map(|(place, _)| place.height)
    }

    /// Whether `value` (none is nil) may be signed, and what must be on disk before it is: nothing,
    /// if it was signed before. The same value may be signed again, after a restart.
    ///
    /// # Errors
    /// [`Refusal`]: nothing may be signed.
    pub fn sign(
        &self,
        place: Place,
        value: Option<Digest>,
        course: Course,
    ) -> Result<Change, Refusal> {
        let Place { height, round, .. } = place;
        let signed = Signed { value, course };
        let before = self.0.get(&place);
        let last = self.0.last_key_value().map(|(last, _)| *last);
        match before {
            Some(before) if before.value != value => Err(Refusal::Conflict { height, round }),
            // Once it may be out unlogged, that cannot be taken back.
            Some(before) if before.course == Course::Unlogged || *before == signed => {
                Ok(Change::default())
            }
            None if last.is_some_and(|last| last > place) => Err(Refusal::Past { height, round }),
            Some(_) | None => Ok(Change {
                removed: self.below(height),
                written: vec![(place, signed)],
            }),
        }
    }

    /// Takes in what is on disk now.
    pub fn apply(&mut self, change: &Change) {
        for place in &change.removed {
            self.0.remove(place);
        }
        self.0.extend(change.written.iter().copied());
    }

    /// Heights below are decided: nothing is ever signed there again.
    fn below(&self, height: u64) -> Vec<Place> {
        let places = self.0.keys().copied();
        places.take_while(|place| place.height < height).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(byte: u8) -> Option<Digest> {
        Some(Digest::from_bytes([byte; 32]))
    }

    const fn place(height: u64, round: u32, step: Step) -> Place {
        Place {
            height,
            round,
            step,
        }
    }

    fn sign(mark: &mut Marked, place: Place, value: Option<Digest>) -> Result<(), Refusal> {
        let change = mark.sign(place, value, Course::Logged)?;
        mark.apply(&change);
        Ok(())
    }

    #[test]
    fn a_second_value_is_refused_and_the_first_may_be_given_again() {
        let mut mark = Marked::default();
        let (prevote, precommit) = (place(5, 0, Step::Prevote), place(5, 0, Step::Precommit));
        assert_eq!(sign(&mut mark, prevote, value(1)), Ok(()));
        assert_eq!(sign(&mut mark, precommit, None), Ok(()));
        let again = mark.sign(prevote, value(1), Course::Logged);
        assert_eq!(again, Ok(Change::default()));
        let conflict = Err(Refusal::Conflict {
            height: 5,
            round: 0,
        });
        assert_eq!(sign(&mut mark, prevote, value(2)), conflict);
        assert_eq!(sign(&mut mark, precommit, value(1)), conflict);
    }

    #[test]
    fn nothing_is_signed_behind_the_mark() {
        let mut mark = Marked::default();
        assert_eq!(sign(&mut mark, place(7, 2, Step::Prevote), None), Ok(()));
        for (height, round, step) in [
            (6, 9, Step::Precommit),
            (7, 1, Step::Prevote),
            (7, 2, Step::Propose),
        ] {
            let past = Err(Refusal::Past { height, round });
            assert_eq!(sign(&mut mark, place(height, round, step), value(1)), past);
        }
        assert_eq!(sign(&mut mark, place(8, 0, Step::Propose), None), Ok(()));
        assert_eq!(mark.last_height(), Some(8));
        let past = sign(&mut mark, place(7, 2, Step::Prevote), None);
        assert!(matches!(past, Err(Refusal::Past { .. })), "gone, not open");
    }

    #[test]
    fn what_was_given_again_while_a_log_was_replayed_counts_as_sent() {
        let mut mark = Marked::default();
        let prevote = place(5, 0, Step::Prevote);
        assert_eq!(sign(&mut mark, prevote, None), Ok(()));
        let replayed = mark
            .sign(prevote, None, Course::Unlogged)
            .expect("the same");
        let (written, course) = (&replayed.written, Course::Unlogged);
        assert_eq!(
            written,
            &[(
                prevote,
                Signed {
                    value: None,
                    course
                }
            )]
        );
        mark.apply(&replayed);
        let live = mark.sign(prevote, None, Course::Logged);
        assert_eq!(live, Ok(Change::default()));
    }
}
