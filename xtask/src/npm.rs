//! `cargo xtask npm`: the verifier as a package for Node, browsers and other people's pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::verifier::portable;
use crate::workspace::Workspace;
use crate::{progress, setup, shell, verifier, web};

/// Files that go into the package as they are.
const FILES: [&str; 4] = ["browser.js", "example.html", "node.js", "verifier.js"];
/// The package's own name for the wasm.
const WASM: &str = "verifier_bg.wasm";

/// Makes the package.
pub(crate) fn package(workspace: &Workspace) -> Result<()> {
    setup::wasm_target()?;
    let bindings = web::verifier(workspace)?;
    let pages = verifier::page(workspace)?;
    of(workspace, &bindings, &pages)?;
    Ok(())
}

/// Makes `target/npm` of what was built, and returns it.
pub(crate) fn of(workspace: &Workspace, bindings: &Path, pages: &Path) -> Result<PathBuf> {
    progress::step("Packaging the verifier for npm");
    let folder = workspace.target("npm");
    web::empty(&folder)?;
    let sources = workspace.path("light-client/npm");
    for name in FILES {
        copy(&sources.join(name), &folder.join(name))?;
    }
    copy(
        &bindings.join("light_client.js"),
        &folder.join("light_client.js"),
    )?;
    let wasm = bindings.join("light_client_bg.wasm");
    portable::check(&fs::read(&wasm)?)?;
    copy(&wasm, &folder.join(WASM))?;
    copy(&pages.join(verifier::EMBED), &folder.join(verifier::EMBED))?;
    copy(&workspace.path("LICENSE"), &folder.join("LICENSE"))?;
    let example = fs::read_to_string(sources.join("example.html"))?;
    let reasons = reasons(&fs::read_to_string(workspace.path("docs/verdicts.md"))?)?;
    for (name, place, text) in [
        ("package.json", "__VERSION__", env!("CARGO_PKG_VERSION")),
        ("README.md", "__EXAMPLE__", &example),
        ("index.d.ts", "__REASONS__", &reasons),
    ] {
        let source = fs::read_to_string(sources.join(name))?;
        fs::write(folder.join(name), verifier::put(&source, place, text)?)?;
    }
    let bytes = bytes_in(&folder)?;
    progress::note(&format!("{}: {bytes} bytes unpacked", folder.display()));
    Ok(folder)
}

/// Runs the package's own test in Node: every vector, exports and types as declared, a trust store
/// that moves.
pub(crate) fn test_in_node(workspace: &Workspace, package: &Path) -> Result<()> {
    let mut node = Command::new("node");
    node.arg(workspace.path("light-client/npm/test.mjs"));
    node.arg(package);
    shell::run(node.arg(workspace.path("light-client/vectors")))
}

/// The codes of all reasons as a type of TypeScript, from the table of `docs/verdicts.md`, which a
/// test of the light client compares with its own list.
fn reasons(table: &str) -> Result<String> {
    let cells = table.lines().filter_map(|line| line.split('|').nth(2));
    let codes = cells.filter_map(|cell| cell.trim().strip_prefix('`')?.strip_suffix('`'));
    let union: String = codes.map(|code| format!("\n  | \"{code}\"")).collect();
    ensure!(
        !union.is_empty(),
        "docs/verdicts.md has no table of reasons"
    );
    Ok(union)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

fn bytes_in(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    ensure!(bytes > 0, "the package is empty");
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_the_table_become_a_union_of_texts() {
        let table = "# Verdicts\n| rank | code | ruling |\n|---|---|---|\n| 1 | `revoked` | x |\n| 2 | `expired` | y |\n";
        let union = reasons(table);
        assert!(matches!(union, Ok(union) if union == "\n  | \"revoked\"\n  | \"expired\""));
        assert!(reasons("no table").is_err());
    }
}
