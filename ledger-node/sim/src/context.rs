//! The engine's vocabulary in the ledger's types, as in the node.

use core::fmt;

use arc_malachitebft_core_types::{
    self as engine, Context, LinearTimeouts, NilOrVal, Round, SignedExtension, SigningScheme,
    VoteType, VotingPower,
};
use light_client::{
    cbor::DecodeError,
    hash::Digest,
    key::{KeyId, PublicKey, Signature},
    suite::Suite,
};

/// Ties the engine to these types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally;

impl Context for Tally {
    type Address = Address;
    type Height = Height;
    type ProposalPart = NoPart;
    type Proposal = Proposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = LinearTimeouts;
    type Value = Value;
    type Vote = Vote;
    type Extension = ();
    type SigningScheme = Scheme;

    /// Validators take turns; a failed round goes to the next.
    fn select_proposer<'a>(
        &self,
        set: &'a ValidatorSet,
        height: Height,
        round: Round,
    ) -> &'a Validator {
        let turn = height.0 + u64::from(round.as_u32().unwrap_or(0));
        let count = u64::try_from(set.0.len()).expect("a set has at most 100 validators");
        let index = usize::try_from(turn % count).expect("below the count");
        &set.0[index]
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: Value,
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
        value: NilOrVal<Digest>,
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
        value: NilOrVal<Digest>,
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

/// A block's number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        Self(self.0 + n)
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// A validator's name: the id of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(pub(crate) KeyId);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.fmt(f)
    }
}

impl engine::Address for Address {}

/// What is agreed on: a header, here by its hash alone; header and body travel together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Value(pub(crate) Digest);

impl engine::Value for Value {
    type Id = Digest;

    fn id(&self) -> Digest {
        self.0
    }
}

/// A value signed for one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) height: Height,
    pub(crate) round: Round,
    pub(crate) value: Value,
    pub(crate) pol_round: Round,
    pub(crate) address: Address,
}

impl engine::Proposal<Tally> for Proposal {
    fn height(&self) -> Height {
        self.height
    }
    fn round(&self) -> Round {
        self.round
    }
    fn value(&self) -> &Value {
        &self.value
    }
    fn take_value(self) -> Value {
        self.value
    }
    fn pol_round(&self) -> Round {
        self.pol_round
    }
    fn validator_address(&self) -> &Address {
        &self.address
    }
}

/// A prevote or precommit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vote {
    pub(crate) kind: VoteType,
    pub(crate) height: Height,
    pub(crate) round: Round,
    pub(crate) value: NilOrVal<Digest>,
    pub(crate) address: Address,
}

impl Vote {
    /// The header voted for; none for nil.
    pub(crate) const fn header(&self) -> Option<&Digest> {
        match &self.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(id) => Some(id),
        }
    }
}

impl engine::Vote<Tally> for Vote {
    fn height(&self) -> Height {
        self.height
    }
    fn round(&self) -> Round {
        self.round
    }
    fn value(&self) -> &NilOrVal<Digest> {
        &self.value
    }
    fn take_value(self) -> NilOrVal<Digest> {
        self.value
    }
    fn vote_type(&self) -> VoteType {
        self.kind
    }
    fn validator_address(&self) -> &Address {
        &self.address
    }
    fn extension(&self) -> Option<&SignedExtension<Tally>> {
        None
    }
    fn take_extension(&mut self) -> Option<SignedExtension<Tally>> {
        None
    }
    fn extend(self, _: SignedExtension<Tally>) -> Self {
        self
    }
}

/// The engine names a type of parts; here a body travels whole, in a message of the simulator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoPart {}

impl engine::ProposalPart<Tally> for NoPart {
    fn is_first(&self) -> bool {
        match *self {}
    }
    fn is_last(&self) -> bool {
        match *self {}
    }
}

/// One agency's validator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Validator {
    address: Address,
    key: PublicKey,
}

impl engine::Validator<Tally> for Validator {
    fn address(&self) -> &Address {
        &self.address
    }
    fn public_key(&self) -> &PublicKey {
        &self.key
    }
    fn voting_power(&self) -> VotingPower {
        1
    }
}

/// An epoch's validators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValidatorSet(Vec<Validator>);

impl ValidatorSet {
    pub(crate) fn new(set: &light_client::validator_set::ValidatorSet, suite: Suite) -> Self {
        let validators = set.validators().iter().map(|validator| Validator {
            address: Address(validator.key.id(suite)),
            key: validator.key.clone(),
        });
        Self(validators.collect())
    }
}

impl engine::ValidatorSet<Tally> for ValidatorSet {
    fn count(&self) -> usize {
        self.0.len()
    }
    fn total_voting_power(&self) -> VotingPower {
        u64::try_from(self.0.len()).expect("a set has at most 100 validators")
    }
    fn get_by_address(&self, address: &Address) -> Option<&Validator> {
        self.0
            .iter()
            .find(|validator| validator.address == *address)
    }
    fn get_by_index(&self, index: usize) -> Option<&Validator> {
        self.0.get(index)
    }
}

/// Signatures of any kind of key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scheme;

/// The engine never holds a private key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NoPrivateKey {}

impl SigningScheme for Scheme {
    type DecodingError = DecodeError;
    type Signature = Signature;
    type PublicKey = PublicKey;
    type PrivateKey = NoPrivateKey;

    fn decode_signature(bytes: &[u8]) -> Result<Signature, DecodeError> {
        let bytes = bytes.try_into().map_err(|_| DecodeError::LengthMismatch)?;
        Ok(Signature(bytes))
    }
    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.0.to_vec()
    }
    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, DecodeError> {
        PublicKey::parse(bytes)
    }
    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.to_bytes()
    }
}
