//! A signing key, in a file that only the operator can read.
//!
//! ```text
//! sm2 <64 hex digits>                                       as it is
//! sealed <public key in hex> <sealed secret, see seal>      needs the passphrase
//! ```

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use light_client::key::{KeyKind, PublicKey, Signature};
use light_client::suite::Suite;
use sm2::dsa::signature::Signer as _;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::seal::{self, Passphrase, SealError};

/// The user id that enters every SM2 signature of this system (GM/T 0009-2012 §10).
const SM2_USER_ID: &str = "1234567812345678";

/// Why a key cannot be made or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("key file")]
    Io(#[source] io::Error),
    /// The file holds something else than one key.
    #[error("key file is not `sm2 <hex>` or `ed25519 <hex>`")]
    Malformed,
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system")]
    NoRandomness,
    /// The key is sealed and does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A private key. It has no `Debug` and no `Clone`, and leaves the process only by [`save`].
///
/// [`save`]: SigningKey::save
pub struct SigningKey(Kind);

enum Kind {
    Sm2(Box<sm2::dsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl SigningKey {
    /// Makes a new key of the suite's kind for validators: SM2 or Ed25519.
    ///
    /// # Errors
    /// [`KeyFileError::NoRandomness`].
    pub fn generate(suite: Suite) -> Result<Self, KeyFileError> {
        loop {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(|_| KeyFileError::NoRandomness)?;
            // A scalar outside [1, n - 1] has a chance of 2^-32; it is drawn again.
            if let Some(key) = Self::from_secret(suite, &secret) {
                return Ok(key);
            }
        }
    }

    /// Makes a key in a new file.
    ///
    /// # Errors
    /// [`KeyFileError`], as of [`generate`](Self::generate) and [`save_as`](Self::save_as).
    pub fn create(
        suite: Suite,
        path: &Path,
        passphrase: Option<&Passphrase>,
    ) -> Result<Self, KeyFileError> {
        let key = Self::generate(suite)?;
        key.save_as(path, passphrase)?;
        Ok(key)
    }

    fn from_secret(suite: Suite, secret: &[u8; 32]) -> Option<Self> {
        Some(Self(match suite {
            Suite::Sm => {
                let key = sm2::dsa::SigningKey::from_slice(SM2_USER_ID, secret).ok()?;
                Kind::Sm2(Box::new(key))
            }
            Suite::Intl => Kind::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(secret))),
        }))
    }

    /// The key that others verify with.
    pub fn public_key(&self) -> PublicKey {
        let key = match &self.0 {
            Kind::Sm2(key) => {
                let point = key.verifying_key().as_affine().to_sec1_point(true);
                PublicKey::new(KeyKind::Sm2, point.as_bytes())
            }
            Kind::Ed25519(key) => PublicKey::new(KeyKind::Ed25519, key.verifying_key().as_bytes()),
        };
        key.expect("a private key has a public key of its kind's form")
    }

    /// Signs `message`.
    ///
    /// # Standard
    /// GB/T 32918.2-2016 §6.1 with a deterministic nonce (RFC 6979 over SM3); RFC 8032 §5.1.6.
    pub fn sign(&self, message: &[u8]) -> Signature {
        match &self.0 {
            Kind::Sm2(key) => {
                let signature: sm2::dsa::Signature = key.sign(message);
                Signature(signature.to_bytes().into())
            }
            Kind::Ed25519(key) => {
                Signature(ed25519_dalek::Signer::sign(key.as_ref(), message).to_bytes())
            }
        }
    }

    /// Writes the key to a new file, readable by its owner only: sealed if there is a passphrase.
    ///
    /// # Errors
    /// [`KeyFileError::Io`], also when the file exists: a key is never overwritten.
    pub fn save_as(
        &self,
        path: &Path,
        passphrase: Option<&Passphrase>,
    ) -> Result<(), KeyFileError> {
        write_private(path, &self.line(passphrase)?).map_err(KeyFileError::Io)
    }

    /// [`save_as`](Self::save_as) without a passphrase.
    ///
    /// # Errors
    /// [`KeyFileError::Io`].
    pub fn save(&self, path: &Path) -> Result<(), KeyFileError> {
        self.save_as(path, None)
    }

    pub(crate) fn line(
        &self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Zeroizing<String>, KeyFileError> {
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(match &self.0 {
            Kind::Sm2(key) => key.to_bytes().into(),
            Kind::Ed25519(key) => key.to_bytes(),
        });
        Ok(Zeroizing::new(match (&self.0, passphrase) {
            (_, Some(passphrase)) => {
                let public = hex::encode(self.public_key().to_bytes());
                let sealed = seal::seal(secret.as_ref(), &public, passphrase)?;
                format!("sealed {public} {sealed}\n")
            }
            (Kind::Sm2(_), None) => format!("sm2 {}\n", hex::encode(secret.as_ref())),
            (Kind::Ed25519(_), None) => format!("ed25519 {}\n", hex::encode(secret.as_ref())),
        }))
    }

    /// Reads a key that is not sealed.
    ///
    /// # Errors
    /// [`KeyFileError`]; a sealed one is [`SealError::NoPassphrase`].
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        Self::load_with(path, || Err(SealError::NoPassphrase))
    }

    /// Reads a key; asks for the passphrase only if it is sealed.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn load_with<'a>(
        path: &Path,
        passphrase: impl FnOnce() -> Result<&'a Passphrase, SealError>,
    ) -> Result<Self, KeyFileError> {
        let text = Zeroizing::new(fs::read_to_string(path).map_err(KeyFileError::Io)?);
        let (kind, rest) = text
            .trim_end()
            .split_once(' ')
            .ok_or(KeyFileError::Malformed)?;
        let plain = |suite, digits: &str| {
            let mut secret = Zeroizing::new([0; 32]);
            hex::decode_to_slice(digits, secret.as_mut()).map_err(|_| KeyFileError::Malformed)?;
            Self::from_secret(suite, &secret).ok_or(KeyFileError::Malformed)
        };
        match kind {
            "sm2" => plain(Suite::Sm, rest),
            "ed25519" => plain(Suite::Intl, rest),
            "sealed" => Self::unsealed(rest, passphrase()?),
            _ => Err(KeyFileError::Malformed),
        }
    }

    fn unsealed(rest: &str, passphrase: &Passphrase) -> Result<Self, KeyFileError> {
        let (public, sealed) = rest.split_once(' ').ok_or(KeyFileError::Malformed)?;
        let known = hex::decode(public).map_err(|_| KeyFileError::Malformed)?;
        let known = PublicKey::parse(&known).map_err(|_| KeyFileError::Malformed)?;
        let secret = seal::open(sealed, public, passphrase)?;
        let secret = secret.as_slice().try_into();
        let secret = Zeroizing::new(secret.map_err(|_| KeyFileError::Malformed)?);
        Self::from_secret(known.kind().suite(), &secret)
            .filter(|key| key.public_key() == known)
            .ok_or(KeyFileError::Malformed)
    }

    /// What can be said of a key's file without opening it: its public key, and if it is sealed.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn describe(path: &Path) -> Result<(PublicKey, Sealed), KeyFileError> {
        let text = Zeroizing::new(fs::read_to_string(path).map_err(KeyFileError::Io)?);
        let Some(rest) = text.strip_prefix("sealed ") else {
            return Ok((Self::load(path)?.public_key(), Sealed::No));
        };
        let public = rest.split(' ').next().unwrap_or_default();
        let public = hex::decode(public).map_err(|_| KeyFileError::Malformed)?;
        let public = PublicKey::parse(&public).map_err(|_| KeyFileError::Malformed)?;
        Ok((public, Sealed::Yes))
    }
}

/// Whether a key's file needs the passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// Whoever can read the file has the key.
    No,
    /// It does.
    Yes,
}

/// Writes a new file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_what_its_public_key_verifies() {
        for suite in [Suite::Sm, Suite::Intl] {
            let key = SigningKey::generate(suite).expect("a key");
            assert_eq!(key.public_key().kind().suite(), suite);
            let signature = key.sign(b"message");
            assert_eq!(key.public_key().verify(b"message", &signature), Ok(()));
            assert!(key.public_key().verify(b"massage", &signature).is_err());
        }
    }

    #[test]
    fn a_sealed_key_opens_with_its_passphrase_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("key");
        let passphrase = Passphrase::new("open".into());
        for suite in [Suite::Sm, Suite::Intl] {
            let key = SigningKey::generate(suite).expect("a key");
            key.save_as(&path, Some(&passphrase)).expect("a new file");
            let (public, sealed) = SigningKey::describe(&path).expect("a description");
            assert_eq!((public, sealed), (key.public_key(), Sealed::Yes));
            let opened = SigningKey::load_with(&path, || Ok(&passphrase)).expect("a key");
            assert_eq!(opened.public_key(), key.public_key());
            let none = SigningKey::load(&path);
            assert!(matches!(
                none,
                Err(KeyFileError::Seal(SealError::NoPassphrase))
            ));
            let wrong = Passphrase::new("opem".into());
            let refused = SigningKey::load_with(&path, || Ok(&wrong));
            assert!(matches!(
                refused,
                Err(KeyFileError::Seal(SealError::Refused))
            ));
            fs::remove_file(&path).expect("a file");
        }
    }

    #[test]
    fn a_key_file_round_trips_and_is_never_overwritten() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("key");
        let key = SigningKey::generate(Suite::Sm).expect("a key");
        key.save(&path).expect("a new file");
        assert!(matches!(key.save(&path), Err(KeyFileError::Io(_))));
        assert_eq!(
            SigningKey::load(&path).expect("a key").public_key(),
            key.public_key()
        );
        fs::write(&path, "sm2 00").expect("a file");
        assert!(matches!(
            SigningKey::load(&path),
            Err(KeyFileError::Malformed)
        ));
    }
}
