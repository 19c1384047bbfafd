//! Votes under the ledger's own sign bytes, and the signer that never signs two things at once.

use std::sync::Arc;

use arc_malachitebft_app_channel::app::types::core::{
    NilOrVal, Round, SignedMessage, ValidatorProof, Value as _, VoteExtensionScope, VoteType,
};
use arc_malachitebft_signing::{Error, Signer, VerificationResult, Verifier};
use async_trait::async_trait;
use ledger_core::SharedKeys;
use light_client::hash::Digest;
use light_client::id;
use light_client::key::{KeyId, PublicKey, Signature, Signed};
use light_client::suite::Suite;
use light_client::vote::{Ballot, precommit, prevote, proposal, validator_proof};

use super::context::{Address, PartInit, Proposal, TallyContext, Vote};
use super::streaming::StreamHead;
use crate::key::SigningKey;
use crate::mark::{Mark, MarkError, Step};

/// Checks what other validators signed.
#[derive(Clone, Debug)]
pub(crate) struct NodeVerifier {
    ledger: id::LedgerId,
    suite: Suite,
    /// Those who vote: the engine asks about no others.
    keys: Arc<SharedKeys>,
}

impl NodeVerifier {
    pub(crate) fn new(ledger: id::LedgerId, suite: Suite) -> Self {
        Self {
            ledger,
            suite,
            keys: Arc::default(),
        }
    }

    /// Whether the holder of `key` streamed the block `value`.
    pub(crate) fn accepts_stream(
        &self,
        head: &StreamHead,
        value: &Digest,
        key: &PublicKey,
    ) -> bool {
        let message = stream_bytes(self.ledger, &head.init, value, &key.id(self.suite));
        self.check(message, &head.signature, key).is_valid()
    }

    fn check(
        &self,
        message: Option<Vec<u8>>,
        signature: &Signature,
        key: &PublicKey,
    ) -> VerificationResult {
        let holds = |message: Vec<u8>| {
            let signed = Signed {
                key,
                message: &message,
                signature,
            };
            self.keys.verify(signed).is_ok()
        };
        let holds = key.kind().suite() == self.suite && message.is_some_and(holds);
        VerificationResult::from_bool(holds)
    }
}

#[async_trait]
impl Verifier<TallyContext> for NodeVerifier {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        // The signer in the signed bytes is the key's id; a vote in another's name fails here.
        if vote.address != Address(key.id(self.suite)) {
            return Ok(VerificationResult::Invalid);
        }
        Ok(self.check(vote_bytes(self.ledger, vote), signature, key))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        if proposal.address != Address(key.id(self.suite)) {
            return Ok(VerificationResult::Invalid);
        }
        Ok(self.check(proposal_bytes(self.ledger, proposal), signature, key))
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
        Ok(self.check(Some(message), &proof.signature, &key))
    }
}

/// Signs for this node. Every vote and proposal is marked durably before it is signed.
#[derive(Clone)]
pub(crate) struct NodeSigner {
    ledger: id::LedgerId,
    key: Arc<SigningKey>,
    id: KeyId,
    mark: Arc<Mark>,
}

impl NodeSigner {
    pub(crate) fn new(
        ledger: id::LedgerId,
        suite: Suite,
        key: Arc<SigningKey>,
        mark: Arc<Mark>,
    ) -> Self {
        let id = key.public_key().id(suite);
        Self {
            ledger,
            key,
            id,
            mark,
        }
    }

    /// Signs the stream of a block that this node proposes.
    pub(crate) async fn sign_stream(
        &self,
        init: &PartInit,
        value: Digest,
    ) -> Result<Signature, Error> {
        let message = stream_bytes(self.ledger, init, &value, &self.id);
        self.sign_marked(
            (init.height.0, init.round),
            Step::Propose,
            Some(value),
            message,
        )
        .await
    }

    async fn sign_marked(
        &self,
        place: (u64, Round),
        step: Step,
        value: Option<Digest>,
        message: Option<Vec<u8>>,
    ) -> Result<Signature, Error> {
        let (height, round) = place;
        let (Some(round), Some(message)) = (round.as_u32(), message) else {
            return Err(Error::new());
        };
        let (mark, key) = (self.mark.clone(), self.key.clone());
        let signed = tokio::task::spawn_blocking(move || {
            mark.set(height, round, step, value)?;
            Ok::<_, MarkError>(key.sign(&message))
        });
        signed
            .await
            .map_err(Error::from_source)?
            .map_err(Error::from_source)
    }
}

#[async_trait]
impl Signer<TallyContext> for NodeSigner {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedMessage<TallyContext, Vote>, Error> {
        let step = match vote.kind {
            VoteType::Prevote => Step::Prevote,
            VoteType::Precommit => Step::Precommit,
        };
        let message = vote_bytes(self.ledger, &vote);
        let place = (vote.height.0, vote.round);
        let signature = self
            .sign_marked(place, step, value_of(&vote).copied(), message)
            .await?;
        Ok(SignedMessage::new(vote, signature))
    }

    async fn sign_proposal(
        &self,
        proposal: Proposal,
    ) -> Result<SignedMessage<TallyContext, Proposal>, Error> {
        let message = proposal_bytes(self.ledger, &proposal);
        let place = (proposal.height.0, proposal.round);
        let value = Some(proposal.value.id());
        let signature = self
            .sign_marked(place, Step::Propose, value, message)
            .await?;
        Ok(SignedMessage::new(proposal, signature))
    }

    async fn sign_vote_extension(
        &self,
        _: VoteExtensionScope<TallyContext>,
        (): (),
    ) -> Result<SignedMessage<TallyContext, ()>, Error> {
        Err(Error::new())
    }

    async fn sign_validator_proof(
        &self,
        public_key: Vec<u8>,
        peer_id: Vec<u8>,
    ) -> Result<ValidatorProof<TallyContext>, Error> {
        let preimage = ValidatorProof::<TallyContext>::signing_bytes(&public_key, &peer_id);
        let signature = self.key.sign(&validator_proof(&self.ledger, &preimage));
        Ok(ValidatorProof::new(public_key, peer_id, signature))
    }
}

fn ballot(ledger: id::LedgerId, height: u64, round: Round) -> Option<Ballot> {
    let round = id::Round(round.as_u32()?);
    Some(Ballot {
        ledger,
        height: id::Height(height),
        round,
    })
}

fn value_of(vote: &Vote) -> Option<&Digest> {
    match &vote.value {
        NilOrVal::Nil => None,
        NilOrVal::Val(id) => Some(id),
    }
}

fn vote_bytes(ledger: id::LedgerId, vote: &Vote) -> Option<Vec<u8>> {
    let ballot = ballot(ledger, vote.height.0, vote.round)?;
    Some(match vote.kind {
        VoteType::Prevote => prevote(&ballot, value_of(vote), &vote.address.0),
        VoteType::Precommit => precommit(&ballot, value_of(vote), &vote.address.0),
    })
}

fn proposal_bytes(ledger: id::LedgerId, message: &Proposal) -> Option<Vec<u8>> {
    let ballot = ballot(ledger, message.height.0, message.round)?;
    let valid_round = message.pol_round.as_u32().map(id::Round);
    Some(proposal(
        &ballot,
        &message.value.id(),
        valid_round,
        &message.address.0,
    ))
}

/// A block's stream is signed as what it announces: the proposal of its first round.
///
/// The bytes are those of a proposal without a polka, so no new purpose is needed; a re-proposal
/// replays the stream of the first round with the first signature.
fn stream_bytes(
    ledger: id::LedgerId,
    init: &PartInit,
    value: &Digest,
    signer: &KeyId,
) -> Option<Vec<u8>> {
    let ballot = ballot(ledger, init.height.0, init.round)?;
    Some(proposal(&ballot, value, None, signer))
}
