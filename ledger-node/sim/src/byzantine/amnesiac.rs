//! Forgets its locks: the engine's log is gone after every crash (amnesia, F2 of the Tendermint
//! accountability report).
//!
//! Its mark remains, so it never signs two things in one place, and there is no evidence to find.

use super::{Adversary, Hand};
use crate::{node::Disk, wal::Wal};

pub(super) struct Amnesiac;

impl Adversary for Amnesiac {
    fn crash(&mut self, hand: &mut Hand<'_>, left: Disk) -> Disk {
        hand.misdeed();
        Disk {
            wal: Wal::default(),
            ..left
        }
    }
}
