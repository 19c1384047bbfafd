//! Signatures as ssi sees them.

use light_client::{
    document::{Credential, CredentialLimits, jwk},
    key::{KeyError, KeyKind},
};
use ssi_jwk::{Algorithm, JWK};

use crate::support::{Secret, Token, decode, encode};

const BOTH: [(KeyKind, Algorithm); 2] = [
    (KeyKind::Ed25519, Algorithm::EdDSA),
    (KeyKind::P256, Algorithm::ES256),
];

/// The key of [`Secret::new`] for ssi, with its secret part.
fn ssi_key(kind: KeyKind, seed: u8) -> JWK {
    let public = jwk::format(&Secret::new(kind, seed).public()).unwrap();
    let public = String::from_utf8(credentials_schemas::json::to_jcs(&public).unwrap()).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&public).unwrap();
    json["d"] = encode([seed; 32]).into();
    serde_json::from_value(json).unwrap()
}

fn token(kind: KeyKind) -> Token {
    let claims = [r#"["c2FsdA","name","王芳"]"#];
    Token::new(kind, r#","_sd":["@0"]"#, &claims)
}

#[test]
fn ssi_verifies_what_we_sign() {
    for (kind, _) in BOTH {
        let text = token(kind).text();
        let (jwt, _) = text.split_once('~').unwrap();
        let (header, payload) = ssi_jws::decode_verify(jwt, &ssi_key(kind, 7).to_public()).unwrap();
        assert_eq!(header.type_.as_deref(), Some("dc+sd-jwt"));
        assert_eq!(encode(payload), jwt.split('.').nth(1).unwrap());
        assert!(ssi_jws::decode_verify(jwt, &ssi_key(kind, 8).to_public()).is_err());
    }
}

#[test]
fn we_verify_what_ssi_signs() {
    for (kind, algorithm) in BOTH {
        let mut high = 0;
        for round in 0..16 {
            let token = token(kind).replace("1790000000", &format!("17900000{round:02}"));
            let text = token.text();
            let (input, rest) = text.rsplit_once('.').unwrap();
            let (_, disclosures) = rest.split_once('~').unwrap();
            let bytes =
                ssi_jws::sign_bytes(algorithm, input.as_bytes(), &ssi_key(kind, 7)).unwrap();
            let theirs = format!("{input}.{}~{disclosures}", encode(&bytes));
            let credential = Credential::parse(&theirs, CredentialLimits::default()).unwrap();
            let verified = credential.verify_signature(&token.secret.public());
            if normal(kind, &bytes) == bytes {
                assert_eq!(verified, Ok(()));
            } else {
                // ECDSA's twin: ssi makes high s, and we accept low s only.
                assert_eq!(verified, Err(KeyError::SignatureMismatch));
                high += 1;
            }
            let low = format!("{input}.{}~{disclosures}", encode(normal(kind, &bytes)));
            let credential = Credential::parse(&low, CredentialLimits::default()).unwrap();
            assert_eq!(credential.verify_signature(&token.secret.public()), Ok(()));
        }
        assert_eq!(high > 0, kind == KeyKind::P256, "{high}");
    }
}

/// The signature with low s.
fn normal(kind: KeyKind, signature: &[u8]) -> Vec<u8> {
    match kind {
        KeyKind::P256 => {
            let signature = p256::ecdsa::Signature::from_slice(signature).unwrap();
            signature.normalize_s().to_bytes().to_vec()
        }
        KeyKind::Sm2 | KeyKind::Ed25519 => signature.to_vec(),
    }
}

/// On changed tokens both say no, or both say yes.
#[test]
fn both_agree_on_changed_signatures() {
    for (kind, _) in BOTH {
        let token = token(kind);
        let text = token.text();
        let (jwt, disclosures) = text.split_once('~').unwrap();
        let (input, signature) = jwt.rsplit_once('.').unwrap();
        for bit in 0..512 {
            let mut signature = decode(signature);
            signature[bit / 8] ^= 1 << (bit % 8);
            let changed = format!("{input}.{}", encode(&signature));
            let theirs = ssi_jws::decode_verify(&changed, &ssi_key(kind, 7).to_public());
            let ours = Credential::parse(
                &format!("{changed}~{disclosures}"),
                CredentialLimits::default(),
            )
            .unwrap()
            .verify_signature(&token.secret.public());
            assert_eq!((ours.is_ok(), theirs.is_ok()), (false, false), "bit {bit}");
        }
    }
}
