//! Putting the payload together: each digest is replaced by the disclosure it leads to.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use credentials_schemas::json::Json;

use super::{super::base64url, CredentialLimits, Disclosure, disclosures_by_digest};
use crate::{document::DocumentError, suite::Suite};

/// Claims that a verifier must always see; a holder cannot be given the choice to hide them.
///
/// # Standard
/// draft-ietf-oauth-sd-jwt-vc-19 §2.2.2.3; `iat` is our profile's.
const NEVER_DISCLOSABLE: [&str; 9] = [
    "aka_vcts",
    "cnf",
    "exp",
    "iat",
    "iss",
    "nbf",
    "status",
    "vct",
    "vct#integrity",
];

/// A payload after its disclosures were put in.
pub(in crate::document) struct Opened {
    /// Members that the payload has in the clear, without `_sd`, in its order.
    pub(in crate::document) clear: Vec<(String, Json)>,
    /// Disclosed members of the top level, in the order of their disclosures.
    pub(in crate::document) disclosed: Vec<(String, Json)>,
    /// Digests to which nothing was disclosed: withheld claims, and decoys.
    pub(in crate::document) undisclosed: usize,
}

/// Puts disclosures into a payload; `suite` gives the hash.
///
/// `payload` is without the members that are not about the subject: none of them may be made
/// selectively disclosable, and `_sd_alg` has a meaning at the top level only.
pub(in crate::document) fn open(
    payload: Vec<(String, Json)>,
    disclosures: &[&str],
    suite: Suite,
    limits: CredentialLimits,
) -> Result<Opened, DocumentError> {
    let mut opener = Opener {
        disclosures: disclosures_by_digest(disclosures, suite, limits)?,
        seen: BTreeSet::new(),
        undisclosed: 0,
    };
    let Members {
        clear,
        mut disclosed,
    } = opener.members(payload, limits.max_depth)?;
    disclosed.sort_by_key(|(index, _)| *index);
    let disclosed: Vec<_> = disclosed.into_iter().map(|(_, member)| member).collect();
    let hidden = disclosed
        .iter()
        .find(|(name, _)| NEVER_DISCLOSABLE.contains(&name.as_str()));
    if let Some((name, _)) = hidden {
        return Err(DocumentError::NeverDisclosable(name.clone()));
    }
    //= https://www.rfc-editor.org/rfc/rfc9901#section-7.1
    //# If any Disclosure was not referenced by digest value in the Issuer-signed JWT (directly or
    //# recursively via other Disclosures), the SD-JWT MUST be rejected.
    if let Some(index) = opener.disclosures.values().map(|left| left.index).min() {
        return Err(DocumentError::UnreferencedDisclosure { index });
    }
    Ok(Opened {
        clear,
        disclosed,
        undisclosed: opener.undisclosed,
    })
}

struct Opener {
    /// Disclosures not yet used: each is put in once, so the work is linear in the token.
    disclosures: BTreeMap<[u8; 32], Disclosure>,
    /// Every digest met so far.
    seen: BTreeSet<[u8; 32]>,
    undisclosed: usize,
}

type Member = (String, Json);

/// The members of one object.
struct Members {
    clear: Vec<Member>,
    /// With the places of their disclosures.
    disclosed: Vec<(usize, Member)>,
}

impl Opener {
    fn value(&mut self, value: Json, depth_left: usize) -> Result<Json, DocumentError> {
        match value {
            Json::Object(members) => {
                let depth_left = depth_left.checked_sub(1).ok_or(DocumentError::TooDeep)?;
                let Members {
                    mut clear,
                    disclosed,
                } = self.members(members, depth_left)?;
                clear.extend(disclosed.into_iter().map(|(_, member)| member));
                Ok(Json::Object(clear))
            }
            Json::Array(items) => {
                let depth_left = depth_left.checked_sub(1).ok_or(DocumentError::TooDeep)?;
                self.items(items, depth_left).map(Json::Array)
            }
            plain @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => Ok(plain),
        }
    }

    fn members(
        &mut self,
        members: Vec<Member>,
        depth_left: usize,
    ) -> Result<Members, DocumentError> {
        let mut clear = Vec::new();
        let mut digests = Vec::new();
        let mut names = BTreeSet::new();
        for (name, value) in members {
            match name.as_str() {
                "_sd" => digests = parse_digests(&value)?,
                "_sd_alg" | "..." => return Err(DocumentError::ReservedName),
                _ => {
                    names.insert(name.clone());
                    clear.push((name, self.value(value, depth_left)?));
                }
            }
        }
        let mut disclosed = Vec::new();
        for digest in digests {
            let Some(disclosure) = self.take(digest)? else {
                continue;
            };
            let index = disclosure.index;
            let name = disclosure
                .name
                .ok_or(DocumentError::MalformedDisclosure { index })?;
            if matches!(name.as_str(), "_sd" | "_sd_alg" | "...") {
                return Err(DocumentError::ReservedName);
            }
            if !names.insert(name.clone()) {
                return Err(DocumentError::ClaimTaken(name));
            }
            let value = self.value(disclosure.value, depth_left)?;
            disclosed.push((index, (name, value)));
        }
        Ok(Members { clear, disclosed })
    }

    fn items(&mut self, items: Vec<Json>, depth_left: usize) -> Result<Vec<Json>, DocumentError> {
        let mut opened = Vec::new();
        for item in items {
            let Some(digest) = parse_placeholder(&item)? else {
                opened.push(self.value(item, depth_left)?);
                continue;
            };
            let Some(disclosure) = self.take(digest)? else {
                continue;
            };
            if disclosure.name.is_some() {
                let index = disclosure.index;
                return Err(DocumentError::MalformedDisclosure { index });
            }
            opened.push(self.value(disclosure.value, depth_left)?);
        }
        Ok(opened)
    }

    /// The disclosure to which a digest leads, if it is there.
    fn take(&mut self, digest: [u8; 32]) -> Result<Option<Disclosure>, DocumentError> {
        //= https://www.rfc-editor.org/rfc/rfc9901#section-7.1
        //# If any digest value is encountered more than once in the Issuer-signed JWT payload
        //# (directly or recursively via other Disclosures), the SD-JWT MUST be rejected.
        if !self.seen.insert(digest) {
            return Err(DocumentError::DuplicateDigest);
        }
        let disclosure = self.disclosures.remove(&digest);
        if disclosure.is_none() {
            self.undisclosed += 1;
        }
        Ok(disclosure)
    }
}

fn parse_digests(value: &Json) -> Result<Vec<[u8; 32]>, DocumentError> {
    let digests = value.as_array().map(|items| items.iter().map(parse_digest));
    digests
        .and_then(Iterator::collect)
        .ok_or(DocumentError::MalformedDigest("_sd"))
}

/// The digest of `{"...": digest}`; none for any other element.
fn parse_placeholder(item: &Json) -> Result<Option<[u8; 32]>, DocumentError> {
    match item.as_object() {
        Some([(name, digest)]) if name == "..." => parse_digest(digest)
            .map(Some)
            .ok_or(DocumentError::MalformedDigest("...")),
        _ => Ok(None),
    }
}

fn parse_digest(value: &Json) -> Option<[u8; 32]> {
    value.as_str().and_then(base64url::decode_array)
}
