//! Red letters and their confirmations.

use credentials_schemas::invoice::{Kind, RedReason};
use light_client::{
    id::TimeMs,
    key::PublicKey,
    record::{Answer, Confirmation, ConfirmationState, InvoiceRecord, Obstacle, Side},
};

use super::{consented, consume, key_use, less, more, positive};
use crate::{
    refusal::Refusal,
    transaction::{Consent, KeyUse},
};

/// For which party something is done.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// The seller, as its lease has shown.
    Seller,
    /// The buyer, who has the claim key.
    Buyer(&'a KeyUse),
}

/// What is to be taken back, or confirmed.
#[derive(Debug, Clone, Copy)]
pub struct RedTerms<'a> {
    /// How much, in fen.
    pub amount_fen: u64,
    /// Why.
    pub reason: RedReason,
    /// Of the funder.
    pub consent: Option<&'a Consent>,
}

/// Takes back part or all of the invoice. Answers with the state of the confirmation on which it
/// rests: 04, or 01 if it needed none.
///
/// # Errors
/// [`Refusal::RedRecord`] (TI-41); amount 0; [`Refusal::NotInFull`] (TI-43);
/// [`Refusal::ConfirmationNeeded`], [`Refusal::NotConfirmed`], [`Refusal::ExceedsConfirmation`]
/// (TI-45, TI-46); the consent's (TI-48); [`Refusal::ExceedsRemaining`] (TI-44, TI-47).
pub fn red_letter(
    record: &mut InvoiceRecord,
    confirmation: Option<&mut Confirmation>,
    sender: &PublicKey,
    terms: &RedTerms<'_>,
    now: TimeMs,
) -> Result<ConfirmationState, Refusal> {
    takes_back(record, terms)?;
    match &confirmation {
        Some(confirmation) => covers(confirmation, terms, now)?,
        None if in_use(record) => return Err(Refusal::ConfirmationNeeded),
        None => {}
    }
    let with_consent = consented(record, sender, terms.consent)?;
    let remaining = less(record.remaining_fen, terms.amount_fen)?;
    let red = more(record.red_fen, terms.amount_fen)?;
    if with_consent {
        consume(record)?;
    }
    record.remaining_fen = remaining;
    record.red_fen = red;
    let Some(confirmation) = confirmation else {
        return Ok(ConfirmationState::NotNeeded);
    };
    // At most its amount, as was checked above.
    confirmation.red_fen = confirmation.red_fen.saturating_add(terms.amount_fen);
    Ok(ConfirmationState::Confirmed)
}

/// Enters a confirmation, which waits `wait_ms` for the other side.
///
/// # Errors
/// [`Refusal::RedRecord`]; the key's, also for the seller if there is none who could answer;
/// amount 0; [`Refusal::NotInFull`]; the consent's; [`Refusal::ExceedsRemaining`] if it is more
/// than red letters have left of the gross amount. What is claimed need not be released yet.
pub fn enter(
    record: &mut InvoiceRecord,
    sender: &PublicKey,
    by: By<'_>,
    terms: &RedTerms<'_>,
    now: TimeMs,
    wait_ms: u64,
) -> Result<Confirmation, Refusal> {
    if record.kind == Kind::Red {
        return Err(Refusal::RedRecord);
    }
    acts(record, by)?;
    takes_back(record, terms)?;
    let with_consent = consented(record, sender, terms.consent)?;
    less(
        record.gross_fen.saturating_sub(record.red_fen),
        terms.amount_fen,
    )?;
    if with_consent || matches!(by, By::Buyer(_)) {
        consume(record)?;
    }
    let (side, recorded) = match by {
        By::Seller => (Side::Seller, ConfirmationState::AwaitsBuyer),
        By::Buyer(_) => (Side::Buyer, ConfirmationState::AwaitsSeller),
    };
    Ok(Confirmation {
        ledger: record.ledger,
        side,
        amount_fen: terms.amount_fen,
        red_fen: 0,
        reason: terms.reason,
        recorded,
        entered_ms: now,
        deadline_ms: TimeMs(now.0.saturating_add(wait_ms)),
    })
}

/// Answers a confirmation. Agreeing to it while the invoice is pledged needs the funder.
///
/// # Errors
/// The key's; [`Refusal::BadTransition`] (TI-46, TI-52); the consent's (TI-48).
pub fn answer(
    record: &mut InvoiceRecord,
    confirmation: &mut Confirmation,
    sender: &PublicKey,
    by: By<'_>,
    (answer, consent): (Answer, Option<&Consent>),
    now: TimeMs,
) -> Result<(), Refusal> {
    acts(record, by)?;
    let step = Step::Answer(side(by), answer);
    let next = after(confirmation, step, now).ok_or(Refusal::BadTransition)?;
    let with_consent = match answer {
        Answer::Confirm => consented(record, sender, consent)?,
        Answer::Refuse => false,
    };
    if with_consent || matches!(by, By::Buyer(_)) {
        consume(record)?;
    }
    confirmation.recorded = next;
    Ok(())
}

/// Takes a confirmation back.
///
/// # Errors
/// The key's; [`Refusal::BadTransition`].
pub fn withdraw(
    record: &mut InvoiceRecord,
    confirmation: &mut Confirmation,
    by: By<'_>,
    now: TimeMs,
) -> Result<(), Refusal> {
    acts(record, by)?;
    let step = Step::Withdraw(side(by));
    let next = after(confirmation, step, now).ok_or(Refusal::BadTransition)?;
    if matches!(by, By::Buyer(_)) {
        consume(record)?;
    }
    confirmation.recorded = next;
    Ok(())
}

/// Stops a confirmation, as the agency.
///
/// # Errors
/// [`Refusal::BadTransition`].
pub fn block(
    confirmation: &mut Confirmation,
    obstacle: Obstacle,
    now: TimeMs,
) -> Result<(), Refusal> {
    let next = after(confirmation, Step::Block(obstacle), now).ok_or(Refusal::BadTransition)?;
    confirmation.recorded = next;
    Ok(())
}

/// What happens to a confirmation besides its deadline.
#[derive(Debug, Clone, Copy)]
enum Step {
    Answer(Side, Answer),
    Withdraw(Side),
    Block(Obstacle),
}

/// The table (TI-52). What is not in it does not happen.
fn after(confirmation: &Confirmation, step: Step, now: TimeMs) -> Option<ConfirmationState> {
    use ConfirmationState as S;
    let state = confirmation.state_at(now);
    match (state, step) {
        (S::AwaitsBuyer, Step::Answer(Side::Buyer, Answer::Confirm))
        | (S::AwaitsSeller, Step::Answer(Side::Seller, Answer::Confirm)) => Some(S::Confirmed),
        (S::AwaitsBuyer, Step::Answer(Side::Buyer, Answer::Refuse)) => Some(S::BuyerRefused),
        (S::AwaitsSeller, Step::Answer(Side::Seller, Answer::Refuse)) => Some(S::SellerRefused),
        (S::AwaitsBuyer | S::AwaitsSeller, Step::Withdraw(side)) if side == confirmation.side => {
            Some(S::Withdrawn)
        }
        (S::Confirmed, Step::Withdraw(side)) if side == confirmation.side => {
            Some(S::WithdrawnConfirmed)
        }
        (S::AwaitsBuyer | S::AwaitsSeller | S::Confirmed, Step::Block(obstacle)) => {
            Some(S::Blocked(obstacle))
        }
        (
            S::NotNeeded
            | S::AwaitsBuyer
            | S::AwaitsSeller
            | S::Confirmed
            | S::BuyerRefused
            | S::SellerRefused
            | S::Lapsed
            | S::Withdrawn
            | S::WithdrawnConfirmed
            | S::Blocked(_),
            Step::Answer(..) | Step::Withdraw(_) | Step::Block(_),
        ) => None,
    }
}

/// Whether the buyer relies on the invoice, so that both must agree to taking it back.
const fn in_use(record: &InvoiceRecord) -> bool {
    record.claimed_fen() > 0 || record.booking.is_booked()
}

/// A blue invoice, an amount, and all of it after a mistake.
fn takes_back(record: &InvoiceRecord, terms: &RedTerms<'_>) -> Result<(), Refusal> {
    if record.kind == Kind::Red {
        return Err(Refusal::RedRecord);
    }
    positive(terms.amount_fen)?;
    if terms.reason == RedReason::Mistake && terms.amount_fen != record.gross_fen {
        return Err(Refusal::NotInFull);
    }
    Ok(())
}

/// Whether both sides have agreed to this.
fn covers(confirmation: &Confirmation, terms: &RedTerms<'_>, now: TimeMs) -> Result<(), Refusal> {
    let confirmed = confirmation.state_at(now) == ConfirmationState::Confirmed;
    if !confirmed || confirmation.reason != terms.reason {
        return Err(Refusal::NotConfirmed);
    }
    if terms.amount_fen > confirmation.left_fen() {
        return Err(Refusal::ExceedsConfirmation);
    }
    Ok(())
}

fn acts(record: &InvoiceRecord, by: By<'_>) -> Result<(), Refusal> {
    match by {
        By::Seller if record.claim_key.is_none() => Err(Refusal::NoClaimKey),
        By::Seller => Ok(()),
        By::Buyer(by) => key_use(record, by),
    }
}

const fn side(by: By<'_>) -> Side {
    match by {
        By::Seller => Side::Seller,
        By::Buyer(_) => Side::Buyer,
    }
}
