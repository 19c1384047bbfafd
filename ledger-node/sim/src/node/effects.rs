//! The engine's effects, answered at once.

use core::convert::Infallible;

use arc_malachitebft_core_consensus::{
    ConsensusMsg, Effect, Input, LivenessMsg, MisbehaviorEvidence, Resumable, Resume,
    SignedConsensusMsg,
};
use arc_malachitebft_core_types::{CommitCertificate, Round, SignedMessage, Timeout};
use arc_malachitebft_signing::VerifierExt as _;
use ledger_core::{Arrival, Origin, certificate};
use light_client::{
    hash::Digest,
    id,
    key::{KeyId, PublicKey, Signature},
};

use super::{Action, Fact, Local, Shell, timer_key};
use crate::{
    context::{Address, Height, Tally},
    message::Message,
    signing::now,
    violation::Violation,
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
    pub(super) fn handle(&mut self, effect: Effect<Tally>) -> Result<Resume<Tally>, Infallible> {
        self.burn();
        Ok(match effect {
            Effect::CancelAllTimeouts(r) => done(r, || self.timers.clear()),
            Effect::CancelTimeout(timeout, r) => {
                done(r, || _ = self.timers.remove(&timer_key(&timeout)))
            }
            Effect::ScheduleTimeout(timeout, r) => done(r, || self.schedule(timeout)),
            Effect::StartRound(_, _, _, _, r) => done(r, || self.flush()),
            Effect::GetValue(height, round, _, r) => {
                done(r, || self.local.push_back(Local::GetValue(height, round)))
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
            Effect::CertRejectedSyncValue(_, height, error, r) => {
                let violation = Violation::SyncRejected(height.0, error.to_string());
                done(r, || self.violate(violation))
            }
            Effect::Decide(certificate, _, r) => done(r, || self.decide(&certificate)),
            Effect::Finalize(_, _, evidence, r) => done(r, || self.finalize(&evidence)),
            Effect::SignVote(vote, r) => {
                let signature = self.pair.sign(&self.verifier.vote_bytes(&vote));
                r.resume_with(SignedMessage::new(vote, signature))
            }
            Effect::SignProposal(proposal, r) => {
                let signature = self.pair.sign(&self.verifier.proposal_bytes(&proposal));
                r.resume_with(SignedMessage::new(proposal, signature))
            }
            Effect::VerifySignature(message, key, r) => {
                r.resume_with(self.verify(&message.message, &message.signature, &key))
            }
            Effect::VerifyCommitCertificate(found, set, q, r) => {
                let verifier = &self.verifier;
                r.resume_with(now(
                    verifier.verify_commit_certificate(&Tally, &found, &set, q)
                ))
            }
            Effect::VerifyExtendedCommitCertificate(found, set, q, policy, r) => {
                let holds = self.verifier;
                let holds =
                    holds.verify_extended_commit_certificate(&Tally, &found, &set, q, policy);
                r.resume_with(now(holds))
            }
            Effect::VerifyPolkaCertificate(found, set, q, r) => {
                let verifier = &self.verifier;
                r.resume_with(now(
                    verifier.verify_polka_certificate(&Tally, &found, &set, q)
                ))
            }
            Effect::VerifyRoundCertificate(found, set, q, r) => {
                let verifier = &self.verifier;
                r.resume_with(now(
                    verifier.verify_round_certificate(&Tally, &found, &set, q)
                ))
            }
            // Extensions are disabled at every height.
            Effect::ExtendVote(_, _, _, _, r) => r.resume_with(None),
            Effect::VerifyVoteExtension(_, _, _, _, _, _, r) => r.resume_with(Ok(())),
        })
    }

    fn burn(&mut self) {
        match self.fuse {
            Some(0) => self.dead = true,
            Some(effects) => self.fuse = Some(effects - 1),
            None => {}
        }
    }

    fn append(&mut self, height: Height, input: Input<Tally>) {
        if !self.recovering && !self.dead {
            self.wal.append(height, input);
        }
    }

    fn publish(&mut self, message: SignedConsensusMsg<Tally>) {
        self.flush();
        if let SignedConsensusMsg::Vote(vote) = &message {
            self.fact(Fact::Published(vote.clone()));
        }
        self.broadcast(Message::Consensus(message));
    }

    fn help(&mut self, message: LivenessMsg<Tally>) {
        self.broadcast(Message::Liveness(message));
    }

    fn finalize(&mut self, evidence: &MisbehaviorEvidence<Tally>) {
        if !evidence.is_empty() {
            self.violate(Violation::Evidence(format!("{evidence:?}")));
        }
        self.act(Action::NextHeight);
    }

    fn schedule(&mut self, timeout: Timeout) {
        self.generation += 1;
        let generation = self.generation;
        self.timers.insert(timer_key(&timeout), generation);
        self.act(Action::Timer {
            timeout,
            generation,
        });
    }

    fn flush(&mut self) {
        if !self.dead {
            self.wal.flush();
        }
    }

    fn fact(&mut self, fact: Fact) {
        if !self.dead {
            self.facts.push(fact);
        }
    }

    fn broadcast(&mut self, message: Message) {
        self.act(Action::Broadcast(message));
    }

    fn act(&mut self, action: Action) {
        if !self.dead {
            self.actions.push(action);
        }
    }

    pub(super) fn violate(&mut self, violation: Violation) {
        if !self.dead {
            self.violation.get_or_insert(violation);
        }
    }

    fn verify(
        &self,
        message: &ConsensusMsg<Tally>,
        signature: &Signature,
        key: &PublicKey,
    ) -> bool {
        let (signer, bytes): (&Address, Vec<u8>) = match message {
            ConsensusMsg::Vote(vote) => (&vote.address, self.verifier.vote_bytes(vote)),
            ConsensusMsg::Proposal(proposal) => {
                (&proposal.address, self.verifier.proposal_bytes(proposal))
            }
        };
        self.verifier.holds(signer, &bytes, signature, key)
    }

    /// Sends a stored block again.
    fn restream(&mut self, round: Round, valid_round: Round, proposer: KeyId, hash: &Digest) {
        let (Some(round), Some(proposal)) = (round.as_u32(), self.undecided(hash)) else {
            return;
        };
        let arrival = valid_round.as_u32().map_or(Arrival::New, |valid_round| {
            let valid_round = id::Round(valid_round);
            Arrival::Repeated { valid_round }
        });
        let origin = Origin {
            round: id::Round(round),
            proposer,
            arrival,
        };
        self.broadcast(Message::Body(Box::new(proposal), origin));
    }

    /// Commits what the engine decided.
    fn decide(&mut self, decided: &CommitCertificate<Tally>) {
        if self.dead {
            return;
        }
        self.flush();
        let signatures = decided.commit_signatures.iter();
        let votes: Vec<(KeyId, Signature)> = signatures
            .map(|commit| (commit.address.0, commit.signature))
            .collect();
        let round = id::Round(decided.round.as_u32().unwrap_or(u32::MAX));
        let (set, suite) = (self.app.validator_set(), self.app.suite());
        let Some(certificate) = certificate(set, suite, round, &votes) else {
            return self.violate(Violation::NoQuorum(decided.height.0));
        };
        match self.app.commit(&decided.value_id, &certificate) {
            Ok(committed) => self.fact(Fact::Committed(Box::new(committed.header))),
            Err(error) => self.violate(Violation::fault(&error)),
        }
    }
}

/// Does what an effect asks for; nothing is answered but that it is done.
fn done<R: Resumable<Tally, Value = ()>>(r: R, act: impl FnOnce()) -> Resume<Tally> {
    act();
    r.resume_with(())
}
