//! Randomness from the operating system, and the secrets made of it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use light_client::{
    hash::{Digest, Hasher},
    suite::Suite,
};

/// The operating system gives no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no randomness from the operating system")]
pub struct NoRandomness;

/// Fresh random bytes.
///
/// # Errors
/// [`NoRandomness`].
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A text nobody can guess: 256 bits in base64url.
///
/// # Errors
/// [`NoRandomness`].
pub fn token() -> Result<String, NoRandomness> {
    Ok(Base64UrlUnpadded::encode_string(&bytes::<32>()?))
}

/// A name nobody can guess: 128 bits in hexadecimal.
///
/// # Errors
/// [`NoRandomness`].
pub fn name() -> Result<String, NoRandomness> {
    Ok(hex::encode(bytes::<16>()?))
}

/// Six decimal digits, each set equally likely.
///
/// # Errors
/// [`NoRandomness`].
pub fn six_digits() -> Result<String, NoRandomness> {
    // 2^32 mod 10^6 would favour low codes; whatever lies in the last partial range is redrawn.
    const FAIR: u32 = u32::MAX - u32::MAX % 1_000_000;
    loop {
        let drawn = u32::from_be_bytes(bytes()?);
        if drawn < FAIR {
            return Ok(format!("{:06}", drawn % 1_000_000));
        }
    }
}

/// What the database keeps of a secret: enough to recognise it, not enough to use it.
///
/// `purpose` keeps the hashes of different kinds of secrets apart.
pub fn fingerprint(purpose: &str, secret: &str) -> Digest {
    let mut hasher = Hasher::new(Suite::Sm);
    hasher.update(purpose.as_bytes());
    hasher.update(&[0]);
    hasher.update(secret.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_have_their_form() {
        assert_ne!(token(), token());
        assert_eq!(token().map(|token| token.len()), Ok(43));
        assert_eq!(name().map(|name| name.len()), Ok(32));
        let digits = six_digits().expect("randomness");
        assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    }

    #[test]
    fn fingerprints_of_different_purposes_differ() {
        assert_ne!(fingerprint("a", "b"), fingerprint("b", "b"));
        assert_ne!(fingerprint("a", "b"), fingerprint("a", "c"));
    }
}
