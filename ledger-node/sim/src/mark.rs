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
pub(crate) struct Mark(BTreeMap<(u64, u32, Step), Option<Digest>>);

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
        if let Some(signed) = self.0.get(&place) {
            return *signed == value;
        }
        if self
            .0
            .last_key_value()
            .is_some_and(|(last, _)| *last > place)
        {
            return false;
        }
        self.0.retain(|(of, _, _), _| *of >= height);
        self.0.insert(place, value);
        true
    }
}
