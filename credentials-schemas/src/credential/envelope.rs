//! The claims that every credential has, and nobody may withhold.

use super::CredentialType;
use super::error::{ClaimProblem, CredentialError};
use crate::json::Json;

/// The names that belong to the envelope and not to the subject. None is ever selectively
/// disclosable.
///
/// # Standard
/// SD-JWT VC draft 19, "Registered JWT Claims", with `_sd_alg` of RFC 9901 §4.1.1, and `iat`, which
/// the draft would let a holder withhold and we do not.
pub const ENVELOPE_CLAIMS: [&str; 10] = [
    "vct",
    "vct#integrity",
    "aka_vcts",
    "iss",
    "iat",
    "nbf",
    "exp",
    "cnf",
    "status",
    "_sd_alg",
];

/// What the envelope says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    credential_type: CredentialType,
    issuer: Option<String>,
    issued_at: Option<i64>,
    not_before: Option<i64>,
    expires_at: Option<i64>,
    holder_key: Option<Json>,
}

impl Envelope {
    /// Reads the envelope of a payload. That `cnf` holds a key that can be used, and what
    /// `status` refers to, is for the light client to decide.
    ///
    /// # Errors
    /// `Missing` without `vct`, `UnknownType`, `Type` for a member of the wrong type (times must
    /// be integers, not fractions), `Validity` if `exp` is not after `nbf`.
    pub fn parse(payload: &Json) -> Result<Self, CredentialError> {
        let Some(_) = payload.as_object() else {
            return Err(ClaimProblem::Type.of(""));
        };
        let vct = text(payload, "vct")?.ok_or_else(|| ClaimProblem::Missing.of("vct"))?;
        let credential_type = CredentialType::find(vct);
        let envelope = Self {
            credential_type: credential_type.ok_or_else(|| ClaimProblem::UnknownType.of("vct"))?,
            issuer: text(payload, "iss")?.map(ToOwned::to_owned),
            issued_at: time(payload, "iat")?,
            not_before: time(payload, "nbf")?,
            expires_at: time(payload, "exp")?,
            holder_key: holder_key(payload)?,
        };
        match (envelope.not_before, envelope.expires_at) {
            (Some(from), Some(until)) if until <= from => Err(ClaimProblem::Validity.of("exp")),
            _ => Ok(envelope),
        }
    }

    /// Returns the type that `vct` names.
    #[must_use]
    pub const fn credential_type(&self) -> CredentialType {
        self.credential_type
    }

    /// Returns `iss`.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Returns `iat`, in seconds since 1970.
    #[must_use]
    pub const fn issued_at(&self) -> Option<i64> {
        self.issued_at
    }

    /// Returns `nbf`, in seconds since 1970.
    #[must_use]
    pub const fn not_before(&self) -> Option<i64> {
        self.not_before
    }

    /// Returns `exp`, in seconds since 1970.
    #[must_use]
    pub const fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// Returns the JWK of the holder (`cnf.jwk`).
    #[must_use]
    pub const fn holder_key(&self) -> Option<&Json> {
        self.holder_key.as_ref()
    }
}

fn text<'a>(payload: &'a Json, name: &str) -> Result<Option<&'a str>, CredentialError> {
    match payload.member(name) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .map(Some)
            .ok_or_else(|| ClaimProblem::Type.of(name)),
    }
}

fn time(payload: &Json, name: &str) -> Result<Option<i64>, CredentialError> {
    match payload.member(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .filter(|seconds| *seconds >= 0)
            .map(Some)
            .ok_or_else(|| ClaimProblem::Type.of(name)),
    }
}

fn holder_key(payload: &Json) -> Result<Option<Json>, CredentialError> {
    let Some(confirmation) = payload.member("cnf") else {
        return Ok(None);
    };
    let key = confirmation
        .member("jwk")
        .filter(|key| key.as_object().is_some());
    key.cloned()
        .map(Some)
        .ok_or_else(|| ClaimProblem::Type.of("cnf"))
}
