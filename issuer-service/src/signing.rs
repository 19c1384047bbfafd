//! Keys that sign, behind a trait so that a hardware module can hold them instead.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use async_trait::async_trait;
use light_client::key::{KeyKind, PublicKey, Signature};
use sm2::{dsa::signature::Signer as _, elliptic_curve::sec1::ToSec1Point as _};

use crate::random;

/// The user id that enters every SM2 signature of this system (GM/T 0009-2012 §10).
const USER_ID: &str = "1234567812345678";

/// Something that signs with one key. It may be slow, and it may refuse: a hardware module does
/// both.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The key that others verify with.
    fn public_key(&self) -> &PublicKey;

    /// Signs `message`.
    async fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;
}

/// Why nothing was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The holder of the key did not sign.
    #[error("the key's holder did not sign")]
    Refused,
}

/// Why a key cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("key file {path}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else than one SM2 key.
    #[error("key file {path} is not `sm2 <64 hexadecimal digits>`")]
    Malformed {
        /// Which.
        path: String,
    },
    /// There is no randomness for a new key.
    #[error(transparent)]
    NoRandomness(#[from] random::NoRandomness),
}

/// An SM2 key in this process's memory.
///
/// # Security
/// The secret lies unencrypted in a file that its owner alone can read. That suits a demo and a
/// first installation; an agency with a hardware module implements [`Signer`] with it.
pub struct SoftwareKey {
    secret: sm2::dsa::SigningKey,
    public: PublicKey,
}

impl SoftwareKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        loop {
            // A scalar outside [1, n - 1] has a chance of 2^-32; it is drawn again.
            if let Some(key) = Self::from_secret(&random::bytes()?) {
                return Ok(key);
            }
        }
    }

    /// Takes a secret scalar; none if it is outside [1, n - 1].
    pub fn from_secret(secret: &[u8; 32]) -> Option<Self> {
        let secret = sm2::dsa::SigningKey::from_slice(USER_ID, secret).ok()?;
        let point = secret.verifying_key().as_affine().to_sec1_point(true);
        let public = PublicKey::new(KeyKind::Sm2, point.as_bytes()).ok()?;
        Some(Self { secret, public })
    }

    /// Reads a key that [`Self::save`] or a ledger node wrote.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Malformed`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let name = || path.display().to_string();
        let text = fs::read_to_string(path).map_err(|source| KeyError::File {
            path: name(),
            source,
        })?;
        let mut secret = [0; 32];
        text.trim_end()
            .strip_prefix("sm2 ")
            .and_then(|digits| hex::decode_to_slice(digits, &mut secret).ok())
            .and_then(|()| Self::from_secret(&secret))
            .ok_or_else(|| KeyError::Malformed { path: name() })
    }

    /// Writes the key to a new file: `sm2 <64 hexadecimal digits>`.
    ///
    /// # Errors
    /// [`KeyError::File`], also when the file exists: a key is never overwritten.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let line = format!("sm2 {}\n", hex::encode(self.secret.to_bytes()));
        write_private(path, &line).map_err(|source| KeyError::File {
            path: path.display().to_string(),
            source,
        })
    }

    /// Signs `message` here and now.
    ///
    /// # Errors
    /// [`SignError::Refused`].
    ///
    /// # Standard
    /// GB/T 32918.2-2016 §6.1, with a deterministic nonce: there is no randomness to fail or to
    /// repeat.
    pub fn sign_now(&self, message: &[u8]) -> Result<Signature, SignError> {
        let signature = self.secret.try_sign(message);
        let signature: sm2::dsa::Signature = signature.map_err(|_| SignError::Refused)?;
        Ok(Signature(signature.to_bytes().into()))
    }

    /// The secret scalar, for a key that is made to be given away.
    pub fn secret(&self) -> [u8; 32] {
        self.secret.to_bytes().into()
    }
}

#[async_trait]
impl Signer for SoftwareKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    async fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.sign_now(message)
    }
}

/// Writes a new file that only its owner can read.
///
/// # Errors
/// As the file system says, also when the file exists.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
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

    #[tokio::test]
    async fn a_key_signs_what_its_public_key_verifies() {
        let key = SoftwareKey::generate().expect("a key");
        let signature = key.sign(b"message").await.expect("a signature");
        assert_eq!(key.public_key().verify(b"message", &signature), Ok(()));
        assert!(key.public_key().verify(b"massage", &signature).is_err());
    }

    #[test]
    fn secrets_outside_the_range_are_refused() {
        assert!(SoftwareKey::from_secret(&[0; 32]).is_none());
        assert!(SoftwareKey::from_secret(&[0xff; 32]).is_none());
    }

    #[test]
    fn a_key_file_round_trips_and_is_never_overwritten() {
        let name = format!("tallystick-key-{}", random::name().expect("randomness"));
        let path = std::env::temp_dir().join(name);
        let key = SoftwareKey::generate().expect("a key");
        key.save(&path).expect("a new file");
        assert!(matches!(key.save(&path), Err(KeyError::File { .. })));
        let loaded = SoftwareKey::load(&path).expect("a key");
        assert_eq!(loaded.public_key(), key.public_key());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(&path, "sm2 00").expect("the file");
        assert!(matches!(
            SoftwareKey::load(&path),
            Err(KeyError::Malformed { .. })
        ));
        fs::remove_file(&path).expect("the file");
    }
}
