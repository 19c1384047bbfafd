//! What validators say: values, proposals, votes, and the pieces of a streamed block.

use std::cmp::Ordering;
use std::sync::Arc;

use arc_malachitebft_core_types::{self as engine, NilOrVal, Round, SignedExtension, VoteType};
use bytes::Bytes;
use light_client::hash::Digest;
use light_client::header::Header;
use light_client::key;

use crate::context::TallyContext;
use crate::validators::{Address, Height};

/// A block's identity in votes: the header hash.
pub type ValueId = Digest;

/// What is agreed on: a header. Its body travels as parts.
#[derive(Clone, Debug)]
pub struct HeaderValue {
    // Shared: the engine clones values freely.
    header: Arc<Header>,
    id: ValueId,
}

impl HeaderValue {
    /// The value that a header is.
    pub fn new(header: Header) -> Self {
        let id = header.hash();
        let header = Arc::new(header);
        Self { header, id }
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

impl PartialEq for HeaderValue {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for HeaderValue {}

impl PartialOrd for HeaderValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for HeaderValue {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl engine::Value for HeaderValue {
    type Id = ValueId;

    fn id(&self) -> ValueId {
        self.id
    }
}

/// A signed-for value of one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// At which height.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// What is proposed.
    pub value: HeaderValue,
    /// The round of the polka that it rests on; nil for a new value.
    pub pol_round: Round,
    /// By whom.
    pub address: Address,
}

impl engine::Proposal<TallyContext> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &HeaderValue {
        &self.value
    }

    fn take_value(self) -> HeaderValue {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.pol_round
    }

    fn validator_address(&self) -> &Address {
        &self.address
    }
}

/// A prevote or a precommit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Of which kind.
    pub kind: VoteType,
    /// At which height.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// For what.
    pub value: NilOrVal<ValueId>,
    /// By whom.
    pub address: Address,
}

impl Vote {
    /// The header voted for; none for nil.
    pub const fn header(&self) -> Option<&ValueId> {
        match &self.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(id) => Some(id),
        }
    }
}

impl engine::Vote<TallyContext> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<ValueId> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<ValueId> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &Address {
        &self.address
    }

    // Vote extensions are disabled: a vote never carries one.

    fn extension(&self) -> Option<&SignedExtension<TallyContext>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<TallyContext>> {
        None
    }

    fn extend(self, _: SignedExtension<TallyContext>) -> Self {
        self
    }
}

/// One piece of a streamed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who proposes what for which round; always first.
    Init(PartInit),
    /// A slice of the block, at most 256 KiB.
    Data(Bytes),
    /// The proposer's signature over the round and the value; always last.
    Fin(key::Signature),
}

impl engine::ProposalPart<TallyContext> for Part {
    fn is_first(&self) -> bool {
        matches!(self, Self::Init(_))
    }

    fn is_last(&self) -> bool {
        matches!(self, Self::Fin(_))
    }
}

/// The head of a streamed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartInit {
    /// Of which height the block is.
    pub height: Height,
    /// The round in which the block was first proposed.
    pub round: Round,
    /// The round of the polka that justifies this second streaming; nil the first time.
    pub valid_round: Round,
    /// Who proposes it.
    pub proposer: Address,
}

/// Who streamed a block, for which round, and the signature that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamHead {
    /// Who streams what.
    pub init: PartInit,
    /// The proposer's signature over it.
    pub signature: key::Signature,
}
