//! What OpenID4VCI 1.0 says must not work, with the errors it names.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    city::{City, code},
    issuance::{ELECTRICIAN, IDENTITY, electrician, li_ming},
    ledger::now_ms,
    wallet::{Offer, Wallet, request, token_form},
};

async fn offer(city: &City, wallet: &Wallet, with_tx_code: bool) -> (Offer, Value) {
    let body = json!({ "type": IDENTITY, "claims": li_ming(), "tx_code": with_tx_code });
    let offered = city.desk("haizhou-police", "/credentials", &body).await;
    let offer = wallet.open(offered["offer_uri"].as_str().unwrap()).await;
    (offer, offered)
}

async fn error(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = response.json().await.unwrap();
    (status, body["error"].as_str().unwrap().to_owned())
}

fn refused(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

#[tokio::test]
async fn a_code_works_once() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, offered) = offer(&city, &wallet, false).await;
    let ask = async |form: &str| error(wallet.post_token(&offer, form).await).await;
    let form = token_form(&offer.code, None);
    assert_eq!(ask("").await, refused("invalid_request"));
    assert_eq!(
        ask("grant_type=authorization_code").await,
        refused("unsupported_grant_type")
    );
    let without_code = form.split_once('&').unwrap().0;
    assert_eq!(ask(without_code).await, refused("invalid_request"));
    assert_eq!(
        ask(&token_form("other", None)).await,
        refused("invalid_grant")
    );
    let unexpected = token_form(&offer.code, Some("123456"));
    assert_eq!(ask(&unexpected).await, refused("invalid_request"));
    assert_eq!(
        ask(&format!("{form}&{form}")).await,
        refused("invalid_request")
    );

    wallet.token(&offer, None).await;
    assert_eq!(ask(&form).await, refused("invalid_grant"), "replayed");
    let url = offered["credential_offer_uri"].as_str().unwrap();
    let path = url.strip_prefix(&city.url).unwrap();
    assert_eq!(
        code(city.get(path).await).await,
        (410, "offer_closed".to_owned())
    );
    assert_eq!(
        code(city.get("/agencies/haizhou-police/offers/x").await).await,
        (404, "offer_unknown".to_owned())
    );
}

#[tokio::test]
async fn two_requests_for_one_code_get_one_token() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, _) = offer(&city, &wallet, false).await;
    let form = token_form(&offer.code, None);
    let (a, b, c) = tokio::join!(
        wallet.post_token(&offer, &form),
        wallet.post_token(&offer, &form),
        wallet.post_token(&offer, &form),
    );
    let granted = [a, b, c]
        .iter()
        .filter(|answer| answer.status() == StatusCode::OK)
        .count();
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn transaction_codes_cannot_be_guessed() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, offered) = offer(&city, &wallet, true).await;
    let right = offered["tx_code"].as_str().unwrap();
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let ask = async |tx_code: Option<&str>| {
        error(
            wallet
                .post_token(&offer, &token_form(&offer.code, tx_code))
                .await,
        )
        .await
    };
    for _ in 0..7 {
        assert_eq!(
            ask(None).await,
            refused("invalid_request"),
            "no guess, so no try is lost"
        );
    }
    for _ in 0..5 {
        assert_eq!(ask(Some(wrong)).await, refused("invalid_grant"));
    }
    assert_eq!(
        ask(Some(right)).await,
        refused("invalid_grant"),
        "five tries are all there are"
    );
}

#[tokio::test]
async fn four_wrong_transaction_codes_leave_one_try() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, offered) = offer(&city, &wallet, true).await;
    let right = offered["tx_code"].as_str().unwrap();
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    for _ in 0..4 {
        wallet
            .post_token(&offer, &token_form(&offer.code, Some(wrong)))
            .await;
    }
    wallet.token(&offer, Some(right)).await;
}

#[tokio::test]
async fn an_expired_offer_is_closed() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, offered) = offer(&city, &wallet, false).await;
    city.advance_clock(7 * 24 * 60 * 60 * 1000);
    let answer = wallet
        .post_token(&offer, &token_form(&offer.code, None))
        .await;
    assert_eq!(error(answer).await, refused("invalid_grant"));
    let url = offered["qr_uri"].as_str().unwrap();
    let path = url.strip_prefix(&city.url).unwrap();
    assert_eq!(
        code(city.get(path).await).await,
        (410, "offer_closed".to_owned())
    );

    // The next offer makes the service forget what the expired one said of a person.
    let kept = async || {
        let query = "SELECT document FROM offer WHERE claims IS NOT NULL";
        let rows = sqlx::query(query).fetch_all(&city.service.db).await;
        rows.unwrap().len()
    };
    assert_eq!(kept().await, 1);
    city.advance_clock(10 * 60 * 1000);
    self::offer(&city, &wallet, false).await;
    assert_eq!(kept().await, 1, "of the new one");
}

#[tokio::test]
async fn a_credential_request_needs_a_proof_made_for_it() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, _) = offer(&city, &wallet, false).await;
    let token = wallet.token(&offer, None).await;
    let nonce = wallet.nonce(&offer).await;
    let proof = wallet.proof(&offer.issuer, &nonce);
    let ask = async |body: Value| error(wallet.ask(&offer, &token, &body).await).await;
    let id = &offer.configuration;

    assert_eq!(ask(json!([])).await, refused("invalid_credential_request"));
    assert_eq!(ask(json!({})).await, refused("invalid_credential_request"));
    let unknown = request("passport", &proof);
    assert_eq!(
        ask(unknown).await,
        refused("unknown_credential_configuration")
    );
    // Another agency's type is not this one's.
    let other = request("degree", &proof);
    assert_eq!(
        ask(other).await,
        refused("unknown_credential_configuration")
    );
    let identifier = json!({ "credential_identifier": "x", "proofs": { "jwt": [&proof] } });
    assert_eq!(
        ask(identifier).await,
        refused("unknown_credential_identifier")
    );
    let both = json!({ "credential_identifier": "x", "credential_configuration_id": id });
    assert_eq!(ask(both).await, refused("invalid_credential_request"));
    let mut encrypted = request(id, &proof);
    encrypted["credential_response_encryption"] = json!({ "enc": "A128GCM" });
    assert_eq!(
        ask(encrypted).await,
        refused("invalid_encryption_parameters")
    );

    let proofs = |proofs: Value| json!({ "credential_configuration_id": id, "proofs": proofs });
    let bare = json!({ "credential_configuration_id": id });
    assert_eq!(ask(bare).await, refused("invalid_proof"));
    let singular = json!({ "credential_configuration_id": id, "proof": { "jwt": &proof } });
    assert_eq!(ask(singular).await, refused("invalid_proof"));
    assert_eq!(
        ask(proofs(json!({ "jwt": [] }))).await,
        refused("invalid_proof")
    );
    let two = proofs(json!({ "jwt": [&proof, &proof] }));
    assert_eq!(ask(two).await, refused("invalid_proof"));
    let data_integrity = proofs(json!({ "di_vp": [{}] }));
    assert_eq!(ask(data_integrity).await, refused("invalid_proof"));
    assert_eq!(ask(request(id, "a.b.c")).await, refused("invalid_proof"));
    let elsewhere = wallet.proof("https://elsewhere/agencies/x", &nonce);
    assert_eq!(ask(request(id, &elsewhere)).await, refused("invalid_proof"));
    let mut broken = proof.clone();
    broken.replace_range(broken.len() - 10..broken.len() - 4, "AAAAAA");
    assert_eq!(ask(request(id, &broken)).await, refused("invalid_proof"));

    let made_up = wallet.proof(&offer.issuer, "made-up");
    assert_eq!(ask(request(id, &made_up)).await, refused("invalid_nonce"));

    let answer = wallet.ask(&offer, &token, &request(id, &proof)).await;
    assert_eq!(
        answer.status(),
        StatusCode::OK,
        "none of the failures used anything up"
    );
    assert_eq!(
        ask(request(id, &proof)).await,
        refused("invalid_nonce"),
        "a nonce works once"
    );
    let again = wallet.proof(&offer.issuer, &wallet.nonce(&offer).await);
    assert_eq!(
        ask(request(id, &again)).await,
        refused("credential_request_denied")
    );
}

#[tokio::test]
async fn nonces_and_access_tokens_expire() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (offer, _) = offer(&city, &wallet, false).await;
    let token = wallet.token(&offer, None).await;
    let nonce = wallet.nonce(&offer).await;
    let body = request(&offer.configuration, &wallet.proof(&offer.issuer, &nonce));
    city.advance_clock(301_000);
    let late = wallet.ask(&offer, &token, &body).await;
    assert_eq!(
        error(late).await,
        refused("invalid_proof"),
        "made too long ago"
    );
    let iat = (now_ms() + 301_000) / 1000;
    let stale = wallet.proof_at(&offer.issuer, &nonce, iat);
    let stale = wallet
        .ask(&offer, &token, &request(&offer.configuration, &stale))
        .await;
    assert_eq!(error(stale).await, refused("invalid_nonce"));
    let fresh = wallet.nonce(&offer).await;
    city.advance_clock(10 * 60 * 1000);
    let body = request(&offer.configuration, &wallet.proof(&offer.issuer, &fresh));
    let answer = wallet.ask(&offer, &token, &body).await;
    assert_eq!(
        answer.headers()["www-authenticate"],
        "Bearer error=\"invalid_token\""
    );
    assert_eq!(error(answer).await, (401, "invalid_token".to_owned()));
}

#[tokio::test]
async fn a_token_opens_one_agency() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let (police, _) = offer(&city, &wallet, false).await;
    let token = wallet.token(&police, None).await;
    let body = json!({ "type": ELECTRICIAN, "claims": electrician() });
    let offered = city.desk("haizhou-safety", "/credentials", &body).await;
    let safety = wallet.open(offered["offer_uri"].as_str().unwrap()).await;
    let proof = wallet.proof(&safety.issuer, &wallet.nonce(&safety).await);
    let body = request(&safety.configuration, &proof);
    let answer = wallet.ask(&safety, &token, &body).await;
    assert_eq!(error(answer).await, (401, "invalid_token".to_owned()));
    // A code of one agency means nothing at another's token endpoint.
    let answer = wallet
        .post_token(&police, &token_form(&safety.code, None))
        .await;
    assert_eq!(error(answer).await, refused("invalid_grant"));
    wallet.token(&safety, None).await;
}
