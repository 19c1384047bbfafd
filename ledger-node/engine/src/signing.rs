//! Which bytes a signature is made over, and whether one holds.

use std::sync::Arc;

use arc_malachitebft_core_types::{
    Round, ValidatorProof, Value as _, VoteExtensionScope, VoteType,
};
use arc_malachitebft_signing::{Error, VerificationResult, Verifier};
use async_trait::async_trait;
use light_client::hash::Digest;
use light_client::id::{self, LedgerId};
use light_client::key::{KeyId, PublicKey, Signature, Signed};
use light_client::suite::Suite;
use light_client::vote::{Ballot, precommit, prevote, proposal, validator_proof};

use crate::context::TallyContext;
use crate::mark::{Place, Step};
use crate::message::{PartInit, Proposal, StreamHead, Vote};
use crate::validators::Address;

/// What a validator is about to sign, and what its mark has to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Where it stands in the order of all that this key ever signs.
    pub place: Place,
    /// The header that is signed for; none is nil.
    pub value: Option<Digest>,
    /// The bytes that the signature is made over.
    pub message: Vec<u8>,
}

impl Intent {
    /// A vote; none for one of no round, which does not exist.
    pub fn vote(ledger: LedgerId, vote: &Vote) -> Option<Self> {
        let ballot = ballot(ledger, vote.height.0, vote.round)?;
        let (header, signer) = (vote.header(), &vote.address.0);
        let (step, message) = match vote.kind {
            VoteType::Prevote => (Step::Prevote, prevote(&ballot, header, signer)),
            VoteType::Precommit => (Step::Precommit, precommit(&ballot, header, signer)),
        };
        Some(Self::new(&ballot, step, header.copied(), message))
    }

    /// A proposal; none for one of no round.
    pub fn proposal(ledger: LedgerId, message: &Proposal) -> Option<Self> {
        let ballot = ballot(ledger, message.height.0, message.round)?;
        let valid_round = message.pol_round.as_u32().map(id::Round);
        let (header, signer) = (message.value.id(), &message.address.0);
        let bytes = proposal(&ballot, &header, valid_round, signer);
        Some(Self::new(&ballot, Step::Propose, Some(header), bytes))
    }

    /// The stream of a block, signed as what it announces: the proposal of its first round.
    ///
    /// The bytes are those of a proposal without a polka, so no new purpose is needed; a
    /// re-proposal replays the stream of the first round with the first signature.
    pub fn stream(
        ledger: LedgerId,
        init: &PartInit,
        value: &Digest,
        signer: &KeyId,
    ) -> Option<Self> {
        let ballot = ballot(ledger, init.height.0, init.round)?;
        let bytes = proposal(&ballot, value, None, signer);
        Some(Self::new(&ballot, Step::Propose, Some(*value), bytes))
    }

    const fn new(ballot: &Ballot, step: Step, value: Option<Digest>, message: Vec<u8>) -> Self {
        let place = Place {
            height: ballot.height.0,
            round: ballot.round.0,
            step,
        };
        Self {
            place,
            value,
            message,
        }
    }
}

fn ballot(ledger: LedgerId, height: u64, round: Round) -> Option<Ballot> {
    let round = id::Round(round.as_u32()?);
    Some(Ballot {
        ledger,
        height: id::Height(height),
        round,
    })
}

/// How a signature is checked: by tables of known keys in a node, once for all nodes of a run in
/// the simulator.
pub trait Check: Send + Sync {
    /// Whether the signature holds.
    fn holds(&self, signed: Signed<'_>) -> bool;
}

/// Checks what other validators signed.
#[derive(Debug)]
pub struct EngineVerifier<C> {
    ledger: LedgerId,
    suite: Suite,
    check: Arc<C>,
}

// Derived, it would ask for a `C` that can be cloned.
impl<C> Clone for EngineVerifier<C> {
    fn clone(&self) -> Self {
        Self {
            ledger: self.ledger,
            suite: self.suite,
            check: self.check.clone(),
        }
    }
}

impl<C: Check> EngineVerifier<C> {
    /// Verifies for one ledger.
    pub fn new(ledger: LedgerId, suite: Suite) -> Self
    where
        C: Default,
    {
        Self {
            ledger,
            suite,
            check: Arc::default(),
        }
    }

    /// The ledger whose signatures count.
    pub const fn ledger(&self) -> LedgerId {
        self.ledger
    }

    /// Whether the holder of `key` streamed the block `value`.
    pub fn accepts_stream(&self, head: &StreamHead, value: &Digest, key: &PublicKey) -> bool {
        let intent = Intent::stream(self.ledger, &head.init, value, &key.id(self.suite));
        self.accepts(intent, &head.signature, key)
    }

    /// Whether the holder of `key` cast this vote in its own name.
    pub fn accepts_vote(&self, vote: &Vote, signature: &Signature, key: &PublicKey) -> bool {
        // The signer in the signed bytes is the key's id; a vote in another's name fails here.
        vote.address == Address(key.id(self.suite))
            && self.accepts(Intent::vote(self.ledger, vote), signature, key)
    }

    /// Whether the holder of `key` made this proposal in its own name.
    pub fn accepts_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        key: &PublicKey,
    ) -> bool {
        proposal.address == Address(key.id(self.suite))
            && self.accepts(Intent::proposal(self.ledger, proposal), signature, key)
    }

    fn accepts(&self, intent: Option<Intent>, signature: &Signature, key: &PublicKey) -> bool {
        intent.is_some_and(|intent| self.holds(&intent.message, signature, key))
    }

    fn holds(&self, message: &[u8], signature: &Signature, key: &PublicKey) -> bool {
        let signed = Signed {
            key,
            message,
            signature,
        };
        key.kind().suite() == self.suite && self.check.holds(signed)
    }
}

#[async_trait]
impl<C: Check> Verifier<TallyContext> for EngineVerifier<C> {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        let holds = self.accepts_vote(vote, signature, key);
        Ok(VerificationResult::from_bool(holds))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        let holds = self.accepts_proposal(proposal, signature, key);
        Ok(VerificationResult::from_bool(holds))
    }

    async fn verify_signed_vote_extension(
        &self,
        _: &VoteExtensionScope<TallyContext>,
        (): &(),
        _: &Signature,
        _: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        // Extensions are disabled at every height: there is none that could be valid.
        Ok(VerificationResult::Invalid)
    }

    async fn verify_validator_proof(
        &self,
        proof: &ValidatorProof<TallyContext>,
    ) -> Result<VerificationResult, Error> {
        let Ok(key) = proof.decoded_public_key() else {
            return Ok(VerificationResult::Invalid);
        };
        let message = validator_proof(&self.ledger, &proof.preimage());
        let holds = self.holds(&message, &proof.signature, &key);
        Ok(VerificationResult::from_bool(holds))
    }
}
