//! Times SM2 verification in Chromium: our wasm beside other wasm and the fastest JavaScript.
//!
//! CPU time of the page's main thread, median over interleaved rounds; `cargo xtask bench sm2`
//! runs it after filling `target/sm2-oracles`. What is measured, how much of it makes a round and
//! what the table looks like is decided by the bundle there; here are only the clock and the order.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Browser, Look, target_folder};
use serde_json::{Map, Value, json};

const ROUNDS: usize = 31;

const LOAD: &str = r#"
    const [bundle, glue, wasm, done] = arguments;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    import(URL.createObjectURL(new Blob([bundle], { type: 'text/javascript' })))
        .then(() => window.prepareContest(glue, bytes(wasm)))
        .then(() => done(window.contestRows()), (error) => done(String(error)));
"#;

const READY: &str = r#"
    const [row, done] = arguments;
    window.readyRow(row).then(done, (error) => done(String(error)));
"#;

const BEFORE: &str = r#"
    const [row, done] = arguments;
    window.beforeRow(row).then(() => done(true), (error) => done(String(error)));
"#;

// In a task of the page's own: what the driver runs directly is not counted as script.
const RUN: &str = r#"
    const [row, round, done] = arguments;
    setTimeout(() => {
        try { done(window.runRow(row, round)); } catch (error) { done(String(error)); }
    }, 0);
"#;

const TABLE: &str = r#"
    const [samples, done] = arguments;
    try { done([window.contestTable(samples)]); } catch (error) { done(String(error)); }
"#;

#[tokio::main]
async fn main() -> Result<()> {
    let browser = Browser::open("bench", Look::ENGLISH).await?;
    browser.go("data:text/html,<title>bench</title>").await?;
    let rows = load(&browser).await?;
    for row in &rows {
        eprintln!("  checking {row}");
        ready(&browser, row).await?;
    }
    let mut samples: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
    for round in 0..ROUNDS {
        if round % 5 == 0 {
            eprintln!("  round {} of {ROUNDS}", round + 1);
        }
        for (row, samples) in rows.iter().zip(&mut samples) {
            samples.push(run(&browser, row, round).await?);
        }
    }
    let samples: Map<String, Value> = rows
        .into_iter()
        .zip(samples)
        .map(|(row, samples)| (row, json!(samples)))
        .collect();
    let table = browser.evaluate_async(TABLE, vec![json!(samples)]).await?;
    let text = table[0]
        .as_str()
        .with_context(|| format!("no table: {table}"))?;
    println!("in Chromium\n{text}");
    browser.close().await
}

/// Loads bundle and module into the page; the names of all rows.
async fn load(browser: &Browser) -> Result<Vec<String>> {
    let folder = target_folder("sm2-oracles")?;
    let bundle = fs::read_to_string(folder.join("peers.js"))?;
    let glue = fs::read_to_string(folder.join("sm2_oracles.js"))?;
    let wasm = hex::encode(fs::read(folder.join("sm2_oracles_bg.wasm"))?);
    let answer = browser
        .evaluate_async(LOAD, vec![json!(bundle), json!(glue), json!(wasm)])
        .await?;
    let rows = answer
        .as_array()
        .with_context(|| format!("the contest does not load: {answer}"))?;
    Ok(rows
        .iter()
        .filter_map(|row| row.as_str().map(str::to_owned))
        .collect())
}

/// Checks a row and warms it up: in steps, because the driver gives up on a long script.
async fn ready(browser: &Browser, row: &str) -> Result<()> {
    loop {
        let answer = browser.evaluate_async(READY, vec![json!(row)]).await?;
        match answer.as_bool() {
            Some(true) => return Ok(()),
            Some(false) => {}
            None => bail!("{row} does not hold: {answer}"),
        }
    }
}

/// One round of a row: CPU time in microseconds for one signature or quorum.
async fn run(browser: &Browser, row: &str, round: usize) -> Result<f64> {
    let answer = browser.evaluate_async(BEFORE, vec![json!(row)]).await?;
    ensure!(answer == json!(true), "{row}: {answer}");
    let before = browser.script_cpu_seconds().await?;
    let answer = browser
        .evaluate_async(RUN, vec![json!(row), json!(round)])
        .await?;
    let spent = browser.script_cpu_seconds().await? - before;
    let done = answer
        .as_f64()
        .with_context(|| format!("{row} does not hold: {answer}"))?;
    ensure!(spent > 0.0, "Chromium counted no CPU time for {row}");
    Ok(spent * 1e6 / done)
}
