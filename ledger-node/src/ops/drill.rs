//! The backup drill: snapshot → restore → check → compare, with the time each took.

use std::path::Path;
use std::time::{Duration, Instant};

use ledger_core::snapshot::Manifest;
use ledger_core::{View, fsck};

use super::fetch::Source;
use super::task::{self, Task};
use super::{OpsError, restore, snapshots};
use crate::config::NodeDir;

/// What the drill measured.
#[derive(Clone, Debug)]
pub struct Drill {
    /// The snapshot.
    pub snapshot: snapshots::Summary,
    /// How long it took to make it.
    pub made: Duration,
    /// How long it took to restore it, every chunk checked.
    pub restored: Duration,
    /// How long it took to go through the restored data.
    pub checked: Duration,
    /// How many rows there are.
    pub rows: u64,
}

/// Makes a snapshot of a folder's ledger, restores it beside, checks it row by row, and compares
/// head and roots with the node's own. The node may run; nothing of it is changed.
///
/// # Errors
/// [`OpsError`]: the backup would not have worked.
pub async fn drill(dir: &NodeDir) -> Result<Drill, OpsError> {
    let scratch = dir.path().join(format!("drill-{}", std::process::id()));
    snapshots::remove(&scratch)?;
    let drilled = inside(dir, &scratch).await;
    snapshots::remove(&scratch)?;
    drilled
}

async fn inside(dir: &NodeDir, scratch: &Path) -> Result<Drill, OpsError> {
    std::fs::create_dir_all(scratch).map_err(|source| OpsError::io(scratch, source))?;
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let folder = scratch.join("snapshot");
    let begin = Instant::now();
    let to = std::path::absolute(&folder).map_err(|source| OpsError::io(&folder, source))?;
    task::order(dir, &Task::Snapshot { to: Some(to) }).await?;
    let made = begin.elapsed();

    let begin = Instant::now();
    let manifest = Manifest::parse(&snapshots::manifest(&folder)?)?;
    let source = Source::Folder(folder.clone());
    let data = scratch.join("data");
    let store = restore::build(&data, &manifest, &genesis.ledger_id(), &source).await?;
    let restored = begin.elapsed();

    let begin = Instant::now();
    let report = fsck::check(&store);
    let checked = begin.elapsed();
    if !report.damage.is_empty() {
        let count = report.damage.len();
        return Err(OpsError::Damage { count });
    }
    // The state root of the header is the root of what was restored, or the restore had failed.
    let there = &manifest.header().header;
    let here = View::new(&store).header(there.core.height)?;
    if here.map(|here| here.header).as_ref() != Some(there) {
        return Err(OpsError::Damage { count: 1 });
    }
    Ok(Drill {
        snapshot: snapshots::describe(&folder)?,
        made,
        restored,
        checked,
        rows: report.rows,
    })
}
