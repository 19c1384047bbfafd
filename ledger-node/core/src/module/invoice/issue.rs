//! Issuing: numbers used, records opened, a leaf in the log.

use credentials_schemas::invoice::Kind;
use light_client::{
    hash::Digest,
    id::{Height, IssuerId, TreeSize},
    key::{KeyId, PublicKey},
    record::{
        Booking, InvoiceRecord, Lease, LogLeaf, Module, UsedNumber, record_key, record_seller,
        used_key,
    },
    state::StateKey,
};

use super::{super::parameter, lease};
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{InvoiceIssue, UsedLine, invoice_type},
};

/// Issues blue invoices.
pub(in crate::module) fn issue<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    issue: &InvoiceIssue,
) -> Result<(), Stop> {
    not_expired(state, issue.expiry)?;
    let (key, lease) = lease::to_issue(state, &issue.agency, sender, &issue.lease_first)?;
    parameter::fits_batch(state, issue.count())?;
    draw(state, key, lease.clone(), issue)?;
    for line in &issue.used {
        use_number(state, &lease, line)?;
    }
    for line in &issue.records {
        let worth = Worth {
            kind: Kind::Blue,
            gross_fen: line.gross_fen,
            claim_key: line.claim_key.clone(),
        };
        open_record(state, &lease, &line.name, worth)?;
    }
    let batch = (issue.count(), issue.batch_root(state.suite()));
    anchor(state, &issue.agency, *sender, batch);
    state.emit(Event::Issued {
        agency: issue.agency.clone(),
        count: issue.count(),
    });
    Ok(())
}

/// The batch signature still counts.
pub(super) fn not_expired<S: Store>(state: &State<'_, S>, expiry: Height) -> Result<(), Stop> {
    if expiry < state.height() {
        return Err(Refusal::BatchExpired.into());
    }
    Ok(())
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

/// Uses a number of the lease, once (TI-50).
pub(super) fn use_number<S: Store>(
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

/// What a new record is worth.
pub(super) struct Worth {
    pub(super) kind: Kind,
    pub(super) gross_fen: u64,
    pub(super) claim_key: Option<PublicKey>,
}

/// Opens a record under a new name.
pub(super) fn open_record<S: Store>(
    state: &mut State<'_, S>,
    lease: &Lease,
    name: &Digest,
    worth: Worth,
) -> Result<(), Stop> {
    let (suite, ledger) = (state.suite(), *state.ledger());
    let key = record_key(suite, &ledger, name);
    if state.has(&key)? {
        return Err(Refusal::RecordUsed.into());
    }
    let entry = InvoiceRecord {
        ledger,
        agency: lease.agency.clone(),
        seller: record_seller(suite, name, &lease.seller),
        kind: worth.kind,
        gross_fen: worth.gross_fen,
        remaining_fen: match worth.kind {
            Kind::Blue => worth.gross_fen,
            Kind::Red => 0,
        },
        red_fen: 0,
        claim_key: worth.claim_key,
        sequence: 0,
        pledge: None,
        booking: Booking::NotBooked,
        period: None,
    };
    state.put(key, &entry);
    Ok(())
}

/// Writes the batch's leaf; its root is computed here, from the numbers that were used.
pub(super) fn anchor<S: Store>(
    state: &mut State<'_, S>,
    agency: &IssuerId,
    key_id: KeyId,
    (count, batch_root): (TreeSize, Digest),
) {
    state.anchor(LogLeaf {
        ledger: *state.ledger(),
        height: state.height(),
        time_ms: state.time_ms(),
        module: Module::Invoice,
        issuer: agency.clone(),
        key_id,
        document_type: invoice_type(),
        count,
        batch_root,
    });
}
