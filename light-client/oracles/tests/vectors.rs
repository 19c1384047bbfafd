//! The vectors of `TALLYSTICK_EXTRA_VECTORS`: crafted messages, four other libraries' signatures,
//! OpenSSL's own.

use std::fs;
use std::path::PathBuf;

use base64ct::{Base64, Encoding as _};
use gmcrypto_core::sm2::{compute_z, sign::MAX_ID_LEN};
use light_client::key::sm2::VerifyingKey;
use light_client::{hash::Hasher, suite::Suite};
use serde_json::Value;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use sm2_oracles::judge::gmcrypto_key;

fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("TALLYSTICK_EXTRA_VECTORS");
    if root.is_none() {
        eprintln!("NOT RUN: extra vectors in sm; TALLYSTICK_EXTRA_VECTORS is not set");
    }
    Some(PathBuf::from(root?).join("sm"))
}

fn unhex(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a text")).expect("hex")
}

fn sm3(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Hasher::new(Suite::Sm);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finish().as_bytes()
}

/// The light client's answer for a key in any encoding, a user id of any kind and a signature of
/// any length: those steps are other libraries', the equation is the light client's.
fn verify(key: &[u8], id: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = sm2::PublicKey::from_sec1_bytes(key) else {
        return false;
    };
    let Ok(signature) = signature.try_into() else {
        return false;
    };
    if id.len() > MAX_ID_LEN {
        return false;
    }
    let key = compressed(&key);
    let ours = VerifyingKey::decode(&key).expect("the crate accepts it");
    let identity = compute_z(&gmcrypto_key(&key).expect("so does this one"), id);
    let digest = sm3(&[&identity, message]);
    if id == b"1234567812345678" {
        assert_eq!(ours.digest(message), digest);
    }
    ours.verify_digest(&digest, &signature).is_ok()
}

fn compressed(key: &sm2::PublicKey) -> [u8; 33] {
    let point = key.to_sec1_point(true);
    point.as_bytes().try_into().expect("33 bytes")
}

#[test]
fn t07_crafted_messages() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("sm2_message.json")).expect("sm2_message.json");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let vectors = file["message_level"].as_array().expect("a list");
    assert!(vectors.len() >= 29);
    for vector in vectors {
        let [key, id, message, signature] =
            ["pk", "id", "msg", "sig"].map(|field| unhex(&vector[field]));
        let answer = verify(&key, &id, &message, &signature);
        // "optional" marks what implementations may refuse; none is a text.
        if let Some(expected) = vector["expect"].as_bool() {
            assert_eq!(answer, expected, "{}", vector["name"]);
        }
    }
    for vector in file["sm3"].as_array().expect("a list") {
        let fields = vector.as_object().expect("an object");
        let digest = fields
            .values()
            .filter_map(Value::as_str)
            .find(|text| text.len() == 64);
        let message = fields
            .iter()
            .find(|(name, _)| name.starts_with("msg") || name.as_str() == "in");
        let (Some(digest), Some((_, message))) = (digest, message) else {
            unreachable!("{vector}");
        };
        assert_eq!(hex::encode(sm3(&[&unhex(message)])), digest);
    }
}

#[test]
fn signatures_of_other_libraries() {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join("interop.json")).expect("interop.json");
    let vectors: Vec<Value> = serde_json::from_str(&text).expect("a list");
    assert!(vectors.len() >= 3);
    for vector in vectors {
        let [key, id, message] = ["pk", "id", "msg"].map(|field| unhex(&vector[field]));
        let signature = match &vector["sig_der"] {
            Value::Null => unhex(&vector["sig_raw"]).try_into().expect("64 bytes"),
            der => from_der(&unhex(der)).expect("two integers"),
        };
        assert!(
            verify(&key, &id, &message, &signature),
            "{}",
            vector["producer"]
        );
        assert!(
            !verify(&key, &id, b"another", &signature),
            "{}",
            vector["producer"]
        );
    }
}

#[test]
fn openssls_own() {
    let Some(folder) = folder() else { return };
    let text =
        fs::read_to_string(folder.join("openssl_tongsuo_evppkey_sm2.txt")).expect("the file");
    let (_, key) = text
        .split_once("-----BEGIN PRIVATE KEY-----")
        .expect("a key");
    let (key, _) = key.split_once("-----END").expect("its end");
    let key = Base64::decode_vec(&key.replace(char::is_whitespace, "")).expect("base64");
    let point = &key[key.len() - 65..];
    let key = sm2::PublicKey::from_sec1_bytes(point).expect("a point");
    let key = VerifyingKey::decode(&compressed(&key)).expect("a point");
    let mut checked = 0;
    for block in text
        .split("\n\n")
        .filter(|block| block.contains("Verify = ") && !block.contains("Result"))
    {
        let field = |name: &str| {
            let value = block.lines().find_map(|line| line.strip_prefix(name));
            hex::decode(value.expect(name)).expect("hex")
        };
        let digest: [u8; 32] = field("Input = ").try_into().expect("an SM3 digest");
        let signature = from_der(&field("Output = ")).expect("two integers");
        assert_eq!(key.verify_digest(&digest, &signature), Ok(()), "{block}");
        checked += 1;
    }
    assert!(checked >= 2, "{checked}");
}

/// r ‖ s of a DER sequence of two integers.
fn from_der(der: &[u8]) -> Option<[u8; 64]> {
    let (r, s) = gmcrypto_core::asn1::sig::decode_sig(der)?;
    [r, s].concat().try_into().ok()
}
