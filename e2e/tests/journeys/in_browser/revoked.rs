//! A certificate is valid until its agency revokes it; the holder learns it when she checks again.

use anyhow::Result;
use demo_city::story;
use e2e::{Browser, Look, World};

use super::citizen::{check_again, receive, verdict};

#[tokio::test]
async fn a_revocation_reaches_the_holder() -> Result<()> {
    let world = World::open("revoked")?;
    let safety = world.city.service.desk(story::SAFETY)?;
    for look in [Look::ENGLISH, Look::CHINESE.on_phone()] {
        let browser = Browser::open("revoked", look).await?;
        let claims = story::electrician_certificate();
        let offer = safety.offer(story::ELECTRICIAN, &claims, false)?;
        receive(&browser, &world, &offer.uri).await?;
        assert_eq!(verdict(&browser).await?.0, "valid");
        browser.picture("before").await?;

        safety
            .revoke(&offer.document_id, "no_longer_entitled")?
            .success()?;
        safety.revoked(&offer.document_id)?;
        check_again(&browser).await?;
        let revoked = ("invalid".to_owned(), "revoked".to_owned());
        assert_eq!(verdict(&browser).await?, revoked);
        assert_eq!(
            browser
                .attribute("question-standing", "data-outcome")
                .await?,
            "failed"
        );
        browser.picture("after").await?;
        browser.close().await?;
    }
    Ok(())
}
