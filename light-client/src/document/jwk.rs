//! Public keys as JSON Web Keys, with one text per key.
//!
//! ```text
//! {"crv":"P-256","kty":"EC","x":…,"y":…}        {"crv":"Ed25519","kty":"OKP","x":…}
//! {"crv":"SM2-P-256","kty":"EC","x":…,"y":…}
//! ```
//! # Standard
//! RFC 7517, RFC 7518 §6.2, RFC 8037 §2. `SM2-P-256` is the name that GM/T 0125 users write; it is
//! registered nowhere and part of our profile.

use alloc::{string::String, vec::Vec};

use credentials_schemas::json::Json;
use p256::elliptic_curve::sec1::ToSec1Point as _;

use super::base64url;
use crate::key::{KeyError, KeyKind, PublicKey};

/// Why JSON is not a public key of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkError {
    /// A coordinate is absent or not 32 bytes in strict base64url.
    #[error("malformed coordinate")]
    BadCoordinate,
    /// The key is not a point of its curve.
    #[error("unusable key")]
    BadPoint(#[source] KeyError),
    /// A member besides `kty`, `crv`, `x` and `y`: a secret key, for one.
    #[error("unknown member")]
    UnknownMember,
    /// `kty` and `crv` name no key kind of ours.
    #[error("unknown key type")]
    UnknownType,
}

/// Reads a public key.
///
/// # Errors
/// [`JwkError`].
pub fn parse(json: &Json) -> Result<PublicKey, JwkError> {
    let members = json.as_object().ok_or(JwkError::UnknownType)?;
    let text = |name| json.member(name).and_then(Json::as_str);
    let coordinate = |name| {
        text(name)
            .and_then(base64url::decode_array::<32>)
            .ok_or(JwkError::BadCoordinate)
    };
    let (kind, allowed): (_, &[&str]) = match (text("kty"), text("crv")) {
        (Some("EC"), Some("SM2-P-256")) => (KeyKind::Sm2, &["kty", "crv", "x", "y"]),
        (Some("EC"), Some("P-256")) => (KeyKind::P256, &["kty", "crv", "x", "y"]),
        (Some("OKP"), Some("Ed25519")) => (KeyKind::Ed25519, &["kty", "crv", "x"]),
        _ => return Err(JwkError::UnknownType),
    };
    if members
        .iter()
        .any(|(name, _)| !allowed.contains(&name.as_str()))
    {
        return Err(JwkError::UnknownMember);
    }
    let x = coordinate("x")?;
    let bytes = match kind {
        KeyKind::Ed25519 => x.to_vec(),
        KeyKind::Sm2 | KeyKind::P256 => compress(&x, &coordinate("y")?),
    };
    let bad_point = JwkError::BadPoint(KeyError::NotAPoint);
    let key = PublicKey::new(kind, &bytes).map_err(|_| bad_point)?;
    key.check_point().map_err(JwkError::BadPoint)?;
    // The compressed form keeps one bit of y; the rest must be the curve's.
    if format(&key).as_ref().and_then(|key| key.member("y")) == json.member("y") {
        Ok(key)
    } else {
        Err(bad_point)
    }
}

/// Writes a public key, members in canonical order; none if it is not a point of its curve.
pub fn format(key: &PublicKey) -> Option<Json> {
    let (kty, crv) = match key.kind() {
        KeyKind::Sm2 => ("EC", "SM2-P-256"),
        KeyKind::Ed25519 => ("OKP", "Ed25519"),
        KeyKind::P256 => ("EC", "P-256"),
    };
    let mut members: Vec<(String, Json)> = Vec::new();
    let mut push = |name: &str, value: &str| members.push((name.into(), value.into()));
    push("crv", crv);
    push("kty", kty);
    match key.kind() {
        KeyKind::Ed25519 => push("x", &base64url::encode(key.key_bytes())),
        KeyKind::Sm2 | KeyKind::P256 => {
            let point = uncompressed(key)?;
            let (x, y) = point.get(1..)?.split_at_checked(32)?;
            push("x", &base64url::encode(x));
            push("y", &base64url::encode(y));
        }
    }
    Some(Json::Object(members))
}

/// SEC 1 §2.3.3: the parity of y, then x.
fn compress(x: &[u8; 32], y: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::from([2 | (y[31] & 1)]);
    bytes.extend_from_slice(x);
    bytes
}

/// 4 ‖ x ‖ y.
fn uncompressed(key: &PublicKey) -> Option<Vec<u8>> {
    match key.kind() {
        KeyKind::Sm2 => {
            let point = sm2::PublicKey::from_sec1_bytes(key.key_bytes()).ok()?;
            Some(point.to_sec1_point(false).as_bytes().to_vec())
        }
        KeyKind::P256 => {
            let point = p256::PublicKey::from_sec1_bytes(key.key_bytes()).ok()?;
            Some(point.to_sec1_point(false).as_bytes().to_vec())
        }
        KeyKind::Ed25519 => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::did_key;

    /// GB/T 32918.5-2017 annex A.
    const X: &str = "CfnfMR5UIaFQ3X0WHkvFxnIXn60YM_wHa7CP81bzUCA";
    const Y: &str = "zOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM";

    fn sm2(x: &str, y: &str) -> Json {
        Json::object([
            ("kty", "EC".into()),
            ("crv", "SM2-P-256".into()),
            ("x", x.into()),
            ("y", y.into()),
        ])
    }

    #[test]
    fn annex_a_is_the_same_key_as_jwk_and_did() {
        let key = parse(&sm2(X, Y)).expect("the standard's key");
        assert_eq!(
            did_key::format(&key),
            "did:key:zEPJcGHUVYyrGAXXGQhLF39KAny4ojC9RPmA777H2iVztKwBd"
        );
        let written = format(&key).expect("a point");
        assert_eq!(written.member("y").and_then(Json::as_str), Some(Y));
        assert_eq!(parse(&written), Ok(key));
    }

    #[test]
    fn nist_vector_is_the_same_key_as_jwk_and_did() {
        let json = Json::object([
            ("kty", "EC".into()),
            ("crv", "P-256".into()),
            ("x", "igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns".into()),
            ("y", "efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM".into()),
        ]);
        let did = "did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv";
        assert_eq!(parse(&json), Ok(did_key::parse(did).expect("a key")));
    }

    #[test]
    fn other_keys_are_refused() {
        let with = |name: &str, value: &str| {
            let mut members = sm2(X, Y).as_object().expect("an object").to_vec();
            members.retain(|(member, _)| member != name);
            members.push((name.into(), value.into()));
            parse(&Json::Object(members))
        };
        let bad_point = Err(JwkError::BadPoint(KeyError::NotAPoint));
        assert_eq!(with("d", "AA"), Err(JwkError::UnknownMember));
        assert_eq!(with("crv", "P-384"), Err(JwkError::UnknownType));
        assert_eq!(with("crv", "P-256"), bad_point);
        assert_eq!(with("crv", "SM2"), Err(JwkError::UnknownType));
        assert_eq!(with("y", X), bad_point, "parity differs or point is off");
        assert_eq!(with("y", &Y.replace('z', "y")), bad_point);
        assert_eq!(with("x", "AA"), Err(JwkError::BadCoordinate));
        assert_eq!(parse(&Json::Null), Err(JwkError::UnknownType));
    }
}
