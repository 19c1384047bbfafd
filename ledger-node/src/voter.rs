//! By which of its keys a node votes.

use std::sync::Arc;

use light_client::id::IssuerId;
use light_client::key::PublicKey;
use light_client::validator_set::ValidatorSet;
use tokio::sync::watch;

use crate::config::NodeDir;
use crate::key::{Sealed, SigningKey};
use crate::keys::{self, KeyFile};
use crate::mark::Mark;
use crate::ops::OpsError;
use crate::seal::Passphrase;

/// The key by which a node votes where it is in the set; none if it follows.
pub(crate) type Voting = watch::Receiver<Option<Arc<SigningKey>>>;

/// The key of a node and what it may do with it.
pub struct Voter {
    /// The key.
    pub key: Arc<SigningKey>,
    /// Its mark; without it the node follows.
    pub mark: Option<Arc<Mark>>,
    /// The agency that it votes for in the present set.
    pub agency: Option<IssuerId>,
}

/// Whether a secret of the folder needs the passphrase.
///
/// # Errors
/// [`OpsError::Keys`].
pub fn is_sealed(dir: &NodeDir) -> Result<bool, OpsError> {
    let sealed = keys::list(dir)?
        .iter()
        .any(|key| key.sealed() == Sealed::Yes);
    let network = std::fs::read_to_string(dir.network_key_file()).unwrap_or_default();
    Ok(sealed || network.starts_with("sealed "))
}

/// Whether a key of the folder, other than `present`, may vote in `set`.
///
/// # Errors
/// [`OpsError::Keys`].
pub fn has_other(dir: &NodeDir, set: &ValidatorSet, present: &PublicKey) -> Result<bool, OpsError> {
    let all = keys::list(dir)?;
    let mut in_set = all
        .iter()
        .filter(|key| key.may_vote() && key.place_in(set).is_some());
    Ok(in_set.any(|key| key.public_key() != present))
}

/// Destroys the keys of a set whose epoch has ended: they must never sign again, whoever finds them.
///
/// # Errors
/// [`OpsError::Keys`].
pub fn destroy_superseded(
    dir: &NodeDir,
    ended: &ValidatorSet,
    present: &ValidatorSet,
) -> Result<usize, OpsError> {
    let all = keys::list(dir)?;
    let superseded = all
        .iter()
        .filter(|key| key.place_in(ended).is_some() && key.place_in(present).is_none());
    let mut count = 0;
    for key in superseded {
        key.destroy()?;
        count += 1;
    }
    Ok(count)
}

/// The key of the present set that may vote; else any that may; else one that never does.
///
/// # Errors
/// [`OpsError::Keys`].
pub fn choose(
    dir: &NodeDir,
    set: &ValidatorSet,
    passphrase: Option<&Passphrase>,
) -> Result<Voter, OpsError> {
    let all = keys::list(dir)?;
    let in_set = |key: &&KeyFile| key.may_vote() && key.place_in(set).is_some();
    let chosen = all
        .iter()
        .find(in_set)
        .or_else(|| all.iter().rfind(|key| key.may_vote()));
    let Some(chosen) = chosen else {
        // It follows, under a name that nobody has.
        let suite = dir.genesis().map_err(OpsError::Config)?.suite;
        let key = SigningKey::generate(suite).map_err(|source| {
            OpsError::Keys(keys::KeysError::Key {
                path: dir.keys(),
                source,
            })
        })?;
        return Ok(Voter {
            key: Arc::new(key),
            mark: None,
            agency: None,
        });
    };
    let place = chosen.place_in(set);
    let validator = place.and_then(|place| set.validators().get(place));
    Ok(Voter {
        key: Arc::new(chosen.open(passphrase)?),
        mark: chosen.open_mark()?.map(Arc::new),
        agency: validator.map(|validator| validator.agency.clone()),
    })
}
