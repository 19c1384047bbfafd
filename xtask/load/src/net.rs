//! The validators: one process each, founded as an operator would, on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use demo_city::ledger::Ledger;
use light_client::{
    cbor,
    genesis::Genesis,
    id::{IssuerId, LedgerId},
    suite::Suite,
};
use tokio::task::{JoinHandle, block_in_place};

use crate::http::Connection;
use crate::join::{self, Joined};
use crate::signer::Secret;
use crate::usage::{self, Usage};

/// Far above a genesis of a hundred members.
const GENESIS_BYTES_MAX: usize = 1 << 20;
/// How often the head is looked at: what finality is measured with.
const HEAD_POLL: Duration = Duration::from_millis(4);
/// How long transactions may wait before the ledger counts as stuck.
const PATIENCE: Duration = Duration::from_secs(120);

/// A ledger and its running validators.
pub(crate) struct Net {
    ledger: Ledger,
    program: PathBuf,
    folder: PathBuf,
    pub(crate) genesis: Genesis,
    pub(crate) nodes: Vec<SocketAddr>,
}

impl Net {
    /// Founds a ledger in an empty folder and starts its validators.
    pub(crate) fn found(program: &Path, folder: PathBuf, validators: usize) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        Ledger::found(program, &folder, validators)?;
        let mut ledger = Ledger::open(program, &folder)?;
        let genesis = fs::read(folder.join("genesis.cbor"))?;
        let nodes = (0..validators).map(|node| {
            let url = ledger.url(node);
            let address = url.strip_prefix("http://").unwrap_or(&url);
            address.parse().with_context(|| url.clone())
        });
        let nodes = nodes.collect::<Result<_>>()?;
        join::serve_snapshots(&folder.join("node0"))?;
        block_in_place(|| ledger.start())?;
        Ok(Self {
            ledger,
            program: program.to_path_buf(),
            genesis: cbor::parse(&genesis, GENESIS_BYTES_MAX)?,
            nodes,
            folder,
        })
    }

    pub(crate) fn id(&self) -> LedgerId {
        self.genesis.ledger_id()
    }

    pub(crate) const fn suite(&self) -> Suite {
        self.genesis.suite
    }

    /// The members, ascending, and the keys by which they govern.
    pub(crate) fn members(&self) -> Result<Vec<(IssuerId, Secret)>> {
        let files = self.ledger.governance_keys().into_iter();
        let mut members = Vec::new();
        for (file, member) in files.zip(&self.genesis.members) {
            let key = Secret::parse(&fs::read_to_string(file)?)?;
            members.push((member.agency.clone(), key));
        }
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(members)
    }

    /// A connection to a node, whichever by turns.
    pub(crate) fn connection(&self, turn: usize) -> Connection {
        Connection::new(self.nodes[turn % self.nodes.len()])
    }

    /// The height of a node's head.
    pub(crate) async fn height(&self) -> Result<u64> {
        height(&mut self.connection(0)).await
    }

    /// What all nodes have used since their start, added up.
    pub(crate) async fn usage(&self) -> Result<Usage> {
        let mut sum = Usage::default();
        for (node, address) in self.nodes.iter().enumerate() {
            let mark = self.folder.join(format!("ledger-node-{node}.pid"));
            let process = fs::read_to_string(&mark)?.trim().parse()?;
            let mut usage = Usage::of(process)?;
            let metrics = Connection::new(*address).get("/metrics").await?.success()?;
            usage.count_stages(&String::from_utf8_lossy(&metrics.body));
            sum.add(&usage);
        }
        Ok(sum)
    }

    /// Bytes that the first node keeps on disk.
    pub(crate) fn disk(&self) -> Result<f64> {
        usage::disk(&self.folder.join("node0/data"))
    }

    /// Waits until all nodes have a height.
    pub(crate) async fn reached(&self, wanted: u64) -> Result<()> {
        for address in &self.nodes {
            let mut node = Connection::new(*address);
            while height(&mut node).await? < wanted {
                tokio::time::sleep(HEAD_POLL).await;
            }
        }
        Ok(())
    }

    /// Waits until no node has a transaction that waits.
    pub(crate) async fn drained(&self) -> Result<()> {
        let start = Instant::now();
        for address in &self.nodes {
            let mut node = Connection::new(*address);
            while pending(&mut node).await? > 0 {
                if start.elapsed() > PATIENCE {
                    bail!("{address} still has transactions that wait");
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    /// Lets an empty node join by a snapshot.
    pub(crate) async fn join(&self) -> Result<Joined> {
        join::join(self, &self.program, &self.folder).await
    }

    /// Kill -9 for all, then a start; returns the time until all follow the ledger again.
    pub(crate) fn kill_and_restart(&mut self) -> Result<Duration> {
        block_in_place(|| {
            (0..self.nodes.len()).try_for_each(|node| self.ledger.kill(node))?;
            let start = Instant::now();
            self.ledger.start()?;
            Ok(start.elapsed())
        })
    }

    /// Stops all.
    pub(crate) fn stop(mut self) -> Result<()> {
        block_in_place(|| self.ledger.stop())
    }
}

pub(crate) async fn height(node: &mut Connection) -> Result<u64> {
    let head = node.get("/v1/head").await?.success()?.json()?;
    head["height"].as_u64().context("a head without height")
}

async fn pending(node: &mut Connection) -> Result<u64> {
    let metrics = node.get("/metrics").await?.success()?;
    let text = String::from_utf8_lossy(&metrics.body).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("tallystick_pending "));
    let value = line.context("metrics do not say what waits")?;
    Ok(value.parse()?)
}

/// When each height was first seen on the first node.
pub(crate) struct Heads {
    seen: Arc<Mutex<BTreeMap<u64, Instant>>>,
    watch: JoinHandle<()>,
}

impl Heads {
    /// Watches from now on.
    pub(crate) fn watch(net: &Net) -> Self {
        let seen = Arc::<Mutex<BTreeMap<u64, Instant>>>::default();
        let (mut node, noted) = (net.connection(0), seen.clone());
        let watch = tokio::spawn(async move {
            let mut last = None;
            loop {
                if let Ok(height) = height(&mut node).await {
                    let now = Instant::now();
                    let mut seen = noted.lock().unwrap_or_else(PoisonError::into_inner);
                    for height in last.map_or(height, |last| last + 1)..=height {
                        seen.insert(height, now);
                    }
                    last = Some(height);
                }
                tokio::time::sleep(HEAD_POLL).await;
            }
        });
        Self { seen, watch }
    }

    /// The newest height that was seen.
    pub(crate) fn newest(&self) -> u64 {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.keys().next_back().copied().unwrap_or(0)
    }

    /// When a height was seen; none if it was the head before.
    pub(crate) fn seen(&self, height: u64) -> Option<Instant> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&height).copied()
    }
}

impl Drop for Heads {
    fn drop(&mut self) {
        self.watch.abort();
    }
}
