//! Indexes from the state: rows that a node keeps beside the trees and that follow from them.
//!
//! Whoever adds an index that execution reads adds here how it follows from the state; a test
//! compares the indexes of a restored node with those of the node that lived through it all.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::{
    cbor::{self, DecodeError},
    id::Height,
    record::Lease,
    state::Namespace,
};

use crate::{
    fault::Fault,
    state::{Entry as Kept, MAX_VALUE_BYTES, TakenKeys, index, index::Place},
    store::Batch,
};

/// A lease is short, but for the names in it.
const MAX_LEASE_BYTES: usize = 1024;

/// The place of a transaction of which only its replay key is known: somewhere before.
pub(crate) const UNKNOWN_HEIGHT: Height = Height(0);

/// The rows that follow from one entry of the state.
pub(crate) fn derived_rows(
    namespace: Namespace,
    value: &[u8],
    batch: &mut Batch,
) -> Result<(), Fault> {
    match namespace {
        Namespace::Sender => {
            let kept: Kept<TakenKeys> = cbor::parse(value, MAX_VALUE_BYTES)?;
            for taken in kept.value.0 {
                index::put_taken(batch, &taken.key, taken.expiry);
                let place = Place {
                    height: UNKNOWN_HEIGHT,
                    log_index: None,
                    expiry: taken.expiry,
                };
                index::put_place(batch, &taken.transaction, &place);
            }
        }
        Namespace::Invoice => {
            // A value says in its first elements of what kind it is; the others do not parse.
            if let Ok(lease) = cbor::parse::<Lease>(value, MAX_LEASE_BYTES) {
                let first = number(&lease.first)?;
                let last = first + u128::from(lease.count.saturating_sub(1));
                index::put_lease(batch, first, last);
            }
        }
        Namespace::Governance
        | Namespace::Registry
        | Namespace::Did
        | Namespace::Status
        | Namespace::Evidence
        | Namespace::Log => {}
    }
    Ok(())
}

/// The 20 digits as an integer.
fn number(number: &InvoiceNumber) -> Result<u128, Fault> {
    let digits = core::str::from_utf8(number.as_bytes()).map_err(|_| DecodeError::Malformed)?;
    Ok(digits.parse().map_err(|_| DecodeError::Malformed)?)
}
