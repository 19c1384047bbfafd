//! Documents not in good standing.
//!
//! ```text
//! in force ──► suspended ──► reinstated ──► suspended …
//!    └────────────┴──────────────┴────────► revoked        for good
//! ```

use light_client::{
    id::IssuerId,
    key::PublicKey,
    record::{DecidingRole, Standing, StatusEntry, status_key},
};

use super::registry;
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::StatusChange,
};

/// Records a document's standing, by any key that has a right at this height: of its issuer, or of
/// the issuer that the registry names as its successor.
pub(super) fn set<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    change: &StatusChange,
) -> Result<(), Stop> {
    let issuer = state.issuer(&change.issuer)?;
    if registry::has_key(state, &issuer, sender) {
        return record(state, change, DecidingRole::Issuer, &change.issuer);
    }
    let successor = registry::successor(state, &change.issuer)?;
    let successor = successor.ok_or(Refusal::NoRight)?;
    let answering = state.issuer(&successor)?;
    if !registry::has_key(state, &answering, sender) {
        return Err(Refusal::NoRight.into());
    }
    record(state, change, DecidingRole::Successor, &successor)
}

/// Records what `by` has decided in this role.
pub(super) fn record<S: Store>(
    state: &mut State<'_, S>,
    change: &StatusChange,
    role: DecidingRole,
    by: &IssuerId,
) -> Result<(), Stop> {
    let key = status_key(
        state.suite(),
        state.ledger(),
        &change.issuer,
        &change.document,
    );
    let before = state.get::<StatusEntry>(&key)?.map(|entry| entry.standing);
    if !permitted(before, change.standing) {
        return Err(Refusal::BadTransition.into());
    }
    let entry = StatusEntry {
        ledger: *state.ledger(),
        standing: change.standing,
        reason: change.reason,
        basis: change.basis.clone(),
        role,
        by: by.clone(),
        recorded: state.height(),
        recorded_ms: state.time_ms(),
        effective_ms: change.effective_ms,
    };
    state.put(key, &entry);
    state.emit(Event::StandingSet {
        issuer: change.issuer.clone(),
        standing: change.standing,
        role,
    });
    Ok(())
}

const fn permitted(before: Option<Standing>, after: Standing) -> bool {
    match (before, after) {
        (Some(Standing::Revoked), _) => false,
        (_, Standing::Revoked) => true,
        (None | Some(Standing::Reinstated), Standing::Suspended) => true,
        (Some(Standing::Suspended), Standing::Reinstated) => true,
        (Some(Standing::Suspended), Standing::Suspended)
        | (None | Some(Standing::Reinstated), Standing::Reinstated) => false,
    }
}
