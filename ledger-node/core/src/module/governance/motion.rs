//! A motion in the state: what is asked for, on what it rests, who voted how, what became of it.
//!
//! ```text
//! key   = [1, ledger, 1, 3, motion]
//! value = [1, ledger, 1, 3, [action, legal basis, moved height, closes time_ms,
//!          [[agency, choice], …], [height, time_ms] | null]]
//! ```

use std::collections::BTreeMap;

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::{Height, IssuerId, LedgerId, TimeMs},
    state::{Kind, StateKey},
    suite::Suite,
};

use super::{
    super::{Parameter, Parameters},
    Members,
};
use crate::{
    fault::Fault,
    limits::MAX_MEMBERS,
    refusal::Refusal,
    state::{Kept, State, Stop},
    store::Store,
    transaction::{Choice, Motion, MotionId},
};

/// What became of a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MotionOutcome {
    /// It can be voted on, until its time is over.
    Open,
    /// It was carried out.
    Carried {
        /// In this block,
        height: Height,
        /// at this time.
        time_ms: TimeMs,
    },
}

/// How a motion stands with the present members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    /// How many are for it.
    pub counted: usize,
    /// How many must be.
    pub needed: usize,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MotionEntry {
    /// What is asked for, and on what it rests.
    pub motion: Motion,
    /// In which block it was moved.
    pub moved: Height,
    /// From when it can no longer be voted on or carried out.
    pub closes_ms: TimeMs,
    /// Who voted how, members still or not.
    pub votes: BTreeMap<IssuerId, Choice>,
    /// What became of it.
    pub outcome: MotionOutcome,
}

impl MotionEntry {
    /// A motion without votes, which closes when the parameter says.
    pub(super) fn open<S: Store>(state: &State<'_, S>, motion: &Motion) -> Result<Self, Fault> {
        let lasts = Parameters::read(state)?.value(Parameter::MotionMs);
        Ok(Self {
            motion: motion.clone(),
            moved: state.height(),
            closes_ms: TimeMs(state.time_ms().0.saturating_add(lasts)),
            votes: BTreeMap::new(),
            outcome: MotionOutcome::Open,
        })
    }

    /// A motion that can still be voted on and carried out.
    pub(super) fn read_open<S: Store>(state: &State<'_, S>, id: &MotionId) -> Result<Self, Stop> {
        let entry: Option<Self> = state.kept(&Self::key(state.suite(), state.ledger(), id))?;
        let entry = entry.ok_or(Refusal::UnknownMotion)?;
        match entry.outcome {
            MotionOutcome::Open if state.time_ms() < entry.closes_ms => Ok(entry),
            MotionOutcome::Open | MotionOutcome::Carried { .. } => {
                Err(Refusal::MotionClosed.into())
            }
        }
    }

    pub(super) fn write<S: Store>(self, state: &mut State<'_, S>, id: &MotionId) {
        let key = Self::key(state.suite(), state.ledger(), id);
        state.keep_entry(key, self);
    }

    pub(super) fn vote(&mut self, agency: IssuerId, choice: Choice) {
        self.votes.insert(agency, choice);
    }

    /// Those of `members` who are for it, against how many must be.
    pub(crate) fn support(&self, members: &Members) -> Support {
        let present = self.supporters().filter(|agency| members.has(agency));
        Support {
            counted: present.count(),
            needed: members.threshold(&self.motion.action),
        }
    }

    /// Those who voted for it, members still or not.
    pub(super) fn supporters(&self) -> impl Iterator<Item = &IssuerId> {
        let votes = self.votes.iter();
        votes
            .filter(|(_, choice)| **choice == Choice::Yes)
            .map(|(agency, _)| agency)
    }

    /// Where a motion is kept.
    pub(crate) fn key(suite: Suite, ledger: &LedgerId, id: &MotionId) -> StateKey {
        StateKey::new(suite, ledger, Kind::Motion, &[id.0.0.as_bytes()])
    }
}

impl Kept for MotionEntry {
    const KIND: Kind = Kind::Motion;
}

impl Wire for MotionEntry {
    fn encode(&self, writer: &mut Writer) {
        writer.array(6).value(&self.motion.action);
        writer.value(&self.motion.basis).value(&self.moved);
        writer.value(&self.closes_ms).array(self.votes.len());
        for (agency, choice) in &self.votes {
            writer.array(2).value(agency).value(choice);
        }
        writer.value(&self.outcome);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        let motion = Motion {
            action: reader.value()?,
            basis: reader.value()?,
        };
        let (moved, closes_ms) = (reader.value()?, reader.value()?);
        let mut votes = BTreeMap::new();
        // Members come and go while a motion is open.
        for _ in 0..reader.array_up_to(10 * MAX_MEMBERS)? {
            reader.array(2)?;
            votes.insert(reader.value()?, reader.value()?);
        }
        Ok(Self {
            motion,
            moved,
            closes_ms,
            votes,
            outcome: reader.value()?,
        })
    }
}

impl Wire for MotionOutcome {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Open => writer.array(0),
            Self::Carried { height, time_ms } => writer.array(2).value(height).value(time_ms),
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.array_up_to(2)? {
            0 => Ok(Self::Open),
            2 => Ok(Self::Carried {
                height: reader.value()?,
                time_ms: reader.value()?,
            }),
            _ => Err(DecodeError::LengthMismatch),
        }
    }
}
