//! Keys and signatures: one closed set of kinds, one wire form each, one way to verify.
//!
//! ```text
//! key       = kind (1 byte) ‖ key bytes        1 SM2: 33, compressed · 2 Ed25519: 32 · 3 P-256: 33, compressed
//! signature = 64 bytes                          r ‖ s, or R ‖ S
//! ```
//! Libraries disagree on crafted valid signatures, so nodes, portals, the command line and the
//! browser all call [`PublicKey::verify`], or [`KnownKeys`], which gives the same answers sooner.

pub mod did_key;
mod known_keys;
pub mod sm2;

use alloc::vec::Vec;

pub use known_keys::{KnownKeys, Signed};

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    suite::Suite,
};

/// The kinds of keys there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// SM2 on the curve of GB/T 32918.5, with SM3 and the default user id.
    Sm2,
    /// Ed25519 (RFC 8032), verified strictly.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5), low s only.
    P256,
}

impl KeyKind {
    const fn code(self) -> u8 {
        match self {
            Self::Sm2 => 1,
            Self::Ed25519 => 2,
            Self::P256 => 3,
        }
    }

    const fn key_len(self) -> usize {
        match self {
            Self::Sm2 | Self::P256 => 33,
            Self::Ed25519 => 32,
        }
    }

    /// The suite this kind belongs to.
    pub const fn suite(self) -> Suite {
        match self {
            Self::Sm2 => Suite::Sm,
            Self::Ed25519 | Self::P256 => Suite::Intl,
        }
    }
}

/// A public key in its one wire form. Whether it is a point of its curve is known once a
/// signature has been verified with it, or after [`PublicKey::check_point`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    kind: KeyKind,
    bytes: Vec<u8>,
}

/// Why a key or signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key is not a point of its curve, or not in canonical form.
    #[error("not a point of the curve")]
    NotAPoint,
    /// The signature does not belong to key and message.
    #[error("signature does not match")]
    SignatureMismatch,
}

impl PublicKey {
    /// Takes the curve's own encoding of a key.
    ///
    /// # Errors
    /// [`DecodeError`] when length or first byte is not that of the kind's one form.
    pub fn new(kind: KeyKind, bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() != kind.key_len() {
            return Err(DecodeError::LengthMismatch);
        }
        let compressed = matches!(bytes.first(), Some(2 | 3));
        if matches!(kind, KeyKind::Sm2 | KeyKind::P256) && !compressed {
            return Err(DecodeError::FieldOutOfRange("key"));
        }
        Ok(Self {
            kind,
            bytes: bytes.to_vec(),
        })
    }

    /// Reads the wire form: kind byte and key.
    ///
    /// # Errors
    /// [`DecodeError`] for an unknown kind or another form.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (kind, key) = bytes.split_first().ok_or(DecodeError::Malformed)?;
        let kind = match kind {
            1 => KeyKind::Sm2,
            2 => KeyKind::Ed25519,
            3 => KeyKind::P256,
            _ => return Err(DecodeError::FieldOutOfRange("key kind")),
        };
        Self::new(kind, key)
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = alloc::vec![self.kind.code()];
        bytes.extend_from_slice(&self.bytes);
        bytes
    }

    /// The kind.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key in its curve's encoding, without the kind byte.
    pub fn key_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The key's name on a ledger of `suite`.
    pub fn id(&self, suite: Suite) -> KeyId {
        KeyId(hash(suite, Tag::KEY, &[&self.to_bytes()]))
    }

    /// Checks that the key is a point of its curve.
    ///
    /// # Errors
    /// [`KeyError::NotAPoint`].
    pub fn check_point(&self) -> Result<(), KeyError> {
        match self.kind {
            KeyKind::Sm2 => sm2::VerifyingKey::decode(&self.bytes).map(|_| ()),
            KeyKind::Ed25519 => ed25519_key(&self.bytes).map(|_| ()),
            KeyKind::P256 => p256_key(&self.bytes).map(|_| ()),
        }
    }

    /// Verifies `signature` over `message`.
    ///
    /// # Errors
    /// [`KeyError`]: no partial answers.
    ///
    /// # Security
    /// Public data only; not constant-time by promise.
    ///
    /// # Standard
    /// GB/T 32918.2-2016 §7.1; RFC 8032 §5.1.7 with the checks of `verify_strict`;
    /// FIPS 186-5 §6.4.2 with s ≤ n/2.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
        match self.kind {
            KeyKind::Sm2 => sm2::VerifyingKey::decode(&self.bytes)?.verify(message, &signature.0),
            KeyKind::Ed25519 => {
                let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
                ed25519_key(&self.bytes)?
                    .verify_strict(message, &signature)
                    .map_err(|_| KeyError::SignatureMismatch)
            }
            KeyKind::P256 => p256_verify(&self.bytes, message, &signature.0),
        }
    }
}

impl Wire for PublicKey {
    fn encode(&self, writer: &mut Writer) {
        writer.bytes(&self.to_bytes());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::parse(reader.bytes(34)?)
    }
}

fn ed25519_key(bytes: &[u8]) -> Result<ed25519_dalek::VerifyingKey, KeyError> {
    let bytes = bytes.try_into().map_err(|_| KeyError::NotAPoint)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
    // Small-order keys verify signatures over anything; non-canonical ones have two names.
    if key.is_weak() || key.to_edwards().compress().as_bytes() != bytes {
        return Err(KeyError::NotAPoint);
    }
    Ok(key)
}

fn p256_key(bytes: &[u8]) -> Result<p256::ecdsa::VerifyingKey, KeyError> {
    p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).map_err(|_| KeyError::NotAPoint)
}

fn p256_verify(key: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), KeyError> {
    use p256::ecdsa::signature::Verifier as _;
    let key = p256_key(key)?;
    let signature =
        p256::ecdsa::Signature::from_slice(signature).map_err(|_| KeyError::SignatureMismatch)?;
    // ECDSA's twin (r, n - s) would be a second signature over the same bytes.
    if signature.normalize_s() != signature {
        return Err(KeyError::SignatureMismatch);
    }
    key.verify(message, &signature)
        .map_err(|_| KeyError::SignatureMismatch)
}

/// A signature in its one wire form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 64]);

impl Wire for Signature {
    fn encode(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.byte_array().map(Self)
    }
}

/// A key's name: the hash of its wire form under the ledger's suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct KeyId(pub Digest);

impl Wire for KeyId {
    fn encode(&self, writer: &mut Writer) {
        self.0.encode(writer);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Digest::decode(reader).map(Self)
    }
}

#[cfg(test)]
mod tests;
