//! Forgets its locks: the engine's log is gone after many a crash (amnesia, F2 of the Tendermint
//! accountability report). After others it finds the log that it has begun since.
//!
//! Its mark remains, so it never signs two things in one place, and there is no evidence to find.

use super::{Adversary, Hand};
use crate::{node::Disk, wal::Wal};

#[derive(Default)]
pub(super) struct Amnesiac {
    has_lost: bool,
}

impl Adversary for Amnesiac {
    fn crash(&mut self, hand: &mut Hand<'_>, left: Disk) -> Disk {
        if core::mem::replace(&mut self.has_lost, true) && hand.random.chance(500) {
            return left;
        }
        hand.misdeed();
        Disk {
            wal: Wal::default(),
            ..left
        }
    }
}
