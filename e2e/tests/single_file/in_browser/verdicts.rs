//! Every reason: the committed verdict, and the documented sentence, in Chinese and English.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use e2e::{Browser, Language, Look, Vector, vector_folder};
use serde_json::{Value, json};

use crate::page;

/// What the page shows of the one verdict on it.
const SHOWN: &str = "
    const of = (id) => document.querySelector(`[data-testid='${id}']`)?.textContent ?? null;
    const card = document.querySelector(\"[data-testid='verdict']\").dataset;
    return {
        kind: card.verdict, reason: card.reason, json: of('technical-json'),
        title: of('verdict-headline'), sentence: of('verdict-sentence'), unchecked: of('unchecked'),
    };";

/// The sentences of `docs/verdicts.md` by code, in one language.
fn sentences(language: Language) -> BTreeMap<&'static str, &'static str> {
    let column = match language {
        Language::Chinese => 4,
        Language::English => 5,
    };
    let table = include_str!("../../../../docs/verdicts.md").lines();
    let rows = table.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    rows.filter_map(|cells| {
        let code = cells.get(2)?.strip_prefix('`')?.strip_suffix('`')?;
        Some((code, *cells.get(column)?))
    })
    .collect()
}

/// What must stand in the sentence: all of the documented one but the time, which is written in
/// the zone of the device.
fn expected(vector: &Vector, language: Language) -> Result<Vec<String>> {
    let (name, nobody) = match language {
        Language::Chinese => ("/evidence/issuer/name/zh", "签发者"),
        Language::English => ("/evidence/issuer/name/en", "the issuer"),
    };
    let issuer = vector.text(name).unwrap_or(nobody);
    let is_recorded = vector.text("/evidence/status/standing").is_some();
    let Some(reason) = vector.text("/headline/reason") else {
        return Ok(vec![issuer.to_owned()]);
    };
    if is_recorded && ["revoked", "suspended"].contains(&reason) {
        return Ok(vec![issuer.to_owned()]);
    }
    let documented = sentences(language);
    let documented = documented.get(reason).context("not documented")?;
    let filled = documented.replace("{issuer}", issuer);
    Ok(filled.split("{time}").map(str::to_owned).collect())
}

/// Gives the page trust store and bundle at once, and reads its answer.
async fn shown(browser: &Browser, vector: &Vector) -> Result<Value> {
    shown_of(browser, vector, &vector.path, &vector.name).await
}

/// The same for another file that is to have the vector's answer.
pub(super) async fn shown_of(
    browser: &Browser,
    vector: &Vector,
    file: &Path,
    name: &str,
) -> Result<Value> {
    if browser
        .evaluate("return !document.querySelector(\"[data-testid='restart']\").hidden")
        .await?
        == Value::Bool(true)
    {
        browser.click("restart").await?;
    }
    browser.set_clock(vector.now_ms).await?;
    browser
        .choose_files("file-input", &[file, &vector.trust])
        .await?;
    browser.see_with("verdict", "data-file", name).await?;
    browser.evaluate(SHOWN).await
}

pub(super) fn compare(vector: &Vector, shown: &Value, language: Language) -> Result<()> {
    let name = &vector.name;
    let json = shown["json"].as_str().context("no JSON")?;
    let verdict: Value = serde_json::from_str(json)?;
    assert_eq!(verdict, vector.verdict, "{name}");
    assert_eq!(shown["kind"], vector.verdict["headline"]["kind"], "{name}");
    let reason = vector.text("/headline/reason").unwrap_or_default();
    assert_eq!(shown["reason"], json!(reason), "{name}");
    let sentence = shown["sentence"].as_str().unwrap_or_default();
    for part in expected(vector, language)? {
        assert!(
            sentence.contains(&part),
            "{name}: {part} is not in: {sentence}"
        );
    }
    let checks = vector.verdict["checks"].as_array().context("no checks")?;
    let is_whole = checks.iter().all(|check| check["outcome"] != "not_checked");
    assert_eq!(shown["unchecked"].is_null(), is_whole, "{name}");
    Ok(())
}

async fn every_reason(look: Look, suite: &str) -> Result<()> {
    let browser = Browser::open("single-file", look).await?;
    browser.cut_network().await?;
    page::open(&browser).await?;
    for vector in page::bundles(suite)? {
        let shown = shown(&browser, &vector).await?;
        compare(&vector, &shown, look.language)?;
    }
    browser.close().await
}

#[tokio::test]
async fn every_reason_is_told_in_chinese() -> Result<()> {
    every_reason(Look::CHINESE, "sm").await
}

#[tokio::test]
async fn every_reason_is_told_in_english() -> Result<()> {
    every_reason(Look::ENGLISH, "intl").await
}

#[tokio::test]
async fn what_is_dropped_is_judged_again_once_there_is_a_trust_anchor() -> Result<()> {
    const DROP: &str = "
        const [name, hex] = arguments;
        const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
        arguments[arguments.length - 1]('dropped');";
    let folder = vector_folder("bundle/sm")?;
    let browser = Browser::open("single-file-drop", Look::ENGLISH).await?;
    page::open(&browser).await?;
    browser.set_clock(1_790_000_003_000).await?;
    browser.see("trust-none").await?;
    for (name, reason) in [("identity.tally", "ledger_unknown"), ("test.trust", "")] {
        let bytes = json!(hex::encode(std::fs::read(folder.join(name))?));
        browser
            .evaluate_async(DROP, vec![json!(name), bytes])
            .await?;
        browser.see_with("verdict", "data-reason", reason).await?;
    }
    browser.see("anchor").await?;
    browser.see("trust-save").await?;
    // Nothing of it is kept: the next visit starts from nothing again.
    let stored = "return localStorage.length + sessionStorage.length";
    assert_eq!(browser.evaluate(stored).await?, 0);
    page::open(&browser).await?;
    browser.see("trust-none").await?;
    browser.close().await
}

#[tokio::test]
async fn what_cannot_be_used_is_said_in_words() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let browser = Browser::open("single-file-refused", Look::ENGLISH).await?;
    page::open(&browser).await?;
    let trust = std::fs::read(vector_folder("bundle/sm")?.join("test.trust"))?;
    for (name, bytes, words) in [
        ("empty.tally", &b""[..], "The file is empty"),
        ("photo.png", b"\x89PNG\r\n\x1a\n", "cannot open the picture"),
        ("cut.trust", &trust[..trust.len() - 1], "cannot be used"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes)?;
        browser.choose_file("file-input", &file).await?;
        browser.see_with("problem", "data-file", name).await?;
        let problem = browser.text("problem").await?;
        assert!(problem.contains(words), "{problem}");
    }
    browser.close().await
}
