//! The packaged verifier, asked in Chromium.

use std::fs;

use anyhow::{Context as _, Result, anyhow, ensure};
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
        window.conflictAlone = module.conflict_alone;
        done(true);
    }).catch((error) => done(String(error)));
"#;

const JUDGE: &str = r"
    const [cases, done] = arguments;
    const ask = {
        document: (verifier, { file, max_age_ms, now_ms }) =>
            verifier.verify(bytes(file), BigInt(max_age_ms), BigInt(now_ms)),
        conflict: (verifier, { file }) => verifier.verify_conflict(bytes(file)),
        conflict_alone: (_, { file }) => conflictAlone(bytes(file)),
        deposit: (verifier, { file, deposit, max_age_ms, now_ms }) =>
            verifier.verify_deposit(bytes(file), bytes(deposit), BigInt(max_age_ms), BigInt(now_ms)),
    };
    try {
        done(cases.map(([store, asked]) => ask[asked.kind](verifiers[store], asked)));
    } catch (error) { done(String(error)); }
";

const CATCH_UP: &str = r"
    const [store, file, done] = arguments;
    try { verifiers[store].catch_up(bytes(file)); } catch (error) { return done(String(error)); }
    done(Array.from(verifiers[store].trustStore(), (byte) => byte.toString(16).padStart(2, '0')).join(''));
";

/// One page with a verifier for each trust store.
pub struct PackagedVerifier {
    browser: Browser,
}

/// What it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The place of the trust store.
    pub store: usize,
    /// The question.
    pub asked: Asked<'a>,
}

/// A question to the verifier. Times are in milliseconds, the clock's since 1970.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// Does this document hold?
    Document {
        /// A bundle, or whatever else is verified like one.
        file: &'a [u8],
        /// The policy.
        max_age_ms: u64,
        /// The clock.
        now_ms: u64,
    },
    /// What does this conflict file prove of a trusted ledger?
    Conflict {
        /// The conflict file.
        file: &'a [u8],
    },
    /// What does it prove without a trust store?
    ConflictAlone {
        /// The conflict file.
        file: &'a [u8],
    },
    /// Was this file deposited?
    Deposit {
        /// The file.
        file: &'a [u8],
        /// The proof.
        deposit: &'a [u8],
        /// The policy.
        max_age_ms: u64,
        /// The clock.
        now_ms: u64,
    },
}

impl Asked<'_> {
    /// As the scripts of these tests read it, files in hex.
    pub fn to_json(self) -> Value {
        let hex = |bytes: &[u8]| hex::encode(bytes);
        match self {
            Self::Document {
                file,
                max_age_ms,
                now_ms,
            } => json!({
                "kind": "document", "file": hex(file), "max_age_ms": max_age_ms, "now_ms": now_ms,
            }),
            Self::Conflict { file } => json!({ "kind": "conflict", "file": hex(file) }),
            Self::ConflictAlone { file } => json!({ "kind": "conflict_alone", "file": hex(file) }),
            Self::Deposit {
                file,
                deposit,
                max_age_ms,
                now_ms,
            } => json!({
                "kind": "deposit", "file": hex(file), "deposit": hex(deposit),
                "max_age_ms": max_age_ms, "now_ms": now_ms,
            }),
        }
    }
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
        let asked = cases.iter().map(|case| (case.store, case.asked.to_json()));
        let asked: Vec<Value> = asked.map(|asked| json!(asked)).collect();
        let answers = self
            .browser
            .evaluate_async(JUDGE, vec![json!(asked)])
            .await?;
        let texts: Option<Vec<String>> = answers.as_array().and_then(|answers| {
            let texts = answers.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect()
        });
        let texts = texts.with_context(|| format!("the module failed: {answers}"))?;
        ensure!(texts.len() == cases.len(), "{} answers", texts.len());
        Ok(texts)
    }

    /// Follows hand-offs; the trust store's bytes afterwards.
    ///
    /// # Errors
    /// A file that is refused.
    pub async fn catch_up(&self, store: usize, file: &[u8]) -> Result<Vec<u8>> {
        let arguments = vec![json!(store), json!(hex::encode(file))];
        let answer = self.browser.evaluate_async(CATCH_UP, arguments).await?;
        let answer = answer.as_str().context("no text")?;
        hex::decode(answer).map_err(|_| anyhow!("{answer}"))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn close(self) -> Result<()> {
        self.browser.close().await
    }
}
