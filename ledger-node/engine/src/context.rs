//! Ties the engine to the types of this ledger.

use arc_malachitebft_core_types::{
    Context, LinearTimeouts, NilOrVal, Round, SigningScheme, VoteType,
};
use light_client::cbor;
use light_client::key;

use crate::message::{HeaderValue, Part, Proposal, ValueId, Vote};
use crate::validators::{Address, Height, Validator, ValidatorSet};

/// Ties the engine to the types of this ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyContext;

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
        let round = u64::from(round.as_u32().unwrap_or(0));
        set.in_turn(height.0.wrapping_add(round))
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

/// The signing scheme: the kind is in the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme;

/// The engine names a type of private keys but never holds one: it asks for signatures.
#[derive(Clone, Copy, Debug)]
pub enum NoPrivateKey {}

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
