//! `cargo xtask soak`: what tests do in seconds, for hours. Each goes on where it was stopped.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{bench, progress, shell, web};

/// About 20,000 cases: wasm runs the same arithmetic as the natively tested 29-bit limbs.
const WASM_ROUNDS: &str = "300";

/// What to soak.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(value_enum)]
    subject: Subject,
    /// How many cases in all
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Subject {
    /// All implementations of SM2 on the same signatures, OpenSSL on 10,000 of them
    Sm2,
}

/// Soaks.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let Subject::Sm2 = options.subject;
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
    shell::run(soak.arg("--cases").arg(options.cases.to_string()))
}
