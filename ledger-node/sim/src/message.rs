//! What validators send each other.

use arc_malachitebft_core_consensus::{LivenessMsg, SignedConsensusMsg};
use arc_malachitebft_core_types::{ExtendedCommitCertificate, Round};
use bytes::Bytes;
use ledger_core::{Origin, block::Proposal};
use light_client::{cbor::to_bytes, id::Height};

use crate::context::Tally;

/// One message.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A block proposed, and how.
    Body(Box<Proposal>, Origin),
    /// A proposal or vote.
    Consensus(SignedConsensusMsg<Tally>),
    /// A vote again, or a certificate that helps others along.
    Liveness(LivenessMsg<Tally>),
    /// A transaction to be known elsewhere.
    Relay(Vec<u8>),
    /// "My head is here."
    Status(Height),
    /// "Send me this block."
    SyncRequest(Height),
    /// A decided block: proposal bytes and certificate.
    SyncResponse(Bytes, ExtendedCommitCertificate<Tally>),
}

impl Message {
    /// Bytes by which the log of a run tells messages apart.
    pub(crate) fn fingerprint(&self) -> Vec<u8> {
        let round = |round: Round| round.as_i64().to_be_bytes();
        match self {
            Self::Body(proposal, origin) => [
                &b"body"[..],
                proposal.header.hash().as_bytes(),
                &to_bytes(origin),
            ]
            .concat(),
            Self::Consensus(message) => [&b"consensus"[..], &message.signature().0].concat(),
            Self::Liveness(LivenessMsg::Vote(vote)) => [&b"vote"[..], &vote.signature.0].concat(),
            Self::Liveness(LivenessMsg::PolkaCertificate(polka)) => [
                &b"polka"[..],
                polka.value_id.as_bytes(),
                &round(polka.round),
            ]
            .concat(),
            Self::Liveness(LivenessMsg::SkipRoundCertificate(skip)) => {
                [&b"skip"[..], &round(skip.round)].concat()
            }
            Self::Relay(transaction) => [&b"relay"[..], transaction].concat(),
            Self::Status(height) => [&b"status"[..], &height.0.to_be_bytes()].concat(),
            Self::SyncRequest(height) => [&b"request"[..], &height.0.to_be_bytes()].concat(),
            Self::SyncResponse(_, certificate) => {
                [&b"response"[..], certificate.value_id.as_bytes()].concat()
            }
        }
    }
}
