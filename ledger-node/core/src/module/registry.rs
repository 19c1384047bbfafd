//! Issuers and their rights. Members decide; approvals are checked with the transaction's form.
//!
//! - A new issuer's rights begin at the block's height.
//! - An amendment never touches the past: where a right holds, it may get another end, at the
//!   block's height at the earliest; where none holds, one begins.

use light_client::{
    id::Height,
    record::{IssuerEntry, Right, issuer_key},
};

use crate::{
    limits::MAX_RIGHTS,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{IssuerChange, RightChange},
};

/// Adds an issuer.
pub(super) fn register<S: Store>(
    state: &mut State<'_, S>,
    change: &IssuerChange,
) -> Result<(), Stop> {
    let key = issuer_key(state.suite(), state.ledger(), &change.issuer);
    if state.has(&key)? {
        return Err(Refusal::IssuerExists.into());
    }
    let entry = IssuerEntry {
        ledger: *state.ledger(),
        name: change.name.clone(),
        rights: Vec::new(),
    };
    state.put(key, &amended(entry, change, state.height())?);
    Ok(())
}

/// Changes an issuer.
pub(super) fn amend<S: Store>(state: &mut State<'_, S>, change: &IssuerChange) -> Result<(), Stop> {
    let key = issuer_key(state.suite(), state.ledger(), &change.issuer);
    let entry = state.issuer(&change.issuer)?;
    state.put(key, &amended(entry, change, state.height())?);
    Ok(())
}

fn amended(
    mut entry: IssuerEntry,
    change: &IssuerChange,
    height: Height,
) -> Result<IssuerEntry, Refusal> {
    entry.name = change.name.clone();
    for right in &change.rights {
        change_right(&mut entry.rights, right, height)?;
    }
    if entry.rights.len() > MAX_RIGHTS {
        return Err(Refusal::TooLarge);
    }
    Ok(entry)
}

fn change_right(
    rights: &mut Vec<Right>,
    change: &RightChange,
    height: Height,
) -> Result<(), Refusal> {
    let holds = rights.iter_mut().find(|right| {
        right.key == change.key
            && right.document_type == change.document_type
            && right.holds_at(height)
    });
    if let Some(right) = holds {
        right.to = change.to.map(|to| to.max(height));
        return Ok(());
    }
    if change.to.is_some_and(|to| to <= height) {
        return Err(Refusal::OutOfRange("to"));
    }
    rights.push(Right {
        key: change.key.clone(),
        document_type: change.document_type.clone(),
        from: height,
        to: change.to,
    });
    Ok(())
}
