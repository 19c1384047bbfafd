//! Dropping old blocks. What proofs need stays: the logs, the state, the hand-offs.

use light_client::{cbor::to_bytes, id::Height};

use crate::{
    fault::Fault,
    limits::RETAINED_HEIGHTS,
    state::index,
    store::{Batch, Column, Store},
    transaction::SignedTransaction,
    view::{self, View},
};

/// How many blocks one batch drops.
const BLOCKS_AT_ONCE: u64 = 100;

/// Why nothing is pruned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PruneError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Headers are needed for as long as state is proved under them.
    #[error("at least {RETAINED_HEIGHTS} blocks must be kept")]
    TooFew,
}

/// Drops all but the newest `keep` blocks; returns the first height that is still here.
///
/// Where a transaction of a dropped block was is forgotten once it has expired.
///
/// # Errors
/// [`PruneError`].
pub fn prune_blocks(store: &impl Store, keep: u64) -> Result<Height, PruneError> {
    if keep < RETAINED_HEIGHTS {
        return Err(PruneError::TooFew);
    }
    let view = View::new(store);
    let head = view.head()?.height;
    let mut earliest = view.earliest_block()?;
    let end = Height((head.0 + 1).saturating_sub(keep));
    while earliest < end {
        let next = Height((earliest.0 + BLOCKS_AT_ONCE).min(end.0));
        let mut rows = Batch::default();
        // That of the snapshot with which this ledger began, if it did.
        rows.delete(Column::Headers, earliest.0.saturating_sub(1).to_be_bytes());
        for height in (earliest.0..next.0).map(Height) {
            drop_block(store, height, head, &mut rows)?;
        }
        rows.put(Column::Meta, view::EARLIEST_BLOCK, to_bytes(&next));
        store.commit(rows).map_err(Fault::from)?;
        earliest = next;
    }
    Ok(earliest)
}

fn drop_block(
    store: &impl Store,
    height: Height,
    head: Height,
    rows: &mut Batch,
) -> Result<(), Fault> {
    let view = View::new(store);
    let suite = view.genesis()?.suite;
    for bytes in view.body(height)?.unwrap_or_default().transactions() {
        let transaction = SignedTransaction::parse(bytes)?;
        if transaction.body.expiry < head {
            index::delete_place(rows, &transaction.id(suite));
        }
    }
    let key = height.0.to_be_bytes();
    rows.delete(Column::Headers, key);
    rows.delete(Column::Bodies, key);
    Ok(())
}
