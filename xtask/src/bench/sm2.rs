//! SM2 verification beside other implementations: natively, in Node, in Chromium.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use demo_city::folder;

use crate::workspace::Workspace;
use crate::{progress, setup, shell, web};

/// The oldest Node that the JavaScript libraries run on.
const NODE: (u32, u32) = (20, 19);

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    node()?;
    let openssl = openssl_peer(workspace)?;
    progress::step("SM2 verification, native, release (CPU time, medians)");
    let arguments = "run --locked --release -p sm2-oracles --bin sm2_bench -- --openssl";
    let mut native = workspace.cargo(arguments.split(' '));
    shell::run(native.arg(openssl))?;

    let module = web::oracles(workspace)?;
    progress::step("SM2 verification in wasm and JavaScript (CPU time, medians)");
    let folder = workspace.target("sm2-peers");
    web::empty(&folder)?;
    folder::copy(&workspace.path("light-client/oracles/js"), &folder)?;
    let ours = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(&folder);
        command
    };
    shell::run(ours("npm").args(["ci", "--no-audit", "--no-fund"]))?;
    shell::run(ours("node").arg("node.mjs").arg(&module))?;
    shell::run(ours("node").arg("bundle.mjs").arg(module.join("peers.js")))?;
    let build = "build --locked --workspace --example bench_sm2_wasm";
    shell::run(&mut workspace.cargo(build.split(' ')))?;
    let program = workspace.target("debug/examples/bench_sm2_wasm");
    shell::run(&mut Command::new(program))
}

/// OpenSSL's opinion of SM2, compiled.
pub(crate) fn openssl_peer(workspace: &Workspace) -> Result<std::path::PathBuf> {
    setup::openssl()?;
    progress::step("Compiling the program that asks OpenSSL");
    let program = workspace.target("sm2-openssl-peer");
    let source = workspace.path("light-client/oracles/openssl/peer.c");
    let mut compile = Command::new("cc");
    compile.arg("-O2").arg(source).arg("-o").arg(&program);
    shell::run(compile.arg("-lcrypto"))?;
    Ok(program)
}

/// Fails without a Node that is new enough. It is not installed for the user: Debian's may be older
/// than the libraries ask for.
pub(crate) fn node() -> Result<()> {
    let version = shell::output(Command::new("node").arg("--version"));
    let version = version.context("this needs Node.js with npm, for JavaScript and wasm")?;
    let mut parts = version.trim().trim_start_matches('v').split('.');
    let mut part = || parts.next().and_then(|part| part.parse::<u32>().ok());
    match (part(), part()) {
        (Some(major), Some(minor)) if (major, minor) >= NODE => Ok(()),
        _ => bail!(
            "Node.js {} is too old: {NODE:?} or newer is needed",
            version.trim()
        ),
    }
}
