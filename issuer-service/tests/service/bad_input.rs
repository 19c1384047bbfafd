//! Malformed, oversized, unknown and unauthorised requests to the API, each with its code.

use std::sync::atomic::Ordering;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    city::{City, code},
    issuance::{DEGREE, IDENTITY, li_ming},
    wallet::{Wallet, digest},
};

fn problem(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn desks_open_to_their_own_token_only() {
    let city = City::start().await;
    let url = format!("{}/api/agencies/haizhou-police/credentials", city.url);
    let body = json!({ "type": IDENTITY, "claims": li_ming() });
    let ask = async |token: Option<&str>| {
        let mut request = city.client.post(&url).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        code(request.send().await.unwrap()).await
    };
    assert_eq!(ask(None).await, problem(401, "unauthorized"));
    assert_eq!(ask(Some("")).await, problem(401, "unauthorized"));
    assert_eq!(ask(Some("x")).await, problem(401, "unauthorized"));
    let other = city.desk_token("haizhou-tax");
    assert_eq!(ask(Some(&other)).await, problem(401, "unauthorized"));
    let url = format!("{}/api/agencies/nowhere/credentials", city.url);
    let answer = city.client.post(url).json(&body).send().await.unwrap();
    assert_eq!(code(answer).await, problem(404, "agency_unknown"));
}

#[tokio::test]
async fn bodies_must_be_what_the_route_takes() {
    let city = City::start().await;
    let url = format!("{}/api/agencies/haizhou-police/credentials", city.url);
    let token = city.desk_token("haizhou-police");
    let raw = async |content_type: &str, body: String| {
        let request = city.client.post(&url).bearer_auth(&token);
        let request = request.header("content-type", content_type).body(body);
        code(request.send().await.unwrap()).await
    };
    let json = "application/json";
    let whole = json!({ "type": IDENTITY, "claims": li_ming() }).to_string();
    assert_eq!(
        raw("text/plain", whole.clone()).await,
        problem(415, "content_type_unsupported")
    );
    for malformed in [
        "",
        "{",
        "[]",
        "{\"type\":1}",
        "{\"type\":\"x\",\"type\":\"y\"}",
    ] {
        let answer = raw(json, malformed.to_owned()).await;
        assert_eq!(answer, problem(400, "body_malformed"), "{malformed}");
    }
    let surprising = whole.replacen('{', "{\"surprise\":1,", 1);
    assert_eq!(raw(json, surprising).await, problem(400, "body_malformed"));
    let oversized = format!("\"{}\"", "x".repeat(600 * 1024));
    assert_eq!(raw(json, oversized).await, problem(413, "body_too_large"));
    let unknown = whole.replace("resident-identity:1", "passport:1");
    assert_eq!(raw(json, unknown).await, problem(422, "type_unknown"));
    let not_offered = whole.replace(IDENTITY, DEGREE);
    assert_eq!(
        raw(json, not_offered).await,
        problem(422, "type_not_offered")
    );
    for (from, to) in [
        ("1992-05-16", "1992-05-17"),
        ("990103199205160011", "990103199205160012"),
        ("\"age_over_18\":true", "\"age_over_18\":false"),
        ("\"age_over_18\":true", "\"age_over_18\":1"),
        ("\"address\"", "\"adress\""),
    ] {
        let answer = raw(json, whole.replace(from, to)).await;
        assert_eq!(answer, problem(422, "claims_invalid"), "{from} → {to}");
    }
}

#[tokio::test]
async fn documents_answer_for_their_state() {
    let city = City::start().await;
    let agency = "haizhou-police";
    let body = json!({ "type": IDENTITY, "claims": li_ming() });
    let offered = city.desk(agency, "/credentials", &body).await;
    let id = offered["document_id"].as_str().unwrap();
    let revoke = async |id: &str, reason: &str| {
        let path = format!("/documents/{id}/revoke");
        city.desk_post(
            agency,
            &path,
            &json!({ "reason": reason, "basis": "示范条例 第七条" }),
        )
        .await
    };
    assert_eq!(
        code(revoke(id, "superseded").await).await,
        problem(409, "not_issued")
    );
    assert_eq!(
        code(revoke(id, "boredom").await).await,
        problem(400, "body_malformed")
    );
    assert_eq!(
        code(revoke("x", "superseded").await).await,
        problem(404, "document_unknown")
    );
    let foreign = city
        .desk_get("haizhou-tax", &format!("/documents/{id}"))
        .await;
    assert_eq!(code(foreign).await, problem(404, "document_unknown"));

    let faults = city.ledger.faults.clone();
    faults.halted.store(true, Ordering::SeqCst);
    let wallet = Wallet::new();
    let credential = wallet
        .receive(offered["offer_uri"].as_str().unwrap(), None)
        .await;
    let proofs = format!("/api/proofs/{}", digest(&credential));
    assert_eq!(
        code(city.get(&proofs).await).await,
        problem(425, "not_anchored")
    );
    city.wait_for(agency, id, "submitted").await;
    assert_eq!(
        code(city.get(&proofs).await).await,
        problem(425, "not_anchored")
    );
    faults.halted.store(false, Ordering::SeqCst);
    city.wait_for(agency, id, "anchored").await;

    let bundle = |key: &str| format!("/api/bundles/{id}{key}");
    assert_eq!(
        code(city.get(&bundle("")).await).await,
        problem(401, "unauthorized")
    );
    assert_eq!(
        code(city.get(&bundle("?key=x")).await).await,
        problem(401, "unauthorized")
    );
    assert_eq!(
        code(city.get("/api/bundles/x").await).await,
        problem(404, "document_unknown")
    );
    let key = offered["download_key"].as_str().unwrap();
    let answer = city.get(&bundle(&format!("?key={key}"))).await;
    assert_eq!(answer.status(), StatusCode::OK);

    let unknown = format!("/api/proofs/{}", "0".repeat(64));
    assert_eq!(
        code(city.get(&unknown).await).await,
        problem(404, "document_unknown")
    );
    for malformed in ["x", &"G".repeat(64), &"A".repeat(64)] {
        let answer = code(city.get(&format!("/api/proofs/{malformed}")).await).await;
        assert_eq!(answer, problem(400, "parameter_malformed"), "{malformed}");
    }

    city.revoke(agency, id).await;
    assert_eq!(
        code(revoke(id, "superseded").await).await,
        problem(409, "document_revoked")
    );
    let list: Value = city
        .desk_get(agency, "/documents?limit=1")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(list[0]["document_id"], id);
    let answer = code(city.desk_get(agency, "/documents?limit=x").await).await;
    assert_eq!(answer, problem(400, "parameter_malformed"));
}

#[tokio::test]
async fn proofs_that_do_not_verify_are_not_handed_out() {
    let city = City::start().await;
    let body = json!({ "type": IDENTITY, "claims": li_ming() });
    let offered = city.desk("haizhou-police", "/credentials", &body).await;
    let link = offered["offer_uri"].as_str().unwrap();
    let credential = Wallet::new().receive(link, None).await;
    let id = offered["document_id"].as_str().unwrap();
    city.wait_for("haizhou-police", id, "anchored").await;
    let proofs = format!("/api/proofs/{}", digest(&credential));
    let lie = &city.ledger.faults.lie_about_state;
    lie.store(true, Ordering::SeqCst);
    let refused = code(city.get(&proofs).await).await;
    assert_eq!(refused, problem(500, "proofs_inconsistent"));
    lie.store(false, Ordering::SeqCst);
    assert_eq!(city.get(&proofs).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_agency_without_invoices_issues_none() {
    let city = City::start().await;
    let draft = crate::invoices::rail_ticket();
    let answer = city.desk_post("haizhou-police", "/invoices", &draft).await;
    assert_eq!(code(answer).await, problem(422, "type_not_offered"));
}
