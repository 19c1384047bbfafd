//! SD-JWT: the token taken apart, and its payload put together from what is disclosed.
//!
//! ```text
//! token = header "." payload "." signature "~" *( disclosure "~" )
//! disclosure = base64url( [salt, name, value] )      a member; its digest stands in "_sd"
//!            | base64url( [salt, value] )            an element; its digest stands in {"...": digest}
//! ```
//! # Standard
//! RFC 9901 §4 (format), §7.1 (verification).

mod open;

use alloc::{borrow::ToOwned, collections::BTreeMap, string::String, vec::Vec};

use credentials_schemas::json::{self, Json, Limits};

use super::{DocumentError, base64url};
use crate::{hash::Hasher, key::Signature, suite::Suite};

pub(super) use open::{Opened, open};

/// What reading a credential may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialLimits {
    /// Length of the text.
    pub max_bytes: usize,
    /// Nesting of claims, inside disclosures too.
    pub max_depth: usize,
    /// Number of disclosures; each costs a hash and a place in a tree.
    pub max_disclosures: usize,
}

impl Default for CredentialLimits {
    fn default() -> Self {
        Self {
            max_bytes: 256 << 10,
            max_depth: 16,
            max_disclosures: 512,
        }
    }
}

/// A token taken apart: every part decoded, nothing yet believed.
pub(super) struct Token<'a> {
    /// `header.payload.signature`.
    pub(super) jwt: &'a str,
    /// `header.payload`.
    pub(super) signing_input: &'a str,
    pub(super) header: Json,
    pub(super) payload: Json,
    pub(super) signature: Signature,
    /// The disclosures' texts.
    pub(super) disclosures: Vec<&'a str>,
}

/// Takes a token apart.
pub(super) fn split(text: &str, limits: CredentialLimits) -> Result<Token<'_>, DocumentError> {
    if text.len() > limits.max_bytes {
        let max = limits.max_bytes;
        return Err(DocumentError::TooLong { max });
    }
    let (parts, last) = text.rsplit_once('~').ok_or(DocumentError::MalformedToken)?;
    if !last.is_empty() {
        return Err(DocumentError::KeyBinding);
    }
    let mut parts = parts.split('~');
    let jwt = parts.next().ok_or(DocumentError::MalformedToken)?;
    let max = limits.max_disclosures;
    let disclosures: Vec<&str> = parts.take(max.saturating_add(1)).collect();
    if disclosures.len() > max {
        return Err(DocumentError::TooManyDisclosures { max });
    }
    let (signing_input, signature) = jwt.rsplit_once('.').ok_or(DocumentError::MalformedToken)?;
    let (header, payload) = signing_input
        .split_once('.')
        .ok_or(DocumentError::MalformedToken)?;
    let signature = base64url::decode_array(signature).ok_or(DocumentError::Base64("signature"))?;
    Ok(Token {
        jwt,
        signing_input,
        header: decode_json(header, "header", limits)?,
        payload: decode_json(payload, "payload", limits)?,
        signature: Signature(signature),
        disclosures,
    })
}

/// One disclosure, decoded.
struct Disclosure {
    /// Its place in the token.
    index: usize,
    /// None for an array's element.
    name: Option<String>,
    value: Json,
}

/// The disclosures by the digest that leads to them.
fn disclosures_by_digest(
    texts: &[&str],
    suite: Suite,
    limits: CredentialLimits,
) -> Result<BTreeMap<[u8; 32], Disclosure>, DocumentError> {
    let mut by_digest = BTreeMap::new();
    for (index, text) in texts.iter().enumerate() {
        let disclosure = parse_disclosure(index, text, limits)?;
        if by_digest.insert(digest(suite, text), disclosure).is_some() {
            return Err(DocumentError::DuplicateDigest);
        }
    }
    Ok(by_digest)
}

fn parse_disclosure(
    index: usize,
    text: &str,
    limits: CredentialLimits,
) -> Result<Disclosure, DocumentError> {
    let malformed = DocumentError::MalformedDisclosure { index };
    // One level more than a claim: the array around it.
    let limits = CredentialLimits {
        max_depth: limits.max_depth.saturating_add(1),
        ..limits
    };
    let Json::Array(parts) = decode_json(text, "disclosure", limits)? else {
        return Err(malformed);
    };
    let mut parts = parts.into_iter();
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Json::String(_)), Some(Json::String(name)), Some(value), None) => Ok(Disclosure {
            index,
            name: Some(name),
            value,
        }),
        (Some(Json::String(_)), Some(value), None, None) => Ok(Disclosure {
            index,
            name: None,
            value,
        }),
        _ => Err(malformed),
    }
}

/// The digest of a disclosure: over its text as it stands in the token.
pub(super) fn digest(suite: Suite, disclosure: &str) -> [u8; 32] {
    //= https://www.rfc-editor.org/rfc/rfc9901#section-4.2.3
    //# The input to the hash function MUST be the base64url-encoded Disclosure, not the bytes
    //# encoded by the base64url string.
    let mut hasher = Hasher::new(suite);
    hasher.update(disclosure.as_bytes());
    hasher.finish().as_bytes().to_owned()
}

fn decode_json(
    text: &str,
    part: &'static str,
    limits: CredentialLimits,
) -> Result<Json, DocumentError> {
    let bytes = base64url::decode(text).ok_or(DocumentError::Base64(part))?;
    let limits = Limits {
        max_bytes: limits.max_bytes,
        max_depth: limits.max_depth,
        // Every value takes a byte: the length is the tighter limit.
        max_nodes: limits.max_bytes,
    };
    json::parse(&bytes, limits).map_err(|source| DocumentError::Json { part, source })
}
