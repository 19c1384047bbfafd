//! Going through a node's data, and what to do about what is found.

use std::path::Path;

use ledger_core::replay::Replay;
use ledger_core::store::Store;
use ledger_core::{Fault, View, fsck};
use light_client::id::{Height, LedgerId};

use super::task::Outcome;
use super::{OpsError, archive, snapshots};
use crate::config::NodeDir;
use crate::store::FjallStore;

/// Goes through a store; with `replay`, also executes its blocks again in that new folder.
///
/// # Errors
/// [`OpsError::Replay`], [`OpsError::Fault`]. Damage is part of the outcome.
pub fn run(store: &impl Store, replay: Option<&Path>) -> Result<Outcome, OpsError> {
    let report = fsck::check(store);
    let mut lines: Vec<String> = report.damage.iter().map(ToString::to_string).collect();
    if report.damage.is_empty() {
        let height = report.head.map_or(Height(0), |head| head.height);
        lines.push(format!("{} rows, height {height}: no damage", report.rows));
    } else if report.is_in_indexes_only() {
        lines.push("only indexes are damaged: fsck --repair makes them again".into());
    } else {
        lines.push(
            "blocks or state are damaged: fsck --repair sets them aside and fetches them again"
                .into(),
        );
    }
    if let (true, Some(folder)) = (report.damage.is_empty(), replay) {
        let blocks = self::replay(store, folder)?;
        lines.push(format!(
            "{blocks} blocks executed again: every root is right"
        ));
    }
    Ok(Outcome {
        lines,
        damage: report.damage.len(),
    })
}

/// Executes all blocks of a store again, from the genesis.
fn replay(store: &impl Store, folder: &Path) -> Result<u64, OpsError> {
    let view = View::new(store);
    if view.earliest_block()? > Height(1) {
        return Err(OpsError::Usage(
            "the first blocks are not here: replay an archive of them (archive replay)",
        ));
    }
    let scratch = FjallStore::open(folder).map_err(|error| OpsError::Config(error.into()))?;
    let executed = (|| {
        let mut replay = Replay::begin(&scratch, &view.genesis()?)?;
        let head = view.head()?.height;
        for height in (1..=head.0).map(Height) {
            let header = view.header(height)?.ok_or(Fault::Missing("a header"))?;
            let body = view.body(height)?.ok_or(Fault::Missing("a body"))?;
            replay.block(&header, body)?;
        }
        Ok(head.0)
    })();
    drop(scratch);
    snapshots::remove(folder)?;
    executed
}

/// Executes the blocks of an archive that begins with the first.
///
/// # Errors
/// [`OpsError::Replay`], [`OpsError::Archive`].
pub fn replay_archive(path: &Path, trusted: &LedgerId, folder: &Path) -> Result<u64, OpsError> {
    let scratch = FjallStore::open(folder).map_err(|error| OpsError::Config(error.into()))?;
    let mut replay: Option<Replay<&FjallStore>> = None;
    let verified = archive::read(path, trusted, |verifier, block| {
        let replay = match &mut replay {
            Some(replay) => replay,
            None => replay.insert(Replay::begin(&scratch, verifier.genesis())?),
        };
        Ok(replay.block(&block.header, block.body)?)
    });
    drop(replay);
    drop(scratch);
    snapshots::remove(folder)?;
    let verified = verified?;
    Ok(verified.through.0 + 1 - verified.from.0)
}

/// What a repair did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Nothing was wrong.
    Nothing,
    /// The indexes were made again.
    Indexes,
    /// The data was set aside: the node fetches it again, or takes a snapshot.
    SetAside,
}

/// Repairs the data of a node that does not run.
///
/// # Errors
/// [`OpsError`].
pub fn repair(dir: &NodeDir) -> Result<Repair, OpsError> {
    let damaged = match super::task::open(dir) {
        Ok(store) => {
            let report = fsck::check(&store);
            if report.damage.is_empty() {
                return Ok(Repair::Nothing);
            }
            if report.is_in_indexes_only() && rebuild(&store)? {
                return Ok(Repair::Indexes);
            }
            dir.data()
        }
        // So damaged that it does not even open.
        Err(OpsError::Unopenable(_)) => dir.data(),
        Err(other) => return Err(other),
    };
    let mut aside = dir.path().join("data.damaged");
    for number in 1_u32.. {
        if !aside.exists() {
            break;
        }
        aside = dir.path().join(format!("data.damaged.{number}"));
    }
    std::fs::rename(&damaged, &aside).map_err(|source| OpsError::io(&damaged, source))?;
    // The engine's log may name blocks that are gone now; the marks stay and protect the keys.
    if let Some(wal) = dir.wal_file().parent() {
        snapshots::remove(wal)?;
    }
    Ok(Repair::SetAside)
}

fn rebuild(store: &FjallStore) -> Result<bool, OpsError> {
    fsck::rebuild_indexes(store)?;
    Ok(fsck::check(store).damage.is_empty())
}
