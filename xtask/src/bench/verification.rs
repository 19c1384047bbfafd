//! One verification beside one signature: in wasm and natively.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{progress, shell};

/// Runs the packaged verifier in Chromium; `target/verifier` must be there.
pub(super) fn wasm(workspace: &Workspace) -> Result<()> {
    progress::step("One verification in wasm (CPU time, medians)");
    // With the features of the whole workspace, like every native build here.
    let build = [
        "build",
        "--locked",
        "--workspace",
        "--example",
        "bench_wasm",
    ];
    shell::run(&mut workspace.cargo(build))?;
    shell::run(&mut Command::new(
        workspace.target("debug/examples/bench_wasm"),
    ))
}

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
