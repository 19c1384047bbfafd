//! Red-letter confirmations.

use light_client::{
    hash::Digest,
    id::IssuerId,
    key::{KeyId, PublicKey},
    record::{ConfirmationState, confirmation_key},
};

use super::{
    super::{Parameter, Parameters},
    confirmation,
    conservation::{self, RedTerms},
    party, record,
};
use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{Checked, RedAnswer, RedBlock, RedEntry, RedWithdrawal, invoice_type},
};

/// Enters a confirmation under the transaction's own id.
pub(in crate::module) fn enter_red<S: Store>(
    state: &mut State<'_, S>,
    transaction: &Checked,
    entry: &RedEntry,
) -> Result<(), Stop> {
    let (now, sender) = (state.time_ms(), &transaction.body().sender);
    let (record_key, mut record) = record(state, &entry.record)?;
    let by = party(state, (&entry.record, &record), sender, &entry.party)?;
    let terms = RedTerms {
        amount_fen: entry.amount_fen,
        reason: entry.reason,
        consent: entry.consent.as_ref(),
    };
    let wait_ms = Parameters::read(state)?.value(Parameter::RedConfirmationMs);
    let entered = conservation::enter(&mut record, sender, by, &terms, now, wait_ms)?;
    let number: Digest = transaction.id().0;
    let key = confirmation_key(state.suite(), state.ledger(), &entry.record, &number);
    state.put(record_key, &record);
    state.put(key, &entered);
    changed(state, record.agency, entered.recorded);
    Ok(())
}

/// Answers a confirmation, for the side that did not enter it.
pub(in crate::module) fn answer_red<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    answer: &RedAnswer,
) -> Result<(), Stop> {
    let now = state.time_ms();
    let (record_key, mut record) = record(state, &answer.record)?;
    let (key, mut confirmation) = confirmation(state, &answer.record, &answer.confirmation)?;
    if answer.amount_fen != confirmation.amount_fen {
        return Err(Refusal::OutOfRange("amount").into());
    }
    let by = party(state, (&answer.record, &record), sender, &answer.party)?;
    let said = (answer.answer, answer.consent.as_ref());
    conservation::answer(&mut record, &mut confirmation, sender, by, said, now)?;
    state.put(record_key, &record);
    state.put(key, &confirmation);
    changed(state, record.agency, confirmation.recorded);
    Ok(())
}

/// Takes a confirmation back, for the side that entered it.
pub(in crate::module) fn withdraw_red<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    withdrawal: &RedWithdrawal,
) -> Result<(), Stop> {
    let now = state.time_ms();
    let (record_key, mut record) = record(state, &withdrawal.record)?;
    let (key, mut confirmation) =
        confirmation(state, &withdrawal.record, &withdrawal.confirmation)?;
    let of = (&withdrawal.record, &record);
    let by = party(state, of, sender, &withdrawal.party)?;
    conservation::withdraw(&mut record, &mut confirmation, by, now)?;
    state.put(record_key, &record);
    state.put(key, &confirmation);
    changed(state, record.agency, confirmation.recorded);
    Ok(())
}

/// Stops a confirmation, by the record's agency.
pub(in crate::module) fn block_red<S: Store>(
    state: &mut State<'_, S>,
    sender: &KeyId,
    block: &RedBlock,
) -> Result<(), Stop> {
    let (suite, height) = (state.suite(), state.height());
    let (_, record) = record(state, &block.record)?;
    state
        .issuer(&record.agency)?
        .right(suite, sender, &invoice_type(), height)
        .ok_or(Refusal::NoRight)?;
    let (key, mut confirmation) = confirmation(state, &block.record, &block.confirmation)?;
    conservation::block(&mut confirmation, block.obstacle, state.time_ms())?;
    state.put(key, &confirmation);
    changed(state, record.agency, confirmation.recorded);
    Ok(())
}

fn changed<S: Store>(state: &mut State<'_, S>, agency: IssuerId, to: ConfirmationState) {
    state.emit(Event::ConfirmationChanged { agency, state: to });
}
