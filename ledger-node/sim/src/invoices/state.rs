//! What a node's state says of an invoice, proved, beside what the reference says.

use ledger_core::App;
use light_client::{
    cbor::Wire,
    hash::Digest,
    record::{Claim, Confirmation, InvoiceRecord, claim_place, confirmation_key, record_key},
    state::StateKey,
};

use super::{Book, operation::pair};
use crate::{store::SimStore, violation::Violation};

/// Compares one invoice with its claims and confirmations, and adds up its amounts.
pub(super) fn compare(
    app: &App<SimStore>,
    book: &Book,
    invoice: usize,
    name: &Digest,
) -> Result<(), Violation> {
    let (suite, ledger, expected) = (app.suite(), app.ledger(), &book.reference.invoices[invoice]);
    let unlike = |what: &str| {
        let height = app.head().height;
        Violation::Books(format!("{what} of invoice {name} at {height}"))
    };
    let same = |holds: bool, what: &str| if holds { Ok(()) } else { Err(unlike(what)) };
    let record: InvoiceRecord = entry(app, &record_key(suite, ledger, name))?;
    let amounts = (record.gross_fen, record.red_fen, record.remaining_fen);
    let expected_amounts = (expected.gross, expected.red(), expected.remaining());
    same(amounts == expected_amounts, "amounts")?;
    same(record.sequence == expected.sequence(), "sequence")?;
    same(record.booking.code() == expected.booking(), "booking")?;
    let funder = expected.funder().map(|seed| pair(suite, seed));
    let pledged = record.pledge.as_ref().map(|pledge| &pledge.funder);
    same(
        pledged == funder.as_ref().map(|pair| pair.public()),
        "pledge",
    )?;

    let mut outstanding = 0;
    for (sequence, payer, amount, released) in expected.claims() {
        let claim: Claim = entry(app, &claim_place(suite, ledger, name, sequence))?;
        let holds = (claim.amount_fen, claim.released_fen) == (amount, released)
            && claim.claimant == *pair(suite, payer).public();
        same(holds, "claim")?;
        outstanding += claim.outstanding_fen();
    }
    let sum = record.red_fen + outstanding + record.remaining_fen;
    same(expected.is_red || sum == record.gross_fen, "conservation")?;

    let numbers = &book.confirmations[invoice];
    same(numbers.len() == expected.confirmations(), "confirmations")?;
    for (at, number) in numbers.iter().enumerate() {
        let kept: Confirmation = entry(app, &confirmation_key(suite, ledger, name, number))?;
        let state = kept.state_at(app.head().time_ms).code();
        same(
            state == expected.state(at, book.reference.now),
            "confirmation",
        )?;
        same(kept.red_fen == expected.red_under(at), "confirmed sum")?;
    }
    Ok(())
}

fn entry<T: Wire + Clone>(app: &App<SimStore>, key: &StateKey) -> Result<T, Violation> {
    let answer = app.view().state_proof(key, None);
    let answer = answer.map_err(|error| Violation::fault(&error))?;
    let proof = answer.typed::<T>();
    let proof = proof.map_err(|error| Violation::fault(&error))?;
    let found = proof.check(app.suite(), &answer.roots, key);
    let found = found.map_err(|error| Violation::fault(&error))?;
    found
        .cloned()
        .ok_or_else(|| Violation::Books(format!("no entry {key:?}")))
}
