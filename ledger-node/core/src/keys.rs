//! The keys that sign again and again, remembered for the whole node.

use std::sync::{Mutex, PoisonError};

use light_client::key::{KeyError, KnownKeys, Signed};

/// Tables for about as many keys as a ledger has validators and busy agencies: under 6 MB.
const KNOWN_KEYS: usize = 64;

/// [`KnownKeys`] that several can use in turn. One verification takes tens of microseconds, so
/// nobody waits for long.
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
        self.with(|keys| keys.verify(signed))
    }

    /// Lends the keys out.
    pub fn with<R>(&self, run: impl FnOnce(&mut KnownKeys) -> R) -> R {
        // What a thread that panicked left behind is at worst a key less.
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for SharedKeys {
    fn default() -> Self {
        Self::new()
    }
}
