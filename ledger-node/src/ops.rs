//! What an operator does with a node besides running it.
//!
//! A [`task`] reads the ledger: a running node does it on a frozen store when its operator asks
//! over the folder's socket, the command itself does it when no node runs. What writes ([`restore`],
//! repair) needs a node that is stopped.

pub mod archive;
pub mod drill;
pub mod export;
pub mod fetch;
pub mod fsck;
pub mod governance;
pub mod guide;
pub mod join;
pub mod keys;
pub mod motions;
pub mod restore;
pub mod snapshots;
pub mod task;

use std::path::{Path, PathBuf};

use ledger_core::archive::ArchiveError;
use ledger_core::replay::ReplayError;
use ledger_core::snapshot::SnapshotError;
use ledger_core::{Fault, PruneError};
use light_client::id::{Height, LedgerId};
use thiserror::Error;

use crate::config::NodeDir;
use crate::keys::KeysError;
use crate::seal::SealError;

/// Why a command has failed. Every variant has its exit code (`docs/operations.md`).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpsError {
    /// An archive cannot be made, or is not believed.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A folder or setting is not what it must be.
    #[error("{0:#}")]
    Config(anyhow::Error),
    /// The data is damaged.
    #[error("{count} damaged rows")]
    Damage {
        /// How many rows were listed.
        count: usize,
    },
    /// The store cannot be read or written.
    #[error("the store")]
    Fault(#[from] Fault),
    /// The ledger does not know a key as the member's.
    #[error(
        "the ledger does not know the fresh key as a member's: have it voted (motion replace-key)"
    )]
    NotVoted,
    /// A receipt is of another history than the snapshot.
    #[error("the receipt of height {height} is not part of this snapshot's history: a fork")]
    Fork {
        /// The receipt's height.
        height: Height,
    },
    /// There is something already where something is to be made.
    #[error("{0} is there already")]
    InTheWay(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A key cannot be read or written.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The folder's node runs, and this cannot be done meanwhile.
    #[error("the node of this folder runs; stop it first")]
    NodeRuns,
    /// No peer has the ledger that is trusted.
    #[error("no peer has ledger {trusted}{}", told(.found))]
    OtherLedger {
        /// The fingerprint that is trusted.
        trusted: LedgerId,
        /// What the peers have instead.
        found: Vec<LedgerId>,
    },
    /// Old blocks cannot be dropped.
    #[error(transparent)]
    Prune(#[from] PruneError),
    /// A receipt is not certified.
    #[error("{0} is not a certified header of this ledger")]
    Receipt(PathBuf),
    /// A block was certified against the rules, or does not follow.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A secret cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A snapshot is not believed.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The backup ends before a height that the ledger is known to have reached.
    #[error(
        "this snapshot is of height {snapshot}, but the ledger reached {reached}: it is truncated or old; take a newer one, from a peer"
    )]
    Truncated {
        /// The snapshot's height.
        snapshot: Height,
        /// What this node's mark or a receipt proves.
        reached: Height,
    },
    /// A node does not answer, or not as it should.
    #[error("{url}: {what}")]
    Unavailable {
        /// Where.
        url: String,
        /// What it said instead.
        what: String,
    },
    /// The database itself cannot be opened.
    #[error("the data is so damaged that it cannot be opened; fsck --repair sets it aside")]
    Unopenable(#[source] Box<fjall::Error>),
    /// The arguments do not fit each other.
    #[error("{0}")]
    Usage(&'static str),
}

impl OpsError {
    /// The exit code, after `sysexits.h` where it has one.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Damage { .. } | Self::Unopenable(_) => 1,
            Self::Archive(_)
            | Self::Fork { .. }
            | Self::OtherLedger { .. }
            | Self::Receipt(_)
            | Self::Replay(_)
            | Self::Snapshot(_)
            | Self::Truncated { .. } => 2,
            Self::Usage(_) | Self::Prune(_) => 64,
            Self::NotVoted | Self::Unavailable { .. } => 69,
            Self::InTheWay(_) => 73,
            Self::Fault(_) | Self::Io { .. } => 74,
            Self::NodeRuns => 75,
            Self::Keys(_) | Self::Seal(_) => 77,
            Self::Config(_) => 78,
        }
    }

    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// Where the API of the folder's own node is reached.
///
/// # Errors
/// [`OpsError::Config`].
pub fn own_api(dir: &NodeDir) -> Result<String, OpsError> {
    let config = dir.config().map_err(OpsError::Config)?;
    Ok(format!("http://{}", config.api))
}

fn told(found: &[LedgerId]) -> String {
    let names: Vec<String> = found.iter().map(ToString::to_string).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(", only {}", names.join(", "))
    }
}
