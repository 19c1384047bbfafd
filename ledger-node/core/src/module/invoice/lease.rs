//! Leases of numbers.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::{
    id::IssuerId,
    key::KeyId,
    record::{Lease, lease_key},
    state::StateKey,
};

use super::super::{Parameter, Parameters};
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{LeaseEnd, LeaseGrant, invoice_type},
};

/// Leases numbers.
pub(in crate::module) fn lease<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    grant: &LeaseGrant,
) -> Result<(), Stop> {
    let (suite, ledger, height) = (state.suite(), *state.ledger(), state.height());
    state
        .issuer(&grant.agency)?
        .right(suite, sender, &invoice_type(), height)
        .ok_or(Refusal::NoRight)?;
    let longest = Parameters::read(state)?.value(Parameter::LeaseBlocks);
    if grant.to <= height || grant.to.0 - height.0 > longest {
        return Err(Refusal::OutOfRange("to").into());
    }
    let first = value(&grant.first);
    let last = first + u128::from(grant.count.saturating_sub(1));
    if state.any_leased(first, last)? {
        return Err(Refusal::NumbersLeased.into());
    }
    state.lease(first, last);
    let key = lease_key(suite, &ledger, &grant.seller_key.id(suite), &grant.first);
    let entry = Lease {
        ledger,
        agency: grant.agency.clone(),
        seller_key: grant.seller_key.clone(),
        seller: grant.seller,
        first: grant.first,
        count: grant.count,
        quota_fen: grant.quota_fen,
        issued_fen: 0,
        from: height,
        to: grant.to,
    };
    state.put(key, &entry);
    state.emit(Event::Leased {
        agency: grant.agency.clone(),
        count: grant.count,
    });
    Ok(())
}

/// Ends a lease with this block and returns what is unused of its quota.
///
/// It still holds at this height, since invoices may have been issued under it earlier in the
/// block; with nothing left of the quota, no later one can be.
pub(in crate::module) fn end_lease<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    end: &LeaseEnd,
) -> Result<(), Stop> {
    let (suite, height) = (state.suite(), state.height());
    let (key, mut lease) = held(state, &end.seller_key, &end.first)?;
    if end.seller_key != *sender {
        let agency = state.issuer(&lease.agency)?;
        agency
            .right(suite, sender, &invoice_type(), height)
            .ok_or(Refusal::NoRight)?;
    }
    let next = height.next().unwrap_or(height);
    if lease.to == next {
        return Err(Refusal::Unchanged.into());
    }
    (lease.to, lease.quota_fen) = (next, lease.issued_fen);
    state.put(key, &lease);
    let agency = lease.agency;
    state.emit(Event::LeaseEnded { agency });
    Ok(())
}

/// The lease of a key, which must hold at this height.
pub(super) fn held<S: Store>(
    state: &State<'_, S>,
    seller_key: &KeyId,
    first: &InvoiceNumber,
) -> Result<(StateKey, Lease), Stop> {
    let key = lease_key(state.suite(), state.ledger(), seller_key, first);
    let lease: Lease = state.get(&key)?.ok_or(Refusal::NotLeased)?;
    if !lease.holds_at(state.height()) {
        return Err(Refusal::LeaseEnded.into());
    }
    Ok((key, lease))
}

/// The lease under which something is issued now: of this agency, which must have the right to
/// invoices.
pub(super) fn to_issue<S: Store>(
    state: &State<'_, S>,
    agency: &IssuerId,
    seller_key: &KeyId,
    first: &InvoiceNumber,
) -> Result<(StateKey, Lease), Stop> {
    let (entry, height) = (state.issuer(agency)?, state.height());
    if !entry.may_issue(&invoice_type(), height) {
        return Err(Refusal::NoRight.into());
    }
    let (key, lease) = held(state, seller_key, first)?;
    if lease.agency != *agency {
        return Err(Refusal::NotLeased.into());
    }
    Ok((key, lease))
}

/// The 20 digits as an integer, so that a lease is a range.
fn value(number: &InvoiceNumber) -> u128 {
    number
        .as_bytes()
        .iter()
        .fold(0, |value, digit| value * 10 + u128::from(digit - b'0'))
}
