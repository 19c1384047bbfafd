//! Comes back from a backup: old blocks, no log and no mark, as if it had never signed anything
//! since (back to the past, F3).
//!
//! This is what the mark forbids by never being restored. Whoever does it all the same may sign
//! twice, and is caught if anybody sees both.

use ledger_engine::Marked;

use super::{Adversary, Hand};
use crate::{node::Disk, store::SimStore, wal::Wal};

#[derive(Default)]
pub(super) struct Restored {
    backup: Option<SimStore>,
}

impl Adversary for Restored {
    fn meddle(&mut self, hand: &mut Hand<'_>) {
        if self.backup.is_none() || hand.random.chance(100) {
            self.backup = Some(hand.node.app().store().survivor());
        }
    }

    fn crash(&mut self, hand: &mut Hand<'_>, left: Disk) -> Disk {
        hand.misdeed();
        let backup = self.backup.as_ref().map(SimStore::survivor);
        Disk {
            store: backup.unwrap_or(left.store),
            wal: Wal::default(),
            mark: Marked::default(),
        }
    }
}
