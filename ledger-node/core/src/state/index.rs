//! Indexes that follow from the state and the blocks, and are kept beside them.
//!
//! ```text
//! transactions  transaction id              → [height, log index | null, expiry]
//! expiries      expiry ‖ replay key's hash  → nothing
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

/// Hashes of the replay keys that are kept up to `expiry` and no longer.
pub(crate) fn expiring(store: &impl Store, expiry: Height) -> Result<Vec<Digest>, Fault> {
    let (from, to) = (expiry.0.to_be_bytes(), (expiry.0 + 1).to_be_bytes());
    let rows = store.scan(Column::Expiries, &from, &to, usize::MAX)?;
    let hashes = rows.iter().map(|(key, _)| {
        let hash = key.get(8..).and_then(|hash| hash.try_into().ok());
        Ok(Digest::from_bytes(hash.ok_or(DecodeError::Malformed)?))
    });
    hashes.collect()
}

fn expiry_row(expiry: Height, replay_key: &Digest) -> Vec<u8> {
    [&expiry.0.to_be_bytes()[..], replay_key.as_bytes()].concat()
}

pub(crate) fn put_expiry(batch: &mut Batch, expiry: Height, replay_key: &Digest) {
    batch.put(Column::Expiries, expiry_row(expiry, replay_key), []);
}

pub(crate) fn delete_expiry(batch: &mut Batch, expiry: Height, replay_key: &Digest) {
    batch.delete(Column::Expiries, expiry_row(expiry, replay_key));
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
