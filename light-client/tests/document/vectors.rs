//! The committed vectors of `docs/spec/document.md`, and two of RFC 9901.

use std::path::Path;

use credentials_schemas::json::{Json, Limits, to_jcs};
use light_client::{
    document::{Credential, CredentialIssuer, CredentialLimits, InvoiceDocument},
    hash::{Digest, Hasher},
    key::{KeyKind, PublicKey},
    suite::Suite,
};
use serde_json::Value;

use crate::support::{Token, encode};

/// All vectors whose name starts with `kind`, by name.
fn vectors(kind: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/document");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.starts_with(kind) {
            found.push((
                name,
                serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
            ));
        }
    }
    found
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn suites() -> [(&'static str, Suite); 2] {
    [("sm", Suite::Sm), ("intl", Suite::Intl)]
}

#[test]
fn invoices() {
    let vectors = vectors("invoice-");
    assert_eq!(vectors.len(), 3);
    for (name, vector) in vectors {
        let seed = hex::decode(text(&vector, "seed"))
            .unwrap()
            .try_into()
            .unwrap();
        let bytes = text(&vector, "invoice").as_bytes();
        let document = InvoiceDocument::parse(bytes, seed, Limits::default());
        match text(&vector, "expect") {
            "valid" => check_invoice(&name, &document.unwrap(), &vector["suites"]),
            "malformed" => {
                assert_eq!(
                    document.unwrap_err().code(),
                    text(&vector, "code"),
                    "{name}"
                );
            }
            other => unreachable!("{name} expects {other}"),
        }
    }
}

fn check_invoice(name: &str, document: &InvoiceDocument, expected: &Value) {
    for (suite_name, suite) in suites() {
        let tree = document.field_tree(suite);
        for (what, digest) in [
            ("printed", tree.printed),
            ("root", tree.root),
            ("commitment", document.commitment(suite)),
            ("secret", document.secret(suite)),
            ("recordName", document.record_name(suite)),
        ] {
            let expected = text(&expected[suite_name], what);
            assert_eq!(digest.to_hex(), expected, "{name} {suite_name} {what}");
        }
    }
}

#[test]
fn credentials() {
    let vectors = vectors("credential-");
    assert_eq!(vectors.len(), 8);
    for (name, vector) in vectors {
        let credential =
            Credential::parse(text(&vector, "credential"), CredentialLimits::default());
        if text(&vector, "expect") == "malformed" {
            assert_eq!(
                credential.unwrap_err().code(),
                text(&vector, "code"),
                "{name}"
            );
            continue;
        }
        let credential = credential.unwrap();
        let key = PublicKey::parse(&hex::decode(text(&vector, "key")).unwrap()).unwrap();
        for (suite_name, suite) in suites() {
            let expected = Digest::from_hex(text(&vector["digests"], suite_name));
            assert_eq!(Ok(credential.digest(suite)), expected, "{name}");
        }
        let verified = credential.verify_signature(&key).is_ok();
        assert_eq!(verified, text(&vector, "expect") == "valid", "{name}");
        if verified {
            check_credential(&name, &credential, &key, &vector);
        }
    }
}

fn check_credential(name: &str, credential: &Credential, key: &PublicKey, vector: &Value) {
    assert_eq!(credential.issuer().did(), text(vector, "issuer"), "{name}");
    if let CredentialIssuer::Ledger { key_id, .. } = credential.issuer() {
        assert_eq!(*key_id, key.id(credential.suite()), "{name}");
    }
    assert_eq!(
        credential.undisclosed_count(),
        vector["undisclosed"],
        "{name}"
    );
    let claims = credential.claims().iter();
    let claims =
        claims.map(|claim| Json::Array(vec![claim.name.as_str().into(), claim.value.clone()]));
    let claims = to_jcs(&Json::Array(claims.collect())).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims, vector["claims"], "{name}");
}

/// RFC 9901 §4.2.3 and §4.2.4.2: the standard's own disclosures and digests.
#[test]
fn digests_of_rfc_9901() {
    for (disclosure, digest) in [
        (
            r#"["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]"#,
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        (
            r#"["lklxF5jMYlGTPUovMNIvCA", "FR"]"#,
            "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs",
        ),
    ] {
        let mut hasher = Hasher::new(Suite::Intl);
        hasher.update(encode(disclosure).as_bytes());
        assert_eq!(encode(hasher.finish().as_bytes()), digest);
    }
    // And they are found in a token.
    let payload = r#","_sd":["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"],"nationalities":["DE",{"...":"w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"}]"#;
    let token = Token::new(
        KeyKind::P256,
        payload,
        &[
            r#"["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]"#,
            r#"["lklxF5jMYlGTPUovMNIvCA", "FR"]"#,
        ],
    );
    let credential = token.parse().unwrap();
    let claims = credential.claims();
    assert_eq!(claims[0].value, Json::Array(vec!["DE".into(), "FR".into()]));
    assert_eq!(claims[1].value, "Möbius".into());
}
