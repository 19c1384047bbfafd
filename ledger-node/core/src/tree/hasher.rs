//! The suites' hashes in the shape that jmt asks for: chosen by type.

use jmt::SimpleHasher;
use light_client::{hash::Hasher, suite::Suite};

/// SM3.
#[derive(Debug)]
pub(super) struct Sm3Hasher(Hasher);

/// SHA-256.
#[derive(Debug)]
pub(super) struct Sha256Hasher(Hasher);

impl SimpleHasher for Sm3Hasher {
    fn new() -> Self {
        Self(Hasher::new(Suite::Sm))
    }
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
    fn finalize(self) -> [u8; 32] {
        *self.0.finish().as_bytes()
    }
}

impl SimpleHasher for Sha256Hasher {
    fn new() -> Self {
        Self(Hasher::new(Suite::Intl))
    }
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
    fn finalize(self) -> [u8; 32] {
        *self.0.finish().as_bytes()
    }
}
