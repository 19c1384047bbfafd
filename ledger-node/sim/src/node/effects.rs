//! The engine's effects, answered at once.

use arc_malachitebft_core_consensus::{
    ConsensusMsg, Effect, Input, LivenessMsg, Resumable, Resume, SignedConsensusMsg,
};
use arc_malachitebft_core_types::{NilOrVal, SignedMessage, SignedVote, VoteType};
use arc_malachitebft_signing::VerifierExt as _;
use ledger_engine::{Address, TallyContext, Vote};
use light_client::{
    id,
    key::{PublicKey, Signature},
};

use super::{Action, Fact, Shell, peer_number, sign::Refused};
use crate::{message::Message, signing::now};

/// A signed message as the engine takes it.
pub(super) fn consensus_input(message: SignedConsensusMsg<TallyContext>) -> Input<TallyContext> {
    match message {
        SignedConsensusMsg::Vote(vote) => Input::Vote(vote),
        SignedConsensusMsg::Proposal(proposal) => Input::Proposal(proposal),
    }
}

/// A message that helps others along, as the engine takes it.
pub(super) fn liveness_input(message: LivenessMsg<TallyContext>) -> Input<TallyContext> {
    match message {
        LivenessMsg::Vote(vote) => Input::Vote(vote),
        LivenessMsg::PolkaCertificate(polka) => Input::PolkaCertificate(polka),
        LivenessMsg::SkipRoundCertificate(skip) => Input::RoundCertificate(skip),
    }
}

impl Shell {
    /// Answers one effect. Once the node is dead nothing it does has any consequence, but the
    /// engine, which cannot be stopped in the middle, still gets answers.
    pub(super) fn handle(
        &mut self,
        effect: Effect<TallyContext>,
    ) -> Result<Resume<TallyContext>, Refused> {
        self.burn();
        Ok(match effect {
            Effect::CancelAllTimeouts(r) => done(r, || self.timers.clear()),
            Effect::CancelTimeout(timeout, r) => done(r, || self.cancel(&timeout)),
            Effect::ScheduleTimeout(timeout, r) => done(r, || self.schedule(timeout)),
            Effect::StartRound(_, _, _, _, r) => done(r, || self.flush()),
            Effect::GetValue(height, round, _, r) => {
                done(r, || self.act(Action::Propose(height, round)))
            }
            Effect::WalAppend(height, input, r) => done(r, || self.append(height, input)),
            Effect::PublishConsensusMsg(message, r) => done(r, || self.publish(message)),
            Effect::PublishLivenessMsg(message, r) => done(r, || self.help(message)),
            Effect::RepublishVote(vote, r) => done(r, || self.help(LivenessMsg::Vote(vote))),
            Effect::RepublishRoundCertificate(skip, r) => {
                done(r, || self.help(LivenessMsg::SkipRoundCertificate(skip)))
            }
            Effect::RestreamProposal(_, round, valid_round, proposer, id, r) => {
                done(r, || self.restream(round, valid_round, proposer.0, &id))
            }
            Effect::CertVerifiedSyncValue(value, by, r) => done(r, || self.synced(&value, by)),
            Effect::CertRejectedSyncValue(peer, height, error, r) => {
                let height = id::Height(height.0);
                let (peer, why) = (peer_number(&peer), error.to_string());
                done(r, || self.distrust(peer, height, why))
            }
            Effect::Decide(certificate, _, r) => done(r, || self.decide(&certificate)),
            Effect::Finalize(_, _, evidence, r) => done(r, || self.finalize(evidence)),
            Effect::SignVote(vote, r) => r.resume_with(self.sign_vote(vote)?),
            Effect::SignProposal(proposal, r) => r.resume_with(self.sign_proposal(proposal)?),
            Effect::VerifySignature(message, key, r) => {
                r.resume_with(self.verify(&message.message, &message.signature, &key))
            }
            Effect::VerifyCommitCertificate(found, set, q, r) => {
                let verifier = &self.identity.verifier;
                r.resume_with(now(verifier.verify_commit_certificate(
                    &TallyContext,
                    &found,
                    &set,
                    q,
                )))
            }
            Effect::VerifyExtendedCommitCertificate(found, set, q, policy, r) => {
                let verifier = &self.identity.verifier;
                let holds = verifier.verify_extended_commit_certificate(
                    &TallyContext,
                    &found,
                    &set,
                    q,
                    policy,
                );
                r.resume_with(now(holds))
            }
            Effect::VerifyPolkaCertificate(found, set, q, r) => {
                let verifier = &self.identity.verifier;
                r.resume_with(now(verifier.verify_polka_certificate(
                    &TallyContext,
                    &found,
                    &set,
                    q,
                )))
            }
            Effect::VerifyRoundCertificate(found, set, q, r) => {
                let verifier = &self.identity.verifier;
                r.resume_with(now(verifier.verify_round_certificate(
                    &TallyContext,
                    &found,
                    &set,
                    q,
                )))
            }
            // Extensions are disabled at every height.
            Effect::ExtendVote(_, _, _, _, r) => r.resume_with(None),
            Effect::VerifyVoteExtension(_, _, _, _, _, _, r) => r.resume_with(Ok(())),
        })
    }

    fn publish(&mut self, message: SignedConsensusMsg<TallyContext>) {
        self.flush();
        // The log is synced, and nothing is sent yet.
        self.burn();
        self.fact(match &message {
            SignedConsensusMsg::Vote(vote) => Fact::Published(vote.clone()),
            SignedConsensusMsg::Proposal(proposal) => Fact::Proposed(proposal.clone()),
        });
        self.broadcast(Message::Consensus(message));
    }

    fn help(&mut self, message: LivenessMsg<TallyContext>) {
        let own = Address(self.pair.id());
        let votes = votes_within(&message).into_iter();
        for vote in votes.filter(|vote| vote.message.address == own) {
            self.fact(Fact::Published(vote));
        }
        self.broadcast(Message::Liveness(message));
    }

    fn verify(
        &self,
        message: &ConsensusMsg<TallyContext>,
        signature: &Signature,
        key: &PublicKey,
    ) -> bool {
        let verifier = &self.identity.verifier;
        match message {
            ConsensusMsg::Vote(vote) => verifier.accepts_vote(vote, signature, key),
            ConsensusMsg::Proposal(proposal) => verifier.accepts_proposal(proposal, signature, key),
        }
    }
}

/// The votes that are sent with such a message.
fn votes_within(message: &LivenessMsg<TallyContext>) -> Vec<SignedVote<TallyContext>> {
    let signed = |kind, height, round, value, address, signature| {
        let vote = Vote {
            kind,
            height,
            round,
            value,
            address,
        };
        SignedMessage::new(vote, signature)
    };
    match message {
        LivenessMsg::Vote(vote) => vec![vote.clone()],
        LivenessMsg::PolkaCertificate(polka) => {
            let (kind, value) = (VoteType::Prevote, NilOrVal::Val(polka.value_id));
            let votes = polka.polka_signatures.iter();
            let vote = votes.map(|vote| (vote.address, vote.signature));
            vote.map(|(by, signature)| {
                signed(kind, polka.height, polka.round, value, by, signature)
            })
            .collect()
        }
        LivenessMsg::SkipRoundCertificate(skip) => {
            let votes = skip.round_signatures.iter();
            votes
                .map(|vote| {
                    let (kind, value, by) = (vote.vote_type, vote.value_id, vote.address);
                    signed(kind, skip.height, skip.round, value, by, vote.signature)
                })
                .collect()
        }
    }
}

/// Does what an effect asks for; nothing is answered but that it is done.
fn done<R: Resumable<TallyContext, Value = ()>>(r: R, act: impl FnOnce()) -> Resume<TallyContext> {
    act();
    r.resume_with(())
}
