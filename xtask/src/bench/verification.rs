//! One verification beside one signature by stock sm2: natively and in wasm.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{progress, shell, web};

/// The median of this many rounds, in which the cases take turns.
const ROUNDS: &str = "41";

/// Runs the light client's own bench, in release.
pub(super) fn native(workspace: &Workspace) -> Result<()> {
    progress::step("One verification, native, release (wall time, medians)");
    let example = [
        "run",
        "--locked",
        "--release",
        "-p",
        "light-client",
        "--example",
        "bench",
    ];
    shell::run(&mut workspace.cargo(example))
}

/// Runs the committed vectors in node, which tells the CPU time.
pub(super) fn wasm(workspace: &Workspace) -> Result<()> {
    let verifier = web::verifier(workspace)?;
    let stock = web::stock_sm2(workspace)?;
    progress::step("One verification, wasm (CPU time of the process, medians of 41 rounds)");
    // Node takes a .js file for a module only where a package says so.
    for folder in [&verifier, &stock] {
        std::fs::write(folder.join("package.json"), r#"{"type":"module"}"#)?;
    }
    let mut node = Command::new("node");
    node.arg(workspace.path("xtask/src/bench/wasm.mjs"));
    node.arg(verifier.join("light_client.js"))
        .arg(stock.join("stock_sm2.js"));
    node.arg(workspace.path("light-client/vectors/bundle/sm"))
        .arg(ROUNDS);
    shell::run(&mut node)
}
