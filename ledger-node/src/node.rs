//! A running node: its ledger, its engine and its API, until one of them ends.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use ledger_core::View;
use light_client::id::{Epoch, Height};
use light_client::key::PublicKey;
use light_client::validator_set::ValidatorSet;
use tokio::net::TcpListener;
use tokio::signal;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time;
use tracing::{error, info, warn};

use crate::api::{self, About, Api, MAX_LISTENERS};
use crate::config::{NodeConfig, NodeDir};
use crate::consensus::{self, Rotates, Setup};
use crate::disk::Disk;
use crate::gossip::Peers;
use crate::intake::intake;
use crate::key::SigningKey;
use crate::ledger::Ledger;
use crate::ops::snapshots;
use crate::reports::Poster;
use crate::seal::{Passphrase, SealError};
use crate::{admin, network_key, voter};

/// Runs the node of a folder until it is told to stop.
///
/// # Errors
/// A folder that is not whole, an address in use, a store or an engine that fails.
pub async fn run(dir: &NodeDir) -> Result<()> {
    let (config, genesis) = (dir.config()?, dir.genesis()?);
    let passphrase = if voter::is_sealed(dir)? {
        Some(Arc::new(Passphrase::find()?))
    } else {
        warn!("the keys are not sealed: whoever can read this folder can sign as this node");
        None
    };
    let given = || passphrase.as_deref().ok_or(SealError::NoPassphrase);
    let (network_secret, _) = network_key::load(&dir.network_key_file(), given)?;
    let ledger = Arc::new(Ledger::open(&dir.data(), genesis).context("ledger")?);
    let (peers, couriers) = Peers::new(&config.api_peers)?;
    let listener = TcpListener::bind(config.api).await.context(config.api)?;
    info!(
        api = %config.api, ledger = %ledger.id(), height = %ledger.app().head().height,
        operator = config.operator, responsible = config.responsible, "node starts"
    );
    ensure_free(&config.p2p)?;
    let (votes, voter) = watch::channel(None);
    let engine = Engine {
        dir: dir.clone(),
        config: config.clone(),
        ledger: ledger.clone(),
        network_secret,
        passphrase: passphrase.clone(),
        votes,
    };
    let snapshot_every = config.snapshot_every;
    let about = Arc::new(About {
        dir: dir.clone(),
        config,
        voter: voter.clone(),
        disk: Disk::new(dir.path().to_owned()),
        listeners: Arc::new(Semaphore::new(MAX_LISTENERS)),
    });
    let (intake, collecting) = intake(ledger.clone());
    let poster = Poster {
        dir: dir.clone(),
        ledger: ledger.clone(),
        intake: intake.clone(),
        peers: peers.clone(),
        passphrase,
    };
    let routes = api::router(Api {
        ledger: ledger.clone(),
        intake,
        peers: peers.clone(),
        node: about.clone(),
    });
    // Each in a task of its own: a block being executed must not keep the API from answering.
    let mut parts = JoinSet::new();
    parts.spawn(engine.run());
    parts.spawn(collecting);
    parts.spawn(forever(poster.run()));
    parts.spawn(forever(api::serve(listener, routes)));
    for courier in couriers {
        parts.spawn(forever(courier.run(ledger.clone(), voter.clone())));
    }
    parts.spawn(forever(peers.clone().repeat(ledger.clone())));
    parts.spawn(forever(peers.watch()));
    parts.spawn(forever(async move { about.disk.watch().await }));
    parts.spawn(forever(orders(dir.clone(), ledger.clone())));
    if snapshot_every > 0 {
        parts.spawn(forever(regular_snapshots(
            dir.clone(),
            ledger,
            snapshot_every,
        )));
    }
    tokio::select! {
        Some(ended) = parts.join_next() => ended.context("a part of the node panicked")?,
        stop = stop() => stop,
    }
}

/// What the consensus engine is started with, epoch after epoch.
struct Engine {
    dir: NodeDir,
    config: NodeConfig,
    ledger: Arc<Ledger>,
    network_secret: network_key::Secret,
    passphrase: Option<Arc<Passphrase>>,
    votes: watch::Sender<Option<Arc<SigningKey>>>,
}

impl Engine {
    /// Runs the engine with the key of the present set; starts it anew when the next epoch needs
    /// another key of this node, or none, and destroys the keys of epochs that have ended.
    async fn run(self) -> Result<()> {
        loop {
            let set = self.ledger.app().validator_set().clone();
            let destroyed = self.destroy_superseded(&set)?;
            info!(epoch = %set.epoch(), destroyed, "the keys of ended epochs are destroyed");
            let setup = self.setup(&set)?;
            consensus::run(setup, self.ledger.clone()).await?;
        }
    }

    /// Of all epochs: a node may have died, or followed, when the last one ended.
    fn destroy_superseded(&self, present: &ValidatorSet) -> Result<usize> {
        let mut destroyed = 0;
        for epoch in (0..present.epoch().0).map(Epoch) {
            if let Some(ended) = self.ledger.view().validator_set(epoch)? {
                destroyed += voter::destroy_superseded(&self.dir, &ended, present)?;
            }
        }
        Ok(destroyed)
    }

    fn setup(&self, set: &ValidatorSet) -> Result<Setup> {
        let voter = voter::choose(&self.dir, set, self.passphrase.as_deref())?;
        let public = voter.key.public_key();
        ensure!(
            public.kind().suite() == self.ledger.suite(),
            "the validator key is of another suite"
        );
        match (&voter.mark, &voter.agency) {
            (None, _) => {
                warn!("no key has a double-sign mark: this node follows and does not vote");
            }
            (Some(_), None) => info!("this node's key is not in the set: it follows"),
            (Some(_), Some(agency)) => info!(agency = agency.as_str(), "this node votes"),
        }
        let next = self.ledger.app().head().height.0 + 1;
        let follows_through = voter
            .mark
            .as_ref()
            .and_then(|mark| mark.follows_through(next));
        if let Some(height) = follows_through {
            warn!(
                height,
                "the mark lets nothing be signed below or there: this node follows first"
            );
        }
        let mark = voter.mark.filter(|_| follows_through.is_none());
        self.votes
            .send_replace(mark.as_ref().map(|_| voter.key.clone()));
        Ok(Setup {
            name: self.config.name.clone(),
            // The engine empties a log that it does not go on with. That of a key that voted is
            // what its mark is compared with.
            wal: if mark.is_some() {
                self.dir.wal_file()
            } else {
                self.dir.following_wal_file()
            },
            listen: self.config.p2p.clone(),
            peers: self.config.p2p_peers.clone(),
            network_secret: *self.network_secret,
            key: voter.key,
            mark,
            follows_through,
            rotates: self.rotates(public),
        })
    }
}

impl Engine {
    /// Whether the next epoch needs another key than `public`, or this node has none in it.
    fn rotates(&self, public: PublicKey) -> Rotates {
        let (dir, ledger) = (self.dir.clone(), self.ledger.clone());
        let rotates = move |set: &ValidatorSet| -> Result<bool> {
            let before = Epoch(set.epoch().0.saturating_sub(1));
            let ended = ledger.view().validator_set(before)?;
            let leaves = ended.is_some_and(|ended| holds(&ended, &public)) && !holds(set, &public);
            Ok(leaves || voter::has_other(&dir, set, &public)?)
        };
        // What cannot be read now is read again when the node starts next.
        Arc::new(move |set| {
            rotates(set).unwrap_or_else(|error| {
                error!("the keys cannot be read: {error:#}");
                false
            })
        })
    }
}

fn holds(set: &ValidatorSet, key: &PublicKey) -> bool {
    set.validators()
        .iter()
        .any(|validator| validator.key == *key)
}

/// A part that never ends by itself.
async fn forever(part: impl Future<Output = ()>) -> Result<()> {
    part.await;
    Ok(())
}

/// Takes the operator's orders. A node without its socket is still a node.
async fn orders(dir: NodeDir, ledger: Arc<Ledger>) {
    if let Err(error) = admin::run(dir, ledger).await {
        warn!("no orders can be given to this node while it runs: {error:#}");
    }
    std::future::pending().await
}

/// How often a node looks whether it is time for a snapshot.
const SNAPSHOT_LOOK: Duration = Duration::from_secs(1);

/// Makes a snapshot each time the head has passed a multiple of `every`.
async fn regular_snapshots(dir: NodeDir, ledger: Arc<Ledger>, every: u64) {
    let mut ticks = time::interval(SNAPSHOT_LOOK);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        ticks.tick().await;
        let due = ledger.app().head().height.0 / every;
        if due == 0 || last == Some(due) {
            continue;
        }
        last = Some(due);
        let (dir, ledger) = (dir.clone(), ledger.clone());
        let made = spawn_blocking(move || {
            let frozen = ledger.store().freeze();
            let height: Height = View::new(&frozen).head()?.height;
            snapshots::keep(&frozen, &dir.snapshots(), height)
        });
        match made.await {
            Ok(Ok(folder)) => info!(folder = %folder.display(), "snapshot"),
            Ok(Err(refused)) => error!("no snapshot: {:#}", anyhow::Error::from(refused)),
            Err(panicked) => error!("no snapshot: {panicked}"),
        }
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
