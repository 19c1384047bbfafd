//! Digests of files, with the time of the block: what a court asks for is the original, its
//! digest, and proof that the digest was here then.
//!
//! Version 1 takes one digest in a transaction, version 2 many.

use light_client::{
    key::PublicKey,
    record::{EvidenceEntry, evidence_key},
};

use super::{Module, ModuleState, registry};
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::Deposit,
};

/// Keeps digests that are not kept yet; the first time counts, so a later deposit is refused.
pub(super) fn deposit<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    deposit: &Deposit,
) -> Result<(), Stop> {
    let version = ModuleState::read(state, Module::Evidence)?.in_force(state.height());
    if version < 2 && deposit.digests.len() > 1 {
        return Err(Refusal::TooLarge.into());
    }
    let agency = state.issuer(&deposit.agency)?;
    if !registry::has_key(state, &agency, sender) {
        return Err(Refusal::NoRight.into());
    }
    for digest in &deposit.digests {
        let key = evidence_key(state.suite(), state.ledger(), digest);
        if state.has(&key)? {
            return Err(Refusal::AlreadyDeposited.into());
        }
        let entry = EvidenceEntry {
            ledger: *state.ledger(),
            agency: deposit.agency.clone(),
            recorded: state.height(),
            recorded_ms: state.time_ms(),
        };
        state.put(key, &entry);
    }
    state.emit(Event::Deposited {
        agency: deposit.agency.clone(),
        count: deposit.digests.len(),
    });
    Ok(())
}
