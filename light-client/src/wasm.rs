//! The exports for JavaScript. The only module that names wasm-bindgen.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    bundle::Bundle,
    handoff::CatchUp,
    id::TimeMs,
    key::{KnownKeys, PublicKey, Signature},
    policy::Policy,
    trust::{TrustError, TrustStore},
};

/// Keys with tables that a page may keep: a validator set and as many agencies, under 2.5 MB.
const KNOWN_KEYS: usize = 48;

/// A trust store that has been read and checked once.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Verifier {
    trust: TrustStore,
    keys: KnownKeys,
}

#[wasm_bindgen]
impl Verifier {
    /// Reads a trust store.
    ///
    /// # Errors
    /// The reason in words, for developers.
    #[wasm_bindgen(constructor)]
    pub fn new(trust: &[u8]) -> Result<Self, String> {
        let trust = TrustStore::parse(trust).map_err(|error: TrustError| error.to_string())?;
        let keys = KnownKeys::with_tables(KNOWN_KEYS);
        Ok(Self { trust, keys })
    }

    /// Decides `bundle` at `now_ms` and returns the verdict as JSON.
    pub fn verify(&mut self, bundle: &[u8], max_age_ms: u64, now_ms: u64) -> String {
        let policy = Policy {
            max_age_ms,
            ..Policy::default()
        };
        let verdict =
            crate::verify_with(bundle, &self.trust, &policy, TimeMs(now_ms), &mut self.keys);
        serde_json::to_string(&verdict).unwrap_or_default()
    }

    /// Follows a ledger's hand-offs since the trust store was made, so that documents of later
    /// epochs are decided; all of them or none.
    ///
    /// # Errors
    /// The reason in words, for developers.
    pub fn catch_up(&mut self, catch_up: &[u8]) -> Result<(), String> {
        let catch_up = CatchUp::parse(catch_up).map_err(|error| error.to_string())?;
        let followed = self.trust.catch_up_with(&catch_up, &mut self.keys);
        followed.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Decides what a conflict file proves of a trusted ledger and returns the verdict as JSON.
    pub fn verify_conflict(&self, file: &[u8]) -> String {
        let verdict = crate::verify_conflict(file, Some(&self.trust));
        serde_json::to_string(&verdict).unwrap_or_default()
    }

    /// Decides by the proof in `deposit` whether `file` was deposited and returns the verdict as
    /// JSON.
    pub fn verify_deposit(
        &self,
        file: &[u8],
        deposit: &[u8],
        max_age_ms: u64,
        now_ms: u64,
    ) -> String {
        let policy = Policy {
            max_age_ms,
            ..Policy::default()
        };
        let verdict = crate::verify_deposit(file, deposit, &self.trust, &policy, TimeMs(now_ms));
        serde_json::to_string(&verdict).unwrap_or_default()
    }

    /// Learns what `bundle` proves of its ledger, as [`TrustStore::learn`]; whether it did.
    pub fn advance(&mut self, bundle: &[u8], now_ms: u64) -> bool {
        let policy = Policy::default();
        Bundle::parse(bundle).is_ok_and(|bundle| {
            let (proofs, now) = (&bundle.proofs, TimeMs(now_ms));
            self.trust.learn(proofs, &policy, now, &mut self.keys)
        })
    }

    /// The trust store's bytes, with what it has learned: to be kept for the next time.
    #[wasm_bindgen(js_name = trustStore)]
    pub fn trust_store(&self) -> Vec<u8> {
        self.trust.to_bytes()
    }
}

/// Decides what a conflict file proves by itself, whoever's the keys are, and returns the verdict as
/// JSON.
#[wasm_bindgen]
pub fn conflict_alone(file: &[u8]) -> String {
    serde_json::to_string(&crate::verify_conflict(file, None)).unwrap_or_default()
}

/// Verifies one signature: `key` is kind byte and key, `signature` 64 bytes. False for anything
/// that is not a key or signature, too.
#[wasm_bindgen]
pub fn verify_signature(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match (PublicKey::parse(key), signature.try_into()) {
        (Ok(key), Ok(signature)) => key.verify(message, &Signature(signature)).is_ok(),
        _ => false,
    }
}
