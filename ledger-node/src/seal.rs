//! Secrets at rest, sealed by a passphrase.
//!
//! ```text
//! argon2id <memory in KiB> <passes> <lanes> <salt> <nonce> <box>        salt, nonce, box in hexadecimal
//! box = ChaCha20-Poly1305(key = Argon2id(passphrase, salt), nonce, what it is, secret)
//! ```
//! What a secret is (its kind and public key) is authenticated with it, so that files cannot be
//! exchanged for one another.

use std::io::{self, IsTerminal as _, Write as _};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use thiserror::Error;
use zeroize::Zeroizing;

/// 64 MiB and 3 passes: about a quarter of a second, once per start.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// The most that a file may ask for.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;

/// How often a person may mistype a new passphrase.
const ATTEMPTS: usize = 3;

/// The environment variable that holds the passphrase.
pub const PASSPHRASE: &str = "TALLYSTICK_PASSPHRASE";
/// The environment variable that names a file that holds it.
pub const PASSPHRASE_FILE: &str = "TALLYSTICK_PASSPHRASE_FILE";

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealError {
    /// The two passphrases that were typed are not the same.
    #[error("the passphrases differ")]
    Differ,
    /// The passphrase cannot be read.
    #[error("the passphrase cannot be read")]
    Io(#[source] io::Error),
    /// Not a sealed secret.
    #[error("not a sealed secret")]
    Malformed,
    /// No passphrase was given, and there is nobody to ask.
    #[error("no passphrase: set {PASSPHRASE} or {PASSPHRASE_FILE}")]
    NoPassphrase,
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system")]
    NoRandomness,
    /// Another passphrase, another secret's file, or a changed one.
    #[error("the passphrase does not open this key")]
    Refused,
}

/// What opens sealed secrets. It has no `Debug` and no `Clone`.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes a passphrase; one line end at the end is not part of it.
    pub fn new(text: String) -> Self {
        let mut text = Zeroizing::new(text);
        let len = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(len);
        Self(text)
    }

    /// From the environment, else typed on the terminal.
    ///
    /// # Errors
    /// [`SealError::Io`], [`SealError::NoPassphrase`].
    pub fn find() -> Result<Self, SealError> {
        match Self::from_environment()? {
            Some(passphrase) => Ok(passphrase),
            None => typed("Passphrase: "),
        }
    }

    /// The same for new secrets: typed twice, and asked for again if that fails: what was answered
    /// before is not to be lost by a slip.
    ///
    /// # Errors
    /// Also [`SealError::Differ`].
    pub fn choose() -> Result<Self, SealError> {
        if let Some(passphrase) = Self::from_environment()? {
            return Ok(passphrase);
        }
        for _ in 0..ATTEMPTS {
            let first = typed("New passphrase for the keys: ")?;
            if first.0.is_empty() {
                tell("  an answer is needed")?;
                continue;
            }
            if *first.0 == *typed("The same again: ")?.0 {
                return Ok(first);
            }
            tell("  the two differ")?;
        }
        Err(SealError::Differ)
    }

    fn from_environment() -> Result<Option<Self>, SealError> {
        if let Ok(text) = std::env::var(PASSPHRASE) {
            return Ok(Some(Self::new(text)));
        }
        match std::env::var_os(PASSPHRASE_FILE) {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(SealError::Io)?;
                Ok(Some(Self::new(text)))
            }
            None => Ok(None),
        }
    }
}

fn tell(text: &str) -> Result<(), SealError> {
    writeln!(io::stderr(), "{text}").map_err(SealError::Io)
}

fn typed(prompt: &str) -> Result<Passphrase, SealError> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(SealError::NoPassphrase);
    }
    write!(io::stderr(), "{prompt}").map_err(SealError::Io)?;
    let mut line = String::new();
    let echo = Echo::off();
    let read = stdin.read_line(&mut line);
    drop(echo);
    writeln!(io::stderr()).map_err(SealError::Io)?;
    read.map_err(SealError::Io)?;
    Ok(Passphrase::new(line))
}

/// The terminal does not show what is typed, until this is dropped.
struct Echo {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Echo {
    #[cfg(unix)]
    fn off() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin()).ok();
        if let Some(before) = &before {
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO);
            // A terminal that cannot be silenced still takes the passphrase.
            tcsetattr(io::stdin(), OptionalActions::Now, &silent).ok();
        }
        Self { before }
    }

    #[cfg(not(unix))]
    fn off() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Echo {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.before {
            tcsetattr(io::stdin(), OptionalActions::Now, before).ok();
        }
    }
}

/// Seals a secret; `about` says what it is.
///
/// # Errors
/// [`SealError::NoRandomness`].
pub fn seal(secret: &[u8], about: &str, passphrase: &Passphrase) -> Result<String, SealError> {
    let (mut salt, mut nonce) = ([0; 16], [0; 12]);
    getrandom::fill(&mut salt).map_err(|_| SealError::NoRandomness)?;
    getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
    let cipher = cipher(passphrase, &salt, (MEMORY_KIB, PASSES, LANES))?;
    let payload = Payload {
        msg: secret,
        aad: about.as_bytes(),
    };
    let sealed = cipher.encrypt(&nonce.into(), payload);
    let sealed = sealed.map_err(|_| SealError::Malformed)?;
    let (salt, nonce, sealed) = (hex::encode(salt), hex::encode(nonce), hex::encode(sealed));
    Ok(format!(
        "argon2id {MEMORY_KIB} {PASSES} {LANES} {salt} {nonce} {sealed}"
    ))
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`SealError::Malformed`], [`SealError::Refused`].
pub fn open(
    text: &str,
    about: &str,
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let parts: Vec<&str> = text.split(' ').collect();
    let ["argon2id", memory, passes, lanes, salt, nonce, sealed] = parts.as_slice() else {
        return Err(SealError::Malformed);
    };
    let cost = (number(memory)?, number(passes)?, number(lanes)?);
    if cost.0 > MAX_MEMORY_KIB || cost.1 > MAX_PASSES || cost.2 > MAX_LANES {
        return Err(SealError::Malformed);
    }
    let nonce: [u8; 12] = bytes(nonce)?.try_into().map_err(|_| SealError::Malformed)?;
    let cipher = cipher(passphrase, &bytes(salt)?, cost)?;
    let payload = Payload {
        msg: &bytes(sealed)?,
        aad: about.as_bytes(),
    };
    let secret = cipher.decrypt(&nonce.into(), payload);
    secret.map(Zeroizing::new).map_err(|_| SealError::Refused)
}

fn cipher(
    passphrase: &Passphrase,
    salt: &[u8],
    (memory, passes, lanes): (u32, u32, u32),
) -> Result<ChaCha20Poly1305, SealError> {
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| SealError::Malformed)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.0.as_bytes(), salt, key.as_mut())
        .map_err(|_| SealError::Malformed)?;
    ChaCha20Poly1305::new_from_slice(key.as_ref()).map_err(|_| SealError::Malformed)
}

fn number(text: &str) -> Result<u32, SealError> {
    text.parse().map_err(|_| SealError::Malformed)
}

fn bytes(text: &str) -> Result<Vec<u8>, SealError> {
    hex::decode(text).map_err(|_| SealError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_passphrase_opens_only_the_same_secret() {
        let right = Passphrase::new("五柳先生\n".into());
        let sealed = seal(b"secret", "a key", &right).expect("sealed");
        let opened = open(&sealed, "a key", &Passphrase::new("五柳先生".into()));
        assert_eq!(opened.expect("opened").as_slice(), b"secret");
        let wrong = Passphrase::new("五柳先".into());
        assert!(matches!(
            open(&sealed, "a key", &wrong),
            Err(SealError::Refused)
        ));
        assert!(matches!(
            open(&sealed, "another", &right),
            Err(SealError::Refused)
        ));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] ^= 1;
            // What costs more memory or passes is as good a refusal, but slow to try here.
            if at > 8 && at < 20 {
                continue;
            }
            if at % 16 == 0 {
                let changed = String::from_utf8(changed).expect("ASCII");
                assert!(open(&changed, "a key", &right).is_err(), "byte {at}");
            }
        }
        assert!(matches!(
            open("argon2id 4294967295 1 1 00 00 00", "", &right),
            Err(SealError::Malformed)
        ));
    }
}
