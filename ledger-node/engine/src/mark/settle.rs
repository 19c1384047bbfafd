//! What a start makes of the mark: forgetting what was marked and never left the process.
//!
//! A vote is marked, signed, logged, synced, sent, in this order. Who dies in between has marked a
//! vote that nobody has seen. Kept, it would forbid another vote in its place; two of four
//! validators to which that happens in one round, as in a power cut, would stop the ledger.

use std::collections::BTreeMap;

use light_client::hash::Digest;

use super::{Change, Course, Marked, Place, Signed, Step};

/// Votes of one key at one height, by round and step; none is nil.
pub type Logged = BTreeMap<(u32, Step), Option<Digest>>;

/// The engine's log, as a start finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineLog {
    /// There is none, or one of another height, or it does not read to its end, or it was emptied
    /// in the middle of the height: what was sent cannot be told from it.
    Unusable,
    /// The log of this height, read to its end, and this key's votes in it.
    Whole(Logged),
}

/// From which round on the engine sends a polka, in which the key's own prevote is, before it syncs
/// the log that has that prevote (0.8.2, `HIDDEN_LOCK_ROUND`; a test compares the two).
pub const EARLY_POLKA_ROUND: u32 = 10;

/// Whether the engine replays a log, and until when: what it signs meanwhile it sends without
/// logging it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The height of the log that is replayed, and its size at the start; none if there is nothing
    /// to replay.
    replays: Option<(u64, u64)>,
}

impl Start {
    /// The engine begins with a log that is empty, or that it empties.
    pub const fn fresh() -> Self {
        Self { replays: None }
    }

    /// The engine replays a log of so many bytes, or entries.
    pub const fn replaying(height: u64, size: u64) -> Self {
        Self {
            replays: Some((height, size)),
        }
    }

    /// How that goes out which is signed now, with a log of this size.
    ///
    /// Every input that can lead to a vote is logged first, unless it is itself from the log. So the
    /// replay is over once the log has grown; if in doubt it is not.
    pub fn course(&self, height: u64, log_size: u64) -> Course {
        match self.replays {
            Some((of, size)) if of == height && log_size <= size => Course::Unlogged,
            Some(_) | None => Course::Logged,
        }
    }
}

impl Marked {
    /// What a start at `height` changes: the last votes that the engine's log lacks are forgotten
    /// if they were never sent; all others of this height are kept for good. Proposals are kept:
    /// their streams are sent without the log.
    ///
    /// Only what one input of the engine can sign is ever forgotten, the last votes of one round:
    /// if more is missing, the log is of another time.
    pub fn settle(&self, height: u64, log: &EngineLog) -> Change {
        match log {
            EngineLog::Unusable => self.keep_all(height),
            EngineLog::Whole(logged) if !self.has_all(height, logged) => self.keep_all(height),
            EngineLog::Whole(logged) => match self.unsent(height, logged) {
                Some(unsent) => forget(height, unsent),
                None => self.keep_all(height),
            },
        }
    }

    /// What is marked at `height` besides proposals, in order.
    fn votes(&self, height: u64) -> impl DoubleEndedIterator<Item = (Place, Signed)> {
        let votes = self.0.iter().map(|(place, signed)| (*place, *signed));
        votes.filter(move |(place, _)| place.height == height && place.step != Step::Propose)
    }

    fn keep_all(&self, height: u64) -> Change {
        let course = Course::Unlogged;
        let logged = self
            .votes(height)
            .filter(|(_, signed)| signed.course == Course::Logged);
        Change {
            removed: Vec::new(),
            written: logged
                .map(|(place, signed)| (place, Signed { course, ..signed }))
                .collect(),
        }
    }

    /// Whether all that is logged is marked. If not, the two are not of one history.
    fn has_all(&self, height: u64, logged: &Logged) -> bool {
        logged.iter().all(|((round, step), value)| {
            let place = Place {
                height,
                round: *round,
                step: *step,
            };
            let signed = self.0.get(&place);
            signed.is_some_and(|signed| signed.value == *value)
        })
    }

    /// The votes that never left the process; none if that cannot be told.
    fn unsent(&self, height: u64, logged: &Logged) -> Option<Vec<Place>> {
        let may_be_out = |place: &Place, signed: &Signed| {
            signed.course == Course::Unlogged || logged.contains_key(&(place.round, place.step))
        };
        let unsent: Vec<Place> = self
            .votes(height)
            .rev()
            .take_while(|(place, signed)| !may_be_out(place, signed))
            .map(|(place, _)| place)
            .collect();
        let missing = self.votes(height);
        let missing = missing.filter(|(place, signed)| !may_be_out(place, signed));
        let round = unsent.first().map(|place| place.round);
        let is_one_input = missing.count() == unsent.len()
            && unsent.iter().all(|place| Some(place.round) == round);
        let is_early = |place: &Place| {
            place.round >= EARLY_POLKA_ROUND
                && place.step == Step::Prevote
                && self
                    .0
                    .get(place)
                    .is_some_and(|signed| signed.value.is_some())
        };
        (is_one_input && !unsent.iter().any(is_early)).then_some(unsent)
    }
}

fn forget(height: u64, unsent: Vec<Place>) -> Change {
    let floor = height.checked_sub(1).filter(|_| !unsent.is_empty());
    let floor = floor.map(|below| {
        // Nothing is ever signed below this height, whatever else is forgotten.
        let place = Place {
            height: below,
            round: u32::MAX,
            step: Step::Precommit,
        };
        let (value, course) = (None, Course::Unlogged);
        (place, Signed { value, course })
    });
    Change {
        removed: unsent,
        written: floor.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests;
