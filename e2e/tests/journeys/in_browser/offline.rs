//! The services are gone; the wallet and the verifier go on, and say how old their answer is.

use anyhow::Result;
use demo_city::http::Client;
use e2e::{Browser, Look, World};

use super::citizen::{as_of_ms, receive, verdict};

#[tokio::test]
async fn everything_answers_offline_with_its_age() -> Result<()> {
    let mut world = World::open("offline")?;
    let files = world.city.export_files()?;
    let browser = Browser::open("offline", Look::CHINESE).await?;
    let offer = world.city.papers.offer_identity(&world.city.service)?;
    receive(&browser, &world, &offer.uri).await?;
    let online_as_of = as_of_ms(&browser).await?;
    let document = browser.evaluate("return location.pathname").await?;
    let document = document.as_str().unwrap_or_default().to_owned();
    browser.ready_for_offline().await?;

    world.city.service.kill()?;
    world.city.ledger.stop()?;
    let nobody = Client::anonymous().get(&world.page("/"));
    assert!(nobody.is_err(), "the service still answers");

    browser.go(&world.page(&document)).await?;
    browser.see("verdict").await?;
    assert_eq!(
        verdict(&browser).await?,
        ("valid".to_owned(), String::new())
    );
    assert_eq!(
        as_of_ms(&browser).await?,
        online_as_of,
        "an offline answer became newer"
    );
    browser
        .see_with("connection", "data-state", "offline")
        .await?;
    assert!(
        !browser.is_enabled("recheck").await?,
        "nobody is there to ask"
    );
    browser.picture("wallet").await?;

    for (file, kind, reason) in [
        ("F1.tally", "valid", ""),
        ("F1x.tally", "invalid", "document_altered"),
    ] {
        browser.go(&world.page("/verify")).await?;
        browser.choose_file("file-input", &files.join(file)).await?;
        browser.see_with("verdict", "data-file", file).await?;
        assert_eq!(
            verdict(&browser).await?,
            (kind.to_owned(), reason.to_owned()),
            "{file}"
        );
        browser.picture(file).await?;
    }

    // Eleven minutes later, still without a network: genuine, but no longer plainly valid.
    browser.shift_clock(11 * 60 * 1000).await?;
    browser.go(&world.page(&document)).await?;
    browser.see("verdict").await?;
    let stale = ("undetermined".to_owned(), "status_stale".to_owned());
    assert_eq!(verdict(&browser).await?, stale);
    browser.picture("eleven-minutes-later").await?;
    browser.close().await
}
