//! The engine's write-ahead log, as a disk would keep it: what is flushed stays, of what is not a
//! crash leaves a prefix.

use std::collections::BTreeMap;

use arc_malachitebft_core_consensus::Input;
use arc_malachitebft_core_types::VoteType;
use light_client::hash::Digest;

use crate::{
    context::{Address, Height, Tally},
    mark::Step,
    random::Random,
};

/// The log of one height.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wal {
    height: Height,
    flushed: Vec<Input<Tally>>,
    buffered: Vec<Input<Tally>>,
}

impl Wal {
    /// Begins the log of `height`, unless this is it already.
    pub(crate) fn begin(&mut self, height: Height) {
        if self.height != height {
            *self = Self {
                height,
                ..Self::default()
            };
        }
    }

    /// Appends, if the log is at this height.
    pub(crate) fn append(&mut self, height: Height, input: Input<Tally>) {
        if self.height == height {
            self.buffered.push(input);
        }
    }

    pub(crate) fn flush(&mut self) {
        self.flushed.append(&mut self.buffered);
    }

    /// What was written, in order.
    pub(crate) fn entries(&self) -> Vec<Input<Tally>> {
        debug_assert!(self.buffered.is_empty(), "read only after a start");
        self.flushed.clone()
    }

    /// The votes of one key, if this is the log of `height`.
    pub(crate) fn votes(
        &self,
        height: Height,
        by: &Address,
    ) -> Option<BTreeMap<(u32, Step), Option<Digest>>> {
        let own = |entry: &Input<Tally>| {
            let Input::Vote(vote) = entry else {
                return None;
            };
            let step = match vote.message.kind {
                VoteType::Prevote => Step::Prevote,
                VoteType::Precommit => Step::Precommit,
            };
            let place = (vote.message.round.as_u32()?, step);
            (vote.message.address == *by).then(|| (place, vote.message.header().copied()))
        };
        let is_this = self.height == height;
        is_this.then(|| self.flushed.iter().filter_map(own).collect())
    }

    /// What a crash leaves, and how many entries it took.
    pub(crate) fn crash(mut self, random: &mut Random) -> (Self, usize) {
        let (written, kept) = (self.buffered.len(), random.index(self.buffered.len() + 1));
        self.buffered.truncate(kept);
        self.flush();
        (self, written - kept)
    }
}
