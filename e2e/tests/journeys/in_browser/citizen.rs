//! What a citizen does on every journey.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use e2e::{Browser, World};

/// Takes up an offer, up to the end of receiving; the last state is returned.
pub(crate) async fn accept_offer(browser: &Browser, world: &World, offer: &str) -> Result<String> {
    browser
        .go(&world.page(&format!("/wallet/receive#{offer}")))
        .await?;
    browser.see("offer-details").await?;
    browser.picture("offer").await?;
    browser.click("offer-accept").await?;
    let ended = "[data-testid='receive-status'][data-state='ready'],\
                 [data-testid='receive-status'][data-state='failed']";
    let status = browser.see_css(ended).await?;
    Ok(status.attr("data-state").await?.unwrap_or_default())
}

/// Takes up an offer and opens the document it became; its verdict is on the screen.
pub(crate) async fn receive(browser: &Browser, world: &World, offer: &str) -> Result<()> {
    let state = accept_offer(browser, world, offer).await?;
    if state != "ready" {
        bail!(
            "receiving ended {state}: {}",
            browser.text("receive-status").await?
        );
    }
    browser.click("receive-open").await?;
    browser.see("verdict").await?;
    Ok(())
}

/// The verdict on the screen: kind and reason.
pub(crate) async fn verdict(browser: &Browser) -> Result<(String, String)> {
    let kind = browser.attribute("verdict", "data-verdict").await?;
    let reason = browser.attribute("verdict", "data-reason").await?;
    Ok((kind, reason))
}

/// Until when the answer on the screen is known to hold, in Unix milliseconds.
pub(crate) async fn as_of_ms(browser: &Browser) -> Result<u64> {
    Ok(browser
        .attribute("freshness", "data-as-of-ms")
        .await?
        .parse()?)
}

/// Presses "check again" and waits until that has come to its end.
pub(crate) async fn check_again(browser: &Browser) -> Result<()> {
    browser.click("recheck").await?;
    let start = Instant::now();
    while !browser.is_enabled("recheck").await? {
        if start.elapsed() > Duration::from_secs(120) {
            bail!("checking again does not end");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
