//! One verification beside one signature: in wasm and natively.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{progress, shell, web};

/// Runs the packaged verifier in Chromium; `target/verifier` must be there.
pub(super) fn wasm(workspace: &Workspace) -> Result<()> {
    progress::step("One verification in wasm (CPU time, medians)");
    example(workspace, "bench_wasm")
}

/// What design asks of the light client, in Chromium; `target/verifier` must be there.
pub(super) fn targets(workspace: &Workspace) -> Result<()> {
    progress::step("Ledgers, documents and ten years of hand-offs to measure with");
    let scene = workspace.target("bench-scene");
    web::empty(&scene)?;
    let run = "run --locked --release -p light-client --example bench_scene --";
    shell::run(workspace.cargo(run.split(' ')).arg(&scene))?;
    progress::step("What a visitor waits for");
    example(workspace, "bench_light_client")
}

/// With the features of the whole workspace, like every native build here.
fn example(workspace: &Workspace, name: &str) -> Result<()> {
    let build = ["build", "--locked", "--workspace", "--example", name];
    shell::run(&mut workspace.cargo(build))?;
    let program = workspace.target("debug/examples").join(name);
    shell::run(&mut Command::new(program))
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
