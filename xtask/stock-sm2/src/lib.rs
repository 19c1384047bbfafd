//! The peer that our verifier is timed beside: RustCrypto's `sm2`, as it comes.
//!
//! The key, message and signature are the published example's kind: one fixed key signs one fixed
//! message, so that every run measures the same work, key decoding included.

use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use wasm_bindgen::prelude::wasm_bindgen;

const USER_ID: &str = "1234567812345678";
const SECRET: [u8; 32] = [7; 32];
const MESSAGE: &[u8] = b"one signature of a finality certificate covers about this many bytes";

/// A key as bytes and its signature as bytes, ready to be verified again and again.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Stock {
    key: Vec<u8>,
    signature: Vec<u8>,
}

#[wasm_bindgen]
impl Stock {
    /// Makes the signature.
    ///
    /// # Errors
    /// Never: the secret is a scalar of the curve.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, String> {
        let key = SigningKey::from_slice(USER_ID, &SECRET).map_err(|error| error.to_string())?;
        let signature: Signature = key.sign(MESSAGE);
        let key = key.verifying_key().to_sec1_bytes().to_vec();
        Ok(Self {
            key,
            signature: signature.to_bytes().to_vec(),
        })
    }

    /// Decodes key and signature and verifies, as every verifier of a certificate must.
    pub fn verify(&self) -> bool {
        let key = VerifyingKey::from_sec1_bytes(USER_ID, &self.key);
        let signature = Signature::from_slice(&self.signature);
        match (key, signature) {
            (Ok(key), Ok(signature)) => key.verify(MESSAGE, &signature).is_ok(),
            (Err(_), _) | (_, Err(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_false_signature_is_not_timed_by_mistake() {
        let stock = Stock::new().expect("the secret is a scalar");
        assert!(stock.verify());
        let mut other = stock;
        other.signature[40] ^= 1;
        assert!(!other.verify());
    }
}
