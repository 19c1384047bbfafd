//! The keys of a folder: which there are, new ones, proofs of possession, sealing.

use std::fs;
use std::path::Path;

use ledger_core::transaction::possession_bytes;
use light_client::cbor;
use light_client::id::{Epoch, IssuerId};
use light_client::key::PublicKey;
use light_client::validator_set::{Validator, ValidatorSet};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::OpsError;
use crate::config::NodeDir;
use crate::key::{KeyFileError, Sealed, SigningKey, write_private};
use crate::keys::{self, KeysError};
use crate::network_key;
use crate::seal::{Passphrase, SealError};

/// A set of 100 validators is far shorter.
const MAX_SET_BYTES: usize = 64 * 1024;

/// What can be said of the folder's keys without opening one.
///
/// # Errors
/// [`OpsError::Keys`].
pub fn list(dir: &NodeDir) -> Result<Vec<Value>, OpsError> {
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let suite = genesis.suite;
    let mut all = Vec::new();
    for key in keys::list(dir)? {
        all.push(json!({
            "for": "validator",
            "key_id": key.public_key().id(suite).0,
            "public_key": hex::encode(key.public_key().to_bytes()),
            "sealed": key.sealed() == Sealed::Yes,
            "may_vote": key.may_vote(),
            "in_genesis_set": key.place_in(&genesis.validators).is_some(),
        }));
    }
    let governance = dir.governance_key_file();
    if governance.exists() {
        let (public, sealed) = SigningKey::describe(&governance).map_err(of(&governance))?;
        all.push(json!({
            "for": "governance",
            "key_id": public.id(suite).0,
            "public_key": hex::encode(public.to_bytes()),
            "sealed": sealed == Sealed::Yes,
        }));
    }
    Ok(all)
}

/// Makes a key for the next epoch; returns what the agency must have voted.
///
/// # Errors
/// [`OpsError::Keys`], [`OpsError::Seal`].
pub fn new(dir: &NodeDir, passphrase: Option<&Passphrase>) -> Result<Value, OpsError> {
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let key = keys::generate(dir, genesis.suite, passphrase)?;
    Ok(json!({
        "key_id": key.public_key().id(genesis.suite).0,
        "public_key": hex::encode(key.public_key().to_bytes()),
        "file": key.path(),
    }))
}

/// Proves that this folder holds keys of the set in `file`: one signature for each.
///
/// The set is CBOR, or JSON: `{"epoch":1,"validators":[{"agency":"…","key":"<hex>"}]}`.
///
/// # Errors
/// [`OpsError::Usage`] if no key of the folder is in the set.
pub fn possession(
    dir: &NodeDir,
    file: &Path,
    passphrase: impl FnOnce() -> Result<Passphrase, SealError>,
) -> Result<Vec<Value>, OpsError> {
    let genesis = dir.genesis().map_err(OpsError::Config)?;
    let set = read_set(file)?;
    let message = possession_bytes(&genesis.ledger_id(), &set);
    let own = keys::list(dir)?;
    let own: Vec<_> = own
        .iter()
        .filter_map(|key| Some((key, key.place_in(&set)?)))
        .collect();
    if own.is_empty() {
        return Err(OpsError::Usage("no key of this folder is in that set"));
    }
    let sealed = own.iter().any(|(key, _)| key.sealed() == Sealed::Yes);
    let passphrase = sealed.then(passphrase).transpose()?;
    let mut proofs = Vec::new();
    for (key, place) in own {
        let signature = key.open(passphrase.as_ref())?.sign(&message);
        proofs.push(json!({
            "place": place,
            "agency": set.validators().get(place).map(|validator| validator.agency.as_str()),
            "public_key": hex::encode(key.public_key().to_bytes()),
            "signature": hex::encode(signature.0),
        }));
    }
    Ok(proofs)
}

/// A set as a person writes it down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    epoch: u64,
    validators: Vec<ValidatorFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidatorFile {
    agency: String,
    key: String,
}

pub(super) fn read_set(file: &Path) -> Result<ValidatorSet, OpsError> {
    let bytes = fs::read(file).map_err(|source| OpsError::io(file, source))?;
    if bytes.first() != Some(&b'{') {
        let set = cbor::parse(&bytes, MAX_SET_BYTES);
        return set.map_err(|_| OpsError::Usage("the file is no validator set"));
    }
    let set: SetFile =
        serde_json::from_slice(&bytes).map_err(|error| OpsError::Config(error.into()))?;
    let validator = |file: &ValidatorFile| {
        let agency = IssuerId::parse(&file.agency).ok()?;
        let key = public_key(&file.key)?;
        Some(Validator { agency, key })
    };
    let validators: Option<Vec<_>> = set.validators.iter().map(validator).collect();
    let wrong = OpsError::Usage("an agency or key of the set is malformed");
    let validators = validators.ok_or(wrong)?;
    let set = ValidatorSet::new(Epoch(set.epoch), validators);
    set.map_err(|_| OpsError::Usage("an agency or key is in the set twice, or there is none"))
}

/// A public key as people hand it on.
pub(super) fn public_key(digits: &str) -> Option<PublicKey> {
    PublicKey::parse(&hex::decode(digits).ok()?).ok()
}

/// Seals every key of the folder that is not; returns how many.
///
/// # Errors
/// [`OpsError`]; what was sealed before an error stays so.
pub fn seal(dir: &NodeDir, passphrase: &Passphrase) -> Result<usize, OpsError> {
    rewrite(dir, Sealed::No, passphrase, Some(passphrase))
}

/// Unseals every key of the folder that is sealed; returns how many.
///
/// # Errors
/// [`OpsError`].
pub fn unseal(dir: &NodeDir, passphrase: &Passphrase) -> Result<usize, OpsError> {
    rewrite(dir, Sealed::Yes, passphrase, None)
}

/// Writes each key that is `now` anew, under the passphrase `then`.
fn rewrite(
    dir: &NodeDir,
    now: Sealed,
    passphrase: &Passphrase,
    then: Option<&Passphrase>,
) -> Result<usize, OpsError> {
    let mut count = 0;
    let mut paths: Vec<_> = keys::list(dir)?
        .iter()
        .map(|key| key.path().to_owned())
        .collect();
    let governance = [dir.governance_key_file(), dir.next_governance_key_file()];
    paths.extend(governance.into_iter().filter(|path| path.exists()));
    for path in paths {
        let (_, sealed) = SigningKey::describe(&path).map_err(of(&path))?;
        if sealed == now {
            let key = SigningKey::load_with(&path, || Ok(passphrase)).map_err(of(&path))?;
            replace(&path, &key.line(then).map_err(of(&path))?)?;
            count += 1;
        }
    }
    let path = dir.network_key_file();
    let (secret, sealed) = network_key::load(&path, || Ok(passphrase))?;
    if sealed == now {
        replace(&path, &network_key::line(&secret, then)?)?;
        count += 1;
    }
    Ok(count)
}

/// Replaces a file at once, so that there is never half a key.
fn replace(path: &Path, text: &Zeroizing<String>) -> Result<(), OpsError> {
    let new = path.with_extension("new");
    let io = |source| OpsError::io(&new, source);
    if new.exists() {
        fs::remove_file(&new).map_err(io)?;
    }
    write_private(&new, text).map_err(io)?;
    fs::rename(&new, path).map_err(io)
}

pub(super) fn of(path: &Path) -> impl FnOnce(KeyFileError) -> OpsError {
    let path = path.to_owned();
    |source| OpsError::Keys(KeysError::Key { path, source })
}
