//! The harness itself: a page is shown in Chromium, in each look, and pictures are kept.

use std::time::Duration;

use e2e::{Browser, Look};

/// A page without a server: it says which theme it was shown in.
const PAGE: &str = "data:text/html;charset=utf-8,<meta name=viewport content='width=device-width'>\
    <style>h1{font-size:40px} @media (prefers-color-scheme: dark){body{background:black;color:white}}\
    </style><h1 data-testid='page-title'>符契：文件是真的吗？</h1>";

#[tokio::test]
async fn in_browser_shows_a_page_in_every_look() -> anyhow::Result<()> {
    for look in [
        Look::CHINESE,
        Look::CHINESE.dark(),
        Look::CHINESE.on_phone(),
    ] {
        let browser = Browser::open("harness", look).await?;
        browser.go(&format!("{PAGE}<!--")).await?;
        assert_eq!(browser.text("page-title").await?, "符契：文件是真的吗？");
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(
            browser.evaluate(dark).await?,
            (look == Look::CHINESE.dark())
        );
        let narrow = browser.evaluate("return innerWidth < 500").await?;
        assert_eq!(narrow, (look == Look::CHINESE.on_phone()));
        let picture = std::fs::read(browser.picture("page").await?)?;
        assert!(
            picture.starts_with(b"\x89PNG") && picture.len() > 2_000,
            "{}",
            picture.len()
        );
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn in_browser_says_what_is_on_the_page_when_something_is_missing() -> anyhow::Result<()> {
    let browser = Browser::open("harness", Look::ENGLISH).await?;
    browser.go(&format!("{PAGE}<!--")).await?;
    assert!(!browser.shows("verdict").await?);
    let browser = browser.with_patience(Duration::from_millis(300));
    browser.evaluate("console.error('worker is gone')").await?;
    let error = browser
        .see("verdict")
        .await
        .err()
        .map(|error| error.to_string());
    let error = error.unwrap_or_default();
    for part in ["verdict", "文件是真的吗", "worker is gone", "FAILED.png"] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    browser.close().await
}
