//! What validators' software can execute, and which version comes into force when.

use light_client::{
    id::IssuerId,
    key::KeyId,
    validator_set::{Validator, ValidatorSet},
};

use super::set::WaitingSet;
use crate::{
    event::Event,
    fault::Fault,
    module::{ModuleState, version::Capability},
    refusal::Refusal,
    state::{SetRole, State, Stop, set_key},
    store::Store,
    transaction::{Announcement, VersionChange},
};

/// Records what a validator's software can execute; the sender's key is in the present set, or in
/// the one that waits.
pub(in crate::module) fn announce<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    announcement: &Announcement,
) -> Result<(), Stop> {
    let agency = validator(state, sender)?;
    let capability = Capability {
        build: announcement.build,
        versions: announcement.versions.clone(),
        height: state.height(),
    };
    let key = Capability::key(state.suite(), state.ledger(), &agency);
    let before: Option<Capability> = state.kept(&key)?;
    let same =
        |old: &Capability| old.build == capability.build && old.versions == capability.versions;
    if before.as_ref().is_some_and(same) {
        return Err(Refusal::Unchanged.into());
    }
    state.keep_entry(key, capability);
    state.emit(Event::SoftwareAnnounced { agency });
    Ok(())
}

/// Schedules a version. It must be the next one, lie ahead, and a quorum of the present validators
/// must have announced that they can execute it: the others will stop at that height.
pub(super) fn schedule<S: Store>(
    state: &mut State<'_, S>,
    change: &VersionChange,
) -> Result<(), Stop> {
    let (module, height) = (change.module, state.height());
    let mut of_module = ModuleState::read(state, module)?;
    if of_module.in_force(height).checked_add(1) != Some(change.version) {
        return Err(Refusal::WrongVersion.into());
    }
    if change.activation <= height {
        return Err(Refusal::OutOfRange("activation").into());
    }
    let set = current(state)?;
    let mut capable = 0;
    for validator in set.validators() {
        let key = Capability::key(state.suite(), state.ledger(), &validator.agency);
        let capability: Option<Capability> = state.kept(&key)?;
        let covers = |known: Capability| known.covers(module, change.version);
        capable += usize::from(capability.is_some_and(covers));
    }
    if capable < set.quorum() {
        return Err(Refusal::NotCapable.into());
    }
    of_module.schedule(change, height);
    of_module.write(state, module);
    let (version, activation) = (change.version, change.activation);
    state.emit(Event::VersionScheduled {
        module,
        version,
        activation,
    });
    Ok(())
}

/// The agency whose validator, present or coming, has this key.
fn validator<S: Store>(state: &State<'_, S>, sender: &KeyId) -> Result<IssuerId, Stop> {
    let suite = state.suite();
    let is_sender = |validator: &&Validator| validator.key.id(suite) == *sender;
    let set = current(state)?;
    let waiting: Option<WaitingSet> = state.kept(&set_key(suite, state.ledger(), SetRole::Next))?;
    let waiting = waiting.iter().flat_map(|waiting| waiting.set.validators());
    let found = set.validators().iter().chain(waiting).find(is_sender);
    Ok(found.ok_or(Refusal::NoRight)?.agency.clone())
}

fn current<S: Store>(state: &State<'_, S>) -> Result<ValidatorSet, Fault> {
    let key = set_key(state.suite(), state.ledger(), SetRole::Current);
    state.kept(&key)?.ok_or(Fault::Missing("the validator set"))
}
