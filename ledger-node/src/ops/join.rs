//! A folder for a new node of a ledger that exists.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use light_client::cbor;
use light_client::genesis::Genesis;
use light_client::id::LedgerId;
use serde::Deserialize;

use super::fetch::{Fetcher, Source};
use super::restore::{self, Restored};
use super::{OpsError, keys as key_ops};
use crate::config::{LogFormat, NodeConfig, NodeDir};
use crate::key::SigningKey;
use crate::keys;
use crate::network_key;
use crate::seal::Passphrase;

/// What the new node is to be.
pub struct Plan {
    /// Its folder.
    pub dir: PathBuf,
    /// APIs of nodes of the ledger.
    pub from: Vec<String>,
    /// The ledger's fingerprint.
    pub trust: LedgerId,
    /// Its name.
    pub name: String,
    /// Who operates it.
    pub operator: String,
    /// Who answers for it.
    pub responsible: String,
    /// Where its API listens.
    pub api: SocketAddr,
    /// Where its engine listens.
    pub p2p: String,
    /// Whether to begin with a snapshot of one of those nodes.
    pub snapshot: bool,
    /// What those nodes want to see for a snapshot.
    pub ticket: Option<String>,
}

/// What was made.
pub struct Joined {
    /// The ledger.
    pub genesis: Genesis,
    /// The key that the agency must have voted into the set, in hexadecimal.
    pub validator_key: String,
    /// The snapshot, if there was one.
    pub restored: Option<Restored>,
}

/// What a node says of itself; the rest of it does not matter here.
#[derive(Deserialize)]
struct PeerStatus {
    p2p: String,
    p2p_peers: Vec<String>,
    api_peers: Vec<String>,
}

/// Makes the folder.
///
/// # Errors
/// [`OpsError::InTheWay`], [`OpsError::OtherLedger`], [`OpsError::Unavailable`], and those of a
/// restore.
pub async fn join(plan: &Plan, passphrase: Option<&Passphrase>) -> Result<Joined, OpsError> {
    let dir = NodeDir::new(&plan.dir);
    if dir.genesis_file().exists() {
        return Err(OpsError::InTheWay(dir.genesis_file()));
    }
    let fetcher = Fetcher::new(plan.ticket.clone())?;
    let (peer, genesis) = fetcher.genesis(&plan.from, &plan.trust).await?;
    let status: PeerStatus = fetcher.json(&format!("{peer}/v1/status")).await?;
    let io = |source| OpsError::io(dir.path(), source);
    fs::create_dir_all(dir.path()).map_err(io)?;
    let restored = if plan.snapshot {
        let mut source = Source::Peers {
            fetcher: fetcher.clone(),
            peers: plan.from.clone(),
            chosen: None,
        };
        // The key is new and has signed nothing: it may vote, unlike those of a restored folder.
        Some(restore::into_new(&dir, &plan.trust, &mut source).await?)
    } else {
        None
    };
    let key = keys::generate(&dir, genesis.suite, passphrase)?;
    let path = dir.governance_key_file();
    SigningKey::create(genesis.suite, &path, passphrase).map_err(key_ops::of(&path))?;
    network_key::create(&dir.network_key_file(), passphrase)?;
    let config = config(plan, &peer, &status);
    let text = config.to_text();
    let text = text.map_err(|error| OpsError::Config(error.into()))?;
    fs::write(dir.config_file(), text).map_err(io)?;
    // Last, so that a folder with a genesis is a whole one.
    fs::write(dir.genesis_file(), cbor::to_bytes(&genesis)).map_err(io)?;
    Ok(Joined {
        genesis,
        validator_key: hex::encode(key.public_key().to_bytes()),
        restored,
    })
}

fn config(plan: &Plan, peer: &str, status: &PeerStatus) -> NodeConfig {
    let mut p2p_peers: Vec<String> = reached(peer, &status.p2p).into_iter().collect();
    p2p_peers.extend(status.p2p_peers.iter().cloned());
    let mut api_peers = plan.from.clone();
    api_peers.extend(status.api_peers.iter().cloned());
    for list in [&mut p2p_peers, &mut api_peers] {
        list.sort();
        list.dedup();
    }
    NodeConfig {
        name: plan.name.clone(),
        operator: plan.operator.clone(),
        responsible: plan.responsible.clone(),
        api: plan.api,
        p2p: plan.p2p.clone(),
        p2p_peers,
        api_peers,
        log: LogFormat::Text,
        snapshot_every: 0,
        snapshot_ticket: None,
    }
}

/// Where the engine of the node at `url` is reached: on its host, and the port that it listens on.
fn reached(url: &str, listens: &str) -> Option<String> {
    let host = url.split_once("//")?.1.split('/').next()?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let port = listens.rsplit('/').next()?;
    let kind = if host.parse::<std::net::Ipv4Addr>().is_ok() {
        "ip4"
    } else {
        "dns4"
    };
    Some(format!("/{kind}/{host}/tcp/{port}"))
}

/// What the operator must see to now.
pub fn next_steps(dir: &NodeDir, joined: &Joined) -> Vec<String> {
    let place = dir.path().display();
    let mut lines = vec![
        format!(
            "ledger {} ({})",
            joined.genesis.ledger_id(),
            joined.genesis.name
        ),
        format!("validator key {}", joined.validator_key),
    ];
    if let Some(restored) = &joined.restored {
        lines.push(format!(
            "state of height {}, {} chunks checked",
            restored.height, restored.chunks
        ));
    }
    if let Ok(all) = key_ops::list(dir) {
        let governance = all.iter().find(|key| key["for"] == "governance");
        let key = governance.and_then(|key| key["public_key"].as_str());
        lines.extend(key.map(|key| format!("governance key {key}")));
    }
    lines.extend([
        format!("1. Look at {place}/node.json, then: ledger-node run --dir {place}"),
        "   The node follows the ledger at once. It votes only once its key is in the set:".into(),
        "2. The members vote a next set with this agency and the validator key above.".into(),
        format!("   This node proves the key: ledger-node keys possession --dir {place} SET_FILE"),
        "3. A new agency is admitted as a member with the governance key above.".into(),
    ]);
    lines
}
