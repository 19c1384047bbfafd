//! What a motion does once it is carried.

use light_client::record::DecidingRole;

use super::{Member, Members, motion::MotionEntry, set, software};
use crate::{
    event::Event,
    module::{Freeze, Module, ModuleState, Parameter, Parameters, registry, status, version},
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{Action, MemberChange},
};

/// Carries a motion out, under the rules of the module that it is about.
pub(super) fn execute<S: Store>(state: &mut State<'_, S>, entry: &MotionEntry) -> Result<(), Stop> {
    let action = &entry.motion.action;
    version::open(state, action.module())?;
    match action {
        Action::AdmitMember(member) => admit(state, member),
        Action::RemoveMember(agency) => {
            let mut members = Members::read(state)?;
            members.remove(agency)?;
            members.write(state);
            let agency = agency.clone();
            state.emit(Event::MemberRemoved { agency });
            Ok(())
        }
        Action::ChangeMemberKey(change) => {
            let mut members = Members::read(state)?;
            members.change_key(&change.agency, &change.key)?;
            members.write(state);
            let agency = change.agency.clone();
            state.emit(Event::MemberKeyChanged { agency });
            Ok(())
        }
        Action::RotateSet(rotation) => set::choose(state, rotation),
        Action::SetParameter(parameter, value) => set_parameter(state, *parameter, *value),
        Action::ScheduleVersion(change) => software::schedule(state, change),
        Action::Freeze(module) => freeze(state, entry, *module, None),
        Action::EmergencyFreeze(module) => {
            let lasts = Parameters::read(state)?.value(Parameter::EmergencyFreezeMs);
            freeze(state, entry, *module, Some(lasts))
        }
        Action::Unfreeze(module) => unfreeze(state, *module),
        Action::Register(change) => registry::register(state, change),
        Action::Amend(change) => registry::amend(state, change),
        Action::SuspendIssuer(issuer) => registry::suspend(state, issuer),
        Action::NameSuccessor(issuer, successor) => {
            registry::name_successor(state, issuer, successor.as_ref())
        }
        Action::Publish(publication) => registry::publish(state, publication),
        Action::SetStatus(change) => {
            let first = entry.supporters().next().ok_or(Refusal::NotEnoughVotes)?;
            status::record(state, change, DecidingRole::Governance, first)
        }
    }
}

fn admit<S: Store>(state: &mut State<'_, S>, change: &MemberChange) -> Result<(), Stop> {
    let mut members = Members::read(state)?;
    members.admit(Member {
        agency: change.agency.clone(),
        key: change.key.clone(),
        admitted: state.height(),
        profile: None,
    })?;
    members.write(state);
    let agency = change.agency.clone();
    state.emit(Event::MemberAdmitted { agency });
    Ok(())
}

fn set_parameter<S: Store>(
    state: &mut State<'_, S>,
    parameter: Parameter,
    value: u64,
) -> Result<(), Stop> {
    let (least, greatest) = parameter.range();
    if !(least..=greatest).contains(&value) {
        return Err(Refusal::OutOfRange("parameter").into());
    }
    Parameters::read(state)?.set(state, parameter, value);
    state.emit(Event::ParameterSet { parameter, value });
    Ok(())
}

/// Freezes a module for a time, or until members end it. Governance itself is never frozen:
/// nobody could unfreeze it.
fn freeze<S: Store>(
    state: &mut State<'_, S>,
    entry: &MotionEntry,
    module: Module,
    lasts_ms: Option<u64>,
) -> Result<(), Stop> {
    if module == Module::Governance {
        return Err(Refusal::OutOfRange("module").into());
    }
    let now = state.time_ms();
    let until_ms = lasts_ms.map(|lasts| light_client::id::TimeMs(now.0.saturating_add(lasts)));
    let mut of_module = ModuleState::read(state, module)?;
    // Fewer members must not be able to shorten what more have decided, nor to go on for ever.
    if until_ms.is_some() && of_module.freeze.is_some() {
        return Err(Refusal::FrozenBefore.into());
    }
    of_module.freeze = Some(Freeze {
        basis: entry.motion.basis.clone(),
        since_ms: now,
        until_ms,
    });
    of_module.write(state, module);
    state.emit(Event::Frozen { module, until_ms });
    Ok(())
}

fn unfreeze<S: Store>(state: &mut State<'_, S>, module: Module) -> Result<(), Stop> {
    let mut of_module = ModuleState::read(state, module)?;
    if of_module.freeze.take().is_none() {
        return Err(Refusal::NotFrozen.into());
    }
    of_module.write(state, module);
    state.emit(Event::Unfrozen { module });
    Ok(())
}
