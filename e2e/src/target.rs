//! What `cargo xtask` has put into `target` for the browser.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// A folder of the `target` that the running test or example was built into.
///
/// # Errors
/// When the program runs from elsewhere.
pub fn target_folder(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program
        .ancestors()
        .nth(3)
        .context("a test or example runs from target/debug/deps or target/debug/examples")?;
    Ok(target.join(name))
}
