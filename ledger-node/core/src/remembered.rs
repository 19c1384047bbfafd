//! What execution has read of the committed state, so that it is read once: a transaction is tried
//! when it is admitted, executed in a block, and its entries are replaced at the block's end.
//!
//! It is of one state: [`Remembered::settle`] comes with every block that changes it. What is
//! forgotten for want of room is read again, and that is all.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use light_client::{
    hash::Digest,
    id::IssuerId,
    record::IssuerEntry,
    state::{Namespace, StateKey},
};

use crate::{
    fault::Fault,
    tree::{Changes, Newest, TreeHeads},
};

/// More than can wait at a time, one key each; a few megabytes.
const MAX_ENTRIES: usize = 32_768;
/// Longer values are read each time; nearly all are shorter.
const MAX_VALUE_BYTES: usize = 1024;
/// Issuers that are remembered: an entry with its rights is seldom longer than a few kilobytes.
const MAX_ISSUERS: usize = 512;

/// An issuer's entry, parsed, and where it is.
pub(crate) type KnownIssuer = (StateKey, Option<Arc<IssuerEntry>>);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    entries: Mutex<HashMap<StateKey, Newest>>,
    issuers: Mutex<HashMap<IssuerId, KnownIssuer>>,
    /// Replay keys that nobody has taken.
    free: Mutex<HashSet<Digest>>,
}

impl Remembered {
    /// The newest value of an entry, as `take` sees it.
    pub(crate) fn entry<T>(
        &self,
        key: &StateKey,
        read: impl FnOnce() -> Result<Newest, Fault>,
        take: impl FnOnce(&Newest) -> T,
    ) -> Result<T, Fault> {
        let mut entries = lock(&self.entries);
        if let Some(known) = entries.get(key) {
            return Ok(take(known));
        }
        let found = read()?;
        let taken = take(&found);
        if is_short(&found) {
            put(&mut entries, MAX_ENTRIES, *key, found);
        }
        Ok(taken)
    }

    /// An issuer, parsed.
    pub(crate) fn issuer(
        &self,
        issuer: &IssuerId,
        read: impl FnOnce() -> Result<KnownIssuer, Fault>,
    ) -> Result<KnownIssuer, Fault> {
        let mut issuers = lock(&self.issuers);
        if let Some(known) = issuers.get(issuer) {
            return Ok(known.clone());
        }
        let found = read()?;
        put(&mut issuers, MAX_ISSUERS, issuer.clone(), found.clone());
        Ok(found)
    }

    /// Whether nobody has taken a replay key; `read` says who has.
    pub(crate) fn is_free(
        &self,
        replay_key: &Digest,
        read: impl FnOnce() -> Result<bool, Fault>,
    ) -> Result<bool, Fault> {
        let mut free = lock(&self.free);
        if free.contains(replay_key) {
            return Ok(true);
        }
        let is_free = read()?;
        if is_free {
            if free.len() >= MAX_ENTRIES {
                free.clear();
            }
            free.insert(*replay_key);
        }
        Ok(is_free)
    }

    /// Follows a block: what it wrote, with which versions, and the replay keys that it took.
    pub(crate) fn settle<'a>(
        &self,
        changes: &Changes,
        after: &TreeHeads,
        taken: impl Iterator<Item = &'a Digest>,
    ) {
        let mut entries = lock(&self.entries);
        for (key, value) in changes {
            let Some(known) = entries.get_mut(key) else {
                continue;
            };
            *known = after.written(key, value.as_deref());
            if !is_short(known) {
                entries.remove(key);
            }
        }
        if changes
            .keys()
            .any(|key| key.namespace == Namespace::Registry)
        {
            lock(&self.issuers).clear();
        }
        let mut free = lock(&self.free);
        for replay_key in taken {
            free.remove(replay_key);
        }
    }
}

/// Whether there is nothing, or a short value. The row of a deleted value is pruned some day.
fn is_short(newest: &Newest) -> bool {
    match newest {
        Newest::None => true,
        Newest::Value { value, .. } => value.len() <= MAX_VALUE_BYTES,
        Newest::Deleted { .. } => false,
    }
}

fn put<K: Eq + Hash, V>(memory: &mut HashMap<K, V>, capacity: usize, key: K, value: V) {
    if memory.len() >= capacity {
        memory.clear();
    }
    memory.insert(key, value);
}

fn lock<T>(memory: &Mutex<T>) -> MutexGuard<'_, T> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use light_client::{
        id::{Height, LedgerId},
        state::Kind,
        suite::Suite,
    };

    use super::*;
    use crate::store::{Batch, MemoryStore, Store as _};

    /// Blocks that write, replace and delete; whatever is asked for is answered as by the store.
    #[test]
    fn what_is_remembered_is_what_the_store_has() {
        let (store, remembered) = (MemoryStore::default(), Remembered::default());
        let ledger = LedgerId(Digest::from_bytes([7; 32]));
        let key = |at: u32| StateKey::new(Suite::Intl, &ledger, Kind::Status, &[&at.to_be_bytes()]);
        let mut heads = TreeHeads::empty();
        for height in 1..=80_u32 {
            let mut changes = Changes::new();
            for at in 0..height % 7 {
                let at = key((height * 5 + at * 3) % 40);
                let known = heads.newest(&store, &at).expect("a read");
                let value = match (known.value(), height % 3) {
                    (Some(_), 0) => None,
                    (Some(_) | None, 1) => Some(vec![1; MAX_VALUE_BYTES + 1]),
                    (Some(_) | None, _) => Some(height.to_be_bytes().to_vec()),
                };
                changes.insert(at, value);
            }
            let mut batch = Batch::default();
            let trees = (&store, &remembered);
            let at = Height(height.into());
            let after = heads.update(trees, Suite::Intl, at, &changes, &mut batch);
            let after = after.expect("memory does not fail");
            store.commit(batch).expect("memory does not fail");
            remembered.settle(&changes, &after, std::iter::empty());
            heads = after;
            for at in 0..40 {
                let (at, read) = (key(at), || heads.newest(&store, &key(at)));
                let known = remembered.entry(&at, read, Newest::clone);
                assert_eq!(known.expect("a read"), read().expect("a read"));
            }
        }
    }

    #[test]
    fn what_is_remembered_is_not_read_again_and_is_bounded() {
        let remembered = Remembered::default();
        let unread = || -> Result<bool, Fault> { Err(Fault::Missing("nobody reads")) };
        let key = |at: usize| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&at.to_be_bytes());
            Digest::from_bytes(bytes)
        };
        assert!(remembered.is_free(&key(0), || Ok(true)).expect("read"));
        assert!(remembered.is_free(&key(0), unread).expect("remembered"));
        let taken = key(0);
        remembered.settle(&Changes::new(), &TreeHeads::empty(), [&taken].into_iter());
        remembered
            .is_free(&key(0), unread)
            .expect_err("asked again");
        for at in 0..2 * MAX_ENTRIES {
            remembered.is_free(&key(at), || Ok(true)).expect("read");
        }
        assert!(lock(&remembered.free).len() <= MAX_ENTRIES);
    }
}
