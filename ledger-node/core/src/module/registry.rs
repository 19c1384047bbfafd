//! Issuers and their rights; schemas, releases, verifiers. Members decide all of it.
//!
//! - A new issuer's rights begin at the block's height.
//! - An amendment never touches the past: where a right holds, it may get another end, at the
//!   block's height at the earliest; where none holds, one begins.
//!
//! ```text
//! successor   key [1, ledger, 2, 2, issuer]          value [1, ledger, 2, 2, successor]
//! publication key [1, ledger, 2, 3, subject, name]   value [1, ledger, 2, 3, [publication, height]]
//! ```

use std::sync::Arc;

use light_client::{
    id::{Height, IssuerId},
    key::PublicKey,
    record::{IssuerEntry, Right, issuer_key},
    state::{Kind, StateKey},
};

use crate::{
    event::Event,
    fault::Fault,
    limits::MAX_RIGHTS,
    refusal::Refusal,
    state::{Published, State, Stop, Successor},
    store::Store,
    transaction::{IssuerChange, Publication, RightChange},
};

/// Whether a key has any right of an issuer at the block's height.
pub(super) fn has_key<S: Store>(
    state: &State<'_, S>,
    issuer: &IssuerEntry,
    sender: &PublicKey,
) -> bool {
    let height = state.height();
    let mut rights = issuer.rights.iter();
    rights.any(|right| right.key == *sender && right.holds_at(height))
}

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
    let issuer = change.issuer.clone();
    state.emit(Event::IssuerRegistered { issuer });
    Ok(())
}

/// Changes an issuer.
pub(super) fn amend<S: Store>(state: &mut State<'_, S>, change: &IssuerChange) -> Result<(), Stop> {
    let key = issuer_key(state.suite(), state.ledger(), &change.issuer);
    let entry = Arc::unwrap_or_clone(state.issuer(&change.issuer)?);
    state.put(key, &amended(entry, change, state.height())?);
    let issuer = change.issuer.clone();
    state.emit(Event::IssuerAmended { issuer });
    Ok(())
}

/// Ends every right that an issuer has; an amendment can begin new ones.
pub(super) fn suspend<S: Store>(state: &mut State<'_, S>, issuer: &IssuerId) -> Result<(), Stop> {
    let key = issuer_key(state.suite(), state.ledger(), issuer);
    let (entry, height) = (state.issuer(issuer)?, state.height());
    let mut entry = Arc::unwrap_or_clone(entry);
    let mut ended = 0;
    for right in &mut entry.rights {
        if right.holds_at(height) {
            right.to = Some(height);
            ended += 1;
        }
    }
    if ended == 0 {
        return Err(Refusal::Unchanged.into());
    }
    state.put(key, &entry);
    let issuer = issuer.clone();
    state.emit(Event::IssuerSuspended { issuer });
    Ok(())
}

/// Names who answers for an issuer's documents from now on.
pub(super) fn name_successor<S: Store>(
    state: &mut State<'_, S>,
    issuer: &IssuerId,
    successor: Option<&IssuerId>,
) -> Result<(), Stop> {
    state.issuer(issuer)?;
    let key = successor_key(state, issuer);
    match successor {
        Some(same) if same == issuer => return Err(Refusal::OutOfRange("successor").into()),
        Some(successor) => {
            state.issuer(successor)?;
            state.keep_entry(key, Successor(successor.clone()));
        }
        None if state.has(&key)? => state.remove(key),
        None => return Err(Refusal::Unchanged.into()),
    }
    state.emit(Event::SuccessorNamed {
        issuer: issuer.clone(),
        successor: successor.cloned(),
    });
    Ok(())
}

/// Who answers for an issuer's documents besides itself.
pub(super) fn successor<S: Store>(
    state: &State<'_, S>,
    issuer: &IssuerId,
) -> Result<Option<IssuerId>, Fault> {
    let successor: Option<Successor> = state.kept(&successor_key(state, issuer))?;
    Ok(successor.map(|Successor(successor)| successor))
}

fn successor_key<S: Store>(state: &State<'_, S>, issuer: &IssuerId) -> StateKey {
    let parts: [&[u8]; 1] = [issuer.as_str().as_bytes()];
    StateKey::new(state.suite(), state.ledger(), Kind::Successor, &parts)
}

/// Publishes a schema, a release or a verifier; a later one of the same name replaces it.
pub(super) fn publish<S: Store>(
    state: &mut State<'_, S>,
    publication: &Publication,
) -> Result<(), Stop> {
    let parts: [&[u8]; 2] = [
        &[publication.subject.id()],
        publication.name.as_str().as_bytes(),
    ];
    let key = StateKey::new(state.suite(), state.ledger(), Kind::Published, &parts);
    let height = state.height();
    let published = Published {
        publication: publication.clone(),
        height,
    };
    state.keep_entry(key, published);
    state.emit(Event::Published {
        subject: publication.subject,
        name: publication.name.clone(),
    });
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
