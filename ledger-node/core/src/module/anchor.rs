//! Batches of documents in the anchor log. The batch's root is the issuer's word; that the
//! issuer had the right is the ledger's.

use light_client::{
    key::KeyId,
    record::{LogLeaf, Module},
};

use super::parameter;
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::AnchorBatch,
};

/// Anchors a batch; its type and signature are checked with the transaction's form.
pub(super) fn batch<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    batch: &AnchorBatch,
) -> Result<(), Stop> {
    let height = state.height();
    if batch.expiry < height {
        return Err(Refusal::BatchExpired.into());
    }
    parameter::fits_batch(state, batch.count)?;
    state
        .issuer(&batch.issuer)?
        .right(state.suite(), sender, &batch.document_type, height)
        .ok_or(Refusal::NoRight)?;
    state.anchor(LogLeaf {
        ledger: *state.ledger(),
        height,
        time_ms: state.time_ms(),
        module: Module::Anchor,
        issuer: batch.issuer.clone(),
        key_id: *sender,
        document_type: batch.document_type.clone(),
        count: batch.count,
        batch_root: batch.root,
    });
    state.emit(Event::Anchored {
        issuer: batch.issuer.clone(),
        count: batch.count,
    });
    Ok(())
}
