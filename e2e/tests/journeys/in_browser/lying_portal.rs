//! The portal lies. Whatever it says, no false answer becomes "valid", and none becomes newer.

use std::time::Duration;

use anyhow::{Context as _, Result};
use demo_city::story;
use e2e::{Browser, Lie, Look, World};

use super::citizen::{accept_offer, as_of_ms, check_again, receive, verdict};

/// The wallet itself waits half a minute for a registration before it gives up.
const LONG: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_portal_that_lies_while_a_document_is_received() -> Result<()> {
    let world = World::behind_a_portal("lying-at-receipt")?;
    let portal = world.portal.as_ref().context("there is a portal")?;
    for lie in [
        Lie::NewerHeader,
        Lie::OwnValidators,
        Lie::AlteredDocument,
        Lie::UnknownStatus,
    ] {
        let browser = Browser::open("lying-at-receipt", Look::CHINESE)
            .await?
            .with_patience(LONG);
        let offer = world.city.papers.offer_identity(&world.city.service)?;
        portal.tell(lie);
        let state = accept_offer(&browser, &world, &offer.uri).await?;
        assert!(portal.lies_told() > 0, "{lie:?} was never told");
        if state == "ready" {
            browser.click("receive-open").await?;
            let (kind, reason) = verdict(&browser).await?;
            assert_ne!(kind, "valid", "{lie:?}");
            assert_ne!(reason, "", "{lie:?}");
        }
        browser.picture(&format!("{lie:?}")).await?;
        portal.tell(Lie::None);
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_portal_that_hides_a_revocation() -> Result<()> {
    let world = World::behind_a_portal("lying-about-status")?;
    let portal = world.portal.as_ref().context("there is a portal")?;
    let safety = world.city.service.desk(story::SAFETY)?;
    let browser = Browser::open("lying-about-status", Look::ENGLISH)
        .await?
        .with_patience(LONG);
    let offer = safety.offer(story::ELECTRICIAN, &story::electrician_certificate(), false)?;
    receive(&browser, &world, &offer.uri).await?;
    assert_eq!(verdict(&browser).await?.0, "valid");
    let honest_as_of = as_of_ms(&browser).await?;

    safety
        .revoke(&offer.document_id, "issued_in_error")?
        .success()?;
    safety.revoked(&offer.document_id)?;
    let lies = [
        Lie::ForgottenRevocation,
        Lie::OldProofs,
        Lie::NewerHeader,
        Lie::OwnValidators,
        Lie::UnknownStatus,
    ];
    for lie in lies {
        portal.tell(lie);
        check_again(&browser).await?;
        assert!(portal.lies_told() > 0, "{lie:?} was never told");
        // What the wallet knew at its own time stays true of that time; nothing new is believed.
        let (kind, _) = verdict(&browser).await?;
        if kind == "valid" {
            assert_eq!(
                as_of_ms(&browser).await?,
                honest_as_of,
                "{lie:?} made an answer newer"
            );
        }
        browser.picture(&format!("{lie:?}")).await?;
    }

    portal.tell(Lie::None);
    check_again(&browser).await?;
    let revoked = ("invalid".to_owned(), "revoked".to_owned());
    assert_eq!(verdict(&browser).await?, revoked);

    // Once known, a revocation is not forgotten again.
    for lie in [Lie::OldProofs, Lie::ForgottenRevocation, Lie::UnknownStatus] {
        portal.tell(lie);
        check_again(&browser).await?;
        assert_eq!(verdict(&browser).await?, revoked, "{lie:?}");
    }
    browser.close().await
}

#[tokio::test]
async fn an_old_answer_does_not_stay_valid() -> Result<()> {
    let world = World::behind_a_portal("lying-with-old-proofs")?;
    let portal = world.portal.as_ref().context("there is a portal")?;
    let browser = Browser::open("lying-with-old-proofs", Look::CHINESE).await?;
    let offer = world.city.papers.offer_identity(&world.city.service)?;
    receive(&browser, &world, &offer.uri).await?;
    let document = browser.evaluate("return location.pathname").await?;
    let document = document.as_str().unwrap_or_default().to_owned();

    portal.tell(Lie::OldProofs);
    browser.shift_clock(11 * 60 * 1000).await?;
    browser.go(&world.page(&document)).await?;
    browser.see("verdict").await?;
    check_again(&browser).await?;
    let stale = ("undetermined".to_owned(), "status_stale".to_owned());
    assert_eq!(verdict(&browser).await?, stale);
    browser.picture("OldProofs").await?;
    browser.close().await
}
