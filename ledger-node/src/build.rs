//! Which program this is.

use std::{env, fs};

use anyhow::{Context as _, Result};
use light_client::hash::Digest;
use light_client::suite::Suite;
use sm3::Digest as _;

/// The digest of the running program's file, as `openssl dgst -sm3` or `-sha256` prints it: what
/// the members compare with the digest that a release was published with.
///
/// # Errors
/// The file cannot be read, for example because it was replaced meanwhile.
pub(crate) fn build(suite: Suite) -> Result<Digest> {
    let file = env::current_exe().context("this program")?;
    let program = fs::read(&file).with_context(|| file.display().to_string())?;
    let digest: [u8; 32] = match suite {
        Suite::Sm => sm3::Sm3::digest(&program).into(),
        Suite::Intl => sha2::Sha256::digest(&program).into(),
    };
    Ok(Digest::from_bytes(digest))
}
