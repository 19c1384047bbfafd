//! How much of the disk the node's folder uses, and how much is left.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::block_in_place;
use tokio::time;

/// What was measured last.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    used: AtomicU64,
    free: AtomicU64,
}

/// How often it is measured: a folder of many files takes a while to go through.
const INTERVAL: Duration = Duration::from_secs(30);

impl Disk {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            used: AtomicU64::new(0),
            free: AtomicU64::new(0),
        }
    }

    /// Bytes in the folder.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Bytes left where the folder lies.
    pub(crate) fn free(&self) -> u64 {
        self.free.load(Ordering::Relaxed)
    }

    /// Measures again and again.
    pub(crate) async fn watch(&self) {
        let mut ticks = time::interval(INTERVAL);
        loop {
            ticks.tick().await;
            block_in_place(|| self.measure());
        }
    }

    fn measure(&self) {
        self.used.store(bytes(&self.folder), Ordering::Relaxed);
        if let Ok(found) = rustix::fs::statvfs(&self.folder) {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            self.free.store(free, Ordering::Relaxed);
        }
    }
}

/// What vanishes meanwhile counts for nothing.
fn bytes(path: &Path) -> u64 {
    let Ok(found) = fs::symlink_metadata(path) else {
        return 0;
    };
    if !found.is_dir() {
        return found.len();
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| bytes(&entry.path())).sum()
}
