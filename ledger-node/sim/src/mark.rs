//! The double-sign mark with the rules of the node's, on a disk that keeps all of it.

use std::collections::BTreeMap;

use light_client::hash::Digest;

/// What a validator signs in a round, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Propose,
    Prevote,
    Precommit,
}

/// What one key signed at its newest height.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mark {
    signed: BTreeMap<(u64, u32, Step), Option<Digest>>,
    /// The height at which the process started last.
    started_at: u64,
}

impl Mark {
    /// Marks what is about to be signed; false if it must not be: something else was signed in its
    /// place, or something after it.
    pub(crate) fn set(
        &mut self,
        height: u64,
        round: u32,
        step: Step,
        value: Option<Digest>,
    ) -> bool {
        let place = (height, round, step);
        if let Some(signed) = self.signed.get(&place) {
            return *signed == value;
        }
        let last = self.signed.last_key_value();
        if last.is_some_and(|(last, _)| *last > place) {
            return false;
        }
        self.signed.retain(|(of, _, _), _| *of >= height);
        self.signed.insert(place, value);
        true
    }

    /// Forgets votes that were marked, and of which the engine's log of this height knows nothing:
    /// it is synced before a vote leaves the process, so those never did. Without this, two of
    /// four that die so in one round, and then come to another vote, would stop the ledger.
    ///
    /// Only what one input of the engine can sign is forgotten, the last votes of one round, and
    /// only at a height at which the process starts for the first time: what is signed while a log
    /// is replayed is published without being logged.
    pub(crate) fn settle(&mut self, height: u64, logged: &BTreeMap<(u32, Step), Option<Digest>>) {
        if core::mem::replace(&mut self.started_at, height) == height {
            return;
        }
        let votes = self
            .signed
            .iter()
            .filter(|((of, _, step), _)| *of == height && *step != Step::Propose);
        let (known, unknown): (Vec<_>, Vec<_>) = votes
            .partition(|((_, round, step), value)| logged.get(&(*round, *step)) == Some(value));
        let last_known = known.last().map(|(place, _)| **place);
        let Some(round) = unknown.first().map(|((_, round, _), _)| *round) else {
            return;
        };
        let is_tail = unknown
            .iter()
            .all(|(place, _)| place.1 == round && Some(**place) > last_known);
        if is_tail {
            let unknown: Vec<_> = unknown.into_iter().map(|(place, _)| *place).collect();
            self.signed.retain(|place, _| !unknown.contains(place));
            // Nothing is ever signed below this height, whatever else is forgotten.
            let floor = (height.saturating_sub(1), u32::MAX, Step::Precommit);
            self.signed.insert(floor, None);
        }
    }
}
