//! The page under test, and what it is given.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use e2e::{Browser, Vector, target_folder, vectors};

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

/// Bundles of a suite, one for each reason: every vector's verdict in wasm is another test's. Left
/// out are those of another policy than the page's, and an empty file, of which the page says just
/// that.
pub(crate) fn bundles(suite: &str) -> Result<Vec<Vector>> {
    let mut vectors = vectors("bundle", suite)?;
    let mut seen = BTreeSet::new();
    vectors.retain(|vector| {
        let is_empty = fs::metadata(&vector.path).is_ok_and(|data| data.len() == 0);
        let is_asked = vector.max_age_ms == MAX_AGE_MS && !is_empty;
        is_asked && seen.insert(vector.verdict["headline"].to_string())
    });
    ensure!(vectors.len() >= 40, "only {} reasons", vectors.len());
    Ok(vectors)
}
