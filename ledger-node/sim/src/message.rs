//! What validators send each other.

use std::fmt;

use arc_malachitebft_core_consensus::{LivenessMsg, SignedConsensusMsg};
use arc_malachitebft_core_types::{ExtendedCommitCertificate, Value as _, VoteType};
use bytes::Bytes;
use ledger_core::{Origin, block::Proposal};
use ledger_engine::{TallyContext, Vote};
use light_client::id::Height;

use crate::log::Short;

/// One message.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A block proposed, and how.
    Body(Box<Proposal>, Origin),
    /// A proposal or vote.
    Consensus(SignedConsensusMsg<TallyContext>),
    /// A vote again, or a certificate that helps others along.
    Liveness(LivenessMsg<TallyContext>),
    /// A transaction to be known elsewhere.
    Relay(Vec<u8>),
    /// "My head is here."
    Status(Height),
    /// "Send me this block."
    SyncRequest(Height),
    /// A decided block: proposal bytes and certificate.
    SyncResponse(Bytes, ExtendedCommitCertificate<TallyContext>),
}

impl Message {
    /// The vote in it, if it is one.
    pub(crate) const fn vote(&self) -> Option<&Vote> {
        match self {
            Self::Consensus(SignedConsensusMsg::Vote(vote))
            | Self::Liveness(LivenessMsg::Vote(vote)) => Some(&vote.message),
            Self::Body(..)
            | Self::Consensus(SignedConsensusMsg::Proposal(_))
            | Self::Liveness(
                LivenessMsg::PolkaCertificate(_) | LivenessMsg::SkipRoundCertificate(_),
            )
            | Self::Relay(_)
            | Self::Status(_)
            | Self::SyncRequest(_)
            | Self::SyncResponse(..) => None,
        }
    }
}

/// As it stands in the log of a run: enough of it to tell any two messages apart.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(proposal, origin) => {
                let (core, hash) = (&proposal.header.core, proposal.header.hash());
                let (round, hash) = (origin.round.0, Short(hash.as_bytes()));
                write!(
                    f,
                    "body {}/{round} {hash} {:?}",
                    core.height, origin.arrival
                )
            }
            Self::Consensus(SignedConsensusMsg::Vote(vote)) => {
                write!(f, "{} {}", Shown(&vote.message), Short(&vote.signature.0))
            }
            Self::Consensus(SignedConsensusMsg::Proposal(proposal)) => {
                let (message, signature) = (&proposal.message, Short(&proposal.signature.0));
                let (height, round) = (message.height, message.round.as_i64());
                let (pol, id) = (message.pol_round.as_i64(), message.value.id());
                let value = Short(id.as_bytes());
                write!(
                    f,
                    "proposal {height}/{round} {value} polka {pol} {signature}"
                )
            }
            Self::Liveness(LivenessMsg::Vote(vote)) => {
                let signature = Short(&vote.signature.0);
                write!(f, "again: {} {signature}", Shown(&vote.message))
            }
            Self::Liveness(LivenessMsg::PolkaCertificate(polka)) => {
                let (round, value) = (polka.round.as_i64(), Short(polka.value_id.as_bytes()));
                write!(f, "polka {}/{round} {value}", polka.height)
            }
            Self::Liveness(LivenessMsg::SkipRoundCertificate(skip)) => {
                write!(f, "skip {}/{}", skip.height, skip.round.as_i64())
            }
            Self::Relay(bytes) => {
                write!(f, "transaction {}", Short(bytes.get(60..).unwrap_or(bytes)))
            }
            Self::Status(height) => write!(f, "status {height}"),
            Self::SyncRequest(height) => write!(f, "request {height}"),
            Self::SyncResponse(_, certificate) => {
                let (height, value) = (certificate.height, Short(certificate.value_id.as_bytes()));
                write!(f, "block {height} {value}")
            }
        }
    }
}

struct Shown<'a>(&'a Vote);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(vote) = self;
        let kind = match vote.kind {
            VoteType::Prevote => "prevote",
            VoteType::Precommit => "precommit",
        };
        write!(f, "{kind} {}/{} ", vote.height, vote.round.as_i64())?;
        match vote.header() {
            None => f.write_str("nil"),
            Some(header) => Short(header.as_bytes()).fmt(f),
        }
    }
}
