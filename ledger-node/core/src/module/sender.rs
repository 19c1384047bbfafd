//! Who sent what, once.
//!
//! - A transaction enters a block at a height up to its expiry, which lies at most 1,000 blocks
//!   ahead of the head.
//! - Per sender and idempotency key there is one transaction; the key is kept until the
//!   transaction's expiry, after which no copy of it could enter anyway.
//! - The transaction named by `after` is in an earlier place, and not yet expired.
//!
//! A block's replay keys are one entry of the state, dropped when all of them have expired.

use light_client::id::Height;

use crate::{
    fault::Fault,
    limits::MAX_EXPIRY_AHEAD,
    refusal::Refusal,
    state::{State, Stop, TakenKey, TakenKeys, taken_key},
    store::Store,
    transaction::Checked,
};

/// Checks the rules above.
pub(crate) fn admit<S: Store>(state: &State<'_, S>, transaction: &Checked) -> Result<(), Stop> {
    let (body, height) = (transaction.body(), state.height());
    // The head is one below the height at which the transaction executes.
    match body.expiry.0.checked_sub(height.0) {
        None => return Err(Refusal::Expired.into()),
        Some(ahead) if ahead >= MAX_EXPIRY_AHEAD => return Err(Refusal::ExpiryTooFar.into()),
        Some(_) => {}
    }
    if state.is_taken(&transaction.replay_key())? {
        return Err(Refusal::Replayed.into());
    }
    if let Some(after) = &body.after
        && !state.is_executed(after)?
    {
        return Err(Refusal::AfterUnknown.into());
    }
    Ok(())
}

/// At the end of a block: keeps the replay keys that it took, and drops those of the block whose
/// transactions have all expired. Returns these.
pub(crate) fn turn_over<S: Store>(state: &mut State<'_, S>) -> Result<Vec<TakenKey>, Fault> {
    let (suite, ledger, height) = (state.suite(), *state.ledger(), state.height());
    let taken: Vec<TakenKey> = state
        .executed()
        .iter()
        .map(|executed| TakenKey {
            key: executed.replay_key,
            expiry: executed.expiry,
            transaction: executed.id,
        })
        .collect();
    if !taken.is_empty() {
        state.keep_entry(taken_key(suite, &ledger, height), TakenKeys(taken));
    }
    let Some(old) = height.0.checked_sub(MAX_EXPIRY_AHEAD) else {
        return Ok(Vec::new());
    };
    let old = taken_key(suite, &ledger, Height(old));
    let Some(TakenKeys(expired)) = state.kept(&old)? else {
        return Ok(Vec::new());
    };
    state.remove(old);
    Ok(expired)
}
