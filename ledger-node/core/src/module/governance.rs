//! The validator set and its succession.
//!
//! A set that members have chosen waits in the state; the block that finds it there is the last
//! of its epoch: it names the set in its header, and the set decides from the next block on.
//! Members' approvals and the new keys' proofs of possession are checked with the transaction's
//! form.

use light_client::validator_set::ValidatorSet;

use crate::{
    fault::Fault,
    refusal::Refusal,
    state::{SetRole, State, Stop, set_key},
    store::Store,
    transaction::SetRotation,
};

/// Chooses the next set.
pub(super) fn rotate<S: Store>(
    state: &mut State<'_, S>,
    rotation: &SetRotation,
) -> Result<(), Stop> {
    let (suite, ledger) = (state.suite(), state.ledger());
    let current: ValidatorSet = state
        .kept(&set_key(suite, ledger, SetRole::Current))?
        .ok_or(Fault::Missing("the validator set"))?;
    let next = set_key(suite, ledger, SetRole::Next);
    if current.epoch().next() != Some(rotation.next.epoch()) || state.has(&next)? {
        return Err(Refusal::WrongEpoch.into());
    }
    // One key, one epoch: a key of the set before must not decide again.
    let reused = |validator: &light_client::validator_set::Validator| {
        let mut before = current.validators().iter();
        before.any(|old| old.key == validator.key)
    };
    if rotation.next.validators().iter().any(reused) {
        return Err(Refusal::OutOfRange("validator key").into());
    }
    state.keep_entry(next, rotation.next.clone());
    Ok(())
}

/// Makes the set that waits the current one, at the end of a block.
pub(crate) fn take_next_set<S: Store>(
    state: &mut State<'_, S>,
) -> Result<Option<ValidatorSet>, Fault> {
    let (suite, ledger) = (state.suite(), state.ledger());
    let next = set_key(suite, ledger, SetRole::Next);
    let Some(set) = state.kept::<ValidatorSet>(&next)? else {
        return Ok(None);
    };
    state.remove(next);
    state.keep_entry(set_key(suite, ledger, SetRole::Current), set.clone());
    Ok(Some(set))
}
