//! The engine's write-ahead log, as a disk would keep it: what is flushed stays, of what is not a
//! crash leaves a prefix.

use arc_malachitebft_core_consensus::Input;

use crate::{
    context::{Height, Tally},
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

    /// What a crash leaves, and how many entries it took.
    pub(crate) fn crash(mut self, random: &mut Random) -> (Self, usize) {
        let (written, kept) = (self.buffered.len(), random.index(self.buffered.len() + 1));
        self.buffered.truncate(kept);
        self.flush();
        (self, written - kept)
    }
}
