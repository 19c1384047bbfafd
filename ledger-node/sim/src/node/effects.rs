//! The engine's effects, answered at once.

use arc_malachitebft_core_consensus::{
    ConsensusMsg, Effect, Input, LivenessMsg, Resumable, Resume, SignedConsensusMsg,
};
use arc_malachitebft_signing::VerifierExt as _;
use light_client::{
    id,
    key::{PublicKey, Signature},
};

use super::{Action, Fact, Shell, peer_number, sign::Refused};
use crate::{
    context::{Address, Tally},
    message::Message,
    signing::now,
};

/// A signed message as the engine takes it.
pub(super) fn consensus_input(message: SignedConsensusMsg<Tally>) -> Input<Tally> {
    match message {
        SignedConsensusMsg::Vote(vote) => Input::Vote(vote),
        SignedConsensusMsg::Proposal(proposal) => Input::Proposal(proposal),
    }
}

/// A message that helps others along, as the engine takes it.
pub(super) fn liveness_input(message: LivenessMsg<Tally>) -> Input<Tally> {
    match message {
        LivenessMsg::Vote(vote) => Input::Vote(vote),
        LivenessMsg::PolkaCertificate(polka) => Input::PolkaCertificate(polka),
        LivenessMsg::SkipRoundCertificate(skip) => Input::RoundCertificate(skip),
    }
}

impl Shell {
    /// Answers one effect. Once the node is dead nothing it does has any consequence, but the
    /// engine, which cannot be stopped in the middle, still gets answers.
    pub(super) fn handle(&mut self, effect: Effect<Tally>) -> Result<Resume<Tally>, Refused> {
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
                r.resume_with(now(
                    verifier.verify_commit_certificate(&Tally, &found, &set, q)
                ))
            }
            Effect::VerifyExtendedCommitCertificate(found, set, q, policy, r) => {
                let verifier = &self.identity.verifier;
                let holds =
                    verifier.verify_extended_commit_certificate(&Tally, &found, &set, q, policy);
                r.resume_with(now(holds))
            }
            Effect::VerifyPolkaCertificate(found, set, q, r) => {
                let verifier = &self.identity.verifier;
                r.resume_with(now(
                    verifier.verify_polka_certificate(&Tally, &found, &set, q)
                ))
            }
            Effect::VerifyRoundCertificate(found, set, q, r) => {
                let verifier = &self.identity.verifier;
                r.resume_with(now(
                    verifier.verify_round_certificate(&Tally, &found, &set, q)
                ))
            }
            // Extensions are disabled at every height.
            Effect::ExtendVote(_, _, _, _, r) => r.resume_with(None),
            Effect::VerifyVoteExtension(_, _, _, _, _, _, r) => r.resume_with(Ok(())),
        })
    }

    fn publish(&mut self, message: SignedConsensusMsg<Tally>) {
        self.flush();
        self.fact(match &message {
            SignedConsensusMsg::Vote(vote) => Fact::Published(vote.clone()),
            SignedConsensusMsg::Proposal(proposal) => Fact::Proposed(proposal.clone()),
        });
        self.broadcast(Message::Consensus(message));
    }

    fn help(&mut self, message: LivenessMsg<Tally>) {
        self.broadcast(Message::Liveness(message));
    }

    fn verify(
        &self,
        message: &ConsensusMsg<Tally>,
        signature: &Signature,
        key: &PublicKey,
    ) -> bool {
        let verifier = &self.identity.verifier;
        let (signer, bytes): (&Address, Vec<u8>) = match message {
            ConsensusMsg::Vote(vote) => (&vote.address, verifier.vote_bytes(vote)),
            ConsensusMsg::Proposal(proposal) => {
                (&proposal.address, verifier.proposal_bytes(proposal))
            }
        };
        verifier.holds(signer, &bytes, signature, key)
    }
}

/// Does what an effect asks for; nothing is answered but that it is done.
fn done<R: Resumable<Tally, Value = ()>>(r: R, act: impl FnOnce()) -> Resume<Tally> {
    act();
    r.resume_with(())
}
