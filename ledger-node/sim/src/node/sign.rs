//! Signing: what is about to be signed is marked first, on disk.

use arc_malachitebft_core_types::{NilOrVal, SignedMessage, SignedProposal, SignedVote, VoteType};
use ledger_engine::{Intent, Place, Proposal, TallyContext, Vote};
use light_client::{hash::Digest, key::Signature};

use super::{Fact, Shell};
use crate::scenario::Mutation;

/// The mark refused a signature: the engine goes on without it.
#[derive(Debug)]
pub(super) struct Refused;

impl Shell {
    pub(super) fn sign_vote(&mut self, vote: Vote) -> Result<SignedVote<TallyContext>, Refused> {
        let vote = self.unlocked(vote);
        let signature = self.sign(Intent::vote(self.identity.verifier.ledger(), &vote))?;
        Ok(SignedMessage::new(vote, signature))
    }

    pub(super) fn sign_proposal(
        &mut self,
        proposal: Proposal,
    ) -> Result<SignedProposal<TallyContext>, Refused> {
        let intent = Intent::proposal(self.identity.verifier.ledger(), &proposal);
        let signature = self.sign(intent)?;
        Ok(SignedMessage::new(proposal, signature))
    }

    fn sign(&mut self, intent: Option<Intent>) -> Result<Signature, Refused> {
        let intent = intent.ok_or(Refused)?;
        self.mark(intent.place, intent.value)?;
        // It is marked, and not signed yet.
        self.burn();
        Ok(self.pair.sign(&intent.message))
    }

    fn mark(&mut self, place: Place, value: Option<Digest>) -> Result<(), Refused> {
        // A dead node signs nothing that anybody sees, and must not touch the disk.
        if self.is_dead() || self.identity.mutation == Some(Mutation::NoMark) {
            return Ok(());
        }
        let course = self.start.course(place.height, self.wal.size());
        match self.mark.sign(place, value, course) {
            Ok(change) => {
                self.mark.apply(&change);
                Ok(())
            }
            Err(_) => {
                self.refused = true;
                self.fact(Fact::Refused);
                Err(Refused)
            }
        }
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
