//! Indexes that follow from the state and the blocks, and are kept beside them.
//!
//! ```text
//! transactions  transaction id              → [height, log index | null, expiry]
//! replays       replay key                  → expiry
//! leases        last number                 → first number
//! ```
//! A number is the 20 digits of an invoice number as an integer.

use light_client::{
    cbor::{self, DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{Height, LeafIndex},
};

use crate::{
    fault::Fault,
    store::{Batch, Column, Store},
    transaction::TxId,
};

/// Where a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) height: Height,
    pub(crate) log_index: Option<LeafIndex>,
    pub(crate) expiry: Height,
}

impl Wire for Place {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.height);
        writer.option(self.log_index.as_ref()).value(&self.expiry);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            height: reader.value()?,
            log_index: reader.option()?,
            expiry: reader.value()?,
        })
    }
}

/// Where a final transaction is.
pub(crate) fn place(store: &impl Store, id: &TxId) -> Result<Option<Place>, Fault> {
    let row = store.get(Column::Transactions, id.0.as_bytes())?;
    Ok(row.map(|row| cbor::parse(&row, 64)).transpose()?)
}

pub(crate) fn put_place(batch: &mut Batch, id: &TxId, place: &Place) {
    let key = id.0.as_bytes().as_slice();
    batch.put(Column::Transactions, key, cbor::to_bytes(place));
}

pub(crate) fn delete_place(batch: &mut Batch, id: &TxId) {
    batch.delete(Column::Transactions, id.0.as_bytes().as_slice());
}

/// Up to which height a replay key is kept; none if nobody took it, or it is dropped.
pub(crate) fn taken_until(
    store: &impl Store,
    replay_key: &Digest,
) -> Result<Option<Height>, Fault> {
    let row = store.get(Column::Replays, replay_key.as_bytes())?;
    Ok(row.map(|row| cbor::parse(&row, 16)).transpose()?)
}

pub(crate) fn put_taken(batch: &mut Batch, replay_key: &Digest, until: Height) {
    let key = replay_key.as_bytes().as_slice();
    batch.put(Column::Replays, key, cbor::to_bytes(&until));
}

/// Drops a replay key that expired before the block at `height`, unless it was taken again since.
pub(crate) fn drop_taken(
    store: &impl Store,
    replay_key: &Digest,
    height: Height,
    batch: &mut Batch,
) -> Result<(), Fault> {
    if taken_until(store, replay_key)?.is_some_and(|until| until < height) {
        batch.delete(Column::Replays, replay_key.as_bytes().as_slice());
    }
    Ok(())
}

/// Whether the store knows a lease that covers a number of `first..=last`.
pub(crate) fn any_leased(store: &impl Store, first: u128, last: u128) -> Result<bool, Fault> {
    // Leases never overlap: the first that ends at or after `first` is the only one to ask.
    let (from, to) = (first.to_be_bytes(), u128::MAX.to_be_bytes());
    let next = store.scan(Column::Leases, &from, &to, 1)?;
    let Some((_, start)) = next.into_iter().next() else {
        return Ok(false);
    };
    let start = start.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(u128::from_be_bytes(start) <= last)
}

pub(crate) fn put_lease(batch: &mut Batch, first: u128, last: u128) {
    let (first, last) = (first.to_be_bytes(), last.to_be_bytes());
    batch.put(Column::Leases, last, first);
}
