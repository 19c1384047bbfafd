//! `did:key` against the vectors of its specification, where the machine has them.

use light_client::key::{KeyKind, did_key};
use serde_json::Value;

use crate::support::extra_vectors;

fn read(folder: &std::path::Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

#[test]
fn specification_vectors() {
    let Some(folder) = extra_vectors("did-key") else {
        return;
    };
    let mut keys = 0;
    for file in ["ed25519-x25519.json", "nist-curves.json"] {
        let vectors = read(&folder.join("test-vectors"), file);
        for did in vectors.as_object().unwrap().keys() {
            // P-384 and P-521 stand in the same file.
            let expected = match did.get(..12) {
                Some("did:key:z6Mk") => Some(KeyKind::Ed25519),
                Some(start) if start.starts_with("did:key:zDn") => Some(KeyKind::P256),
                _ => None,
            };
            let key = did_key::parse(did).ok();
            assert_eq!(
                key.as_ref().map(light_client::key::PublicKey::kind),
                expected,
                "{did}"
            );
            keys += usize::from(key.is_some_and(|key| did_key::format(&key) == *did));
        }
    }
    assert!(keys >= 6, "{keys}");
    for file in ["bls12381.json", "rsa.json", "secp256k1.json", "x25519.json"] {
        let vectors = read(&folder.join("test-vectors"), file);
        for did in vectors.as_object().unwrap().keys() {
            assert!(did_key::parse(did).is_err(), "{did}");
        }
    }
}

#[test]
fn sm2_vectors_of_another_implementation() {
    let Some(folder) = extra_vectors("did-key") else {
        return;
    };
    let vectors = read(&folder, "sm2-did-key-computed.json");
    let vectors = vectors["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let did = vector["did"].as_str().unwrap();
        let key = did_key::parse(did).unwrap();
        assert_eq!(key.kind(), KeyKind::Sm2);
        assert_eq!(
            hex::encode(key.key_bytes()),
            vector["publicKeyCompressedHex"]
        );
        assert_eq!(did_key::format(&key), did);
    }
}
