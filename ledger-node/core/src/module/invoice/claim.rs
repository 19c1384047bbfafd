//! Claims, pledges, bookings.

use light_client::{
    key::PublicKey,
    record::{Claim, claim_place},
};

use super::{conservation, record};
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{BookingChange, ClaimRelease, ClaimRequest, PledgeEnd, PledgeRequest},
};

/// Claims part of an invoice for the sender. The claim's name is the sequence that it consumes.
pub(in crate::module) fn claim<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    request: &ClaimRequest,
) -> Result<(), Stop> {
    let (key, mut record) = record(state, &request.record)?;
    let consent = request.consent.as_ref();
    conservation::claim(
        &mut record,
        sender,
        &request.by,
        consent,
        request.amount_fen,
    )?;
    let (suite, ledger) = (state.suite(), *state.ledger());
    let place = claim_place(suite, &ledger, &request.record, request.by.sequence);
    let claim = Claim {
        ledger,
        claimant: sender.clone(),
        amount_fen: request.amount_fen,
        released_fen: 0,
        height: state.height(),
        time_ms: state.time_ms(),
    };
    state.put(key, &record);
    state.put(place, &claim);
    let agency = record.agency;
    state.emit(Event::Claimed { agency });
    Ok(())
}

/// Gives back what the sender has claimed.
pub(in crate::module) fn release<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    release: &ClaimRelease,
) -> Result<(), Stop> {
    let (key, mut record) = record(state, &release.record)?;
    let place = claim_place(
        state.suite(),
        state.ledger(),
        &release.record,
        release.sequence,
    );
    let mut claim: Claim = state.get(&place)?.ok_or(Refusal::UnknownClaim)?;
    conservation::release(&mut record, &mut claim, sender, release.amount_fen)?;
    state.put(key, &record);
    state.put(place, &claim);
    let agency = record.agency;
    state.emit(Event::Released { agency });
    Ok(())
}

/// Pledges an invoice to the sender.
pub(in crate::module) fn pledge<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    request: &PledgeRequest,
) -> Result<(), Stop> {
    let (key, mut record) = record(state, &request.record)?;
    conservation::pledge(&mut record, sender, &request.by)?;
    state.put(key, &record);
    let agency = record.agency;
    state.emit(Event::Pledged { agency });
    Ok(())
}

/// Ends a pledge to the sender.
pub(in crate::module) fn unpledge<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    end: &PledgeEnd,
) -> Result<(), Stop> {
    let (key, mut record) = record(state, &end.record)?;
    conservation::unpledge(&mut record, sender)?;
    state.put(key, &record);
    let agency = record.agency;
    state.emit(Event::Unpledged { agency });
    Ok(())
}

/// Books an invoice, or withdraws the booking.
pub(in crate::module) fn book<S: Store>(
    state: &mut State<'_, S>,
    change: &BookingChange,
) -> Result<(), Stop> {
    let (key, mut record) = record(state, &change.record)?;
    conservation::book(&mut record, &change.by, change.booking, change.period)?;
    state.put(key, &record);
    state.emit(Event::Booked {
        agency: record.agency,
        booking: change.booking,
    });
    Ok(())
}
