//! A node's folder: what lies in it, and its settings.
//!
//! ```text
//! node.json        settings          genesis.cbor     the ledger's first record
//! validator.key    its votes         network.key      its network identity
//! mark.redb        double-sign mark  data/  wal/      what can be fetched again from others
//! ```

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use light_client::cbor;
use light_client::genesis::Genesis;
use serde::{Deserialize, Serialize};

/// The settings in `node.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// The node's name, in logs and metrics.
    pub name: String,
    /// Where the HTTP API listens.
    pub api: SocketAddr,
    /// Where the engine listens: `/ip4/127.0.0.1/tcp/27700`.
    pub p2p: String,
    /// Where the other nodes' engines listen.
    pub p2p_peers: Vec<String>,
    /// The other validators' APIs: `http://127.0.0.1:7701`.
    pub api_peers: Vec<String>,
}

/// A node's folder.
#[derive(Clone, Debug)]
pub struct NodeDir(PathBuf);

/// Far above a genesis with 100 members; a bound for the decoder only.
pub(crate) const MAX_GENESIS_BYTES: usize = 64 * 1024;

impl NodeDir {
    /// Names a folder; nothing is read yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads `node.json`.
    ///
    /// # Errors
    /// A missing or malformed file.
    pub fn config(&self) -> Result<NodeConfig> {
        let path = self.config_file();
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
    }

    /// Reads `genesis.cbor`.
    ///
    /// # Errors
    /// A missing or malformed file.
    pub fn genesis(&self) -> Result<Genesis> {
        let path = self.genesis_file();
        let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
        cbor::parse(&bytes, MAX_GENESIS_BYTES).with_context(|| path.display().to_string())
    }

    /// Reads `network.key`: 64 hexadecimal digits.
    ///
    /// # Errors
    /// A missing or malformed file.
    pub fn network_secret(&self) -> Result<[u8; 32]> {
        let path = self.network_key_file();
        let digits = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut secret = [0; 32];
        hex::decode_to_slice(digits.trim_end(), &mut secret)
            .with_context(|| path.display().to_string())?;
        Ok(secret)
    }

    /// `node.json`.
    pub fn config_file(&self) -> PathBuf {
        self.0.join("node.json")
    }

    /// `genesis.cbor`.
    pub fn genesis_file(&self) -> PathBuf {
        self.0.join("genesis.cbor")
    }

    /// `validator.key`.
    pub fn validator_key_file(&self) -> PathBuf {
        self.0.join("validator.key")
    }

    /// `governance.key`: the key by which the node's agency governs.
    pub fn governance_key_file(&self) -> PathBuf {
        self.0.join("governance.key")
    }

    /// `network.key`.
    pub fn network_key_file(&self) -> PathBuf {
        self.0.join("network.key")
    }

    /// `mark.redb`.
    pub fn mark_file(&self) -> PathBuf {
        self.0.join("mark.redb")
    }

    /// `data/`.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// `wal/consensus.wal`.
    pub fn wal_file(&self) -> PathBuf {
        self.0.join("wal").join("consensus.wal")
    }
}
