//! The rules: one file per module of the ledger, each a pure step over the [`State`].
//!
//! Which version of a module is in force, and whether it is frozen, is decided by the members and
//! part of the state. A node that lacks a version in force neither proposes nor votes.

mod anchor;
mod did;
mod evidence;
mod governance;
mod invoice;
mod name;
mod parameter;
mod registry;
mod sender;
mod status;
mod version;

use crate::{
    state::{State, Stop},
    store::Store,
    transaction::{Checked, Op},
};

pub use governance::{Member, MotionEntry, MotionOutcome, OpenMotion, Support, WaitingSet};
pub(crate) use governance::{Members, OpenMotions, UsedBy, end_epoch};
pub use invoice::conservation;
pub use name::Module;
pub use parameter::Parameter;
pub(crate) use parameter::Parameters;
use sender::admit;
pub(crate) use sender::turn_over;
pub(crate) use version::lacking;
pub use version::{Capability, Freeze, ModuleState, Versions};

/// Executes one transaction; on an error nothing it wrote may be kept.
pub(crate) fn execute<S: Store>(
    state: &mut State<'_, S>,
    transaction: &Checked,
) -> Result<(), Stop> {
    admit(state, transaction)?;
    let sender = transaction.sender();
    let body = transaction.body();
    version::open(state, body.op.kind().module())?;
    match &body.op {
        Op::Announce(announcement) => governance::announce(state, &sender, announcement),
        Op::Decide(decision) => governance::decide(state, transaction, decision),
        Op::Describe(profile) => governance::describe(state, &body.sender, profile),
        Op::Execute(motion) => governance::execute(state, &body.sender, motion),
        Op::Move(motion) => governance::put(state, transaction, motion),
        Op::PostReadiness(readiness) => governance::ready(state, &sender, readiness),
        Op::Vote(vote) => governance::vote(state, &body.sender, vote),
        Op::SetDid(change) => did::set(state, &body.sender, change),
        Op::SetStatus(change) => status::set(state, &body.sender, change),
        Op::Lease(grant) => invoice::lease(state, &sender, grant),
        Op::Issue(issue) => invoice::issue(state, &sender, issue),
        Op::EndLease(end) => invoice::end_lease(state, &sender, end),
        Op::RedLetter(red) => invoice::red_letter(state, &body.sender, red),
        Op::EnterRed(entry) => invoice::enter_red(state, transaction, entry),
        Op::AnswerRed(answer) => invoice::answer_red(state, &body.sender, answer),
        Op::WithdrawRed(withdrawal) => invoice::withdraw_red(state, &body.sender, withdrawal),
        Op::BlockRed(block) => invoice::block_red(state, &sender, block),
        Op::Claim(request) => invoice::claim(state, &body.sender, request),
        Op::Release(release) => invoice::release(state, &body.sender, release),
        Op::Pledge(request) => invoice::pledge(state, &body.sender, request),
        Op::Unpledge(end) => invoice::unpledge(state, &body.sender, end),
        Op::Book(change) => invoice::book(state, change),
        Op::Deposit(deposit) => evidence::deposit(state, &body.sender, deposit),
        Op::Anchor(batch) => anchor::batch(state, &sender, batch),
    }
}
