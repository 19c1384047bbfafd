//! The verifier in wasm gives the very verdicts that it gives natively.
//!
//! Runs the committed vectors (`light-client/vectors`, `bundle` and `compact`) through the packaged
//! module in Chromium. `cargo xtask web` makes the module.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, Look, target_folder};
use serde_json::{Value, json};

/// Loads the module from bytes, as no server is needed to check a document.
const VERIFY: &str = r#"
    const [glue, wasm, trusts, cases, done] = arguments;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    const blob = new Blob([glue], { type: 'text/javascript' });
    import(URL.createObjectURL(blob)).then(async (module) => {
        await module.default({ module_or_path: bytes(wasm) });
        const verifiers = trusts.map((trust) => new module.Verifier(bytes(trust)));
        done(cases.map(([bundle, trust, maxAge, now]) =>
            verifiers[trust].verify(bytes(bundle), BigInt(maxAge), BigInt(now))));
    }).catch((error) => done(String(error)));
"#;

/// The policy of vectors that name none.
const DAY_MS: u64 = 86_400_000;

struct Vector {
    name: String,
    bundle: Vec<u8>,
    /// The committed answer as text, cut to the verdict's own bytes.
    verdict: String,
    /// The file of the trust store by which it is judged.
    trust: String,
    max_age_ms: u64,
    now_ms: u64,
}

fn vectors(folder: &Path) -> Result<Vec<Vector>> {
    let mut vectors = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = fs::read_to_string(&path)?;
            let answer: Value = serde_json::from_str(&text)?;
            let trust = answer["trust"].as_str().unwrap_or("test.trust");
            // A short code is compared with a proof; what is said of it alone is a verdict, too.
            let is_code = answer.get("proof").is_some();
            let file = path.with_extension(if is_code { "code" } else { "tally" });
            let (_, verdict) = text.split_once("\"verdict\":").context("no verdict")?;
            vectors.push(Vector {
                name: path.display().to_string(),
                bundle: fs::read(file)?,
                verdict: verdict
                    .trim_end()
                    .strip_suffix('}')
                    .context("not closed")?
                    .to_owned(),
                trust: trust.to_owned(),
                max_age_ms: answer["max_age_ms"].as_u64().unwrap_or(DAY_MS),
                now_ms: answer["now_ms"].as_u64().context("no time")?,
            });
        }
    }
    Ok(vectors)
}

/// Every trust store that is asked for, and the questions, which name theirs by its place.
fn cases(folder: &Path, vectors: &[Vector]) -> Result<(Value, Value)> {
    let names: BTreeSet<&str> = vectors.iter().map(|vector| &*vector.trust).collect();
    let mut trusts = Vec::new();
    for name in &names {
        trusts.push(hex::encode(fs::read(folder.join(name))?));
    }
    let mut cases = Vec::new();
    for vector in vectors {
        let trust = names.iter().position(|name| *name == vector.trust);
        let trust = trust.context("a trust store that was not read")?;
        let bundle = hex::encode(&vector.bundle);
        cases.push(json!([bundle, trust, vector.max_age_ms, vector.now_ms]));
    }
    Ok((json!(trusts), json!(cases)))
}

#[tokio::test]
async fn in_browser_every_vector_has_the_same_verdict_in_wasm() -> Result<()> {
    let module = target_folder("verifier")?;
    let missing = || format!("{} is not built; run `cargo xtask web`", module.display());
    let glue = fs::read_to_string(module.join("light_client.js")).with_context(missing)?;
    let wasm = fs::read(module.join("light_client_bg.wasm")).with_context(missing)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../light-client/vectors");
    let browser = Browser::open("verifier", Look::ENGLISH).await?;
    browser.go("data:text/html,<title>verifier</title>").await?;
    for folder in ["bundle/sm", "bundle/intl", "compact/sm", "compact/intl"] {
        let folder = root.join(folder);
        let vectors = vectors(&folder)?;
        ensure!(
            vectors.len() >= 20,
            "only {} vectors in {}",
            vectors.len(),
            folder.display()
        );
        let (trusts, cases) = cases(&folder, &vectors)?;
        let arguments = vec![json!(glue), json!(hex::encode(&wasm)), trusts, cases];
        let answers = browser.evaluate_async(VERIFY, arguments).await?;
        let answers = answers
            .as_array()
            .with_context(|| format!("the module failed: {answers}"))?;
        ensure!(answers.len() == vectors.len(), "{} answers", answers.len());
        for (vector, answer) in vectors.iter().zip(answers) {
            assert_eq!(
                answer.as_str(),
                Some(vector.verdict.as_str()),
                "{}",
                vector.name
            );
        }
    }
    browser.close().await
}
