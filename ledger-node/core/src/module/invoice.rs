//! Invoice numbers and amounts.
//!
//! - An agency with the right to invoices leases numbers, a quota and a time to a seller's key.
//!   No number is ever leased twice. A lease can be ended early.
//! - The seller issues under its lease: numbers unused, records new, the sum of gross amounts
//!   within the quota. The numbers and the records are two lists without any link. A red invoice
//!   uses a number, too, but nothing of the quota, and gives nothing of it back.
//! - The batch's root is computed here, from the numbers that are recorded.
//! - What may be done with an invoice's amount is in [`conservation`], as pure rules; the files
//!   beside it load the entries, see who acts, and store what the rules have made of them.

mod claim;
mod confirmation;
pub mod conservation;
mod issue;
mod lease;
mod red;

use light_client::{
    hash::Digest,
    key::PublicKey,
    record::{Confirmation, InvoiceRecord, Lease, confirmation_key, record_key, record_seller},
    state::StateKey,
};

use crate::{
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::Party,
};

pub(super) use claim::{book, claim, pledge, release, unpledge};
pub(super) use confirmation::{answer_red, block_red, enter_red, withdraw_red};
use conservation::By;
pub(super) use issue::issue;
pub(super) use lease::{end_lease, lease};
pub(super) use red::red_letter;

/// An invoice's record, which must be there.
fn record<S: Store>(
    state: &State<'_, S>,
    name: &Digest,
) -> Result<(StateKey, InvoiceRecord), Stop> {
    let key = record_key(state.suite(), state.ledger(), name);
    let record = state.get(&key)?.ok_or(Refusal::UnknownRecord)?;
    Ok((key, record))
}

/// One of its confirmations.
fn confirmation<S: Store>(
    state: &State<'_, S>,
    record: &Digest,
    number: &Digest,
) -> Result<(StateKey, Confirmation), Stop> {
    let key = confirmation_key(state.suite(), state.ledger(), record, number);
    let confirmation = state.get(&key)?.ok_or(Refusal::UnknownConfirmation)?;
    Ok((key, confirmation))
}

/// For which party the sender acts; for the seller, a lease of it must hold.
fn party<'p, S: Store>(
    state: &State<'_, S>,
    (name, record): (&Digest, &InvoiceRecord),
    sender: &PublicKey,
    party: &'p Party,
) -> Result<By<'p>, Stop> {
    match party {
        Party::Seller { lease_first } => {
            let sender = sender.id(state.suite());
            let (_, lease) = lease::held(state, &sender, lease_first)?;
            of_seller(state, (name, record), &lease)?;
            Ok(By::Seller)
        }
        Party::Buyer(by) => Ok(By::Buyer(by)),
    }
}

/// The record must be of the lease's seller (TI-40).
fn of_seller<S: Store>(
    state: &State<'_, S>,
    (name, record): (&Digest, &InvoiceRecord),
    lease: &Lease,
) -> Result<(), Stop> {
    if record.seller != record_seller(state.suite(), name, &lease.seller) {
        return Err(Refusal::WrongSeller.into());
    }
    Ok(())
}
