//! Who sent what, once.
//!
//! - A transaction enters a block at a height up to its expiry, which lies at most 1,000 blocks
//!   ahead of the head.
//! - Per sender and idempotency key there is one transaction; the key is kept until the
//!   transaction's expiry, after which no copy of it could enter anyway.
//! - The transaction named by `after` is in an earlier place, and not yet expired.

use light_client::{
    id::Height,
    state::{Namespace, StateKey},
};

use crate::{
    fault::Fault,
    limits::MAX_EXPIRY_AHEAD,
    refusal::Refusal,
    state::{Replay, State, Stop, index},
    store::Store,
    transaction::Checked,
};

/// Checks the rules above and takes the replay key.
pub(crate) fn admit<S: Store>(state: &mut State<'_, S>, transaction: &Checked) -> Result<(), Stop> {
    let (body, height) = (transaction.body(), state.height());
    // The head is one below the height at which the transaction executes.
    match body.expiry.0.checked_sub(height.0) {
        None => return Err(Refusal::Expired.into()),
        Some(ahead) if ahead >= MAX_EXPIRY_AHEAD => return Err(Refusal::ExpiryTooFar.into()),
        Some(_) => {}
    }
    let key = state.replay_key(transaction);
    if state.has(&key)? {
        return Err(Refusal::Replayed.into());
    }
    if let Some(after) = &body.after
        && !state.is_executed(after)?
    {
        return Err(Refusal::AfterUnknown.into());
    }
    let replay = Replay {
        expiry: body.expiry,
        transaction: transaction.id(),
    };
    state.keep_entry(key, replay);
    Ok(())
}

/// Drops the replay keys of transactions whose last height was the one before.
pub(crate) fn forget_expired<S: Store>(state: &mut State<'_, S>) -> Result<(), Fault> {
    let expired = Height(state.height().0.saturating_sub(1));
    for hash in index::expiring(state.store(), expired)? {
        state.remove(StateKey {
            namespace: Namespace::Sender,
            hash,
        });
    }
    Ok(())
}
