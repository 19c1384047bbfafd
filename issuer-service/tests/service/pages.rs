//! Files, headers, health, and what is said about agencies.

use std::sync::atomic::Ordering;

use light_client::key::did_key;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::city::{City, code};

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let city = City::start().await;
    for path in [
        "/",
        "/app_bg.wasm",
        "/healthz",
        "/api/agencies",
        "/api/nothing",
    ] {
        let answer = city.get(path).await;
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{path}");
        assert!(!policy.contains("unsafe-inline"), "{path}");
        let cache = headers
            .get("cache-control")
            .map(|value| value.to_str().unwrap());
        let expected = match path {
            "/" | "/app_bg.wasm" => Some("no-cache"),
            "/api/nothing" => None,
            _ => Some("no-store"),
        };
        assert_eq!(cache, expected, "{path}");
    }
}

#[tokio::test]
async fn the_app_answers_for_its_pages_and_the_api_for_its_errors() {
    let city = City::start().await;
    let wasm = city.get("/app_bg.wasm").await;
    assert_eq!(wasm.headers()["content-type"], "application/wasm");
    for page in ["/", "/wallet/receive", "/verify"] {
        let answer = city.get(page).await;
        assert_eq!(answer.status(), StatusCode::OK, "{page}");
        assert_eq!(answer.text().await.unwrap(), "<!doctype html>page");
    }
    let not_found = (404, "not_found".to_owned());
    for path in [
        "/api/nothing",
        "/agencies/haizhou-tax/nothing",
        "/.well-known/nothing",
    ] {
        assert_eq!(code(city.get(path).await).await, not_found, "{path}");
    }
    let outside = city
        .get("/..%2f..%2fdesk-tokens.json")
        .await
        .text()
        .await
        .unwrap();
    assert!(!outside.contains("haizhou"), "{outside}");
    let url = format!("{}/api/trust", city.url);
    let answer = city
        .client
        .request(Method::DELETE, url)
        .send()
        .await
        .unwrap();
    assert_eq!(code(answer).await, (405, "method_not_allowed".to_owned()));
}

#[tokio::test]
async fn health_follows_the_ledger() {
    let city = City::start().await;
    assert_eq!(city.get("/healthz").await.status(), StatusCode::OK);
    assert_eq!(city.get("/readyz").await.status(), StatusCode::OK);
    let head: Value = city.get("/api/ledger/head").await.json().await.unwrap();
    assert_eq!(head["ledger_id"], city.service.ledger_id().to_string());
    assert!(
        city.ledger.faults.taken.load(Ordering::SeqCst) >= 3,
        "the agencies are registered"
    );
    let trust = city.trust().await;
    let ledger = trust.ledger(&city.service.ledger_id()).unwrap();
    assert_eq!(
        ledger.newest_header().unwrap().header().core.height.0,
        head["height"]
    );
}

#[tokio::test]
async fn agencies_show_their_keys_as_dids() {
    let city = City::start().await;
    let agencies: Value = city.get("/api/agencies").await.json().await.unwrap();
    assert_eq!(agencies.as_array().unwrap().len(), 3);
    let tax: Value = city
        .get("/api/agencies/haizhou-tax")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(tax["sellers"].as_array().unwrap().len(), 3);
    assert_eq!(
        code(city.get("/api/agencies/x").await).await,
        (404, "agency_unknown".to_owned())
    );
    let did = tax["key"]["did"].as_str().unwrap();
    assert!(did.starts_with("did:key:zEPJ"), "SM2 keys begin so: {did}");
    let key = did_key::parse(did).unwrap();
    assert_eq!(hex::encode(key.to_bytes()), tax["key"]["public"]);

    let document: Value = city
        .get("/agencies/haizhou-tax/did.json")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(document["id"], did);
    let method = &document["verificationMethod"][0];
    assert_eq!(method["type"], "Multikey");
    let multibase = did.strip_prefix("did:key:").unwrap();
    assert_eq!(method["publicKeyMultibase"], multibase);
}
