//! Invoices from draft to verdict.

use light_client::{
    bundle::{Bundle, Document},
    cbor::to_bytes,
    verdict::{Headline, Reason},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::city::{City, code};

pub fn rail_ticket() -> Value {
    json!({
        "docType": "51",
        "seller": { "id": "91990100MA0DEM008U", "name": "东岚铁路客运有限公司" },
        "buyer": { "id": "91990105MA0DEM002H", "name": "青禾智能装备股份有限公司" },
        "lines": [{
            "itemName": "*运输服务*铁路旅客运输",
            "taxClassCode": "3010101020100000000",
            "netAmount": "500.00",
            "vatCategory": "S",
            "vatRate": "0.09",
        }],
    })
}

async fn bundle(city: &City, issued: &Value) -> Vec<u8> {
    let id = issued["document_id"].as_str().unwrap();
    let key = issued["download_key"].as_str().unwrap();
    let response = city.get(&format!("/api/bundles/{id}?key={key}")).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn a_rail_ticket_is_issued_and_an_edited_one_is_found_out() {
    let city = City::start().await;
    // Asked for before its lease is final, an invoice waits for that.
    let issued = city.desk("haizhou-tax", "/invoices", &rail_ticket()).await;
    assert_eq!(issued["number"], "26991000000000001017");
    assert_eq!(issued["claim_secret"].as_str().unwrap().len(), 64);
    let id = issued["document_id"].as_str().unwrap();
    city.wait_for("haizhou-tax", id, "anchored").await;

    let file = bundle(&city, &issued).await;
    let verdict = city.verdict_on(&file).await;
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
    assert_eq!(verdict.evidence.invoice.as_ref().unwrap().gross_fen, 54_500);

    // F1x of the demo: the same with another amount that is right in itself.
    let mut edited = Bundle::parse(&file).unwrap();
    let Document::Invoice { content, .. } = &mut edited.document else {
        unreachable!("an invoice")
    };
    let text = String::from_utf8(content.clone()).unwrap();
    let text = text
        .replace("500.00", "800.00")
        .replace("\"45.00\"", "\"72.00\"")
        .replace("545.00", "872.00")
        .replace("伍佰肆拾伍圆整", "捌佰柒拾贰圆整");
    *content = text.into_bytes();
    let verdict = city.verdict_on(&to_bytes(&edited)).await;
    assert_eq!(verdict.headline, Headline::Invalid(Reason::DocumentAltered));

    city.revoke("haizhou-tax", id).await;
    let verdict = city.verdict_on(&bundle(&city, &issued).await).await;
    assert_eq!(verdict.headline, Headline::Invalid(Reason::Revoked));
}

#[tokio::test]
async fn numbers_follow_each_other_and_a_refused_draft_uses_none() {
    let city = City::start().await;
    city.wait_for_leases("haizhou-tax").await;
    let mut bad = rail_ticket();
    bad["lines"][0]["vatRate"] = json!("0.08");
    let response = city.desk_post("haizhou-tax", "/invoices", &bad).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = response.json().await.unwrap();
    assert_eq!(
        (&problem["code"], &problem["rule"]),
        (&json!("invoice_invalid"), &json!("TI-07"))
    );

    let ticket = rail_ticket();
    let all = tokio::join!(
        city.desk("haizhou-tax", "/invoices", &ticket),
        city.desk("haizhou-tax", "/invoices", &ticket),
        city.desk("haizhou-tax", "/invoices", &ticket),
    );
    let mut numbers = [&all.0, &all.1, &all.2].map(|issued| issued["number"].as_str().unwrap());
    numbers.sort_unstable();
    let expected = [
        "26991000000000001017",
        "26991000000000001018",
        "26991000000000001019",
    ];
    assert_eq!(numbers, expected);
    for issued in [&all.0, &all.1, &all.2] {
        let id = issued["document_id"].as_str().unwrap();
        city.wait_for("haizhou-tax", id, "anchored").await;
        let verdict = city.verdict_on(&bundle(&city, issued).await).await;
        assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
    }
}

#[tokio::test]
async fn an_invoice_is_refused_for_its_reason() {
    let city = City::start().await;
    let refused = async |change: fn(&mut Value)| {
        let mut draft = rail_ticket();
        change(&mut draft);
        let response = city.desk_post("haizhou-tax", "/invoices", &draft).await;
        let status = response.status().as_u16();
        let problem: Value = response.json().await.unwrap();
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        (status, text("code"), text("rule"))
    };
    let expect = |status: u16, code: &str, rule: &str| (status, code.to_owned(), rule.to_owned());
    assert_eq!(
        refused(|draft| draft["seller"]["id"] = json!("91990105MA0DEM002H")).await,
        expect(422, "seller_unknown", "")
    );
    assert_eq!(
        refused(|draft| draft["seller"]["name"] = json!("东岚铁路")).await,
        expect(422, "seller_unknown", "")
    );
    assert_eq!(
        refused(|draft| draft["seller"]["did"] = json!("did:key:z6Mk")).await,
        expect(422, "invoice_invalid", "TI-13")
    );
    assert_eq!(
        refused(|draft| draft["number"] = json!("26991000000000001018")).await,
        expect(422, "invoice_invalid", "TI-50")
    );
    assert_eq!(
        refused(|draft| draft["issuedAt"] = json!("2026-12-31T23:59:59+08:00")).await,
        expect(422, "invoice_invalid", "TI-09")
    );
    assert_eq!(
        refused(|draft| draft["buyer"] = json!({ "id": "1", "name": "x" })).await,
        expect(422, "invoice_invalid", "TI-10")
    );
    assert_eq!(
        refused(|draft| draft["surprise"] = json!("x")).await,
        expect(422, "invoice_invalid", "TI-02")
    );
    // The quota of the seed is 1,000,000.00.
    assert_eq!(
        refused(|draft| draft["lines"][0]["netAmount"] = json!("999999.00")).await,
        expect(409, "no_lease", "")
    );
    assert_eq!(city.ledger.log_size(), 0);
}

#[tokio::test]
async fn numbers_are_leased_at_the_desk_and_run_out() {
    let city = City::start().await;
    city.wait_for_leases("haizhou-tax").await;
    let lease = |first: &str, count: u64| {
        json!({
            "seller": "91990102MA0DEM0013",
            "first": first,
            "count": count,
            "quota_fen": 1_000_000,
        })
    };
    let ask = async |body: Value| city.desk_post("haizhou-tax", "/leases", &body).await;
    for overlapping in [
        "26991000000000000900",
        "26991000000000001500",
        "26991000000000003999",
    ] {
        let answer = code(ask(lease(overlapping, 500)).await).await;
        assert_eq!(answer, (422, "lease_invalid".to_owned()), "{overlapping}");
    }
    let beyond = lease("26991999999999999999", 2);
    assert_eq!(
        code(ask(beyond).await).await,
        (422, "lease_invalid".to_owned())
    );
    assert_eq!(
        code(ask(lease("x", 1)).await).await,
        (422, "lease_invalid".to_owned())
    );
    let mut unknown = lease("26991000000000009001", 1);
    unknown["seller"] = json!("91990105MA0DEM002H");
    assert_eq!(
        code(ask(unknown).await).await,
        (422, "seller_unknown".to_owned())
    );
    let answer = ask(lease("26991000000000009001", 1)).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    city.wait_for_leases("haizhou-tax").await;
    let leases: Value = city
        .desk_get("haizhou-tax", "/leases")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(leases.as_array().unwrap().len(), 4);
}
