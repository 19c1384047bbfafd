//! What may be done with an invoice's amount: pure rules on its record, without any store.
//!
//! ```text
//! gross = red + claimed + remaining      of every blue record, after every step
//! ```
//! - Nothing is taken twice: a claim and a red letter take from what remains, a release gives back.
//! - Every use of the claim key, and of a funder's consent, is for one sequence of the record and
//!   consumes it. Having seen an invoice, or a signature on its way, lets nobody do anything.
//! - While the invoice is pledged, nothing is taken but by the funder or with its consent.
//! - While the buyer uses the invoice (claimed or booked), the seller takes nothing back alone.
//!
//! Signatures are checked with a transaction's form and sellers are known by their leases, before
//! any of these; each function checks what it says in the order in which it says it, and on an
//! error has changed nothing. Services can call them to tell a user beforehand.

mod red;

use light_client::{
    key::PublicKey,
    record::{Booking, BookingPeriod, Claim, InvoiceRecord, Pledge},
};

use crate::{
    refusal::Refusal,
    transaction::{Consent, KeyUse},
};
pub use red::{By, RedTerms, answer, block, enter, red_letter, withdraw};

/// Takes part of what remains for `sender`.
///
/// # Errors
/// The key's ([`Refusal::NoClaimKey`], [`Refusal::NoRight`], [`Refusal::WrongSequence`]); amount 0;
/// the consent's ([`Refusal::ConsentNeeded`], [`Refusal::WrongSequence`]);
/// [`Refusal::ExceedsRemaining`] (TI-51).
pub fn claim(
    record: &mut InvoiceRecord,
    sender: &PublicKey,
    by: &KeyUse,
    consent: Option<&Consent>,
    amount_fen: u64,
) -> Result<(), Refusal> {
    key_use(record, by)?;
    positive(amount_fen)?;
    consented(record, sender, consent)?;
    let remaining = less(record.remaining_fen, amount_fen)?;
    consume(record)?;
    record.remaining_fen = remaining;
    Ok(())
}

/// Gives back part or all of a claim.
///
/// # Errors
/// [`Refusal::NoRight`] if the sender is not the claimant; amount 0; [`Refusal::ExceedsClaim`].
pub fn release(
    record: &mut InvoiceRecord,
    claim: &mut Claim,
    sender: &PublicKey,
    amount_fen: u64,
) -> Result<(), Refusal> {
    if claim.claimant != *sender {
        return Err(Refusal::NoRight);
    }
    positive(amount_fen)?;
    if amount_fen > claim.outstanding_fen() {
        return Err(Refusal::ExceedsClaim);
    }
    let released = more(claim.released_fen, amount_fen)?;
    record.remaining_fen = more(record.remaining_fen, amount_fen)?;
    claim.released_fen = released;
    Ok(())
}

/// Pledges the invoice to `sender`, exclusively (TI-54).
///
/// # Errors
/// The key's; [`Refusal::AlreadyPledged`].
pub fn pledge(record: &mut InvoiceRecord, sender: &PublicKey, by: &KeyUse) -> Result<(), Refusal> {
    key_use(record, by)?;
    if record.pledge.is_some() {
        return Err(Refusal::AlreadyPledged);
    }
    consume(record)?;
    let funder = sender.clone();
    record.pledge = Some(Pledge { funder });
    Ok(())
}

/// Ends the pledge.
///
/// # Errors
/// [`Refusal::NotPledged`]; [`Refusal::NoRight`] if the sender is not the funder.
pub fn unpledge(record: &mut InvoiceRecord, sender: &PublicKey) -> Result<(), Refusal> {
    match &record.pledge {
        None => Err(Refusal::NotPledged),
        Some(pledge) if pledge.funder != *sender => Err(Refusal::NoRight),
        Some(_) => {
            record.pledge = None;
            Ok(())
        }
    }
}

/// Books the invoice, or withdraws the booking (TI-52, TI-53).
///
/// # Errors
/// The key's; [`Refusal::BadTransition`] for all but 01, 06 → 02–05 and 02–05 → 06.
pub fn book(
    record: &mut InvoiceRecord,
    by: &KeyUse,
    booking: Booking,
    period: BookingPeriod,
) -> Result<(), Refusal> {
    key_use(record, by)?;
    let withdraws = booking == Booking::Withdrawn;
    let permitted = if record.booking.is_booked() {
        withdraws
    } else {
        booking.is_booked()
    };
    if !permitted {
        return Err(Refusal::BadTransition);
    }
    consume(record)?;
    record.booking = booking;
    record.period = Some(period);
    Ok(())
}

/// The signature is by the record's key, for the record's sequence.
fn key_use(record: &InvoiceRecord, by: &KeyUse) -> Result<(), Refusal> {
    let key = record.claim_key.as_ref().ok_or(Refusal::NoClaimKey)?;
    if by.key != *key {
        return Err(Refusal::NoRight);
    }
    if by.sequence != record.sequence {
        return Err(Refusal::WrongSequence);
    }
    Ok(())
}

/// What a pledge asks for. Answers whether a consent was used, and so its sequence.
fn consented(
    record: &InvoiceRecord,
    sender: &PublicKey,
    consent: Option<&Consent>,
) -> Result<bool, Refusal> {
    let Some(pledge) = &record.pledge else {
        return Ok(false);
    };
    match consent {
        _ if pledge.funder == *sender => Ok(false),
        Some(consent) if consent.funder != pledge.funder => Err(Refusal::ConsentNeeded),
        Some(consent) if consent.sequence != record.sequence => Err(Refusal::WrongSequence),
        Some(_) => Ok(true),
        None => Err(Refusal::ConsentNeeded),
    }
}

fn consume(record: &mut InvoiceRecord) -> Result<(), Refusal> {
    record.sequence = more(record.sequence, 1)?;
    Ok(())
}

const fn positive(amount_fen: u64) -> Result<(), Refusal> {
    if amount_fen == 0 {
        return Err(Refusal::OutOfRange("amount"));
    }
    Ok(())
}

fn less(whole: u64, part: u64) -> Result<u64, Refusal> {
    whole.checked_sub(part).ok_or(Refusal::ExceedsRemaining)
}

/// Sums stay below the gross amount, so that none overflows; a sequence would take centuries.
fn more(sum: u64, part: u64) -> Result<u64, Refusal> {
    sum.checked_add(part).ok_or(Refusal::OutOfRange("amount"))
}
