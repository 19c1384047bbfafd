//! The engine's write-ahead log, as a disk would keep it: what is flushed stays, of what is not a
//! crash leaves a prefix.

use arc_malachitebft_core_consensus::Input;
use arc_malachitebft_core_types::VoteType;
use ledger_engine::{Address, EngineLog, Height, Start, Step, TallyContext};
use light_client::hash::Digest;

use crate::random::Random;

/// The log of one height.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wal {
    height: Height,
    flushed: Vec<Input<TallyContext>>,
    buffered: Vec<Input<TallyContext>>,
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
    pub(crate) fn append(&mut self, height: Height, input: Input<TallyContext>) {
        if self.height == height {
            self.buffered.push(input);
        }
    }

    pub(crate) fn flush(&mut self) {
        self.flushed.append(&mut self.buffered);
    }

    /// What was written, in order.
    pub(crate) fn entries(&self) -> Vec<Input<TallyContext>> {
        debug_assert!(self.buffered.is_empty(), "read only after a start");
        self.flushed.clone()
    }

    /// How many entries there are.
    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.flushed.len() + self.buffered.len()).unwrap_or(u64::MAX)
    }

    /// The log as a start at `height` finds it, and whether the engine will replay it.
    pub(crate) fn found(&self, height: Height, own: &Address) -> (EngineLog, Start) {
        if self.height != height {
            return (EngineLog::Unusable, Start::fresh());
        }
        let start = if self.flushed.is_empty() {
            Start::fresh()
        } else {
            Start::replaying(height.0, self.size())
        };
        let votes = self.flushed.iter().filter_map(|entry| vote_of(entry, own));
        (EngineLog::Whole(votes.collect()), start)
    }

    /// What a crash leaves, and how many entries it took.
    pub(crate) fn crash(mut self, random: &mut Random) -> (Self, usize) {
        let (written, kept) = (self.buffered.len(), random.index(self.buffered.len() + 1));
        self.buffered.truncate(kept);
        self.flush();
        (self, written - kept)
    }
}

fn vote_of(entry: &Input<TallyContext>, own: &Address) -> Option<((u32, Step), Option<Digest>)> {
    let Input::Vote(vote) = entry else {
        return None;
    };
    let step = match vote.message.kind {
        VoteType::Prevote => Step::Prevote,
        VoteType::Precommit => Step::Precommit,
    };
    let place = (vote.message.round.as_u32()?, step);
    (vote.message.address == *own).then(|| (place, vote.message.header().copied()))
}

#[cfg(test)]
mod tests {
    use arc_malachitebft_core_consensus::HIDDEN_LOCK_ROUND;
    use ledger_engine::EARLY_POLKA_ROUND;

    /// The mark's rules know of no engine, but of this number of it.
    #[test]
    fn polkas_go_out_before_the_log_is_synced_from_the_round_that_the_mark_knows() {
        assert_eq!(HIDDEN_LOCK_ROUND.as_u32(), Some(EARLY_POLKA_ROUND));
    }
}
