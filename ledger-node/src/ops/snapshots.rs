//! Snapshots as folders: `manifest.cbor`, `000000.chunk`, `000001.chunk`, …

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ledger_core::Fault;
use ledger_core::snapshot::{self, CHUNK_BYTES, MAX_CHUNK_BYTES, MAX_MANIFEST_BYTES, Manifest};
use ledger_core::store::{Store, StoreError};
use light_client::id::Height;
use serde::{Deserialize, Serialize};

use super::OpsError;

const MANIFEST: &str = "manifest.cbor";

/// How many snapshots a node keeps for those who join.
const KEPT: usize = 2;

/// A snapshot that lies in a folder.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Summary {
    /// The height that it is of.
    pub height: u64,
    /// The hash of the header at that height.
    pub header_hash: String,
    /// How many chunks it has.
    pub chunks: usize,
    /// How long they are together.
    pub bytes: u64,
}

/// Writes a snapshot of the head into a new folder; the folder is there only once it is whole.
///
/// # Errors
/// [`OpsError::InTheWay`], [`OpsError::Io`], [`OpsError::Fault`].
pub fn write(store: &impl Store, folder: &Path) -> Result<Summary, OpsError> {
    if folder.exists() {
        return Err(OpsError::InTheWay(folder.to_owned()));
    }
    let mut name = folder.to_owned().into_os_string();
    name.push(".part");
    let part = PathBuf::from(name);
    remove(&part)?;
    fs::create_dir_all(&part).map_err(|source| OpsError::io(&part, source))?;
    let (mut count, mut bytes) = (0, 0);
    let manifest = snapshot::make(store, CHUNK_BYTES, &mut |_, chunk| {
        let path = part.join(chunk_file(count));
        write_synced(&path, chunk).map_err(StoreError::new)?;
        count += 1;
        bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        Ok::<_, Fault>(())
    })?;
    let path = part.join(MANIFEST);
    write_synced(&path, &manifest.to_bytes()).map_err(|source| OpsError::io(&path, source))?;
    fs::rename(&part, folder).map_err(|source| OpsError::io(folder, source))?;
    Ok(summary(&manifest, bytes))
}

/// Makes a snapshot among those that a node keeps, and drops the oldest; returns its folder.
///
/// # Errors
/// The same; a snapshot of this height that is there already is no error.
pub fn keep(store: &impl Store, snapshots: &Path, height: Height) -> Result<PathBuf, OpsError> {
    let folder = snapshots.join(format!("{:012}", height.0));
    if !folder.exists() {
        write(store, &folder)?;
    }
    let mut all = folders(snapshots)?;
    while all.len() > KEPT {
        remove(&all.remove(0))?;
    }
    Ok(folder)
}

/// The snapshots that a node keeps, the oldest first.
///
/// # Errors
/// [`OpsError::Io`].
pub fn folders(snapshots: &Path) -> Result<Vec<PathBuf>, OpsError> {
    if !snapshots.exists() {
        return Ok(Vec::new());
    }
    let io = |source| OpsError::io(snapshots, source);
    let mut folders = Vec::new();
    for entry in fs::read_dir(snapshots).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.join(MANIFEST).exists() && path.extension().is_none() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// What lies in a folder, as its manifest says; nothing is checked.
///
/// # Errors
/// [`OpsError`].
pub fn describe(folder: &Path) -> Result<Summary, OpsError> {
    let manifest = Manifest::parse(&manifest(folder)?)?;
    let mut bytes = 0;
    for index in 0..manifest.chunks().len() {
        let path = folder.join(chunk_file(index));
        let found = fs::metadata(&path).map_err(|source| OpsError::io(&path, source))?;
        bytes += found.len();
    }
    Ok(summary(&manifest, bytes))
}

/// The bytes of a folder's manifest.
///
/// # Errors
/// [`OpsError::Io`].
pub fn manifest(folder: &Path) -> Result<Vec<u8>, OpsError> {
    read(&folder.join(MANIFEST), MAX_MANIFEST_BYTES)
}

/// The bytes of a chunk.
///
/// # Errors
/// [`OpsError::Io`].
pub fn chunk(folder: &Path, index: usize) -> Result<Vec<u8>, OpsError> {
    read(&folder.join(chunk_file(index)), MAX_CHUNK_BYTES)
}

pub(super) fn remove(folder: &Path) -> Result<(), OpsError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|source| OpsError::io(folder, source))?;
    }
    Ok(())
}

fn summary(manifest: &Manifest, bytes: u64) -> Summary {
    let header = &manifest.header().header;
    Summary {
        height: header.core.height.0,
        header_hash: header.hash().to_string(),
        chunks: manifest.chunks().len(),
        bytes,
    }
}

fn chunk_file(index: usize) -> String {
    format!("{index:06}.chunk")
}

/// A file that is longer than it can be is not read at all.
fn read(path: &Path, max_bytes: usize) -> Result<Vec<u8>, OpsError> {
    let io = |source| OpsError::io(path, source);
    let len = fs::metadata(path).map_err(io)?.len();
    if usize::try_from(len).map_or(true, |len| len > max_bytes) {
        return Err(io(std::io::ErrorKind::FileTooLarge.into()));
    }
    fs::read(path).map_err(io)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
