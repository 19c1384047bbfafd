//! Motions of an agency: what its operator signs with the governance key.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ledger_core::transaction::{
    Action, Body, Choice, IdempotencyKey, MemberChange, Motion, MotionId, Op, SetRotation, TxId,
    Vote,
};
use light_client::id::{Height, IssuerId};
use light_client::key::{PublicKey, Signature};
use light_client::record::LegalBasis;
use serde::Deserialize;
use serde_json::Value;

use super::keys::read_set;
use super::{OpsError, fetch::Fetcher};
use crate::config::NodeDir;
use crate::key::SigningKey;
use crate::keys::KeysError;
use crate::seal::{Passphrase, SealError};

/// For how many blocks a motion's transaction may wait.
const EXPIRY_BLOCKS: u64 = 100;

/// How often it is asked whether a transaction is final.
const POLL: Duration = Duration::from_millis(200);
const POLLS: u32 = 300;

/// A proof as `keys possession` prints it.
#[derive(Deserialize)]
struct Proof {
    place: usize,
    signature: String,
}

/// A proof as `keys member` prints it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberProof {
    agency: String,
    public_key: String,
    signature: String,
}

/// The rotation to a set, with the proofs that the agencies' operators gathered.
///
/// # Errors
/// [`OpsError::Usage`] if one is missing or malformed.
pub fn rotation(set: &Path, proofs: &[PathBuf]) -> Result<Action, OpsError> {
    let next = read_set(set)?;
    let mut possession = vec![None; next.validators().len()];
    for path in proofs {
        let text = fs::read_to_string(path).map_err(|source| OpsError::io(path, source))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let proof: Proof =
                serde_json::from_str(line).map_err(|error| OpsError::Config(error.into()))?;
            let place = possession.get_mut(proof.place);
            *place.ok_or(OpsError::Usage("a proof is of another set"))? =
                Some(signature(&proof.signature)?);
        }
    }
    let possession: Option<Vec<Signature>> = possession.into_iter().collect();
    let missing = OpsError::Usage("a proof of possession is missing; every key needs one");
    let possession = possession.ok_or(missing)?;
    Ok(Action::RotateSet(SetRotation { next, possession }))
}

/// The admission of a member, with its own proof.
///
/// # Errors
/// [`OpsError::Usage`] if it is malformed.
pub fn admission(proof: &Path) -> Result<Action, OpsError> {
    let text = fs::read_to_string(proof).map_err(|source| OpsError::io(proof, source))?;
    let proof: MemberProof =
        serde_json::from_str(text.trim()).map_err(|error| OpsError::Config(error.into()))?;
    let wrong = || OpsError::Usage("the member's proof is malformed");
    let key = hex::decode(&proof.public_key).map_err(|_| wrong())?;
    Ok(Action::AdmitMember(MemberChange {
        agency: IssuerId::parse(&proof.agency).map_err(|_| wrong())?,
        key: PublicKey::parse(&key).map_err(|_| wrong())?,
        possession: signature(&proof.signature)?,
    }))
}

fn signature(digits: &str) -> Result<Signature, OpsError> {
    let bytes = hex::decode(digits)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    let wrong = OpsError::Usage("a signature is 128 hexadecimal digits");
    bytes.map(Signature).ok_or(wrong)
}

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
    let basis = LegalBasis::parse(basis);
    let basis =
        basis.map_err(|_| OpsError::Usage("--basis names the law or agreement, plainly"))?;
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

/// Signs with the governance key, submits to the folder's own node, and waits until it is final.
async fn send(
    dir: &NodeDir,
    op: Op,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<String, OpsError> {
    let config = dir.config().map_err(OpsError::Config)?;
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let key = governance_key(dir, passphrase)?;
    let (fetcher, url) = (Fetcher::new(None)?, format!("http://{}", config.api));
    let head: Value = fetcher.json(&format!("{url}/v1/head")).await?;
    let height = head["height"].as_u64().unwrap_or_default();
    let mut intent = [0; 16];
    getrandom::fill(&mut intent).map_err(|_| SealError::NoRandomness)?;
    let body = Body {
        ledger: genesis.ledger_id(),
        sender: key.public_key(),
        idempotency_key: IdempotencyKey(intent),
        expiry: Height(height + EXPIRY_BLOCKS),
        after: None,
        op,
    };
    let transaction = body.sign(|message| key.sign(message));
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

/// The folder's governance key.
pub(super) fn governance_key(
    dir: &NodeDir,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<SigningKey, OpsError> {
    let path = dir.governance_key_file();
    let of = |source| {
        OpsError::Keys(KeysError::Key {
            path: path.clone(),
            source,
        })
    };
    let (_, sealed) = SigningKey::describe(&path).map_err(of)?;
    let passphrase = match sealed {
        crate::key::Sealed::Yes => Some(passphrase()?),
        crate::key::Sealed::No => None,
    };
    let given = || passphrase.as_ref().ok_or(SealError::NoPassphrase);
    SigningKey::load_with(&path, given).map_err(of)
}
