//! Someone without a wallet drops files on the page and is told what is wrong with each.

use anyhow::Result;
use demo_city::story;
use e2e::{Browser, Look, World};

use super::citizen::verdict;

/// Each file of the story, the verdict and the reason that a person must be given.
const VERDICTS: [(&str, &str, &str); 5] = [
    ("F1.tally", "valid", ""),
    ("F1x.tally", "invalid", "document_altered"),
    ("F2.tally", "valid", ""),
    ("D3.tally", "invalid", "revoked"),
    ("D4.tally", "invalid", "issuer_not_authorised"),
];

#[tokio::test]
async fn genuine_and_false_files_are_told_apart() -> Result<()> {
    let world = World::open("verify-files")?;
    let files = world.city.export_files()?;
    let looks = [
        Look::CHINESE,
        Look::CHINESE.dark().on_phone(),
        Look::ENGLISH.dark(),
        Look::ENGLISH.on_phone(),
    ];
    for look in looks {
        let browser = Browser::open("verify-files", look).await?;
        browser.go(&world.page("/verify")).await?;
        browser.see("not-uploaded").await?;
        browser.picture("drop").await?;
        for (file, kind, reason) in VERDICTS {
            browser.choose_file("file-input", &files.join(file)).await?;
            let card = format!("[data-testid='verdict'][data-file='{file}']");
            let card = browser.see_css(&card).await?;
            let shown = card.attr("data-verdict").await?.unwrap_or_default();
            let why = card.attr("data-reason").await?.unwrap_or_default();
            assert_eq!(
                (shown.as_str(), why.as_str()),
                (kind, reason),
                "{file} in {look}"
            );
            browser.picture(file).await?;
        }
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_file_of_the_site_is_shown_with_the_newest_proofs() -> Result<()> {
    let world = World::open("site-file")?;
    let file = world.city.export_files()?.join("F1.tally");
    std::fs::copy(&file, world.www.join("F1.tally"))?;
    let tax = world.city.service.desk(story::TAX)?;
    let document = world.city.papers.id("F1")?;
    tax.revoke(document, "issued_in_error")?.success()?;
    tax.revoked(document)?;

    let browser = Browser::open("site-file", Look::ENGLISH).await?;
    // What somebody brings is judged as it is: looking it up would tell what is being checked.
    browser.go(&world.page("/verify")).await?;
    browser.choose_file("file-input", &file).await?;
    browser.see_with("verdict", "data-file", "F1.tally").await?;
    assert_eq!(verdict(&browser).await?.0, "valid");

    browser.go(&world.page("/verify#/F1.tally")).await?;
    browser
        .see_with("verdict", "data-reason", "revoked")
        .await?;
    browser.picture("revoked-since").await?;
    browser.close().await
}

#[tokio::test]
async fn a_file_that_is_no_document_is_said_to_be_none() -> Result<()> {
    let world = World::open("no-document")?;
    let files = world.city.export_files()?;
    let (empty, noise) = (files.join("empty.tally"), files.join("noise.tally"));
    std::fs::write(&empty, [])?;
    std::fs::write(&noise, "这不是票据")?;
    let browser = Browser::open("no-document", Look::CHINESE).await?;
    for file in [empty, noise] {
        browser.go(&world.page("/verify")).await?;
        browser.choose_file("file-input", &file).await?;
        browser
            .see_css("[data-testid='verify-error'],[data-testid='verdict']")
            .await?;
        if browser.shows("verdict").await? {
            let kind = browser.attribute("verdict", "data-verdict").await?;
            assert_ne!(kind, "valid", "{}", file.display());
        }
        browser.picture("no-document").await?;
    }
    browser.close().await
}
