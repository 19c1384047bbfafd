//! What is moved, from the files that operators hand each other.

use std::fs;
use std::path::{Path, PathBuf};

use ledger_core::transaction::{IssuerChange, MemberChange, RightChange, SetRotation};
use light_client::id::{DocumentType, IssuerId};
use light_client::key::Signature;
use light_client::record::{DisplayName, LegalBasis};
use serde::Deserialize;

use crate::cli::IssuerArgs;
use crate::ops::OpsError;
use crate::ops::keys::{public_key, read_set};

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

/// An agency as `issuer-service keys` prints it; its sellers have leases, not rights.
#[derive(Deserialize)]
struct Issuer {
    id: String,
    name: Names,
    rights: Vec<String>,
    key: IssuerKey,
}

#[derive(Deserialize)]
struct Names {
    zh: String,
    en: String,
}

#[derive(Deserialize)]
struct IssuerKey {
    public: String,
}

/// The rotation to a set, with the proofs that the agencies' operators gathered.
///
/// # Errors
/// [`OpsError::Usage`] if one is missing or malformed.
pub fn rotation(set: &Path, proofs: &[PathBuf]) -> Result<SetRotation, OpsError> {
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
    Ok(SetRotation { next, possession })
}

/// A member's key, with its own proof.
///
/// # Errors
/// [`OpsError::Usage`] if it is malformed.
pub fn member(proof: &Path) -> Result<MemberChange, OpsError> {
    let text = fs::read_to_string(proof).map_err(|source| OpsError::io(proof, source))?;
    let proof: MemberProof =
        serde_json::from_str(text.trim()).map_err(|error| OpsError::Config(error.into()))?;
    let wrong = || OpsError::Usage("the member's proof is malformed");
    Ok(MemberChange {
        agency: IssuerId::parse(&proof.agency).map_err(|_| wrong())?,
        key: public_key(&proof.public_key).ok_or_else(wrong)?,
        possession: signature(&proof.signature)?,
    })
}

/// An issuer as it shall be in the registry, from what its service printed.
///
/// # Errors
/// [`OpsError::Usage`] if the file is none, or it is not said which of several is meant.
pub fn issuer(args: &IssuerArgs) -> Result<IssuerChange, OpsError> {
    let text = fs::read(&args.file).map_err(|source| OpsError::io(&args.file, source))?;
    let all: Vec<Issuer> =
        serde_json::from_slice(&text).map_err(|error| OpsError::Config(error.into()))?;
    let meant = |issuer: &&Issuer| {
        let agency = args.agency.as_ref();
        agency.is_none_or(|agency| agency.as_str() == issuer.id)
    };
    let [issuer] = all.iter().filter(meant).collect::<Vec<_>>()[..] else {
        return Err(OpsError::Usage(
            "say which of the agencies is meant: --agency",
        ));
    };
    let wrong = || OpsError::Usage("a name, key or right in the file is malformed");
    let key = public_key(&issuer.key.public).ok_or_else(wrong)?;
    let rights = issuer.rights.iter().map(|right| {
        Some(RightChange {
            key: key.clone(),
            document_type: DocumentType::parse(right).ok()?,
            to: None,
        })
    });
    Ok(IssuerChange {
        issuer: IssuerId::parse(&issuer.id).map_err(|_| wrong())?,
        name: DisplayName {
            zh: issuer.name.zh.clone(),
            en: issuer.name.en.clone(),
        },
        rights: rights.collect::<Option<_>>().ok_or_else(wrong)?,
    })
}

/// The law, agreement or order on which something rests.
///
/// # Errors
/// [`OpsError::Usage`] if it is not plain text.
pub fn basis(text: &str) -> Result<LegalBasis, OpsError> {
    let basis = LegalBasis::parse(text);
    basis.map_err(|_| OpsError::Usage("--basis names the law or agreement, plainly"))
}

fn signature(digits: &str) -> Result<Signature, OpsError> {
    let bytes = hex::decode(digits)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    let wrong = OpsError::Usage("a signature is 128 hexadecimal digits");
    bytes.map(Signature).ok_or(wrong)
}
