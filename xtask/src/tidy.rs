//! `cargo xtask tidy`: the rules of the house that no compiler checks.

mod catalogue;
mod links;
mod sources;
mod threats;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::progress;
use crate::workspace::Workspace;

/// A text file of the repository, read once for all rules.
pub(crate) struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn is(&self, extension: &str) -> bool {
        self.path
            .extension()
            .is_some_and(|found| found == extension)
    }
}

/// What a rule found, and whether it stops the build.
pub(crate) enum Finding {
    Error(String),
    Warning(String),
}

/// Reads every tracked file, applies every rule, prints all findings.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let sources = read(workspace)?;
    let mut findings = Vec::new();
    for source in &sources {
        sources::check(source, &mut findings);
    }
    links::check(workspace, &sources, &mut findings);
    catalogue::check(&sources, &mut findings);
    threats::check(&sources, &mut findings);
    let mut errors = 0_usize;
    for finding in &findings {
        match finding {
            Finding::Error(text) => {
                errors += 1;
                progress::note(&format!("error: {text}"));
            }
            Finding::Warning(text) => progress::note(&format!("warning: {text}")),
        }
    }
    if errors > 0 {
        bail!("tidy: {errors} rules of the house are broken");
    }
    progress::note(&format!(
        "tidy: {} files, {} warnings",
        sources.len(),
        findings.len()
    ));
    Ok(())
}

/// Binary files have no rules here and are left out.
fn read(workspace: &Workspace) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in workspace.files()? {
        let bytes = std::fs::read(workspace.path(&path.to_string_lossy()))
            .with_context(|| format!("cannot read {}", path.display()))?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}
