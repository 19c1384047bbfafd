//! The validator set and its succession.
//!
//! A set that members have chosen waits in the state until a quorum of it has said, each with its
//! new key, that it is ready. The block in which that is so is the last of its epoch: it names the
//! set in its header, and the set decides from the next block on. A set that is not ready within
//! the parameter `ReadinessBlocks` is dropped: a chain handed to validators that are not there
//! would stand still.
//!
//! ```text
//! waiting set   = [1, ledger, 1, 2, [set, deadline height, [agency, …]]]
//! validator key = [1, ledger, 1, 6, epoch]      for every key that was ever in a set
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::{Epoch, Height, IssuerId},
    key::KeyId,
    state::Kind,
    validator_set::ValidatorSet,
};

use super::super::{Parameter, Parameters};
use crate::{
    event::Event,
    fault::Fault,
    limits::MAX_MEMBERS,
    refusal::Refusal,
    state::{Kept, SetRole, State, Stop, set_key, validator_key},
    store::Store,
    transaction::{Readiness, SetRotation},
};

/// A set that waits for its validators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSet {
    /// The set.
    pub set: ValidatorSet,
    /// The last block in which it can become ready.
    pub deadline: Height,
    /// Those that are ready, ascending.
    pub ready: Vec<IssuerId>,
}

/// Chooses the set of the next epoch.
pub(super) fn choose<S: Store>(
    state: &mut State<'_, S>,
    rotation: &SetRotation,
) -> Result<(), Stop> {
    let (suite, ledger) = (state.suite(), *state.ledger());
    let current: ValidatorSet = state
        .kept(&set_key(suite, &ledger, SetRole::Current))?
        .ok_or(Fault::Missing("the validator set"))?;
    if current.epoch().next() != Some(rotation.next.epoch()) {
        return Err(Refusal::WrongEpoch.into());
    }
    let next = set_key(suite, &ledger, SetRole::Next);
    if state.has(&next)? {
        return Err(Refusal::SetWaits.into());
    }
    // One key, one epoch: a key that decided before must never decide again.
    for validator in rotation.next.validators() {
        if state.has(&validator_key(suite, &ledger, &validator.key.id(suite)))? {
            return Err(Refusal::KeyReused.into());
        }
    }
    let blocks = Parameters::read(state)?.value(Parameter::ReadinessBlocks);
    let waiting = WaitingSet {
        set: rotation.next.clone(),
        deadline: Height(state.height().0.saturating_add(blocks)),
        ready: Vec::new(),
    };
    state.keep_entry(next, waiting);
    let epoch = rotation.next.epoch();
    state.emit(Event::SetChosen { epoch });
    Ok(())
}

/// A validator of the waiting set is ready.
pub(in crate::module) fn ready<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    readiness: &Readiness,
) -> Result<(), Stop> {
    let suite = state.suite();
    let key = set_key(suite, state.ledger(), SetRole::Next);
    let waiting: Option<WaitingSet> = state.kept(&key)?;
    let mut waiting = waiting.ok_or(Refusal::NoSetWaits)?;
    if waiting.set.hash(suite) != readiness.set {
        return Err(Refusal::NoSetWaits.into());
    }
    let mut validators = waiting.set.validators().iter();
    let validator = validators.find(|validator| validator.key.id(suite) == *sender);
    let agency = validator.ok_or(Refusal::NoRight)?.agency.clone();
    if waiting.ready.contains(&agency) {
        return Err(Refusal::Unchanged.into());
    }
    waiting.ready.push(agency.clone());
    waiting.ready.sort();
    state.keep_entry(key, waiting);
    state.emit(Event::ValidatorReady { agency });
    Ok(())
}

/// At the end of a block: hands over to the waiting set if it is ready, drops it if it is late.
pub(crate) fn end_epoch<S: Store>(state: &mut State<'_, S>) -> Result<Option<ValidatorSet>, Fault> {
    let (suite, ledger) = (state.suite(), *state.ledger());
    let next = set_key(suite, &ledger, SetRole::Next);
    let Some(waiting) = state.kept::<WaitingSet>(&next)? else {
        return Ok(None);
    };
    if waiting.ready.len() >= waiting.set.quorum() {
        let set = waiting.set;
        state.remove(next);
        for validator in set.validators() {
            let key = validator_key(suite, &ledger, &validator.key.id(suite));
            state.keep_entry(key, UsedBy(set.epoch()));
        }
        let current = set_key(suite, &ledger, SetRole::Current);
        state.keep_entry(current, set.clone());
        return Ok(Some(set));
    }
    if state.height() >= waiting.deadline {
        state.remove(next);
    }
    Ok(None)
}

/// In which epoch a key was a validator's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UsedBy(pub(crate) Epoch);

impl Kept for UsedBy {
    const KIND: Kind = Kind::ValidatorKey;
}

impl Wire for UsedBy {
    fn encode(&self, writer: &mut Writer) {
        writer.value(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.value().map(Self)
    }
}

impl Kept for WaitingSet {
    const KIND: Kind = Kind::ValidatorSet;
}

impl Wire for WaitingSet {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.set).value(&self.deadline);
        writer.list(&self.ready);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            set: reader.value()?,
            deadline: reader.value()?,
            ready: reader.list(MAX_MEMBERS)?,
        })
    }
}
