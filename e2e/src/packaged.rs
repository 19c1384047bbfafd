//! The packaged verifier, asked in Chromium.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{Browser, Look, target_folder};

/// Loads the module from bytes, as no server is needed to check a document.
const LOAD: &str = r#"
    const [glue, wasm, stores, done] = arguments;
    window.bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const blob = new Blob([glue], { type: 'text/javascript' });
    import(URL.createObjectURL(blob)).then(async (module) => {
        await module.default({ module_or_path: bytes(wasm) });
        window.verifiers = stores.map((store) => new module.Verifier(bytes(store)));
        done(true);
    }).catch((error) => done(String(error)));
"#;

const JUDGE: &str = r"
    const [cases, done] = arguments;
    try {
        done(cases.map(([store, file, now]) =>
            window.verifiers[store].verify(bytes(file), 86400000n, BigInt(now))));
    } catch (error) { done(String(error)); }
";

/// One page with a verifier for each trust store.
pub struct PackagedVerifier {
    browser: Browser,
}

/// What it is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The place of the trust store.
    pub store: usize,
    /// The file.
    pub file: &'a [u8],
    /// Unix milliseconds.
    pub now_ms: u64,
}

impl PackagedVerifier {
    /// Opens a page and loads the module that `cargo xtask web` has made.
    ///
    /// # Errors
    /// No module, no browser, a trust store that it refuses.
    pub async fn open(journey: &str, stores: &[Vec<u8>]) -> Result<Self> {
        let module = target_folder("verifier")?;
        let missing = || format!("{} is not built; run `cargo xtask web`", module.display());
        let glue = fs::read_to_string(module.join("light_client.js")).with_context(missing)?;
        let wasm = fs::read(module.join("light_client_bg.wasm")).with_context(missing)?;
        let browser = Browser::open(journey, Look::ENGLISH).await?;
        browser.go("data:text/html,<title>verifier</title>").await?;
        let stores: Vec<String> = stores.iter().map(hex::encode).collect();
        let arguments = vec![json!(glue), json!(hex::encode(wasm)), json!(stores)];
        let loaded = browser.evaluate_async(LOAD, arguments).await?;
        ensure!(loaded == json!(true), "the module does not load: {loaded}");
        Ok(Self { browser })
    }

    /// The verdicts as JSON, in the order of the cases.
    ///
    /// # Errors
    /// A module that throws: it panicked.
    pub async fn judge(&self, cases: &[Case<'_>]) -> Result<Vec<String>> {
        let cases: Vec<Value> = cases
            .iter()
            .map(|case| json!([case.store, hex::encode(case.file), case.now_ms]))
            .collect();
        let count = cases.len();
        let answers = self
            .browser
            .evaluate_async(JUDGE, vec![json!(cases)])
            .await?;
        let answers: Option<Vec<String>> = answers.as_array().and_then(|answers| {
            let texts = answers.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect()
        });
        let answers = answers.context("the module failed")?;
        ensure!(answers.len() == count, "{} answers", answers.len());
        Ok(answers)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn close(self) -> Result<()> {
        self.browser.close().await
    }
}
