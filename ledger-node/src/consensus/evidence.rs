//! Proof that a validator signed two things in one round, kept for the auditor.

use arc_malachitebft_app_channel::app::types::{MisbehaviorEvidence, SignedConsensusMsg};
use bytes::Bytes;
use ledger_engine::TallyContext;

use super::wire::to_bytes;

/// Each record holds the two signed messages, one after the other.
pub(super) fn records(found: &MisbehaviorEvidence<TallyContext>) -> Vec<Bytes> {
    let votes = found
        .votes
        .iter()
        .flat_map(|(_, pairs)| pairs)
        .map(|(first, second)| {
            [
                SignedConsensusMsg::Vote(first.clone()),
                SignedConsensusMsg::Vote(second.clone()),
            ]
        });
    let proposals = found
        .proposals
        .iter()
        .flat_map(|(_, pairs)| pairs)
        .map(|(first, second)| {
            [
                SignedConsensusMsg::Proposal(first.clone()),
                SignedConsensusMsg::Proposal(second.clone()),
            ]
        });
    votes
        .chain(proposals)
        .map(|pair| pair.each_ref().map(to_bytes).concat().into())
        .collect()
}
