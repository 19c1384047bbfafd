//! The signer that never signs two things at once, and what a node verifies with.

use std::sync::Arc;

use arc_malachitebft_app_channel::app::types::core::{
    SignedMessage, ValidatorProof, VoteExtensionScope,
};
use arc_malachitebft_signing::{Error, Signer};
use async_trait::async_trait;
use ledger_core::SharedKeys;
use ledger_engine::{
    Check, EngineVerifier, Height, Intent, PartInit, Proposal, TallyContext, Vote,
};
use light_client::hash::Digest;
use light_client::id;
use light_client::key::{KeyId, Signature, Signed};
use light_client::suite::Suite;
use light_client::vote::validator_proof;
use tokio::sync::Notify;

use crate::key::SigningKey;
use crate::mark::{Mark, MarkError};

/// Checks what other validators signed.
pub(crate) type NodeVerifier = EngineVerifier<Voters>;

/// The keys of those who vote: the engine asks about no others.
#[derive(Debug, Default)]
pub(crate) struct Voters(SharedKeys);

impl Check for Voters {
    fn holds(&self, signed: Signed<'_>) -> bool {
        self.0.verify(signed).is_ok()
    }
}

/// Signs for this node. Every vote and proposal is marked durably before it is signed.
#[derive(Clone)]
pub(crate) struct NodeSigner {
    ledger: id::LedgerId,
    key: Arc<SigningKey>,
    id: KeyId,
    mark: Arc<Mark>,
    /// Rings when a signature was refused.
    refused: Arc<Notify>,
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
            refused: Arc::default(),
        }
    }

    /// Ends when the mark has refused a signature, which the engine does not survive.
    pub(crate) async fn refused(&self) {
        self.refused.notified().await;
    }

    /// Signs the stream of a block that this node proposes.
    pub(crate) async fn sign_stream(
        &self,
        init: &PartInit,
        value: Digest,
    ) -> Result<Signature, Error> {
        self.sign_marked(Intent::stream(self.ledger, init, &value, &self.id))
            .await
    }

    /// The engine is about to empty its log of this height, and begins the height anew.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub(crate) fn log_emptied(&self, height: Height) -> Result<(), MarkError> {
        self.mark.log_emptied(height.0)
    }

    async fn sign_marked(&self, intent: Option<Intent>) -> Result<Signature, Error> {
        let intent = intent.ok_or_else(Error::new)?;
        let (mark, key) = (self.mark.clone(), self.key.clone());
        let signed =
            tokio::task::spawn_blocking(move || match mark.set(intent.place, intent.value) {
                Ok(()) => Ok(key.sign(&intent.message)),
                Err(MarkError::Refused(refusal)) => {
                    mark.note_refusal(intent.place.height)?;
                    Err(MarkError::Refused(refusal))
                }
                Err(error) => Err(error),
            });
        let signed = signed.await.map_err(Error::from_source)?;
        if let Err(MarkError::Refused(_)) = &signed {
            self.refused.notify_one();
        }
        signed.map_err(Error::from_source)
    }
}

#[async_trait]
impl Signer<TallyContext> for NodeSigner {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedMessage<TallyContext, Vote>, Error> {
        let signature = self.sign_marked(Intent::vote(self.ledger, &vote)).await?;
        Ok(SignedMessage::new(vote, signature))
    }

    async fn sign_proposal(
        &self,
        proposal: Proposal,
    ) -> Result<SignedMessage<TallyContext, Proposal>, Error> {
        let intent = Intent::proposal(self.ledger, &proposal);
        let signature = self.sign_marked(intent).await?;
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
