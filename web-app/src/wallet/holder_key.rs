//! The wallet's own SM2 key, to which documents are bound.
//!
//! # Security
//! Browsers have no SM2 in WebCrypto, so the secret lies in this origin's storage, readable by any
//! script of the origin. The page's content security policy admits no script but its own.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use gloo_storage::{LocalStorage, Storage as _, errors::StorageError};
use serde::Serialize;
use sm2::FieldBytes;
use sm2::dsa::{Signature, SigningKey, signature::Signer as _};
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use thiserror::Error;

const STORAGE_KEY: &str = "tally.holder-key";
/// The user id of GB/T 32918.2 when none is agreed on.
const DISTINGUISHED_ID: &str = "1234567812345678";

/// Why the wallet has no key.
#[derive(Debug, Error)]
pub(crate) enum HolderKeyError {
    /// The browser gives no random bytes.
    #[error("no random bytes")]
    Random,
    /// The stored key is damaged.
    #[error("the stored key is damaged")]
    Damaged,
    /// The browser stores nothing.
    #[error("the browser stores nothing")]
    Storage(#[from] StorageError),
}

/// A public key as a JSON Web Key (GM/T 0125 names).
#[derive(Serialize)]
pub(crate) struct Jwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
}

/// The secret key; neither shown nor copied.
pub(crate) struct HolderKey(SigningKey);

impl HolderKey {
    /// The wallet's key, made at first use.
    pub(crate) fn load_or_create() -> Result<Self, HolderKeyError> {
        match LocalStorage::get::<String>(STORAGE_KEY) {
            Ok(stored) => {
                let bytes =
                    Base64UrlUnpadded::decode_vec(&stored).map_err(|_| HolderKeyError::Damaged)?;
                Self::from_secret(&bytes).ok_or(HolderKeyError::Damaged)
            }
            Err(StorageError::KeyNotFound(_)) => Self::create(),
            Err(error) => Err(error.into()),
        }
    }

    /// The key with this secret scalar, 32 bytes, big endian.
    pub(crate) fn from_secret(secret: &[u8]) -> Option<Self> {
        SigningKey::from_slice(DISTINGUISHED_ID, secret)
            .ok()
            .map(Self)
    }

    /// Signs with SM2 over SM3: 64 bytes, r then s.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }

    /// The public key.
    pub(crate) fn jwk(&self) -> Jwk {
        let point = self.0.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&FieldBytes>| {
            Base64UrlUnpadded::encode_string(
                bytes.expect("an uncompressed public key has both coordinates"),
            )
        };
        Jwk {
            kty: "EC",
            crv: "SM2-P-256",
            x: coordinate(point.x()),
            y: coordinate(point.y()),
        }
    }

    #[cfg(test)]
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        use sm2::dsa::signature::Verifier as _;
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verifying_key().verify(message, &signature).is_ok())
    }

    fn create() -> Result<Self, HolderKeyError> {
        loop {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(|_| HolderKeyError::Random)?;
            // A scalar outside the group order has chance 2^-32; draw again.
            if let Some(key) = Self::from_secret(&secret) {
                LocalStorage::set(STORAGE_KEY, Base64UrlUnpadded::encode_string(&secret))?;
                return Ok(key);
            }
        }
    }
}
