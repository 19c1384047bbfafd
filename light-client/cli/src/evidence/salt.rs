//! The salt: 32 random bytes without which a deposited digest says nothing of any file.

use std::{fmt, path::PathBuf, str::FromStr};

use crate::{args::Failure, input, words::Lang};

/// A salt as it goes into the digest.
pub(super) type Salt = [u8; 32];

/// Longer than any file that holds a salt.
const MAX_FILE_BYTES: usize = 1024;

/// Where to take a salt from.
#[derive(Clone)]
pub(crate) enum SaltSource {
    /// From the command line, where other users of the machine may see it.
    Here(Salt),
    /// From a file.
    File(PathBuf),
}

/// Says where it comes from, not what it is.
impl fmt::Debug for SaltSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(_) => f.write_str("Here"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

impl FromStr for SaltSource {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(read_hex(text).map_or_else(|| Self::File(text.into()), Self::Here))
    }
}

impl SaltSource {
    /// The salt itself.
    pub(super) fn read(&self, lang: Lang) -> Result<Salt, Failure> {
        let path = match self {
            Self::Here(salt) => return Ok(*salt),
            Self::File(path) => path,
        };
        let bytes = input::read_up_to(path, MAX_FILE_BYTES, lang)?;
        let text = str::from_utf8(&bytes).ok().map(str::trim_ascii_end);
        text.and_then(read_hex).ok_or_else(|| {
            let path = path.display();
            Failure::Usage(match lang {
                Lang::Zh => format!("{path} 不是盐值：应为 64 位十六进制数字"),
                Lang::En => format!("{path} is no salt: 64 hexadecimal digits are asked for"),
            })
        })
    }
}

/// A new salt from the system's generator.
pub(super) fn random(lang: Lang) -> Result<Salt, Failure> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| {
        Failure::Usage(match lang {
            Lang::Zh => format!("系统没有给出随机数：{error}"),
            Lang::En => format!("the system gives no random numbers: {error}"),
        })
    })?;
    Ok(salt)
}

fn read_hex(text: &str) -> Option<Salt> {
    let mut salt = [0; 32];
    hex::decode_to_slice(text, &mut salt).ok()?;
    Some(salt)
}
