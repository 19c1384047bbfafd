//! `did:key` as ssi sees it.

use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use did_method_key::DIDKey;
use light_client::{
    document::jwk,
    key::{KeyKind, PublicKey, did_key},
};
use ssi_dids_core::resolution::{DIDMethodResolver as _, Options, Parameters};

use crate::support::{KINDS, Random, Secret};

/// What ssi makes of a DID: its one verification method.
fn resolve(did: &str, format: Option<&str>) -> Option<serde_json::Value> {
    let options = Options {
        parameters: Parameters {
            public_key_format: format.map(ToOwned::to_owned),
            ..Parameters::default()
        },
        ..Options::default()
    };
    let id = did.strip_prefix("did:key:")?;
    let future = pin!(DIDKey.resolve_method_representation(id, options));
    // Resolving a did:key reads nothing, so it is ready at once.
    let Poll::Ready(output) = future.poll(&mut Context::from_waker(Waker::noop())) else {
        unreachable!("did:key never waits");
    };
    let document: serde_json::Value = serde_json::from_slice(&output.ok()?.document).unwrap();
    Some(document["verificationMethod"][0].clone())
}

/// The JWK that ssi resolves to, as our own key.
fn resolve_key(did: &str) -> Option<PublicKey> {
    let json = resolve(did, Some("JsonWebKey2020"))?["publicKeyJwk"].to_string();
    let json = credentials_schemas::json::parse(json.as_bytes(), Default::default()).unwrap();
    jwk::parse(&json).ok()
}

#[test]
fn ssi_resolves_what_we_format() {
    for seed in 1..=20 {
        for kind in [KeyKind::Ed25519, KeyKind::P256] {
            let key = Secret::new(kind, seed).public();
            assert_eq!(resolve_key(&did_key::format(&key)), Some(key));
        }
    }
}

#[test]
fn sm2_resolves_to_a_multikey_and_to_nothing_else() {
    let key = Secret::new(KeyKind::Sm2, 7).public();
    let did = did_key::format(&key);
    let method = resolve(&did, None).unwrap();
    assert_eq!(method["type"], "Multikey");
    let multibase = method["publicKeyMultibase"].as_str().unwrap();
    assert_eq!(did_key::parse(&format!("did:key:{multibase}")), Ok(key));
    assert_eq!(resolve(&did, Some("JsonWebKey2020")), None);
}

/// Whatever we accept, ssi accepts as the same key. What ssi accepts beyond that is a second
/// name of a key (another multibase, an uncompressed point), or a kind or key that we refuse.
#[test]
fn mutated_dids() {
    let mut random = Random(1);
    let alphabet = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let (mut both, mut neither) = (0, 0);
    for round in 0..3_000 {
        let kind = KINDS[1 + round % 2];
        let seed = 1 + u8::try_from(round % 50).unwrap();
        let mut did = did_key::format(&Secret::new(kind, seed).public()).into_bytes();
        let at = 8 + random.below(did.len() - 8);
        match random.below(4) {
            0 => drop(did.remove(at)),
            1 => did.insert(at, alphabet[random.below(58)]),
            _ => did[at] = alphabet[random.below(58)],
        }
        let did = String::from_utf8(did).unwrap();
        match (did_key::parse(&did), resolve_key(&did)) {
            (Ok(ours), Some(theirs)) => {
                assert_eq!(ours, theirs, "{did}");
                assert_eq!(did_key::format(&ours), did);
                both += 1;
            }
            (Err(_), None) => neither += 1,
            (Ok(_), None) => unreachable!("only we accept {did}"),
            (Err(error), Some(key)) => assert_ne!(
                did_key::format(&key),
                did,
                "only ssi accepts the canonical {did}: {error}"
            ),
        }
    }
    assert!(both > 300 && neither > 300, "{both} {neither}");
}
