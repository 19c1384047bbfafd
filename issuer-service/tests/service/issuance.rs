//! Credentials from the desk to a wallet's verdict.

use light_client::{
    document::CredentialIssuer,
    id::Height,
    verdict::{Headline, Reason},
};
use serde_json::{Value, json};

use crate::{
    city::City,
    wallet::{Wallet, digest, read},
};

pub const IDENTITY: &str = "urn:tallystick:vct:resident-identity:1";
pub const ELECTRICIAN: &str = "urn:tallystick:vct:electrician-certificate:1";
pub const DEGREE: &str = "urn:tallystick:vct:degree:1";

pub fn li_ming() -> Value {
    json!({
        "name": "李明",
        "birth_date": "1992-05-16",
        "document_number": "990103199205160011",
        "address": "东岚省海州市云台路1号",
        "issuing_authority": "海州市公安局",
        "valid_from": "2020-01-01",
        "valid_until": "2040-01-01",
        "age_over_18": true,
    })
}

pub fn electrician() -> Value {
    json!({
        "name": "李明",
        "document_number": "990103199205160011",
        "certificate_number": "T990103199205160011",
        "operation": "low-voltage",
        "issuing_authority": "海州市应急管理局",
        "valid_from": "2024-03-01",
        "valid_until": "2099-03-01",
    })
}

fn degree() -> Value {
    json!({
        "name": "李明",
        "birth_date": "1992-05-16",
        "institution": "海州远航学院",
        "degree_level": "bachelor",
        "discipline": "工学",
        "major": "电气工程",
        "certificate_number": "9999942014000001",
        "conferred_on": "2014-06-30",
    })
}

#[tokio::test]
async fn a_citizen_receives_an_identity_and_it_can_be_revoked() {
    let city = City::start().await;
    let wallet = Wallet::new();
    let body = json!({ "type": IDENTITY, "claims": li_ming() });
    let offered = city.desk("haizhou-police", "/credentials", &body).await;
    let id = offered["document_id"].as_str().unwrap();
    let document = city.document("haizhou-police", id).await;
    assert_eq!(document["state"], "offered");
    let credential = wallet
        .receive(offered["offer_uri"].as_str().unwrap(), None)
        .await;

    let parsed = read(&credential);
    assert_eq!(parsed.holder_key(), Some(&wallet.key.public()));
    let CredentialIssuer::Ledger { ledger, issuer, .. } = parsed.issuer() else {
        unreachable!("agencies issue under their ledger DID")
    };
    assert_eq!(*ledger, city.service.ledger_id());
    assert_eq!(issuer.as_str(), "haizhou-police");
    assert_eq!(
        parsed.valid_until(),
        None,
        "a period that can be withheld is not in exp"
    );

    let digest = digest(&credential);
    let document = city.wait_for("haizhou-police", id, "anchored").await;
    assert_eq!(document["digest"], digest.as_str());
    assert!(document["height"].as_u64().unwrap() > 1);
    let verdict = city.verdict(&credential, &digest).await;
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
    assert_eq!(verdict.evidence.issuer.unwrap().name.zh, "海州市公安局");

    city.revoke("haizhou-police", id).await;
    let verdict = city.verdict(&credential, &digest).await;
    assert_eq!(verdict.headline, Headline::Invalid(Reason::Revoked));
}

#[tokio::test]
async fn a_wallet_with_a_p256_key_and_a_transaction_code_receives_too() {
    let city = City::start().await;
    let wallet = Wallet::with_p256();
    let body = json!({ "type": ELECTRICIAN, "claims": electrician(), "tx_code": true });
    let offered = city.desk("haizhou-safety", "/credentials", &body).await;
    let tx_code = offered["tx_code"].as_str();
    let credential = wallet
        .receive(offered["offer_uri"].as_str().unwrap(), tx_code)
        .await;
    let parsed = read(&credential);
    assert_eq!(parsed.holder_key(), Some(&wallet.key.public()));
    // The day after 2099-03-01 in China begins at 16:00 UTC.
    assert_eq!(
        parsed.valid_until().map(|until| until.0),
        Some(4_076_064_000)
    );
    let id = offered["document_id"].as_str().unwrap();
    city.wait_for("haizhou-safety", id, "anchored").await;
    let verdict = city.verdict(&credential, &digest(&credential)).await;
    assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
}

/// D4 of the demo: what the ledger refuses can still be shown to be unauthorised.
#[tokio::test]
async fn a_document_without_right_fails_and_its_proofs_say_why() {
    let city = City::start().await;
    let body = json!({ "type": DEGREE, "claims": degree() });
    let offered = city.desk("haizhou-safety", "/credentials", &body).await;
    let wallet = Wallet::new();
    let credential = wallet
        .receive(offered["offer_uri"].as_str().unwrap(), None)
        .await;
    let id = offered["document_id"].as_str().unwrap();
    let document = city.wait_for("haizhou-safety", id, "failed").await;
    assert_eq!(document["failure"], "no_right");
    let proofs = city.proofs(&digest(&credential)).await;
    assert!(proofs.origin.is_none());
    let verdict = city.verdict(&credential, &digest(&credential)).await;
    assert_eq!(
        verdict.headline,
        Headline::Invalid(Reason::IssuerNotAuthorised)
    );
    assert_eq!(city.ledger.log_size(), 0);
}

#[tokio::test]
async fn documents_that_wait_together_are_anchored_together() {
    let city = City::start().await;
    let faults = city.ledger.faults.clone();
    faults
        .refuse_all
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let mut held = Vec::new();
    for _ in 0..5 {
        let body = json!({ "type": IDENTITY, "claims": li_ming() });
        let offered = city.desk("haizhou-police", "/credentials", &body).await;
        let wallet = Wallet::new();
        let credential = wallet
            .receive(offered["offer_uri"].as_str().unwrap(), None)
            .await;
        held.push((
            offered["document_id"].as_str().unwrap().to_owned(),
            credential,
        ));
    }
    faults
        .refuse_all
        .store(false, std::sync::atomic::Ordering::SeqCst);
    let mut digests = std::collections::BTreeSet::new();
    for (id, credential) in &held {
        city.wait_for("haizhou-police", id, "anchored").await;
        let verdict = city.verdict(credential, &digest(credential)).await;
        assert_eq!(verdict.headline, Headline::Valid, "{verdict:?}");
        digests.insert(digest(credential));
    }
    assert_eq!(
        digests.len(),
        5,
        "fresh salts make copies distinct documents"
    );
    assert!(
        city.ledger.log_size() <= 2,
        "all but the first waited for each other"
    );
    // Everything in one set of proofs is under one header.
    let proofs = city.proofs(&digest(&held[0].1)).await;
    assert!(proofs.head.header.core.height > Height(1));
}
