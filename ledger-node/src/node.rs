//! A running node: its ledger, its engine and its API, until one of them ends.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use tokio::net::TcpListener;
use tokio::signal;
use tokio::task::JoinSet;
use tracing::{info, warn};

use crate::api::{self, Api};
use crate::config::NodeDir;
use crate::consensus::{self, Setup};
use crate::gossip::Peers;
use crate::intake::intake;
use crate::key::SigningKey;
use crate::ledger::Ledger;
use crate::mark::Mark;

/// Runs the node of a folder until it is told to stop.
///
/// # Errors
/// A folder that is not whole, an address in use, a store or an engine that fails.
pub async fn run(dir: &NodeDir) -> Result<()> {
    let (config, genesis) = (dir.config()?, dir.genesis()?);
    let key = SigningKey::load(&dir.validator_key_file()).context("validator.key")?;
    ensure!(
        key.public_key().kind().suite() == genesis.suite,
        "validator.key is of another suite"
    );
    let mark = Mark::open(&dir.mark_file())?.map(Arc::new);
    if mark.is_none() {
        warn!("there is no double-sign mark: this node follows and does not vote");
    }
    let ledger = Arc::new(Ledger::open(&dir.data(), genesis).context("ledger")?);
    let peers = Peers::new(&config.api_peers)?;
    let listener = TcpListener::bind(config.api).await.context(config.api)?;
    info!(api = %config.api, ledger = %ledger.id(), height = %ledger.app().head().height, "node starts");
    ensure_free(&config.p2p)?;
    let setup = Setup {
        name: config.name,
        wal: dir.wal_file(),
        listen: config.p2p,
        peers: config.p2p_peers,
        network_secret: dir.network_secret()?,
        key: Arc::new(key),
        mark,
    };
    let (intake, collecting) = intake(ledger.clone());
    let routes = api::router(Api {
        ledger: ledger.clone(),
        intake,
        peers: peers.clone(),
    });
    // Each in a task of its own: a block being executed must not keep the API from answering.
    let mut parts = JoinSet::new();
    parts.spawn(consensus::run(setup, ledger.clone()));
    parts.spawn(collecting);
    parts.spawn(async move { axum::serve(listener, routes).await.context("API") });
    parts.spawn(async move {
        peers.repeat(ledger).await;
        Ok(())
    });
    tokio::select! {
        Some(ended) = parts.join_next() => ended.context("a part of the node panicked")?,
        stop = stop() => stop,
    }
}

/// Says at once what the engine would only log: that another program has its address.
fn ensure_free(p2p: &str) -> Result<()> {
    let parts: Vec<_> = p2p.split('/').collect();
    if let ["", "ip4", host, "tcp", port] = parts.as_slice() {
        std::net::TcpListener::bind(format!("{host}:{port}")).with_context(|| p2p.to_owned())?;
    }
    Ok(())
}

async fn stop() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => {}
            pressed = signal::ctrl_c() => pressed?,
        }
    }
    #[cfg(not(unix))]
    signal::ctrl_c().await?;
    info!("node stops");
    Ok(())
}
