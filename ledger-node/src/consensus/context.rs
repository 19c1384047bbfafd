//! The engine's vocabulary in our types: what a height, a value, a vote and a validator are.

use std::cmp::Ordering;
use std::fmt;

use arc_malachitebft_app_channel::app::types::core::{
    self as engine, Context, LinearTimeouts, NilOrVal, Round, SignedExtension, SigningScheme,
    VoteType, VotingPower,
};
use bytes::Bytes;
use light_client::cbor;
use light_client::hash::Digest;
use light_client::header::Header;
use light_client::key;
use light_client::suite::Suite;
use light_client::validator_set;

/// Ties the engine to the types of this ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TallyContext;

impl Context for TallyContext {
    type Address = Address;
    type Height = Height;
    type ProposalPart = Part;
    type Proposal = Proposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = LinearTimeouts;
    type Value = HeaderValue;
    type Vote = Vote;
    type Extension = ();
    type SigningScheme = Scheme;

    /// Takes turns: each validator proposes once in n heights, and a failed round goes to the next.
    fn select_proposer<'a>(
        &self,
        set: &'a ValidatorSet,
        height: Height,
        round: Round,
    ) -> &'a Validator {
        let turn = height
            .0
            .wrapping_add(u64::from(round.as_u32().unwrap_or(0)));
        let count = u64::try_from(set.validators.len()).expect("a set has at most 100 validators");
        let index = usize::try_from(turn % count).expect("less than the count");
        &set.validators[index]
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: HeaderValue,
        pol_round: Round,
        address: Address,
    ) -> Proposal {
        Proposal {
            height,
            round,
            value,
            pol_round,
            address,
        }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<ValueId>,
        address: Address,
    ) -> Vote {
        Vote {
            kind: VoteType::Prevote,
            height,
            round,
            value,
            address,
        }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<ValueId>,
        address: Address,
    ) -> Vote {
        Vote {
            kind: VoteType::Precommit,
            height,
            round,
            value,
            address,
        }
    }
}

/// A block height; the genesis state is height 0, the first block 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Height(pub(crate) u64);

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl engine::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// The engine's name for a validator: the id of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(pub(crate) key::KeyId);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.fmt(f)
    }
}

impl engine::Address for Address {}

/// A block's identity in votes: the header hash.
pub(crate) type ValueId = Digest;

/// What is agreed on: a header. Its body travels as parts.
#[derive(Clone, Debug)]
pub(crate) struct HeaderValue {
    header: Header,
    id: ValueId,
}

impl HeaderValue {
    pub(crate) fn new(header: Header) -> Self {
        let id = header.hash();
        Self { header, id }
    }

    pub(crate) fn header(&self) -> &Header {
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
pub(crate) struct Proposal {
    pub(crate) height: Height,
    pub(crate) round: Round,
    pub(crate) value: HeaderValue,
    pub(crate) pol_round: Round,
    pub(crate) address: Address,
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
pub(crate) struct Vote {
    pub(crate) kind: VoteType,
    pub(crate) height: Height,
    pub(crate) round: Round,
    pub(crate) value: NilOrVal<ValueId>,
    pub(crate) address: Address,
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
pub(crate) enum Part {
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
pub(crate) struct PartInit {
    pub(crate) height: Height,
    /// The round in which the block was first proposed.
    pub(crate) round: Round,
    /// The round of the polka that justifies this second streaming; nil the first time.
    pub(crate) valid_round: Round,
    pub(crate) proposer: Address,
}

/// A member of a set: one agency, one vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Validator {
    pub(crate) address: Address,
    pub(crate) key: key::PublicKey,
}

impl engine::Validator<TallyContext> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &key::PublicKey {
        &self.key
    }

    fn voting_power(&self) -> VotingPower {
        1
    }
}

/// The validators of one epoch, in the order of the ledger's set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValidatorSet {
    validators: Vec<Validator>,
}

impl ValidatorSet {
    pub(crate) fn new(set: &validator_set::ValidatorSet, suite: Suite) -> Self {
        let validators = set.validators().iter().map(|validator| Validator {
            address: Address(validator.key.id(suite)),
            key: validator.key.clone(),
        });
        Self {
            validators: validators.collect(),
        }
    }
}

impl engine::ValidatorSet<TallyContext> for ValidatorSet {
    fn count(&self) -> usize {
        self.validators.len()
    }

    fn total_voting_power(&self) -> VotingPower {
        u64::try_from(self.validators.len()).expect("a set has at most 100 validators")
    }

    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        self.validators
            .iter()
            .find(|validator| validator.address == *address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.validators.get(index)
    }
}

/// The signing scheme: the kind is in the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheme;

/// The engine names a type of private keys but never holds one: signing goes through
/// [`NodeSigner`](super::signing::NodeSigner).
#[derive(Clone, Copy)]
pub(crate) enum NoPrivateKey {}

impl SigningScheme for Scheme {
    type DecodingError = cbor::DecodeError;
    type Signature = key::Signature;
    type PublicKey = key::PublicKey;
    type PrivateKey = NoPrivateKey;

    fn decode_signature(bytes: &[u8]) -> Result<key::Signature, cbor::DecodeError> {
        bytes
            .try_into()
            .map(key::Signature)
            .map_err(|_| cbor::DecodeError::LengthMismatch)
    }

    fn encode_signature(signature: &key::Signature) -> Vec<u8> {
        signature.0.to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<key::PublicKey, cbor::DecodeError> {
        key::PublicKey::parse(bytes)
    }

    fn encode_public_key(key: &key::PublicKey) -> Vec<u8> {
        key.to_bytes()
    }
}
