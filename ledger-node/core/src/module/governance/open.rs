//! The names of the motions that can be voted on: one entry, so that one proof shows all of them.

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::{IssuerId, TimeMs},
    state::Kind,
};

use super::Members;
use crate::{
    fault::Fault,
    limits::{MAX_MEMBERS, MAX_OPEN_MOTIONS},
    state::{Kept, Only, State},
    store::Store,
    transaction::{MotionId, TxId},
};

/// A motion that can be voted on.
///
/// Shape: `[motion, mover, closes time_ms]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMotion {
    /// Its name.
    pub motion: MotionId,
    /// The member that moved it.
    pub mover: IssuerId,
    /// From when it can no longer be voted on.
    pub closes_ms: TimeMs,
}

/// Those of all members, oldest first.
///
/// A member's oldest leave the list when it has more than [`MAX_OPEN_MOTIONS`] there, and all when
/// it is a member no more: they can still be voted on by name, and nobody can crowd out the motions
/// of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OpenMotions(Vec<OpenMotion>);

impl OpenMotions {
    pub(super) fn read<S: Store>(state: &State<'_, S>) -> Result<Self, Fault> {
        Ok(state.only()?.unwrap_or_default())
    }

    pub(super) fn write<S: Store>(self, state: &mut State<'_, S>) {
        state.keep_only(self);
    }

    /// Takes one in, and lets go of those whose time is over.
    pub(super) fn add(&mut self, members: &Members, now: TimeMs, new: OpenMotion) {
        let stays = |open: &OpenMotion| now < open.closes_ms && members.has(&open.mover);
        self.0.retain(stays);
        let of_mover = |open: &OpenMotion| open.mover == new.mover;
        if self.0.iter().filter(|open| of_mover(open)).count() >= MAX_OPEN_MOTIONS {
            let oldest = self.0.iter().position(of_mover);
            oldest.map(|oldest| self.0.remove(oldest));
        }
        self.0.push(new);
    }

    /// Lets go of one that was carried out; whether it was there.
    pub(super) fn remove(&mut self, motion: &MotionId) -> bool {
        let before = self.0.len();
        self.0.retain(|open| open.motion != *motion);
        self.0.len() < before
    }

    pub(crate) fn into_vec(self) -> Vec<OpenMotion> {
        self.0
    }
}

impl Kept for OpenMotions {
    const KIND: Kind = Kind::OpenMotions;
}

impl Only for OpenMotions {}

impl Wire for OpenMotions {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(MAX_MEMBERS * MAX_OPEN_MOTIONS).map(Self)
    }
}

impl Wire for OpenMotion {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.motion.0.0).value(&self.mover);
        writer.value(&self.closes_ms);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            motion: MotionId(TxId(reader.value()?)),
            mover: reader.value()?,
            closes_ms: reader.value()?,
        })
    }
}
