//! Tasks that read a ledger: by the node itself where one runs, else by the command.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use ledger_core::View;
use ledger_core::store::Store;
use light_client::id::Height;
use serde::{Deserialize, Serialize};

use super::{OpsError, archive, export, fsck, snapshots};
use crate::admin;
use crate::config::NodeDir;
use crate::store::FjallStore;

/// A task. Paths are absolute: the node's own folder is another.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", tag = "task", deny_unknown_fields)]
pub enum Task {
    /// Writes blocks to an archive.
    Archive {
        /// The new file.
        to: PathBuf,
        /// The first height; that of the first block that is here if it is not named.
        from: Option<u64>,
        /// The last height; that of the head if it is not named.
        through: Option<u64>,
    },
    /// Writes blocks as JSON lines.
    Export {
        /// The new file.
        to: PathBuf,
        /// The first height; that of the first block that is here if it is not named.
        from: Option<u64>,
        /// The last height; that of the head if it is not named.
        through: Option<u64>,
    },
    /// Goes through all data.
    Fsck {
        /// Executes all blocks again too, in this new folder.
        replay: Option<PathBuf>,
    },
    /// Drops all but the newest blocks.
    Prune {
        /// How many to keep.
        keep: u64,
    },
    /// Writes the head's state.
    Snapshot {
        /// The new folder; among the node's own snapshots if it is not named.
        to: Option<PathBuf>,
    },
}

/// How a task ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// What to tell the operator, line by line.
    pub lines: Vec<String>,
    /// How much damage was found.
    pub damage: usize,
}

impl Outcome {
    fn line(line: String) -> Self {
        Self {
            lines: vec![line],
            damage: 0,
        }
    }
}

/// Has a task done for a folder: by its node if that runs, else here.
///
/// # Errors
/// [`OpsError`], [`OpsError::Damage`] if any was found.
pub async fn order(dir: &NodeDir, task: &Task) -> Result<Outcome, OpsError> {
    match admin::ask(dir, task).await? {
        Some(outcome) => Ok(outcome),
        None => {
            let store = open(dir)?;
            tokio::task::block_in_place(|| perform(dir, &store, task))
        }
    }
}

/// Opens the data of a node that does not run.
///
/// # Errors
/// [`OpsError::NodeRuns`], [`OpsError::Config`].
pub fn open(dir: &NodeDir) -> Result<FjallStore, OpsError> {
    if !dir.data().exists() {
        let missing = anyhow::anyhow!("{} holds no ledger", dir.data().display());
        return Err(OpsError::Config(missing));
    }
    FjallStore::open(&dir.data()).map_err(|error| match error {
        fjall::Error::Locked => OpsError::NodeRuns,
        other => OpsError::Unopenable(Box::new(other)),
    })
}

/// Does a task.
///
/// # Errors
/// [`OpsError`].
pub fn perform(dir: &NodeDir, store: &FjallStore, task: &Task) -> Result<Outcome, OpsError> {
    let frozen = store.freeze();
    match task {
        Task::Archive { to, from, through } => {
            let (from, through) = range(&frozen, *from, *through)?;
            let blocks = archive::write(&frozen, to, from, through)?;
            let to = to.display();
            Ok(Outcome::line(format!(
                "{blocks} blocks, heights {from} to {through}, in {to}"
            )))
        }
        Task::Export { to, from, through } => {
            let (from, through) = range(&frozen, *from, *through)?;
            let io = |source| OpsError::io(to, source);
            let file = fs::File::create_new(to).map_err(io)?;
            let mut file = std::io::BufWriter::new(file);
            let blocks = export::write(&frozen, from, through, &mut file)?;
            file.flush().map_err(io)?;
            let to = to.display();
            Ok(Outcome::line(format!(
                "{blocks} blocks, heights {from} to {through}, in {to}"
            )))
        }
        Task::Fsck { replay } => fsck::run(&frozen, replay.as_deref()),
        Task::Prune { keep } => {
            let earliest = ledger_core::prune_blocks(store, *keep)?;
            Ok(Outcome::line(format!(
                "blocks are kept from height {earliest} on"
            )))
        }
        Task::Snapshot { to } => {
            let folder = match to {
                Some(to) => {
                    snapshots::write(&frozen, to)?;
                    to.clone()
                }
                None => {
                    let height = View::new(&frozen).head()?.height;
                    snapshots::keep(&frozen, &dir.snapshots(), height)?
                }
            };
            let found = snapshots::describe(&folder)?;
            Ok(Outcome::line(format!(
                "height {}, {} chunks, {} bytes, in {}",
                found.height,
                found.chunks,
                found.bytes,
                folder.display()
            )))
        }
    }
}

/// The heights that are meant, as far as they are here.
fn range(
    store: &impl Store,
    from: Option<u64>,
    through: Option<u64>,
) -> Result<(Height, Height), OpsError> {
    let view = View::new(store);
    let from = from.map_or_else(|| view.earliest_block(), |from| Ok(Height(from)))?;
    let through = through.map_or_else(
        || view.head().map(|head| head.height),
        |through| Ok(Height(through)),
    )?;
    Ok((from, through))
}
