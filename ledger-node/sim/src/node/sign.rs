//! Signing: what is about to be signed is marked first, on disk.

use arc_malachitebft_core_types::{NilOrVal, SignedProposal, SignedVote, Value as _, VoteType};

use super::{Fact, Shell};
use crate::{
    context::{Proposal, Tally, Vote},
    mark::Step,
    scenario::Mutation,
};

/// The mark refused a signature: the engine goes on without it.
#[derive(Debug)]
pub(super) struct Refused;

impl Shell {
    pub(super) fn sign_vote(&mut self, vote: Vote) -> Result<SignedVote<Tally>, Refused> {
        let vote = self.unlocked(vote);
        let step = match vote.kind {
            VoteType::Prevote => Step::Prevote,
            VoteType::Precommit => Step::Precommit,
        };
        self.mark(
            (vote.height.0, vote.round.as_u32()),
            step,
            vote.header().copied(),
        )?;
        Ok(self.pair.sign_vote(&self.identity.verifier, vote))
    }

    pub(super) fn sign_proposal(
        &mut self,
        proposal: Proposal,
    ) -> Result<SignedProposal<Tally>, Refused> {
        let place = (proposal.height.0, proposal.round.as_u32());
        self.mark(place, Step::Propose, Some(proposal.value.id()))?;
        Ok(self.pair.sign_proposal(&self.identity.verifier, proposal))
    }

    fn mark(
        &mut self,
        (height, round): (u64, Option<u32>),
        step: Step,
        value: Option<light_client::hash::Digest>,
    ) -> Result<(), Refused> {
        // A dead node signs nothing that anybody sees, and must not touch the disk.
        if self.is_dead() || self.identity.mutation == Some(Mutation::NoMark) {
            return Ok(());
        }
        let round = round.ok_or(Refused)?;
        if self.mark.set(height, round, step, value) {
            return Ok(());
        }
        self.refused = true;
        self.fact(Fact::Refused);
        Err(Refused)
    }

    /// Without the lock rule: a prevote for nil, where there is a good block, becomes one for it.
    fn unlocked(&self, vote: Vote) -> Vote {
        let lacks_rule = self.identity.mutation == Some(Mutation::NoLock);
        if !lacks_rule || vote.kind != VoteType::Prevote || vote.header().is_some() {
            return vote;
        }
        let proposed = vote
            .round
            .as_u32()
            .and_then(|round| self.proposed.get(&round));
        let value = proposed.map_or(NilOrVal::Nil, |hash| NilOrVal::Val(*hash));
        Vote { value, ..vote }
    }
}
