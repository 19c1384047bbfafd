//! A node's folder: what lies in it, and its settings.
//!
//! ```text
//! node.json        settings, with comments   genesis.cbor  the ledger's first record
//! keys/*.key       validator keys            keys/*.mark   each key's double-sign mark
//! governance.key   the agency's vote         network.key   the node's network identity
//! data/  wal/      the ledger                snapshots/    states for nodes that join
//! admin.sock       where the running node takes its operator's orders
//! ```

mod text;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use light_client::cbor;
use light_client::genesis::Genesis;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The settings in `node.json`. Members whose name begins with `//` are comments.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// The node's name, in logs and metrics.
    pub name: String,
    /// Who operates the node: a person or team that can be called.
    #[serde(default)]
    pub operator: String,
    /// Who answers for the node: the agency, by its legal name.
    #[serde(default)]
    pub responsible: String,
    /// Where the HTTP API listens.
    pub api: SocketAddr,
    /// Where the engine listens: `/ip4/127.0.0.1/tcp/27700`.
    pub p2p: String,
    /// Where the other nodes' engines listen.
    pub p2p_peers: Vec<String>,
    /// The other validators' APIs: `http://127.0.0.1:7701`.
    pub api_peers: Vec<String>,
    /// How the log is written.
    #[serde(default)]
    pub log: LogFormat,
    /// Makes a snapshot whenever the height is a multiple of this; 0 makes none.
    #[serde(default)]
    pub snapshot_every: u64,
    /// Whoever shows this text may fetch snapshots, which hold the whole state; without it nobody.
    #[serde(default)]
    pub snapshot_ticket: Option<String>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    #[default]
    Text,
}

impl NodeConfig {
    /// The settings as an operator edits them: JSON, with what each means beside it.
    ///
    /// # Errors
    /// A text that cannot be JSON, which there is not.
    pub fn to_text(&self) -> serde_json::Result<String> {
        text::commented(self)
    }

    fn parse(bytes: &[u8]) -> serde_json::Result<Self> {
        let mut value: Value = serde_json::from_slice(bytes)?;
        if let Value::Object(members) = &mut value {
            members.retain(|name, _| !name.starts_with("//"));
        }
        serde_json::from_value(value)
    }
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
        NodeConfig::parse(&bytes).with_context(|| path.display().to_string())
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

    /// `node.json`.
    pub fn config_file(&self) -> PathBuf {
        self.0.join("node.json")
    }

    /// `genesis.cbor`.
    pub fn genesis_file(&self) -> PathBuf {
        self.0.join("genesis.cbor")
    }

    /// `keys/`.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// `governance.key`: the key by which the node's agency governs.
    pub fn governance_key_file(&self) -> PathBuf {
        self.0.join("governance.key")
    }

    /// `governance.next.key`: the one that is to follow it.
    pub fn next_governance_key_file(&self) -> PathBuf {
        self.0.join("governance.next.key")
    }

    /// The engine's log while no key of the folder may vote.
    pub fn following_wal_file(&self) -> PathBuf {
        self.wal_file().with_file_name("following.wal")
    }

    /// `network.key`.
    pub fn network_key_file(&self) -> PathBuf {
        self.0.join("network.key")
    }

    /// `data/`.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// `snapshots/`.
    pub fn snapshots(&self) -> PathBuf {
        self.0.join("snapshots")
    }

    /// `wal/consensus.wal`.
    pub fn wal_file(&self) -> PathBuf {
        self.0.join("wal").join("consensus.wal")
    }

    /// `admin.sock`.
    pub fn admin_socket(&self) -> PathBuf {
        self.0.join("admin.sock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> NodeConfig {
        NodeConfig {
            name: "node \"0\"".into(),
            operator: "值班 +86 10 0000".into(),
            responsible: "海州市税务局".into(),
            api: "127.0.0.1:7700".parse().expect("an address"),
            p2p: "/ip4/127.0.0.1/tcp/27700".into(),
            p2p_peers: vec!["/ip4/127.0.0.1/tcp/27701".into()],
            api_peers: vec!["http://127.0.0.1:7701".into()],
            log: LogFormat::Json,
            snapshot_every: 1000,
            snapshot_ticket: Some("t".into()),
        }
    }

    #[test]
    fn comments_are_written_and_not_read() {
        let text = config().to_text().expect("JSON");
        assert!(text.matches("\"//").count() > 8, "{text}");
        let read = NodeConfig::parse(text.as_bytes()).expect("settings");
        assert_eq!(format!("{read:?}"), format!("{:?}", config()));
    }

    #[test]
    fn settings_of_before_are_read_and_unknown_ones_refused() {
        let old = r#"{"name":"n","api":"127.0.0.1:1","p2p":"/p","p2p_peers":[],"api_peers":[]}"#;
        let read = NodeConfig::parse(old.as_bytes()).expect("settings");
        assert_eq!(read.log, LogFormat::Text);
        let unknown = old.replacen("name", "nome", 1);
        NodeConfig::parse(unknown.as_bytes()).expect_err("an unknown name");
    }
}
