//! SM2 verification: the one function by which all parts of the system verify SM2.
//!
//! # Standard
//! GB/T 32918.2-2016 §7.1, user id `1234567812345678`, curve of GB/T 32918.5-2017.

use sm2::dsa::{Signature, VerifyingKey, signature::Verifier as _};

use super::KeyError;

/// The user id that enters Z_A, fixed for all of Tallystick (GM/T 0009-2012 §10).
const USER_ID: &str = "1234567812345678";

/// Decodes a compressed key; the curve crate checks that it is on the curve.
pub(super) fn decode(key: &[u8]) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_sec1_bytes(USER_ID, key).map_err(|_| KeyError::NotAPoint)
}

/// Verifies r ‖ s over `message`.
pub(super) fn verify(key: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), KeyError> {
    let key = decode(key)?;
    // Refuses r = 0, s = 0, r ≥ n, s ≥ n (§7.1 B1, B2); r + s = n is refused by `verify` (B5).
    let signature = Signature::from_slice(signature).map_err(|_| KeyError::SignatureMismatch)?;
    key.verify(message, &signature)
        .map_err(|_| KeyError::SignatureMismatch)
}
