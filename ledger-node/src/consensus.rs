//! The adapter to the consensus engine, Malachite: the only module that names it.
//!
//! The engine decides on headers ([`ledger_engine`]); bodies travel as parts ([`streaming`]). It is told
//! what blocks are worth by the [`driver`], which owns nothing but translation: execution, storage
//! and certificates are the ledger's.

#[cfg(feature = "byzantine")]
mod byzantine;
mod codec;
mod driver;
mod evidence;
mod quorum;
mod settle;
mod signing;
mod streaming;
mod wire;

use std::fs::File;
use std::future::pending;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use arc_malachitebft_app_channel::app::config::{
    ConsensusConfig, DiscoveryConfig, NodeConfig, P2pConfig, ValueSyncConfig,
};
use arc_malachitebft_app_channel::app::metrics;
use arc_malachitebft_app_channel::app::net::Multiaddr;
use arc_malachitebft_app_channel::app::types::Keypair;
use arc_malachitebft_app_channel::{
    Channels, ConsensusContext, EngineHandle, NetworkContext, NetworkIdentity, RequestContext,
    SyncContext, WalContext, start_engine,
};
use arc_malachitebft_signing::Signer as _;
use ledger_engine::{Address, TallyContext};
use light_client::validator_set::ValidatorSet;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};
use tracing::warn;

use codec::WireCodec;
use driver::Driver;
use signing::{NodeSigner, NodeVerifier};

use crate::key::SigningKey;
use crate::ledger::Ledger;
use crate::mark::Mark;

pub use quorum::engine_accepts;

/// What the engine needs to run.
pub struct Setup {
    /// The node's name, in logs and metrics.
    pub name: String,
    /// Where the write-ahead log lies.
    pub wal: PathBuf,
    /// Where this node listens for others: `/ip4/127.0.0.1/tcp/27700`.
    pub listen: String,
    /// Where the others listen.
    pub peers: Vec<String>,
    /// The Ed25519 secret of this node's network identity.
    pub network_secret: [u8; 32],
    /// The key by which this node votes.
    pub key: Arc<SigningKey>,
    /// The key's double-sign mark; without it this node only follows.
    pub mark: Option<Arc<Mark>>,
    /// Through which height this node only follows, although its key may vote afterwards.
    pub follows_through: Option<u64>,
    /// Whether a set that is about to decide has another key of this node, or its key no more.
    pub rotates: Rotates,
}

/// See [`Setup::rotates`].
pub type Rotates = Arc<dyn Fn(&ValidatorSet) -> bool + Send + Sync>;

/// How often it is looked whether the engine's port is free.
const PORT_INTERVAL: Duration = Duration::from_millis(20);

/// Longer than an engine takes to close its port and its log.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs consensus on `ledger` until this node votes by another key, or none, or again; then the
/// engine is stopped, and has let go of its port and its log.
///
/// # Errors
/// An address that cannot be used, a store that fails, an engine that stopped.
pub async fn run(setup: Setup, ledger: Arc<Ledger>) -> Result<()> {
    let (id, suite) = (ledger.id(), ledger.suite());
    let address = Address(setup.key.public_key().id(suite));
    let verifier = NodeVerifier::new(id, suite);
    let signer = setup
        .mark
        .clone()
        .map(|mark| NodeSigner::new(id, suite, setup.key.clone(), mark));
    let consensus = match &signer {
        Some(signer) => ConsensusContext::new_validator(
            address,
            Box::new(verifier.clone()),
            Box::new(signer.clone()),
        ),
        None => ConsensusContext::new_full_node(address, Box::new(verifier.clone())),
    };
    if let Some(mark) = setup.mark.clone() {
        let (log, next) = (setup.wal.clone(), ledger.app().head().height.0 + 1);
        let settled = spawn_blocking(move || settle::settle(&mark, &log, next, address));
        settled.await.context("settling panicked")??;
    }
    let start = Start {
        config: EngineConfig::new(&setup, &id.to_string())?,
        identity: identity(&setup, address, signer.as_ref()).await?,
        consensus,
    };
    #[cfg(not(feature = "byzantine"))]
    let started = self::start(&setup, start).await?;
    #[cfg(feature = "byzantine")]
    let started = byzantine::start(&setup, &ledger, start).await?;
    let (channels, mut engine) = started;
    let voting = signer.clone();
    let (rotates, through) = (setup.rotates, setup.follows_through);
    let driver = Driver::new(ledger.clone(), verifier, signer, address, rotates, through);
    let mut is_stopped = false;
    let mut ended = tokio::select! {
        ended = driver.run(channels) => ended,
        _ = &mut engine.handle => {
            is_stopped = true;
            Err(anyhow!("the consensus engine has stopped"))
        }
        () = refused(voting.as_ref()) => Ok(()),
    };
    // Of several ends at once a refusal is the cause: it is in the mark before the engine hears of
    // it.
    let next = ledger.app().head().height.0 + 1;
    let mark = setup.mark.as_ref();
    if mark.is_some_and(|mark| mark.follows_through(next).is_some()) {
        warn!("the mark refuses a signature at this height: this node follows through it");
        ended = Ok(());
    }
    if let (Err(_), Some(mark)) = (&ended, setup.mark) {
        // An engine whose votes could not be marked says only that it has stopped.
        spawn_blocking(move || mark.ensure_writable()).await??;
    }
    ended?;
    // The node actor ends with the first of its children.
    let parts = engine.actor.get_cell();
    parts.stop_children_and_wait(None, Some(STOP_TIMEOUT)).await;
    if !is_stopped {
        let stopped = timeout(STOP_TIMEOUT, engine.handle).await;
        stopped.context("the consensus engine does not stop")??;
    }
    let released = timeout(STOP_TIMEOUT, port_released(&setup.listen)).await;
    released.context("the engine's network does not stop")??;
    let released = timeout(STOP_TIMEOUT, log_released(setup.wal)).await;
    released.context("the engine's log is not closed")?
}

/// Ends when the mark has refused a signature; never for a node that follows.
async fn refused(voting: Option<&NodeSigner>) {
    match voting {
        Some(signer) => signer.refused().await,
        None => pending().await,
    }
}

/// What an engine is started with, besides its log.
struct Start {
    config: EngineConfig,
    identity: NetworkIdentity,
    consensus: ConsensusContext<TallyContext>,
}

type Started = (Channels<TallyContext>, EngineHandle);

async fn start(setup: &Setup, start: Start) -> Result<Started> {
    let started = start_engine(
        TallyContext,
        start.config,
        WalContext::new(setup.wal.clone(), WireCodec),
        NetworkContext::new(start.identity, WireCodec),
        start.consensus,
        SyncContext::new(WireCodec),
        RequestContext::new(16),
    );
    started.await.map_err(|error| anyhow!("{error:#}"))
}

/// Waits until nobody listens where the engine did: an engine that died leaves its network to itself
/// for a while. Two networks of one identity at once leave this node without peers: those who still
/// know the old one do not introduce themselves to the new one.
async fn port_released(listen: &str) -> Result<()> {
    let parts: Vec<&str> = listen.split('/').collect();
    let ["", "ip4" | "ip6", ip, "tcp", port, ..] = *parts else {
        return Ok(());
    };
    let address = SocketAddr::new(ip.parse()?, port.parse()?);
    loop {
        match TcpListener::bind(address).await {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::AddrInUse => sleep(PORT_INTERVAL).await,
            Err(error) => return Err(error).context("the engine's address"),
        }
    }
}

/// Waits until the engine's log can be opened again: its thread ends only after its actor has, and
/// holds the file's lock until then.
async fn log_released(path: PathBuf) -> Result<()> {
    let released = spawn_blocking(move || {
        let log = File::options().read(true).write(true).open(path)?;
        log.lock()?;
        log.unlock()
    });
    Ok(released.await??)
}

/// The engine's own metrics in Prometheus' text form.
///
/// An engine that was started anew has registered them anew; only the last of each kind counts.
pub fn metrics() -> String {
    let mut text = String::new();
    metrics::export(&mut text);
    newest_families(&text)
}

fn newest_families(text: &str) -> String {
    let body = text.strip_suffix("# EOF\n").unwrap_or(text);
    let mut families: Vec<(&str, String)> = Vec::new();
    for line in body.lines() {
        if let Some(about) = line.strip_prefix("# HELP ") {
            let name = about.split(' ').next().unwrap_or(about);
            families.retain(|(other, _)| *other != name);
            families.push((name, String::new()));
        }
        if let Some((_, family)) = families.last_mut() {
            family.push_str(line);
            family.push('\n');
        }
    }
    let mut newest: String = families.into_iter().map(|(_, family)| family).collect();
    newest.push_str("# EOF\n");
    newest
}

async fn identity(
    setup: &Setup,
    address: Address,
    signer: Option<&NodeSigner>,
) -> Result<NetworkIdentity> {
    let keypair = Keypair::ed25519_from_bytes(setup.network_secret).context("network key")?;
    let Some(signer) = signer else {
        return Ok(NetworkIdentity::new(setup.name.clone(), keypair, None));
    };
    let peer = keypair.public().to_peer_id().to_bytes();
    let proof = signer
        .sign_validator_proof(setup.key.public_key().to_bytes(), peer)
        .await
        .context("validator proof")?;
    let (name, proof) = (setup.name.clone(), wire::to_bytes(&proof));
    Ok(NetworkIdentity::new_validator(
        name,
        keypair,
        address.to_string(),
        proof,
    ))
}

/// The engine's settings: its defaults, but for what follows.
#[derive(Clone)]
struct EngineConfig {
    name: String,
    consensus: ConsensusConfig,
    value_sync: ValueSyncConfig,
}

impl EngineConfig {
    fn new(setup: &Setup, ledger: &str) -> Result<Self> {
        let address = |text: &String| {
            text.parse::<Multiaddr>()
                .with_context(|| format!("network address {text}"))
        };
        let mut p2p = P2pConfig {
            listen_addr: address(&setup.listen)?,
            persistent_peers: setup.peers.iter().map(address).collect::<Result<_>>()?,
            // All validators of a demo share one address; an agency may run several behind one.
            discovery: DiscoveryConfig {
                max_connections_per_ip: 256,
                ..Default::default()
            },
            ..Default::default()
        };
        // Peers of another ledger are disconnected before anything is exchanged.
        p2p.protocol_names.consensus = format!("/tallystick/{ledger}/1");
        Ok(Self {
            name: setup.name.clone(),
            // Without a mark nothing may be signed: such a node only fetches what is final.
            consensus: ConsensusConfig {
                enabled: setup.mark.is_some(),
                p2p,
                ..Default::default()
            },
            value_sync: ValueSyncConfig {
                status_update_interval: Duration::from_secs(2),
                ..Default::default()
            },
        })
    }
}

impl NodeConfig for EngineConfig {
    fn moniker(&self) -> &str {
        &self.name
    }

    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }

    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }

    fn value_sync(&self) -> &ValueSyncConfig {
        &self.value_sync
    }

    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.value_sync
    }
}

#[cfg(test)]
mod tests {
    use super::newest_families;

    #[test]
    fn a_metric_that_was_registered_twice_is_told_once() {
        let text = "# HELP a x\n# TYPE a gauge\na 1\n# HELP b y\nb 5\n# HELP a x\n# TYPE a gauge\na 2\n# EOF\n";
        let once = "# HELP b y\nb 5\n# HELP a x\n# TYPE a gauge\na 2\n# EOF\n";
        assert_eq!(newest_families(text), once);
        assert_eq!(newest_families(once), once);
    }
}
