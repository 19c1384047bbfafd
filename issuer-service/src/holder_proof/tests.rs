use light_client::document::jwk;
use p256::ecdsa::signature::Signer as _;

use super::*;

const AUDIENCE: &str = "https://h/agencies/psb";
const NOW: TimeMs = TimeMs(1_800_000_000_000);

fn sm2_key() -> (sm2::dsa::SigningKey, Json) {
    use sm2::elliptic_curve::sec1::ToSec1Point as _;
    let secret = sm2::dsa::SigningKey::from_slice("1234567812345678", &[9; 32]).expect("a key");
    let point = secret.verifying_key().as_affine().to_sec1_point(true);
    let public = PublicKey::new(KeyKind::Sm2, point.as_bytes()).expect("a key");
    let json = jwk::format(&public).expect("a point");
    (secret, json)
}

/// JSON with numbers, which JCS refuses to write.
fn text(json: &Json) -> String {
    String::from_utf8(json::to_jcs(json).expect("no numbers")).expect("text")
}

fn signing_input(header: &str, claims: &str) -> String {
    let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    format!("{}.{}", encode(header), encode(claims))
}

fn sm2_proof(header: &str, claims: &str) -> String {
    let signed = signing_input(header, claims);
    let signature: sm2::dsa::Signature = sm2_key().0.sign(signed.as_bytes());
    let signature = Base64UrlUnpadded::encode_string(&signature.to_bytes());
    format!("{signed}.{signature}")
}

fn header() -> String {
    let jwk = text(&sm2_key().1);
    format!(r#"{{"alg":"SGD_SM3_SM2","typ":"openid4vci-proof+jwt","jwk":{jwk}}}"#)
}

fn claims() -> String {
    format!(r#"{{"aud":"{AUDIENCE}","iat":1800000000,"nonce":"n"}}"#)
}

fn parse(header: &str, claims: &str) -> Result<HolderProof, ProofError> {
    HolderProof::parse(&sm2_proof(header, claims), AUDIENCE, NOW)
}

#[test]
fn a_proof_of_an_sm2_key_holds() {
    let proof = parse(&header(), &claims()).expect("a proof");
    assert_eq!(proof.nonce, "n");
    assert_eq!(jwk::format(&proof.key), Some(sm2_key().1));
}

#[test]
fn a_proof_of_a_p256_key_holds_with_either_s() {
    let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a key");
    let point = p256::elliptic_curve::sec1::ToSec1Point::to_sec1_point(
        secret.verifying_key().as_affine(),
        true,
    );
    let public = PublicKey::new(KeyKind::P256, point.as_bytes()).expect("a key");
    let jwk = text(&jwk::format(&public).expect("a point"));
    let jwk = jwk.replacen('{', r#"{"use":"sig","#, 1);
    let header = format!(r#"{{"alg":"ES256","typ":"openid4vci-proof+jwt","jwk":{jwk}}}"#);
    let signed = signing_input(&header, &claims());
    let low: p256::ecdsa::Signature = secret.sign(signed.as_bytes());
    let low = low.normalize_s();
    let high = p256::ecdsa::Signature::from_scalars(*low.r(), -*low.s()).expect("a signature");
    for signature in [low, high] {
        let signature = Base64UrlUnpadded::encode_string(&signature.to_bytes());
        let proof = HolderProof::parse(&format!("{signed}.{signature}"), AUDIENCE, NOW);
        assert_eq!(proof.map(|proof| proof.key), Ok(public.clone()));
    }
}

impl PartialEq for HolderProof {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.nonce == other.nonce
    }
}

#[test]
fn headers_of_other_tokens_are_refused() {
    let with = |from: &str, to: &str| parse(&header().replace(from, to), &claims()).map(|_| ());
    assert_eq!(with("openid4vci-proof+jwt", "JWT"), Err(ProofError::Type));
    assert_eq!(
        with(r#""typ""#, r#""crit":["x"],"typ""#),
        Err(ProofError::Type)
    );
    assert_eq!(with("SGD_SM3_SM2", "none"), Err(ProofError::Algorithm));
    assert_eq!(with("SGD_SM3_SM2", "EdDSA"), Err(ProofError::Algorithm));
    assert_eq!(with("SGD_SM3_SM2", "ES256"), Err(ProofError::Algorithm));
    assert_eq!(
        with(r#""jwk""#, r#""kid":"did:x#1","jwk""#),
        Err(ProofError::Key)
    );
    assert_eq!(with(r#""jwk""#, r#""jwx""#), Err(ProofError::Key));
    assert_eq!(with(r#""kty""#, r#""d":"AA","kty""#), Err(ProofError::Key));
    assert_eq!(with("SM2-P-256", "P-384"), Err(ProofError::Key));
    assert_eq!(
        with(r#""typ""#, r#""alg":"ES256","typ""#),
        Err(ProofError::Malformed)
    );
}

#[test]
fn claims_for_others_or_of_other_times_are_refused() {
    let with = |from: &str, to: &str| parse(&header(), &claims().replace(from, to)).map(|_| ());
    assert_eq!(with("/psb", "/tax"), Err(ProofError::Audience));
    assert_eq!(
        with(r#""aud""#, r#""iss":"me","aud""#),
        Err(ProofError::ClientNamed)
    );
    assert_eq!(with("1800000000", "1799999699"), Err(ProofError::Time));
    assert_eq!(with("1800000000", "1800000061"), Err(ProofError::Time));
    assert_eq!(with("1800000000", "1800000000.5"), Err(ProofError::Time));
    assert_eq!(with("1800000000", "\"1800000000\""), Err(ProofError::Time));
    assert_eq!(
        with(r#""nonce""#, r#""nonc""#),
        Err(ProofError::NonceMissing)
    );
    assert_eq!(with("1800000000", "1799999700"), Ok(()));
    assert_eq!(with("1800000000", "1800000060"), Ok(()));
}

#[test]
fn a_changed_proof_does_not_hold() {
    let proof = sm2_proof(&header(), &claims());
    let other = sm2_proof(&header(), &claims().replace("\"n\"", "\"m\""));
    let (signed, _) = proof.rsplit_once('.').expect("three parts");
    let (_, signature) = other.rsplit_once('.').expect("three parts");
    let parse = |jwt: &str| HolderProof::parse(jwt, AUDIENCE, NOW).map(|_| ());
    assert_eq!(
        parse(&format!("{signed}.{signature}")),
        Err(ProofError::Signature)
    );
    assert_eq!(parse(&format!("{signed}.AAAA")), Err(ProofError::Signature));
    assert_eq!(parse(&format!("{signed}.=")), Err(ProofError::Malformed));
    assert_eq!(parse(signed), Err(ProofError::Malformed));
    assert_eq!(parse(""), Err(ProofError::Malformed));
    assert_eq!(
        parse(&"a".repeat(MAX_BYTES + 1)),
        Err(ProofError::Malformed)
    );
}
