//! Documents not in good standing.
//!
//! ```text
//! in force ──► suspended ──► reinstated ──► suspended …
//!    └────────────┴──────────────┴────────► revoked        for good
//! ```

use light_client::{
    key::KeyId,
    record::{Standing, StatusEntry, status_key},
};

use crate::{
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::StatusChange,
};

/// Records a document's standing, by any key of its issuer that has a right at this height.
pub(super) fn set<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    change: &StatusChange,
) -> Result<(), Stop> {
    let (suite, height) = (state.suite(), state.height());
    let issuer = state.issuer(&change.issuer)?;
    let mut rights = issuer.rights.iter();
    if !rights.any(|right| right.holds_at(height) && right.key.id(suite) == *sender) {
        return Err(Refusal::NoRight.into());
    }
    let key = status_key(suite, state.ledger(), &change.issuer, &change.document);
    let before = state.get::<StatusEntry>(&key)?.map(|entry| entry.standing);
    if !permitted(before, change.standing) {
        return Err(Refusal::BadTransition.into());
    }
    let entry = StatusEntry {
        ledger: *state.ledger(),
        standing: change.standing,
        reason: change.reason,
        by: change.issuer.clone(),
        recorded: height,
        recorded_ms: state.time_ms(),
        effective_ms: change.effective_ms,
    };
    state.put(key, &entry);
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
