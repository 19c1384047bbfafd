//! The page in both languages, both themes, on desk and phone, by mouse and by keyboard.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use e2e::{Browser, Look, vector_folder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::page;

/// Valid, revoked, altered, and one that cannot be decided.
const FILES: [&str; 5] = [
    "test.trust",
    "identity.tally",
    "revoked.tally",
    "invoice-altered.tally",
    "t37-status-withheld.tally",
];

fn files() -> Result<Vec<PathBuf>> {
    let folder = vector_folder("bundle/sm")?;
    Ok(FILES.map(|name| folder.join(name)).to_vec())
}

#[tokio::test]
async fn it_fits_every_screen() -> Result<()> {
    let looks = [
        Look::CHINESE,
        Look::CHINESE.dark().on_phone(),
        Look::ENGLISH.dark(),
        Look::ENGLISH.on_phone(),
    ];
    for look in looks {
        let browser = Browser::open("single-file-looks", look).await?;
        page::open(&browser).await?;
        browser.set_clock(1_790_000_003_000).await?;
        browser.picture("empty").await?;
        let files = files()?;
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        browser.choose_files("file-input", &files).await?;
        browser
            .see_with("verdict", "data-file", "t37-status-withheld.tally")
            .await?;
        let wide = "return document.documentElement.scrollWidth - innerWidth";
        let wide = browser.evaluate(wide).await?;
        assert!(
            wide.as_i64().is_some_and(|wide| wide <= 0),
            "{wide} in {look}"
        );
        for (index, name) in FILES.iter().skip(1).rev().enumerate() {
            let card = format!("document.querySelectorAll('.result')[{index}]");
            browser
                .evaluate(&format!("{card}.scrollIntoView()"))
                .await?;
            browser.picture(name).await?;
        }
        browser
            .evaluate("scrollTo(0, document.body.scrollHeight)")
            .await?;
        browser.picture("end").await?;
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn language_and_theme_change_in_place() -> Result<()> {
    let browser = Browser::open("single-file-looks", Look::CHINESE).await?;
    page::open(&browser).await?;
    let revoked = vector_folder("bundle/sm")?.join("revoked.tally");
    browser.choose_file("file-input", &revoked).await?;
    assert_eq!(browser.text("verdict-headline").await?, "无法判断");
    browser.click("language").await?;
    assert_eq!(browser.text("verdict-headline").await?, "Cannot tell");
    assert_eq!(
        browser
            .evaluate("return document.documentElement.lang")
            .await?,
        "en"
    );
    browser.click("theme").await?;
    assert_eq!(browser.text("theme").await?, "Appearance: Light");
    browser.click("theme").await?;
    let dark = "return getComputedStyle(document.documentElement).colorScheme";
    assert_eq!(browser.evaluate(dark).await?, "dark");
    browser.close().await
}

#[tokio::test]
async fn it_says_whose_copy_it_is() -> Result<()> {
    let browser = Browser::open("single-file-looks", Look::ENGLISH).await?;
    page::open(&browser).await?;
    let provider = browser.text("provider").await?;
    let folder = page::file()?;
    let wasm = std::fs::read(folder.with_file_name("verifier_page_bg.wasm"))?;
    for part in [
        hex::encode(Sha256::digest(&wasm)),
        "your own copy".to_owned(),
    ] {
        assert!(provider.contains(&part), "{provider}");
    }
    browser.close().await
}

#[tokio::test]
async fn a_damaged_copy_says_so_and_checks_nothing() -> Result<()> {
    let text = std::fs::read_to_string(page::file()?)?;
    let folder = tempfile::tempdir()?;
    let (_, digest) = text.split_once("data-sha256=\"").context("no digest")?;
    let other = if digest.starts_with('0') { "1" } else { "0" };
    let place = text.len() - digest.len();
    let damaged = [&text[..place], other, &text[place + 1..]].concat();
    let cut = text.replacen("data-sha256", "data-nothing", 1);
    let browser = Browser::open("single-file-looks", Look::CHINESE).await?;
    for (name, content) in [("damaged.html", damaged), ("cut.html", cut)] {
        let file = folder.path().join(name);
        std::fs::write(&file, content)?;
        browser.go(&page::address(&file)).await?;
        browser.see("broken").await?;
        let can_choose = "return document.getElementById('files').checkVisibility()";
        assert_eq!(browser.evaluate(can_choose).await?, Value::Bool(false));
    }
    browser.close().await
}

#[tokio::test]
async fn a_keyboard_reaches_everything_and_everything_has_a_name() -> Result<()> {
    const REACHABLE: &str = "
        const reachable = [...document.querySelectorAll('a[href], button, input, summary, [tabindex=\"0\"]')]
            .filter((element) => element.checkVisibility());
        return reachable.map((element) => {
            const label = element.labels?.[0]?.textContent;
            const name = element.getAttribute('aria-label') || label || element.textContent;
            const box = (element.labels?.[0] ?? element).getBoundingClientRect();
            return [element.tagName, name.trim(), element.tabIndex, box.height];
        });";
    let browser = Browser::open("single-file-looks", Look::ENGLISH).await?;
    let files = files()?;
    page::open(&browser).await?;
    browser
        .choose_files("file-input", &[&files[0], &files[1]])
        .await?;
    browser.see("verdict").await?;
    browser.click("technical-details").await?;
    let reachable = browser.evaluate(REACHABLE).await?;
    let reachable = reachable.as_array().cloned().unwrap_or_default();
    assert!(reachable.len() >= 7, "{reachable:?}");
    for element in &reachable {
        assert_ne!(element[1], json!(""), "{element}");
        assert_eq!(element[2], json!(0), "{element}");
        let is_large =
            element[0] == "A" || element[3].as_f64().is_some_and(|height| height >= 24.0);
        assert!(is_large, "{element}");
    }
    let headings =
        "return document.querySelectorAll('h1').length === 1 && !!document.querySelector('main')
        && document.querySelector('[role=status]').textContent.startsWith('1 checked')";
    assert_eq!(browser.evaluate(headings).await?, Value::Bool(true));
    browser.close().await
}
