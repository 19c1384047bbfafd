//! Motions of an agency: what its operator signs with the governance key.

pub mod actions;
pub mod told;

use std::time::Duration;

use ledger_core::transaction::{Action, Choice, MemberProfile, Motion, MotionId, Op, TxId, Vote};
use light_client::id::Height;
use serde_json::Value;

use super::{OpsError, fetch::Fetcher, governance, own_api};
use crate::config::NodeDir;
use crate::seal::{Passphrase, SealError};
use crate::signed::signed;

/// For how many blocks a motion's transaction may wait.
const EXPIRY_BLOCKS: u64 = 100;

/// How often it is asked whether a transaction is final.
const POLL: Duration = Duration::from_millis(200);
const POLLS: u32 = 300;

/// Puts a motion before the members, with this agency's vote; returns its name.
///
/// # Errors
/// [`OpsError`].
pub async fn put(
    dir: &NodeDir,
    action: Action,
    basis: &str,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<String, OpsError> {
    let basis = actions::basis(basis)?;
    send(dir, Op::Move(Motion { action, basis }), passphrase).await
}

/// Votes.
///
/// # Errors
/// [`OpsError`].
pub async fn vote(
    dir: &NodeDir,
    motion: TxId,
    choice: Choice,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<String, OpsError> {
    let motion = MotionId(motion);
    send(dir, Op::Vote(Vote { motion, choice }), passphrase).await
}

/// Carries out a motion that has enough votes.
///
/// # Errors
/// [`OpsError`].
pub async fn execute(
    dir: &NodeDir,
    motion: TxId,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<String, OpsError> {
    send(dir, Op::Execute(MotionId(motion)), passphrase).await
}

/// Says who runs this member's node and who answers for it.
///
/// # Errors
/// [`OpsError`].
pub async fn describe(
    dir: &NodeDir,
    profile: MemberProfile,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<String, OpsError> {
    send(dir, Op::Describe(profile), passphrase).await
}

/// Signs with the governance key, submits to the folder's own node, and waits until it is final.
async fn send(
    dir: &NodeDir,
    op: Op,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<String, OpsError> {
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let key = governance::key(dir, passphrase)?;
    let (fetcher, url) = (Fetcher::new(None)?, own_api(dir)?);
    let head: Value = fetcher.json(&format!("{url}/v1/head")).await?;
    let height = head["height"].as_u64().unwrap_or_default();
    let expiry = Height(height + EXPIRY_BLOCKS);
    let transaction = signed(genesis.ledger_id(), op, expiry, &key).map_err(OpsError::Config)?;
    let id = transaction.id(genesis.suite);
    fetcher
        .submit(&format!("{url}/v1/transactions"), transaction.to_bytes())
        .await?;
    let state_url = format!("{url}/v1/transactions/{id}");
    for _ in 0..POLLS {
        let state: Value = fetcher.json(&state_url).await?;
        match state["state"].as_str() {
            Some("final") => return Ok(id.to_string()),
            Some("refused") => {
                return Err(OpsError::Unavailable {
                    url: state_url,
                    what: format!("refused: {}", state["code"]),
                });
            }
            _ => tokio::time::sleep(POLL).await,
        }
    }
    Err(OpsError::Unavailable {
        url: state_url,
        what: "it waits; ask again later".into(),
    })
}
