//! Keys that sign again and again, remembered by several users of one part of a node.

use std::sync::{Mutex, MutexGuard, PoisonError};

use light_client::key::{KeyError, KnownKeys, Signed};

/// Tables for the desks of a province's agencies that are busy at one time: about 110 MB once all
/// are in use, and nothing before.
const KNOWN_KEYS: usize = 1200;

/// Signatures that are verified together; others wait for two or three milliseconds at most.
const AT_ONCE: usize = 128;

/// [`KnownKeys`] that several can use in turn. One verification takes tens of microseconds, and now
/// and then some hundreds more for a key's tables, so nobody waits for long.
#[derive(Debug)]
pub struct SharedKeys(Mutex<KnownKeys>);

impl SharedKeys {
    /// Knows no key yet.
    pub const fn new() -> Self {
        Self(Mutex::new(KnownKeys::with_tables(KNOWN_KEYS)))
    }

    /// See [`KnownKeys::verify`].
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn verify(&self, signed: Signed<'_>) -> Result<(), KeyError> {
        self.lock().verify(signed)
    }

    /// Verifies many, one outcome each: together, which is faster, as long as all hold.
    pub fn verify_each(&self, all: &[Signed<'_>]) -> Vec<Result<(), KeyError>> {
        let mut outcomes = Vec::with_capacity(all.len());
        for some in all.chunks(AT_ONCE) {
            let mut keys = self.lock();
            // One that is bad spoils its chunk once, however many of them are bad.
            match keys.verify_all(some) {
                Ok(()) => outcomes.extend(some.iter().map(|_| Ok(()))),
                Err(_) => outcomes.extend(some.iter().map(|one| keys.verify(*one))),
            }
        }
        outcomes
    }

    fn lock(&self) -> MutexGuard<'_, KnownKeys> {
        // What a thread that panicked left behind is at worst a key less.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SharedKeys {
    fn default() -> Self {
        Self::new()
    }
}
