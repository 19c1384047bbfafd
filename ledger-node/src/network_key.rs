//! The node's network identity: an Ed25519 secret, as the transport knows nothing else.
//!
//! ```text
//! <64 hex digits>                       as it is
//! sealed <sealed secret, see seal>      needs the passphrase
//! ```

use std::path::Path;

use zeroize::Zeroizing;

use crate::key::{Sealed, write_private};
use crate::ops::OpsError;
use crate::seal::{self, Passphrase, SealError};

/// What the seal says that the secret is.
const ABOUT: &str = "network identity";

/// The secret of a network identity.
pub type Secret = Zeroizing<[u8; 32]>;

/// Makes a new identity in a new file.
///
/// # Errors
/// [`OpsError::Io`], [`OpsError::Seal`].
pub fn create(path: &Path, passphrase: Option<&Passphrase>) -> Result<(), OpsError> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut()).map_err(|_| SealError::NoRandomness)?;
    let line = line(&secret, passphrase)?;
    write_private(path, &line).map_err(|source| OpsError::io(path, source))
}

/// The file's text.
///
/// # Errors
/// [`OpsError::Seal`].
pub fn line(
    secret: &Secret,
    passphrase: Option<&Passphrase>,
) -> Result<Zeroizing<String>, OpsError> {
    Ok(Zeroizing::new(match passphrase {
        Some(passphrase) => {
            let sealed = seal::seal(secret.as_ref(), ABOUT, passphrase)?;
            format!("sealed {sealed}\n")
        }
        None => format!("{}\n", hex::encode(secret.as_ref())),
    }))
}

/// Reads an identity; asks for the passphrase only if it is sealed.
///
/// # Errors
/// [`OpsError::Io`], [`OpsError::Seal`].
pub fn load<'a>(
    path: &Path,
    passphrase: impl FnOnce() -> Result<&'a Passphrase, SealError>,
) -> Result<(Secret, Sealed), OpsError> {
    let text = std::fs::read_to_string(path).map_err(|source| OpsError::io(path, source))?;
    let text = Zeroizing::new(text);
    let text = text.trim_end();
    let mut secret = Zeroizing::new([0; 32]);
    if let Some(sealed) = text.strip_prefix("sealed ") {
        let opened = seal::open(sealed, ABOUT, passphrase()?)?;
        let opened: &[u8; 32] = opened
            .as_slice()
            .try_into()
            .map_err(|_| SealError::Malformed)?;
        secret.copy_from_slice(opened);
        return Ok((secret, Sealed::Yes));
    }
    hex::decode_to_slice(text, secret.as_mut()).map_err(|_| SealError::Malformed)?;
    Ok((secret, Sealed::No))
}
