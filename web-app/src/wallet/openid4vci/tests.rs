#![expect(clippy::unwrap_used, reason = "a failed test is the point")]

use serde_json::{Value, json};

use super::*;

fn offer(grants: &Value) -> String {
    json!({
        "credential_issuer": "https://h/agencies/psb",
        "credential_configuration_ids": ["identity"],
        "grants": grants,
    })
    .to_string()
}

fn issuer_metadata(algorithm: &str) -> Value {
    json!({
        "credential_issuer": "https://h/agencies/psb",
        "credential_endpoint": "https://h/agencies/psb/credential",
        "nonce_endpoint": "https://h/agencies/psb/nonce",
        "display": [{"name": "Police", "locale": "en"}, {"name": "公安局", "locale": "zh-CN"}],
        "credential_configurations_supported": {
            "identity": {
                "format": "dc+sd-jwt",
                "vct": "urn:x",
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": [algorithm]}},
                "credential_metadata": {"display": [{"name": "居民身份", "locale": "zh"}]},
            }
        }
    })
}

#[test]
fn an_offer_says_whether_it_wants_a_code() {
    let without = Offer::parse(&offer(
        &json!({PRE_AUTHORIZED: {"pre-authorized_code": "a b"}}),
    ))
    .unwrap();
    assert_eq!(without.tx_code, None);
    assert_eq!(
        without.token_request(Some("12 3")),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code&pre-authorized_code=a%20b&tx_code=12%203"
    );
    // An empty object still means that a code is wanted.
    let with = Offer::parse(&offer(
        &json!({PRE_AUTHORIZED: {"pre-authorized_code": "a", "tx_code": {}}}),
    ))
    .unwrap();
    assert_eq!(
        with.tx_code,
        Some(TxCode {
            input_mode: None,
            length: None,
            description: None
        })
    );
}

#[test]
fn an_offer_of_another_flow_is_refused() {
    assert_eq!(
        Offer::parse(&offer(&json!({"authorization_code": {}}))),
        Err(MessageError::NoPreAuthorizedCode)
    );
    assert_eq!(Offer::parse("{}"), Err(MessageError::Malformed));
    assert_eq!(Offer::parse("[]"), Err(MessageError::Malformed));
    let empty = offer(&json!({PRE_AUTHORIZED: {"pre-authorized_code": ""}}));
    assert_eq!(Offer::parse(&empty), Err(MessageError::Malformed));
}

#[test]
fn metadata_is_found_between_host_and_path() {
    let address = CredentialIssuer::address("https://h:8443/agencies/psb").unwrap();
    assert_eq!(
        address,
        "https://h:8443/.well-known/openid-credential-issuer/agencies/psb"
    );
    assert_eq!(
        CredentialIssuer::address("https://h").unwrap(),
        "https://h/.well-known/openid-credential-issuer"
    );
    let server = AuthorizationServer::address("https://h/a/").unwrap();
    assert_eq!(server, "https://h/.well-known/oauth-authorization-server/a");
    assert_eq!(
        CredentialIssuer::address("https://h/?q"),
        Err(MessageError::UnsafeUrl)
    );
    assert_eq!(
        CredentialIssuer::address("http://h/a"),
        Err(MessageError::UnsafeUrl)
    );
}

#[test]
fn metadata_of_another_issuer_is_refused() {
    let text = issuer_metadata(SM2_ALGORITHM).to_string();
    let issuer = CredentialIssuer::parse(&text, "https://h/agencies/psb").unwrap();
    assert_eq!(issuer.name("zh-CN"), Some("公安局"));
    assert_eq!(issuer.name("fr"), Some("Police"));
    assert_eq!(issuer.title("identity", "en"), Some("居民身份"));
    assert_eq!(issuer.authorization_server, "https://h/agencies/psb");
    assert_eq!(
        CredentialIssuer::parse(&text, "https://h/agencies/tax"),
        Err(MessageError::OtherIssuer)
    );

    let mut elsewhere = issuer_metadata(SM2_ALGORITHM);
    elsewhere["credential_endpoint"] = json!("http://h/credential");
    let parsed = CredentialIssuer::parse(&elsewhere.to_string(), "https://h/agencies/psb");
    assert_eq!(parsed, Err(MessageError::UnsafeUrl));
}

#[test]
fn only_what_the_wallet_can_prove_fits() {
    let offer = Offer::parse(&offer(
        &json!({PRE_AUTHORIZED: {"pre-authorized_code": "a"}}),
    ))
    .unwrap();
    let issuer = |algorithm| {
        CredentialIssuer::parse(
            &issuer_metadata(algorithm).to_string(),
            "https://h/agencies/psb",
        )
        .unwrap()
    };
    assert_eq!(issuer(SM2_ALGORITHM).choose(&offer), Ok("identity"));
    assert_eq!(
        issuer("ES256").choose(&offer),
        Err(MessageError::NothingFits)
    );
}

#[test]
fn a_key_proof_says_who_for_and_is_signed() {
    let key = HolderKey::from_secret(&[7; 32]).unwrap();
    let proof = key_proof(&key, "https://h/agencies/psb", Some("n"), 1_800_000_000);
    let parts: Vec<&str> = proof.split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
    };
    let header = read(parts[0]);
    assert_eq!(header["alg"], SM2_ALGORITHM);
    assert_eq!(header["typ"], "openid4vci-proof+jwt");
    assert_eq!(header["jwk"]["crv"], "SM2-P-256");
    // An anonymous wallet must not name itself.
    assert_eq!(
        read(parts[1]),
        json!({"aud": "https://h/agencies/psb", "iat": 1_800_000_000, "nonce": "n"})
    );
    let signature = Base64UrlUnpadded::decode_vec(parts[2]).unwrap();
    assert!(key.verifies(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature));
    assert!(!key.verifies(b"something else", &signature));
}

#[test]
fn exactly_one_credential_is_expected() {
    assert_eq!(
        parse_credential(r#"{"credentials":[{"credential":"a~"}]}"#),
        Ok("a~".into())
    );
    for text in [
        r#"{"credentials":[]}"#,
        r#"{"transaction_id":"t"}"#,
        r#"{"credentials":[{"credential":"a"},{"credential":"b"}]}"#,
    ] {
        assert_eq!(
            parse_credential(text),
            Err(MessageError::Malformed),
            "{text}"
        );
    }
}

#[test]
fn a_credential_request_carries_the_proof_in_the_plural_form() {
    let request: Value = serde_json::from_str(&credential_request("identity", "p")).unwrap();
    assert_eq!(
        request,
        json!({"credential_configuration_id": "identity", "proofs": {"jwt": ["p"]}})
    );
}
