//! Keys that sign again and again, remembered by several users of one part of a node.

use std::sync::{Mutex, PoisonError};

use light_client::key::{KeyError, KnownKeys, Signed};

/// Tables for the desks of a province's agencies that are busy at one time: about 110 MB once all
/// are in use, and nothing before.
const KNOWN_KEYS: usize = 1200;

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
        // What a thread that panicked left behind is at worst a key less.
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.verify(signed)
    }
}

impl Default for SharedKeys {
    fn default() -> Self {
        Self::new()
    }
}
