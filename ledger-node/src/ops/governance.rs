//! The key by which a folder's agency governs: proofs of it, and the change to a fresh one.
//!
//! ```text
//! keys member --fresh ──► motion replace-key ──► votes ──► execute ──► keys adopt
//! ```
//! Until the last step both keys are there, and the old one governs.

use std::fs;

use ledger_core::transaction::member_possession_bytes;
use light_client::id::IssuerId;
use light_client::key::PublicKey;
use serde_json::{Value, json};

use super::OpsError;
use super::keys::of;
use super::motions::told;
use crate::config::NodeDir;
use crate::key::{Sealed, SigningKey};
use crate::seal::{Passphrase, SealError};

/// The folder's governance key.
///
/// # Errors
/// [`OpsError::Keys`], [`OpsError::Seal`].
pub fn key(
    dir: &NodeDir,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<SigningKey, OpsError> {
    let path = dir.governance_key_file();
    let (_, sealed) = SigningKey::describe(&path).map_err(of(&path))?;
    let passphrase = match sealed {
        Sealed::Yes => Some(passphrase()?),
        Sealed::No => None,
    };
    let given = || passphrase.as_ref().ok_or(SealError::NoPassphrase);
    SigningKey::load_with(&path, given).map_err(of(&path))
}

/// Proves that this folder holds the governance key of an agency that is to be admitted.
///
/// # Errors
/// [`OpsError::Keys`], [`OpsError::Seal`].
pub fn member(
    dir: &NodeDir,
    agency: &IssuerId,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<Value, OpsError> {
    proof(dir, agency, &key(dir, passphrase)?)
}

/// Makes the key that is to follow, and proves it.
///
/// # Errors
/// [`OpsError::InTheWay`] if one was made before, [`OpsError::Keys`].
pub fn fresh(
    dir: &NodeDir,
    agency: &IssuerId,
    passphrase: Option<&Passphrase>,
) -> Result<Value, OpsError> {
    let path = dir.next_governance_key_file();
    if path.exists() {
        return Err(OpsError::InTheWay(path));
    }
    let suite = dir.genesis().map_err(OpsError::Config)?.suite;
    let key = SigningKey::create(suite, &path, passphrase).map_err(of(&path))?;
    proof(dir, agency, &key)
}

/// Puts the fresh key in the place of the old one, which is gone then, if the folder's own node
/// says that a member governs with it; returns it.
///
/// # Errors
/// [`OpsError::NotVoted`], [`OpsError::Unavailable`], [`OpsError::Keys`].
pub async fn adopt(dir: &NodeDir) -> Result<String, OpsError> {
    let next = dir.next_governance_key_file();
    let (public, _) = SigningKey::describe(&next).map_err(of(&next))?;
    let public = hex::encode(public.to_bytes());
    let governance = told::ask(dir, "/v1/governance").await?;
    let mut members = governance["members"].as_array().into_iter().flatten();
    if !members.any(|member| member["public_key"] == public.as_str()) {
        return Err(OpsError::NotVoted);
    }
    let path = dir.governance_key_file();
    fs::rename(&next, &path).map_err(|source| OpsError::io(&path, source))?;
    Ok(public)
}

fn proof(dir: &NodeDir, agency: &IssuerId, key: &SigningKey) -> Result<Value, OpsError> {
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let public: PublicKey = key.public_key();
    let message = member_possession_bytes(&genesis.ledger_id(), agency, &public);
    Ok(json!({
        "agency": agency.as_str(),
        "public_key": hex::encode(public.to_bytes()),
        "signature": hex::encode(key.sign(&message).0),
    }))
}
