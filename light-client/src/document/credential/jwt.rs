//! Header and payload of the issuer-signed JWT, member by member.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use credentials_schemas::json::Json;

use super::{Algorithm, TYP, UnixSeconds};
use crate::{
    document::{DocumentError, jwk},
    key::PublicKey,
};

/// 9999-12-31T23:59:59Z: later times have no RFC 3339 text.
const LAST_SECOND: i64 = 253_402_300_799;

/// Members that say something of the credential, not of its subject.
const REGISTERED: [&str; 8] = [
    "_sd_alg", "cnf", "exp", "iat", "iss", "nbf", "status", "vct",
];

/// The algorithm and `kid`. Closed: a header member that one verifier knows and another ignores
/// (`crit`, `jwk`, `x5c`) would make two meanings of one document.
pub(super) fn read_header(header: &Json) -> Result<(Algorithm, &str), DocumentError> {
    let members = header.as_object().ok_or(DocumentError::MalformedToken)?;
    let known = |name: &str| matches!(name, "alg" | "kid" | "typ");
    if !members.iter().all(|(name, _)| known(name)) {
        return Err(DocumentError::UnknownHeader);
    }
    let header = Payload(members);
    let algorithm = Algorithm::parse(header.text("alg")?).ok_or(DocumentError::UnknownAlgorithm)?;
    if header.text("typ")? != TYP {
        return Err(DocumentError::WrongType);
    }
    Ok((algorithm, header.text("kid")?))
}

/// Members of the issuer-signed JWT.
pub(super) struct Payload<'a>(pub(super) &'a [(String, Json)]);

impl<'a> Payload<'a> {
    fn member(&self, name: &str) -> Option<&'a Json> {
        let mut members = self.0.iter();
        members
            .find(|(member, _)| member == name)
            .map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&'a str, DocumentError> {
        let value = self.member(name).ok_or(DocumentError::MemberAbsent(name))?;
        value.as_str().ok_or(DocumentError::MemberOutOfRange(name))
    }

    pub(super) fn time(&self, name: &'static str) -> Result<Option<UnixSeconds>, DocumentError> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        let seconds = match value {
            Json::Number(text) => text
                .parse::<i64>()
                .ok()
                .filter(|seconds| seconds.to_string() == *text),
            Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => None,
        };
        let seconds = seconds.filter(|seconds| (0..=LAST_SECOND).contains(seconds));
        let seconds = seconds.ok_or(DocumentError::MemberOutOfRange(name))?;
        Ok(Some(UnixSeconds(seconds)))
    }

    pub(super) fn validity(
        &self,
    ) -> Result<(Option<UnixSeconds>, Option<UnixSeconds>), DocumentError> {
        let (from, until) = (self.time("nbf")?, self.time("exp")?);
        match (from, until) {
            (Some(from), Some(until)) if until <= from => Err(DocumentError::ValidityInverted),
            _ => Ok((from, until)),
        }
    }

    pub(super) fn holder_key(&self) -> Result<Option<PublicKey>, DocumentError> {
        match self.member("cnf").map(Json::as_object) {
            None => Ok(None),
            Some(Some([(name, key)])) if name == "jwk" => {
                jwk::parse(key).map(Some).map_err(DocumentError::HolderKey)
            }
            Some(_) => Err(DocumentError::MemberOutOfRange("cnf")),
        }
    }

    /// Absent means SHA-256, so an SM2 token must say `sm3`.
    pub(super) fn check_sd_alg(&self, algorithm: Algorithm) -> Result<(), DocumentError> {
        let name = match self.member("_sd_alg") {
            None => "sha-256",
            Some(name) => name
                .as_str()
                .ok_or(DocumentError::MemberOutOfRange("_sd_alg"))?,
        };
        if name == algorithm.hash_name() {
            Ok(())
        } else {
            Err(DocumentError::SdAlgMismatch)
        }
    }

    pub(super) fn about_subject(&self) -> Vec<(String, Json)> {
        let about_subject = |name: &str| !REGISTERED.contains(&name);
        let members = self.0.iter().filter(|(name, _)| about_subject(name));
        members.cloned().collect()
    }
}
