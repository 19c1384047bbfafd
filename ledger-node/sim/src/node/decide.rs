//! What the engine decided, made final; and blocks sent once more.

use arc_malachitebft_core_consensus::MisbehaviorEvidence;
use arc_malachitebft_core_types::{CommitCertificate, Round};
use ledger_core::{Arrival, Origin, certificate};
use ledger_engine::TallyContext;
use light_client::{
    hash::Digest,
    id,
    key::{KeyId, Signature},
};

use super::{Action, Fact, Shell};
use crate::{message::Message, violation::Violation};

impl Shell {
    /// Commits what the engine decided.
    pub(super) fn decide(&mut self, decided: &CommitCertificate<TallyContext>) {
        if self.is_dead() {
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

    pub(super) fn finalize(&mut self, evidence: MisbehaviorEvidence<TallyContext>) {
        if !evidence.is_empty() {
            self.fact(Fact::Evidence(Box::new(evidence)));
        }
        self.act(Action::NextHeight);
    }

    /// Sends a stored block again.
    pub(super) fn restream(
        &mut self,
        round: Round,
        valid_round: Round,
        proposer: KeyId,
        hash: &Digest,
    ) {
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
}
