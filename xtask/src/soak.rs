//! `cargo xtask soak`: what tests do in seconds, for hours. Each goes on where it was stopped.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{bench, progress, setup, shell, web};

/// About 20,000 cases: wasm runs the same arithmetic as the natively tested 29-bit limbs.
const WASM_ROUNDS: &str = "300";

/// One mutant in so many is judged in wasm, too.
const WASM_SHARE: u64 = 100;

/// What to soak.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(value_enum)]
    subject: Subject,
    /// How many cases in all; 1,000,000 of `sm2`, 100,000,000 of `light-client`
    #[arg(long)]
    cases: Option<u64>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Subject {
    /// Mutants of the vectors: none may be believed, and wasm says what the native verifier says
    LightClient,
    /// All implementations of SM2 on the same signatures, OpenSSL on 10,000 of them
    Sm2,
}

/// Soaks.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    match options.subject {
        Subject::LightClient => light_client(workspace, options.cases.unwrap_or(100_000_000)),
        Subject::Sm2 => sm2(workspace, options.cases.unwrap_or(1_000_000)),
    }
}

fn light_client(workspace: &Workspace, cases: u64) -> Result<()> {
    setup::wasm_target()?;
    setup::browser()?;
    web::verifier(workspace)?;
    progress::step("Mutants of the vectors, natively");
    let mut native = workspace.cargo("run --locked --release -p mutants --".split(' '));
    native.arg("--vectors");
    native.arg(workspace.path("light-client/vectors/bundle"));
    native.arg("--state");
    native.arg(workspace.target("soak/mutants.json"));
    shell::run(native.arg("--cases").arg(cases.to_string()))?;
    progress::step("The same in wasm (Chromium), beside the native verifier");
    let build = "build --locked --workspace --example soak_mutants_wasm";
    shell::run(&mut workspace.cargo(build.split(' ')))?;
    let mut wasm = Command::new(workspace.target("debug/examples/soak_mutants_wasm"));
    wasm.arg(workspace.target("soak/mutants-wasm"));
    shell::run(wasm.arg((cases / WASM_SHARE).max(1).to_string()))
}

fn sm2(workspace: &Workspace, cases: u64) -> Result<()> {
    bench::node()?;
    let openssl = bench::openssl_peer(workspace)?;
    let module = web::oracles(workspace)?;
    progress::step("SM2: all implementations on the same signatures, in wasm (Node)");
    let script = workspace.path("light-client/oracles/js/soak.mjs");
    let mut node = Command::new("node");
    shell::run(node.arg(script).arg(module).arg(WASM_ROUNDS))?;
    progress::step("SM2: all implementations on the same signatures");
    // The dev profile: cryptography is optimised, and overflows are still caught.
    let mut soak =
        workspace.cargo("run --locked -p sm2-oracles --bin sm2_soak -- --openssl".split(' '));
    soak.arg(openssl);
    soak.arg("--state").arg(workspace.target("soak/sm2.json"));
    shell::run(soak.arg("--cases").arg(cases.to_string()))
}
