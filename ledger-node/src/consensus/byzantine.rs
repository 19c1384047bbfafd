//! A node that misbehaves by the engine's own mocks: only in a test's build of this program.
//!
//! What it does stands in `byzantine.json` beside the engine's log, as the engine names it; without
//! that file it is a node like any other.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use arc_malachitebft_app_channel::{
    ByzantineContext, EngineBuilder, RequestContext, SyncContext, WalContext,
};
use ledger_engine::{Address, HeaderValue, TallyContext};
use light_client::hash::Digest;
use light_client::id::TimeMs;

use super::codec::WireCodec;
use super::signing::NodeSigner;
use super::{Setup, Start, Started};
use crate::ledger::Ledger;
use crate::mark::Mark;

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
    let signer = NodeSigner::new(id, suite, setup.key.clone(), second_mark(&file)?);
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

/// What the mock says a second time is marked elsewhere: the node's own mark would forbid it.
fn second_mark(beside: &Path) -> Result<Arc<Mark>> {
    let path = beside.with_extension("mark");
    if path.exists() {
        fs::remove_file(&path)?;
    }
    Ok(Arc::new(Mark::create(&path)?))
}

/// Another block's header.
fn later(value: &HeaderValue) -> HeaderValue {
    let mut header = value.header().clone();
    header.core.time_ms = TimeMs(header.core.time_ms.0.saturating_add(1));
    HeaderValue::new(header)
}
