//! The page under test, and what it is given.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use e2e::{Browser, target_folder};
use serde_json::Value;

/// How old the page lets the proof of good standing be.
const MAX_AGE_MS: u64 = 24 * 60 * 60 * 1000;

/// The page as `cargo xtask verifier` left it.
pub(crate) fn file() -> Result<PathBuf> {
    let page = target_folder("verifier-page")?.join("tallystick-verify.html");
    ensure!(
        page.is_file(),
        "{} is not built; run `cargo xtask verifier`",
        page.display()
    );
    Ok(page)
}

/// The address of a file on this disk.
pub(crate) fn address(file: &Path) -> String {
    format!("file://{}", file.display())
}

/// Opens the page and waits until it can take files.
pub(crate) async fn open(browser: &Browser) -> Result<()> {
    browser.go(&address(&file()?)).await?;
    browser.see("not-uploaded").await?;
    Ok(())
}

/// A bundle, the trust store to judge it by, and the answer that it must have.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) bundle: PathBuf,
    pub(crate) trust: PathBuf,
    pub(crate) now_ms: u64,
    pub(crate) verdict: Value,
}

impl Vector {
    /// What a pointer leads to in the verdict, if it is a text.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.verdict.pointer(pointer)?.as_str()
    }
}

/// The folder of the committed vectors, without dots: a file input takes no others.
pub(crate) fn vector_folder() -> Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(package
        .join("../light-client/vectors/bundle")
        .canonicalize()?)
}

/// Bundles of a suite, one for each reason: every vector's verdict in wasm is another test's.
pub(crate) fn vectors(suite: &str) -> Result<Vec<Vector>> {
    let folder = vector_folder()?.join(suite);
    let mut vectors = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            vectors.extend(vector(&folder, &path)?);
        }
    }
    vectors.sort_by(|a, b| a.name.cmp(&b.name));
    let mut seen = BTreeSet::new();
    vectors.retain(|vector| seen.insert(vector.verdict["headline"].to_string()));
    ensure!(vectors.len() >= 40, "only {} reasons", vectors.len());
    Ok(vectors)
}

/// A vector, unless it is of another policy than the page's, or an empty file, of which the page says
/// just that.
fn vector(folder: &Path, path: &Path) -> Result<Option<Vector>> {
    let answer: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    if answer["max_age_ms"]
        .as_u64()
        .is_some_and(|of| of != MAX_AGE_MS)
    {
        return Ok(None);
    }
    let bundle = path.with_extension("tally");
    if fs::metadata(&bundle)?.len() == 0 {
        return Ok(None);
    }
    let name = bundle.file_name().and_then(|name| name.to_str());
    let trust = answer["trust"].as_str().unwrap_or("test.trust");
    Ok(Some(Vector {
        name: name.context("the name is not UTF-8")?.to_owned(),
        trust: folder.join(trust),
        now_ms: answer["now_ms"].as_u64().context("no time")?,
        verdict: answer["verdict"].clone(),
        bundle,
    }))
}
