//! How members decide, and what follows.
//!
//! ```text
//! move ──► votes ──► execute           each step a transaction of one member
//! decide                               all at once, with signed consent gathered elsewhere
//! ```
//! - A motion needs ⌊2m/3⌋ + 1 of the m members; an emergency freeze ⌊m/3⌋ + 1. Only present
//!   members count, with one vote each.
//! - A motion that is not carried out within the parameter `MotionMs` has lapsed.
//! - Every motion stays in the state, with who voted how and on what it rests.

mod action;
mod members;
mod motion;
mod open;
mod set;
mod software;

use light_client::{id::IssuerId, key::PublicKey};

use crate::{
    event::Event,
    refusal::Refusal,
    state::{State, Stop},
    store::Store,
    transaction::{
        Approval, Checked, Choice, Decision, MemberProfile, Motion, MotionId, Vote, approval_bytes,
    },
};
pub use members::Member;
pub(crate) use members::Members;
pub use motion::{MotionEntry, MotionOutcome, Support};
pub use open::OpenMotion;
pub(crate) use open::OpenMotions;
pub use set::WaitingSet;
pub(crate) use set::{UsedBy, end_epoch};
pub(super) use {set::ready, software::announce};

/// Puts a motion before the members; whoever moves it votes for it.
pub(super) fn put<S: Store>(
    state: &mut State<'_, S>,
    transaction: &Checked,
    motion: &Motion,
) -> Result<(), Stop> {
    let members = Members::read(state)?;
    let mover = members.with_key(&transaction.body().sender)?;
    let mut entry = MotionEntry::open(state, motion)?;
    entry.vote(mover.clone(), Choice::Yes);
    let (id, closes_ms) = (MotionId(transaction.id()), entry.closes_ms);
    entry.write(state, &id);
    let new = OpenMotion {
        motion: id,
        mover,
        closes_ms,
    };
    let mut open = OpenMotions::read(state)?;
    open.add(&members, state.time_ms(), new);
    open.write(state);
    state.emit(Event::Moved { motion: id });
    Ok(())
}

/// Votes on an open motion.
pub(super) fn vote<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    vote: &Vote,
) -> Result<(), Stop> {
    let agency = Members::read(state)?.with_key(sender)?;
    let mut entry = MotionEntry::read_open(state, &vote.motion)?;
    entry.vote(agency.clone(), vote.choice);
    entry.write(state, &vote.motion);
    let (motion, choice) = (vote.motion, vote.choice);
    state.emit(Event::Voted {
        motion,
        agency,
        choice,
    });
    Ok(())
}

/// Carries out a motion that has enough votes.
pub(super) fn execute<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    id: &MotionId,
) -> Result<(), Stop> {
    let members = Members::read(state)?;
    members.with_key(sender)?;
    let entry = MotionEntry::read_open(state, id)?;
    let support = entry.support(&members);
    if support.counted < support.needed {
        return Err(Refusal::NotEnoughVotes.into());
    }
    carry(state, id, entry)
}

/// Decides at once.
pub(super) fn decide<S: Store>(
    state: &mut State<'_, S>,
    transaction: &Checked,
    decision: &Decision,
) -> Result<(), Stop> {
    let members = Members::read(state)?;
    if decision.approvals.len() < members.threshold(&decision.action) {
        return Err(Refusal::BadApproval.into());
    }
    let key = &transaction.body().idempotency_key;
    let message = approval_bytes(state.ledger(), &decision.action, &decision.basis, key);
    let motion = Motion {
        action: decision.action.clone(),
        basis: decision.basis.clone(),
    };
    let mut entry = MotionEntry::open(state, &motion)?;
    for Approval { agency, signature } in &decision.approvals {
        let member = members.find(agency).ok_or(Refusal::BadApproval)?;
        let verified = member.key.verify(&message, signature);
        verified.map_err(|_| Refusal::BadApproval)?;
        entry.vote(agency.clone(), Choice::Yes);
    }
    carry(state, &MotionId(transaction.id()), entry)
}

fn carry<S: Store>(
    state: &mut State<'_, S>,
    id: &MotionId,
    mut entry: MotionEntry,
) -> Result<(), Stop> {
    action::execute(state, &entry)?;
    entry.outcome = MotionOutcome::Carried {
        height: state.height(),
        time_ms: state.time_ms(),
    };
    entry.write(state, id);
    let mut open = OpenMotions::read(state)?;
    if open.remove(id) {
        open.write(state);
    }
    state.emit(Event::Carried { motion: *id });
    Ok(())
}

/// Says who runs the sender's node and who answers for it.
pub(super) fn describe<S: Store>(
    state: &mut State<'_, S>,
    sender: &PublicKey,
    profile: &MemberProfile,
) -> Result<(), Stop> {
    let mut members = Members::read(state)?;
    let agency: IssuerId = members.with_key(sender)?;
    members.describe(&agency, profile);
    members.write(state);
    state.emit(Event::MemberDescribed { agency });
    Ok(())
}
