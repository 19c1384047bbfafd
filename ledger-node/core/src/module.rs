//! The rules: one file per module of the ledger, each a pure step over the [`State`].

mod anchor;
mod governance;
mod invoice;
mod registry;
mod sender;
mod status;

use crate::{
    state::{State, Stop},
    store::Store,
    transaction::{Checked, Op},
};

pub(crate) use governance::take_next_set;
pub(crate) use sender::{admit, forget_expired};

/// Executes one transaction; on an error nothing it wrote may be kept.
pub(crate) fn execute<S: Store>(
    state: &mut State<'_, S>,
    transaction: &Checked,
) -> Result<(), Stop> {
    admit(state, transaction)?;
    let sender = transaction.sender();
    match &transaction.body().op {
        Op::Amend(change) => registry::amend(state, change),
        Op::Anchor(batch) => anchor::batch(state, &sender, batch),
        Op::Issue(issue) => invoice::issue(state, &sender, issue),
        Op::Lease(grant) => invoice::lease(state, &sender, grant),
        Op::Register(change) => registry::register(state, change),
        Op::RotateSet(rotation) => governance::rotate(state, rotation),
        Op::SetStatus(change) => status::set(state, &sender, change),
    }
}
