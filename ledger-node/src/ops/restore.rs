//! A node's data from a snapshot: chunk by chunk, from the ledger's fingerprint.
//!
//! The new data takes its place only once it is whole. The keys of before never vote again: what
//! they have signed since the snapshot, and whether their marks are not themselves from a backup,
//! nobody knows. The node follows until its agency has voted a fresh key into the set.

use std::fs;
use std::path::{Path, PathBuf};

use ledger_core::View;
use ledger_core::snapshot::{Manifest, Restore};
use light_client::cbor;
use light_client::certificate::CertifiedHeader;
use light_client::header::history_leaf;
use light_client::id::{Height, LedgerId};
use light_client::merkle::Tree;
use light_client::trust::TrustedLedger;

use super::fetch::Source;
use super::{OpsError, snapshots};
use crate::config::NodeDir;
use crate::keys;
use crate::mark::Mark;
use crate::store::FjallStore;

/// A header with a certificate of 100 signatures is far shorter.
const MAX_RECEIPT_BYTES: usize = 64 * 1024;

/// What was restored.
#[derive(Clone, Copy, Debug)]
pub struct Restored {
    /// The height of the snapshot.
    pub height: Height,
    /// How many chunks were checked.
    pub chunks: usize,
    /// How many keys of this folder must not vote any more.
    pub set_aside: usize,
}

/// Restores the data of a node's folder, which must not have any.
///
/// # Errors
/// [`OpsError::Truncated`] below what this folder's marks or `receipts` prove was reached;
/// otherwise whatever is wrong with the snapshot. The folder is unchanged then.
pub async fn restore(
    dir: &NodeDir,
    trusted: &LedgerId,
    source: &mut Source,
    receipts: &[PathBuf],
) -> Result<Restored, OpsError> {
    if dir.data().exists() {
        return Err(OpsError::InTheWay(dir.data()));
    }
    let manifest = Manifest::parse(&source.manifest().await?)?;
    let snapshot = manifest.check(trusted)?.header().core.height;
    // What was signed at a height proves that the one before was final.
    let reached = Height(signed(dir)?.saturating_sub(1));
    if reached > snapshot {
        return Err(OpsError::Truncated { snapshot, reached });
    }
    let part = dir.path().join("data.part");
    snapshots::remove(&part)?;
    let checked = async {
        let store = build(&part, &manifest, trusted, source).await?;
        receipts
            .iter()
            .try_for_each(|path| receipt(&View::new(&store), path))
    };
    if let Err(refused) = checked.await {
        snapshots::remove(&part)?;
        return Err(refused);
    }
    if let Some(wal) = dir.wal_file().parent() {
        snapshots::remove(wal)?;
    }
    let set_aside = set_aside(dir)?;
    fs::rename(&part, dir.data()).map_err(|source| OpsError::io(&part, source))?;
    Ok(Restored {
        height: snapshot,
        chunks: manifest.chunks().len(),
        set_aside,
    })
}

/// Restores into a folder that was made just now, whose keys have never signed anything.
///
/// # Errors
/// [`OpsError`].
pub(super) async fn into_new(
    dir: &NodeDir,
    trusted: &LedgerId,
    source: &mut Source,
) -> Result<Restored, OpsError> {
    let manifest = Manifest::parse(&source.manifest().await?)?;
    let part = dir.path().join("data.part");
    snapshots::remove(&part)?;
    drop(build(&part, &manifest, trusted, source).await?);
    fs::rename(&part, dir.data()).map_err(|source| OpsError::io(&part, source))?;
    Ok(Restored {
        height: manifest.header().header.core.height,
        chunks: manifest.chunks().len(),
        set_aside: 0,
    })
}

/// Builds a store from a snapshot in a new folder.
///
/// # Errors
/// [`OpsError::Snapshot`].
pub async fn build(
    folder: &Path,
    manifest: &Manifest,
    trusted: &LedgerId,
    source: &Source,
) -> Result<FjallStore, OpsError> {
    let store = FjallStore::open(folder).map_err(|error| OpsError::Config(error.into()))?;
    let mut restore = Restore::begin(&store, manifest, trusted)?;
    for index in 0..manifest.chunks().len() {
        restore.chunk(&source.chunk(index).await?)?;
    }
    restore.finish()?;
    Ok(store)
}

/// The last height at which a key of this folder signed anything.
fn signed(dir: &NodeDir) -> Result<u64, OpsError> {
    let mut last = 0;
    for key in keys::list(dir)? {
        for path in [key.mark_file().to_owned(), key.set_aside_file()] {
            let mark = |source| keys::KeysError::Mark {
                path: path.clone(),
                source,
            };
            if let Some(found) = Mark::open(&path).map_err(mark)? {
                last = last.max(found.last_height().unwrap_or(0));
            }
        }
    }
    Ok(last)
}

/// Renames the marks, so that no key of the folder votes any more.
fn set_aside(dir: &NodeDir) -> Result<usize, OpsError> {
    let mut count = 0;
    for key in keys::list(dir)?.iter().filter(|key| key.may_vote()) {
        let to = key.set_aside_file();
        fs::rename(key.mark_file(), &to).map_err(|source| OpsError::io(&to, source))?;
        count += 1;
    }
    Ok(count)
}

/// Checks a certified header that somebody kept against the restored history (attack T66).
fn receipt(view: &View<&FjallStore>, path: &Path) -> Result<(), OpsError> {
    let bytes = fs::read(path).map_err(|source| OpsError::io(path, source))?;
    let receipt: CertifiedHeader =
        cbor::parse(&bytes, MAX_RECEIPT_BYTES).map_err(|_| OpsError::Receipt(path.to_owned()))?;
    let core = &receipt.header.core;
    let height = core.height;
    let head = view.final_header(None).map_err(query)?;
    let mut trusted = TrustedLedger::from_genesis(view.genesis()?);
    while let Ok(()) = trusted.follow(&view.handoffs(trusted.newest_set().epoch())?) {
        if view.handoffs(trusted.newest_set().epoch())?.is_empty() {
            break;
        }
    }
    let uncertified = || OpsError::Receipt(path.to_owned());
    if core.ledger != trusted.id() {
        return Err(uncertified());
    }
    let snapshot = head.header.core.height;
    match trusted.set_of(core.epoch) {
        Some(set) => receipt.check(set).map(drop).map_err(|_| uncertified())?,
        // An epoch that this snapshot has not heard of.
        None => {
            return Err(OpsError::Truncated {
                snapshot,
                reached: height,
            });
        }
    }
    if height > snapshot {
        return Err(OpsError::Truncated {
            snapshot,
            reached: height,
        });
    }
    let (suite, hash) = (core.suite, receipt.header.hash());
    let is_part = if height == snapshot {
        hash == head.header.hash()
    } else {
        let size = light_client::id::TreeSize(snapshot.0 - 1);
        let proof = view.history_proof(height, None).map_err(query)?;
        let root = proof.root(Tree::History, suite, history_leaf(suite, &hash), size);
        root == Ok(head.header.rest.history_root)
    };
    if is_part {
        Ok(())
    } else {
        Err(OpsError::Fork { height })
    }
}

fn query(error: ledger_core::QueryError) -> OpsError {
    OpsError::Config(error.into())
}
