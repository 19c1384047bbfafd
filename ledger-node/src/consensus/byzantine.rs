//! A node that misbehaves by the engine's own mocks: only in a test's build of this program.
//!
//! What it does stands in `byzantine.json` beside the engine's log, as the engine names it; without
//! that file it is a node like any other.

use std::fs;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use arc_malachitebft_app_channel::app::types::core::{
    SignedMessage, ValidatorProof, VoteExtensionScope,
};
use arc_malachitebft_app_channel::{
    ByzantineContext, EngineBuilder, RequestContext, SyncContext, WalContext,
};
use arc_malachitebft_signing::{Error, Signer};
use async_trait::async_trait;
use ledger_engine::{Address, HeaderValue, Intent, Proposal, TallyContext, Vote};
use light_client::hash::Digest;
use light_client::id::{LedgerId, TimeMs};
use light_client::key::Signature;

use super::codec::WireCodec;
use super::{Setup, Start, Started};
use crate::key::SigningKey;
use crate::ledger::Ledger;

/// Starts the engine, behind the mock if this node is to misbehave.
///
/// # Errors
/// A file that says nothing of the kind, an engine that does not start.
pub(super) async fn start(setup: &Setup, ledger: &Ledger, start: Start) -> Result<Started> {
    let file = setup.wal.with_file_name("byzantine.json");
    if !file.exists() {
        return super::start(setup, start).await;
    }
    let orders = fs::read(&file).context("byzantine.json")?;
    let (id, suite) = (ledger.id(), ledger.suite());
    let signer = Reckless {
        ledger: id,
        key: setup.key.clone(),
    };
    let byzantine = ByzantineContext {
        identity: start.identity,
        codec: WireCodec,
        config: serde_json::from_slice(&orders).context("byzantine.json")?,
        signer: Box::new(signer),
        address: Address(setup.key.public_key().id(suite)),
        conflicting_value_fn: Some(Box::new(later)),
        conflicting_vote_value_fn: Some(Box::new(|_| Digest::from_bytes([0xbb; 32]))),
    };
    let builder = EngineBuilder::new(TallyContext, start.config)
        .with_default_wal(WalContext::new(setup.wal.clone(), WireCodec))
        .with_byzantine_network(byzantine)
        .await
        .map_err(|error| anyhow!("{error:#}"))?;
    let built = builder
        .with_default_sync(SyncContext::new(WireCodec))
        .with_default_consensus(start.consensus)
        .with_default_request(RequestContext::new(16))
        .build()
        .await;
    built.map_err(|error| anyhow!("{error:#}"))
}

/// Signs whatever it is told, in any order and twice, as no honest node would: the mock's votes of
/// a round come to it as they happen to, and a refusal would end the engine.
struct Reckless {
    ledger: LedgerId,
    key: Arc<SigningKey>,
}

impl Reckless {
    fn sign(&self, intent: Option<Intent>) -> Result<Signature, Error> {
        let intent = intent.ok_or_else(Error::new)?;
        Ok(self.key.sign(&intent.message))
    }
}

#[async_trait]
impl Signer<TallyContext> for Reckless {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedMessage<TallyContext, Vote>, Error> {
        let signature = self.sign(Intent::vote(self.ledger, &vote))?;
        Ok(SignedMessage::new(vote, signature))
    }

    async fn sign_proposal(
        &self,
        proposal: Proposal,
    ) -> Result<SignedMessage<TallyContext, Proposal>, Error> {
        let signature = self.sign(Intent::proposal(self.ledger, &proposal))?;
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
        _: Vec<u8>,
        _: Vec<u8>,
    ) -> Result<ValidatorProof<TallyContext>, Error> {
        Err(Error::new())
    }
}

/// Another block's header.
fn later(value: &HeaderValue) -> HeaderValue {
    let mut header = value.header().clone();
    header.core.time_ms = TimeMs(header.core.time_ms.0.saturating_add(1));
    HeaderValue::new(header)
}
