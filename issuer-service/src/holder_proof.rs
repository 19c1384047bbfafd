//! The proof by which a wallet shows that it holds the key it wants a credential for.
//!
//! # Standard
//! OpenID4VCI 1.0 Appendix F.1 (`jwt` proof type), RFC 7515 (JWS), RFC 7517 (JWK).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use credentials_schemas::json::{self, Json, Limits};
use light_client::{
    document::{Algorithm, jwk},
    id::TimeMs,
    key::{KeyKind, PublicKey, Signature},
};

/// The longest proof that is read.
const MAX_BYTES: usize = 8 * 1024;
/// How old a proof may be.
const MAX_AGE_S: i64 = 5 * 60;
/// How far a wallet's clock may be ahead.
const MAX_AHEAD_S: i64 = 60;
/// The algorithms that are accepted.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::Sm2, Algorithm::Es256];

/// A proof that holds, except for its nonce, which only the service can know.
#[derive(Debug)]
pub struct HolderProof {
    /// The key that was proved.
    pub key: PublicKey,
    /// The nonce that it answers.
    pub nonce: String,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// Another algorithm than the metadata names, or not that of the key.
    #[error("algorithm is not supported")]
    Algorithm,
    /// It is meant for another issuer.
    #[error("proof is meant for another issuer")]
    Audience,
    /// It names a client, though the wallet is anonymous.
    #[error("an anonymous wallet must not name itself")]
    ClientNamed,
    /// There is not exactly one key, or it is not a public key of a supported kind.
    #[error("there must be one public key, as jwk")]
    Key,
    /// Not a compact JWS of strict JSON, or too long.
    #[error("not a jwt")]
    Malformed,
    /// There is no nonce.
    #[error("nonce is missing")]
    NonceMissing,
    /// The signature does not hold.
    #[error("signature does not hold")]
    Signature,
    /// Made too long ago, or in the future.
    #[error("time of the proof is out of range")]
    Time,
    /// Another kind of token, or one with demands that are not understood.
    #[error("not a proof of possession")]
    Type,
}

impl HolderProof {
    /// Reads a proof meant for `audience` and verifies everything but its nonce.
    ///
    /// # Errors
    /// [`ProofError`], the first thing that is wrong.
    pub fn parse(jwt: &str, audience: &str, now: TimeMs) -> Result<Self, ProofError> {
        if jwt.len() > MAX_BYTES {
            return Err(ProofError::Malformed);
        }
        let (signed, signature) = jwt.rsplit_once('.').ok_or(ProofError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(ProofError::Malformed)?;
        let (header, claims) = (part(header)?, part(claims)?);
        let key = read_header(&header)?;
        let nonce = read_claims(&claims, audience, now)?;
        let signature: [u8; 64] = decode(signature)?
            .try_into()
            .map_err(|_| ProofError::Signature)?;
        let signature = normalize(key.kind(), signature).ok_or(ProofError::Signature)?;
        key.verify(signed.as_bytes(), &signature)
            .map_err(|_| ProofError::Signature)?;
        Ok(Self { key, nonce })
    }
}

fn read_header(header: &Json) -> Result<PublicKey, ProofError> {
    let text = |name| header.member(name).and_then(Json::as_str);
    if text("typ") != Some("openid4vci-proof+jwt") || header.member("crit").is_some() {
        return Err(ProofError::Type);
    }
    let algorithm = text("alg").and_then(Algorithm::parse);
    let algorithm = algorithm.filter(|algorithm| ALGORITHMS.contains(algorithm));
    let algorithm = algorithm.ok_or(ProofError::Algorithm)?;
    //= https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#appendix-F.1
    //# jwk: It MUST NOT be present if kid or x5c is present.
    let others = ["kid", "x5c", "trust_chain"];
    if others.into_iter().any(|name| header.member(name).is_some()) {
        return Err(ProofError::Key);
    }
    let key = header.member("jwk").ok_or(ProofError::Key)?;
    let key = jwk::parse(&without_hints(key)).map_err(|_| ProofError::Key)?;
    if key.kind() == algorithm.key_kind() {
        Ok(key)
    } else {
        Err(ProofError::Algorithm)
    }
}

/// Drops what wallets commonly add to a public key and nothing here depends on. A secret (`d`)
/// stays, and is refused.
fn without_hints(key: &Json) -> Json {
    let hints = ["alg", "use", "kid", "key_ops", "ext"];
    match key {
        Json::Object(members) => {
            let members = members.iter();
            let kept = members.filter(|(name, _)| !hints.contains(&name.as_str()));
            Json::Object(kept.cloned().collect())
        }
        other => other.clone(),
    }
}

fn read_claims(claims: &Json, audience: &str, now: TimeMs) -> Result<String, ProofError> {
    if claims.member("iss").is_some() {
        return Err(ProofError::ClientNamed);
    }
    if claims.member("aud").and_then(Json::as_str) != Some(audience) {
        return Err(ProofError::Audience);
    }
    let issued_at = claims.member("iat").and_then(Json::as_i64);
    let now_s = i64::try_from(now.0 / 1000).map_err(|_| ProofError::Time)?;
    let age_s = issued_at.and_then(|issued_at| now_s.checked_sub(issued_at));
    if !age_s.is_some_and(|age_s| (-MAX_AHEAD_S..=MAX_AGE_S).contains(&age_s)) {
        return Err(ProofError::Time);
    }
    let nonce = claims.member("nonce").and_then(Json::as_str);
    nonce.map(ToOwned::to_owned).ok_or(ProofError::NonceMissing)
}

/// ECDSA has two signatures for each one made; the light client accepts the one with the lower s
/// and wallets' libraries make either.
fn normalize(kind: KeyKind, signature: [u8; 64]) -> Option<Signature> {
    match kind {
        KeyKind::P256 => {
            let signature = p256::ecdsa::Signature::from_slice(&signature).ok()?;
            Some(Signature(signature.normalize_s().to_bytes().into()))
        }
        KeyKind::Sm2 | KeyKind::Ed25519 => Some(Signature(signature)),
    }
}

fn part(text: &str) -> Result<Json, ProofError> {
    let limits = Limits {
        max_bytes: MAX_BYTES,
        max_depth: 8,
        max_nodes: 200,
    };
    json::parse(&decode(text)?, limits).map_err(|_| ProofError::Malformed)
}

fn decode(text: &str) -> Result<Vec<u8>, ProofError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| ProofError::Malformed)
}

#[cfg(test)]
mod tests;
