//! What execution reads again and again of the committed state, as it was read the first time.
//!
//! It is of one state: [`Remembered::forget`] comes with every block that changes it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use light_client::{hash::Digest, record::IssuerEntry, state::Namespace};

use crate::{fault::Fault, tree::TreeHeads};

/// Issuers that are remembered: an entry with its rights is seldom longer than a few kilobytes.
const MAX_ISSUERS: usize = 512;
/// Rows of the governance tree: modules, parameters, members.
const MAX_ROWS: usize = 64;

type Memory<T> = Mutex<HashMap<Digest, Option<T>>>;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    governance: Memory<Vec<u8>>,
    issuers: Memory<Arc<IssuerEntry>>,
}

impl Remembered {
    /// A row of the governance tree.
    pub(crate) fn governance(
        &self,
        key: &Digest,
        read: impl FnOnce() -> Result<Option<Vec<u8>>, Fault>,
    ) -> Result<Option<Vec<u8>>, Fault> {
        recall(&self.governance, MAX_ROWS, key, read)
    }

    /// An issuer, parsed.
    pub(crate) fn issuer(
        &self,
        key: &Digest,
        read: impl FnOnce() -> Result<Option<Arc<IssuerEntry>>, Fault>,
    ) -> Result<Option<Arc<IssuerEntry>>, Fault> {
        recall(&self.issuers, MAX_ISSUERS, key, read)
    }

    /// Forgets what a block has changed.
    pub(crate) fn forget(&self, before: &TreeHeads, after: &TreeHeads) {
        let (before, after) = (before.roots(), after.roots());
        let changed = |namespace| before.of(namespace) != after.of(namespace);
        if changed(Namespace::Governance) {
            lock(&self.governance).clear();
        }
        if changed(Namespace::Registry) {
            lock(&self.issuers).clear();
        }
    }
}

fn recall<T: Clone>(
    memory: &Memory<T>,
    capacity: usize,
    key: &Digest,
    read: impl FnOnce() -> Result<Option<T>, Fault>,
) -> Result<Option<T>, Fault> {
    let mut memory = lock(memory);
    if let Some(known) = memory.get(key) {
        return Ok(known.clone());
    }
    let found = read()?;
    if memory.len() >= capacity {
        // Reading again is all that forgetting costs.
        memory.clear();
    }
    memory.insert(*key, found.clone());
    Ok(found)
}

fn lock<T>(memory: &Memory<T>) -> MutexGuard<'_, HashMap<Digest, Option<T>>> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}
