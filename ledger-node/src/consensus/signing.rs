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
use tokio::task::spawn_blocking;

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
    ///
    /// # Errors
    /// [`MarkError`]. A refusal means only that nothing is proposed: mostly that the block was made
    /// when the round was over already. The engine does not hear of it, and goes on.
    pub(crate) async fn sign_stream(
        &self,
        init: &PartInit,
        value: Digest,
    ) -> Result<Option<Signature>, MarkError> {
        match Intent::stream(self.ledger, init, &value, &self.id) {
            Some(intent) => self.sign_marked(intent).await.map(Some),
            None => Ok(None),
        }
    }

    /// The engine is about to empty its log of this height, and begins the height anew.
    ///
    /// # Errors
    /// [`MarkError::Store`].
    pub(crate) fn log_emptied(&self, height: Height) -> Result<(), MarkError> {
        self.mark.log_emptied(height.0)
    }

    /// Signs for the engine, which does not survive a refusal: that is kept, and told.
    async fn sign_for_engine(&self, intent: Option<Intent>) -> Result<Signature, Error> {
        let intent = intent.ok_or_else(Error::new)?;
        let height = intent.place.height;
        let signed = self.sign_marked(intent).await;
        if let Err(MarkError::Refused(_)) = &signed {
            let mark = self.mark.clone();
            let noted = spawn_blocking(move || mark.note_refusal(height)).await;
            noted
                .map_err(Error::from_source)?
                .map_err(Error::from_source)?;
            self.refused.notify_one();
        }
        signed.map_err(Error::from_source)
    }

    async fn sign_marked(&self, intent: Intent) -> Result<Signature, MarkError> {
        let (mark, key) = (self.mark.clone(), self.key.clone());
        let signed = spawn_blocking(move || {
            mark.set(intent.place, intent.value)?;
            Ok(key.sign(&intent.message))
        });
        // It panics only with the store; then nothing is signed.
        signed.await.unwrap_or(Err(MarkError::Malformed))
    }
}

#[async_trait]
impl Signer<TallyContext> for NodeSigner {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedMessage<TallyContext, Vote>, Error> {
        let signature = self
            .sign_for_engine(Intent::vote(self.ledger, &vote))
            .await?;
        Ok(SignedMessage::new(vote, signature))
    }

    async fn sign_proposal(
        &self,
        proposal: Proposal,
    ) -> Result<SignedMessage<TallyContext, Proposal>, Error> {
        let intent = Intent::proposal(self.ledger, &proposal);
        let signature = self.sign_for_engine(intent).await?;
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

#[cfg(test)]
mod tests {
    use arc_malachitebft_app_channel::app::types::core::{NilOrVal, Round, VoteType};
    use ledger_engine::Address;

    use super::*;

    fn vote(signer: &NodeSigner, value: NilOrVal<Digest>) -> Vote {
        Vote {
            kind: VoteType::Prevote,
            height: Height(1),
            round: Round::new(0),
            value,
            address: Address(signer.id),
        }
    }

    /// A proposer that is too slow for its round proposes nothing, and goes on voting.
    #[tokio::test]
    async fn a_block_that_is_made_too_late_is_not_proposed_and_that_is_all() {
        let folder = tempfile::tempdir().expect("a directory");
        let mark = Arc::new(Mark::create(&folder.path().join("mark")).expect("a mark"));
        let key = Arc::new(SigningKey::generate(Suite::Sm).expect("a key"));
        let ledger = id::LedgerId(Digest::from_bytes([7; 32]));
        let signer = NodeSigner::new(ledger, Suite::Sm, key, mark.clone());
        let nil = vote(&signer, NilOrVal::Nil);
        signer
            .sign_vote(nil.clone())
            .await
            .expect("the round is over");
        let init = PartInit {
            height: Height(1),
            round: Round::new(0),
            valid_round: Round::Nil,
            proposer: Address(signer.id),
        };
        let late = signer.sign_stream(&init, Digest::from_bytes([1; 32])).await;
        assert!(matches!(late, Err(MarkError::Refused(_))));
        assert_eq!(mark.follows_through(1), None, "it votes on");
        signer.sign_vote(nil).await.expect("the same again");

        let other = vote(&signer, NilOrVal::Val(Digest::from_bytes([1; 32])));
        signer.sign_vote(other).await.expect_err("a second value");
        assert_eq!(
            mark.follows_through(1),
            Some(1),
            "the engine has heard that"
        );
        signer.refused().await;
    }
}
