//! The set-up commands, and what they refuse.

use std::fs;

use issuer_service::{Command, Init, Keys, install, ledger_client::LedgerClient};
use serde_json::Value;

use crate::{
    city::{City, register, set_up, temporary_dir},
    ledger::TestLedger,
};

#[tokio::test]
async fn registering_again_changes_nothing_and_a_new_key_is_added() {
    let ledger = TestLedger::start().await;
    let home = set_up(&ledger).await;
    let keys = ledger.write_member_keys(&temporary_dir());
    let out = register(&ledger, &home, keys.clone()).await.unwrap();
    assert_eq!(out.matches("is registered already").count(), 3, "{out}");
    // The same agencies with new keys: an installation was lost and made anew.
    let anew = set_up_without_registration().await;
    let out = register(&ledger, &anew, keys.clone()).await.unwrap();
    assert_eq!(out.matches("with its present key").count(), 3, "{out}");
    let out = register(&ledger, &anew, keys).await.unwrap();
    assert_eq!(out.matches("is registered already").count(), 3, "{out}");
}

#[tokio::test]
async fn too_few_members_register_nobody() {
    let ledger = TestLedger::start().await;
    let home = set_up_without_registration().await;
    let keys = ledger.write_member_keys(&temporary_dir());
    let [first, second, _] = keys.as_slice() else {
        unreachable!("three keys are a quorum of four")
    };
    let few = register(&ledger, &home, vec![first.clone(), second.clone()]).await;
    assert_eq!(
        few.unwrap_err().to_string(),
        "2 members' keys are given and 3 are needed"
    );
    let twice = vec![first.clone(), first.clone(), second.clone()];
    assert!(register(&ledger, &home, twice).await.is_err());
    let stranger = home.join("keys/haizhou-tax.key");
    let stranger = vec![first.clone(), second.clone(), stranger];
    let error = register(&ledger, &home, stranger).await.unwrap_err();
    assert!(
        error.to_string().ends_with("is not a key of a member"),
        "{error}"
    );
}

#[tokio::test]
async fn an_installation_keeps_to_its_ledger() {
    let city = City::start().await;
    let other = TestLedger::start().await;
    let other = LedgerClient::new(&other.url).unwrap();
    let other = other.genesis().await.unwrap().ledger_id();
    let own = city.service.ledger_id();
    let database = &city.service.db;
    install::keep_to_ledger(database, &own).await.unwrap();
    let refused = install::keep_to_ledger(database, &other).await.unwrap_err();
    let expected =
        format!("this installation belongs to ledger {own}, and the node is of ledger {other}");
    assert_eq!(refused.to_string(), expected);
}

#[tokio::test]
async fn an_installation_is_never_overwritten() {
    let home = set_up_without_registration().await;
    let before = fs::read(home.join("keys/haizhou-tax.key")).unwrap();
    let error = init(&home, crate::city::SEED).await.unwrap_err();
    assert!(
        error.to_string().contains("already holds an installation"),
        "{error}"
    );
    assert_eq!(fs::read(home.join("keys/haizhou-tax.key")).unwrap(), before);
    let fresh = temporary_dir().join("issuer");
    assert!(init(&fresh, "{}").await.is_err());
    assert!(!fresh.exists());
}

#[tokio::test]
async fn the_keys_to_register_can_be_printed() {
    let home = set_up_without_registration().await;
    let mut out = Vec::new();
    let keys = Command::Keys(Keys { dir: home });
    keys.execute(&mut out).await.unwrap();
    let agencies: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(agencies.as_array().unwrap().len(), 3);
    let key = &agencies[2]["key"];
    assert!(key["did"].as_str().unwrap().starts_with("did:key:zEPJ"));
    // Kind and compressed point.
    assert_eq!(key["public"].as_str().unwrap().len(), 68);
}

async fn set_up_without_registration() -> std::path::PathBuf {
    let home = temporary_dir().join("issuer");
    init(&home, crate::city::SEED).await.unwrap();
    home
}

async fn init(home: &std::path::Path, seed: &str) -> anyhow::Result<()> {
    let agencies = temporary_dir().join("seed.json");
    fs::write(&agencies, seed).unwrap();
    let init = Command::Init(Init {
        dir: home.to_owned(),
        agencies,
        database: None,
    });
    init.execute(&mut Vec::new()).await
}
