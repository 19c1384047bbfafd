//! Invoice numbers and amounts.
//!
//! - An agency with the right to invoices leases numbers, a quota and a time to a seller's key.
//!   No number is ever leased twice.
//! - The seller issues under its lease: numbers unused, records new, the sum of gross amounts
//!   within the quota. The numbers and the records are two lists without any link.
//! - The batch's root is computed here, from the numbers that are recorded.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::{
    key::KeyId,
    record::{
        Booking, InvoiceRecord, Lease, LogLeaf, Module, UsedNumber, lease_key, record_key, used_key,
    },
    state::StateKey,
};

use super::{Parameter, Parameters, parameter};
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{InvoiceIssue, LeaseGrant, RecordLine, UsedLine, invoice_type},
};

/// Leases numbers.
pub(super) fn lease<S: Store>(
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

/// Issues invoices.
pub(super) fn issue<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    issue: &InvoiceIssue,
) -> Result<(), Stop> {
    let height = state.height();
    if issue.expiry < height {
        return Err(Refusal::BatchExpired.into());
    }
    let agency = state.issuer(&issue.agency)?;
    if !agency.may_issue(&invoice_type(), height) {
        return Err(Refusal::NoRight.into());
    }
    parameter::fits_batch(state, issue.count())?;
    let (key, lease) = lease_of(state, sender, issue)?;
    draw(state, key, lease.clone(), issue)?;
    for line in &issue.used {
        use_number(state, &lease, line)?;
    }
    for line in &issue.records {
        open_record(state, issue, line)?;
    }
    state.anchor(LogLeaf {
        ledger: *state.ledger(),
        height,
        time_ms: state.time_ms(),
        module: Module::Invoice,
        issuer: issue.agency.clone(),
        key_id: *sender,
        document_type: invoice_type(),
        count: issue.count(),
        batch_root: issue.batch_root(state.suite()),
    });
    state.emit(Event::Issued {
        agency: issue.agency.clone(),
        count: issue.count(),
    });
    Ok(())
}

/// The sender's lease, which must be of this agency and hold at this height.
fn lease_of<S: Store>(
    state: &State<'_, S>,
    sender: &KeyId,
    issue: &InvoiceIssue,
) -> Result<(StateKey, Lease), Stop> {
    let key = lease_key(state.suite(), state.ledger(), sender, &issue.lease_first);
    let lease: Lease = state.get(&key)?.ok_or(Refusal::NotLeased)?;
    if lease.agency != issue.agency {
        return Err(Refusal::NotLeased.into());
    }
    if !lease.holds_at(state.height()) {
        return Err(Refusal::LeaseEnded.into());
    }
    Ok((key, lease))
}

/// Takes the sum of the gross amounts from the lease's quota.
fn draw<S: Store>(
    state: &mut State<'_, S>,
    key: StateKey,
    mut lease: Lease,
    issue: &InvoiceIssue,
) -> Result<(), Stop> {
    let mut amounts = issue.records.iter().map(|line| line.gross_fen);
    lease.issued_fen = amounts
        .try_fold(lease.issued_fen, u64::checked_add)
        .filter(|issued| *issued <= lease.quota_fen)
        .ok_or(Refusal::QuotaExceeded)?;
    state.put(key, &lease);
    Ok(())
}

fn use_number<S: Store>(
    state: &mut State<'_, S>,
    lease: &Lease,
    line: &UsedLine,
) -> Result<(), Stop> {
    if !lease.covers(&line.number) {
        return Err(Refusal::NotLeased.into());
    }
    let key = used_key(state.suite(), state.ledger(), &line.number);
    if state.has(&key)? {
        return Err(Refusal::NumberUsed.into());
    }
    let entry = UsedNumber {
        ledger: *state.ledger(),
        commitment: line.commitment,
    };
    state.put(key, &entry);
    Ok(())
}

fn open_record<S: Store>(
    state: &mut State<'_, S>,
    issue: &InvoiceIssue,
    line: &RecordLine,
) -> Result<(), Stop> {
    let key = record_key(state.suite(), state.ledger(), &line.name);
    if state.has(&key)? {
        return Err(Refusal::RecordUsed.into());
    }
    let entry = InvoiceRecord {
        ledger: *state.ledger(),
        agency: issue.agency.clone(),
        gross_fen: line.gross_fen,
        remaining_fen: line.gross_fen,
        red_fen: 0,
        claim_key: line.claim_key.clone(),
        booking: Booking::NotBooked,
    };
    state.put(key, &entry);
    Ok(())
}

/// The 20 digits as an integer, so that a lease is a range.
fn value(number: &InvoiceNumber) -> u128 {
    number
        .as_bytes()
        .iter()
        .fold(0, |value, digit| value * 10 + u128::from(digit - b'0'))
}
