//! Documents not in good standing.
//!
//! ```text
//! in force ──► suspended ──► reinstated ──► suspended …
//!    └────────────┴──────────────┴────────► revoked        for good
//! ```
//!
//! There is one entry per document. One that is dated ahead must therefore leave the document as it
//! is until then: only a reinstatement of what is suspended, only a suspension or revocation of what
//! is in force.

use light_client::{
    id::{IssuerId, TimeMs},
    key::PublicKey,
    record::{DecidingRole, Standing, StatusEntry, status_key},
};

use super::registry;
use crate::{
    event::Event,
    limits::CLOCK_WINDOW_MS,
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
    let (before, now) = (state.get::<StatusEntry>(&key)?, state.time_ms());
    let effective_ms = effective(change.effective_ms, now);
    let is_dated = effective_ms > now;
    if !permitted(before.as_ref().map(|entry| entry.standing), change.standing)
        || is_dated && !leaves_as_it_is(before.as_ref(), change.standing, now)
    {
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
        recorded_ms: now,
        effective_ms,
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

/// A date that is ahead by no more than clocks differ means now.
fn effective(asked: TimeMs, now: TimeMs) -> TimeMs {
    if asked.0 <= now.0.saturating_add(CLOCK_WINDOW_MS) {
        asked.min(now)
    } else {
        asked
    }
}

/// Whether what is dated ahead means until then what `before` means now.
fn leaves_as_it_is(before: Option<&StatusEntry>, after: Standing, now: TimeMs) -> bool {
    let is_suspended = before.is_some_and(|entry| match entry.standing {
        Standing::Suspended => entry.effective_ms <= now,
        Standing::Reinstated => entry.effective_ms > now,
        Standing::Revoked => false,
    });
    is_suspended == matches!(after, Standing::Reinstated)
}
