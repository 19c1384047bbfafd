//! The exports for JavaScript. The only module that names wasm-bindgen.

use alloc::string::{String, ToString};

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    id::TimeMs,
    policy::Policy,
    trust::{TrustError, TrustStore},
};

/// A trust store that has been read and checked once.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Verifier {
    trust: TrustStore,
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
        Ok(Self { trust })
    }

    /// Decides `bundle` at `now_ms` and returns the verdict as JSON.
    pub fn verify(&self, bundle: &[u8], max_age_ms: u64, now_ms: u64) -> String {
        let policy = Policy {
            max_age_ms,
            ..Policy::default()
        };
        let verdict = crate::verify(bundle, &self.trust, &policy, TimeMs(now_ms));
        serde_json::to_string(&verdict).unwrap_or_default()
    }
}
