//! A citizen receives a resident identity by a link and sees for herself that it is genuine.

use anyhow::Result;
use e2e::{Browser, Look, World};

use super::citizen::{receive, verdict};

#[tokio::test]
async fn a_citizen_receives_a_credential_and_checks_it_herself() -> Result<()> {
    let world = World::open("receive")?;
    for look in [Look::CHINESE, Look::ENGLISH.on_phone().dark()] {
        let browser = Browser::open("receive", look).await?;
        browser.go(&world.page("/wallet")).await?;
        browser.see("wallet-empty").await?;
        browser.picture("empty-wallet").await?;

        let offer = world.city.papers.offer_identity(&world.city.service)?;
        receive(&browser, &world, &offer.uri).await?;
        assert_eq!(
            verdict(&browser).await?,
            ("valid".to_owned(), String::new())
        );
        for question in ["issuer", "content", "registered", "standing"] {
            let test_id = format!("question-{question}");
            assert_eq!(
                browser.attribute(&test_id, "data-outcome").await?,
                "passed",
                "{question}"
            );
        }
        let issuer = browser.text("question-issuer").await?;
        let police = ["海州市公安局", "Haizhou Public Security Bureau"];
        assert!(police.iter().any(|name| issuer.contains(name)), "{issuer}");
        let fields = browser.text("document-fields").await?;
        assert!(fields.contains("李明"), "{fields}");
        browser.picture("identity").await?;

        // The page does not vouch for itself, and says whose page it is.
        browser.see("portal-provider").await?;
        browser.see("trust-fingerprint").await?;

        browser.go(&world.page("/wallet")).await?;
        browser
            .see_with("document-card", "data-verdict", "valid")
            .await?;
        browser.picture("wallet").await?;
        browser.close().await?;
    }
    Ok(())
}
