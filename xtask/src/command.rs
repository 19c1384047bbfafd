//! The command line.

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;
use crate::{bench, demo, npm, setup, sim, soak, test, tidy, verifier, web};

/// Set-up, demo, tests, wasm packaging, benches and tidiness of Tallystick.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the figures of docs/benchmarks.md: the verifier's size, its speed beside stock sm2, the ledger's throughput and finality
    Bench(bench::Options),
    /// Open a made-up city on this machine: its ledger, its agencies, its documents, the web app
    Demo(demo::Options),
    /// Package the verifier for Node, browsers and other people's pages into target/npm
    Npm,
    /// Install what the tests and the demo need on this machine, and nothing else
    Setup,
    /// Simulate the consortium under faults, seed after seed; goes on where it was stopped
    Sim(sim::Options),
    /// Run what tests do in seconds for as long as it takes; goes on where it was stopped
    Soak(soak::Options),
    /// Run every check: format, clippy, native and wasm tests, the browser, licences, tidiness
    Test(test::Options),
    /// Check the rules of the house that no compiler checks
    Tidy,
    /// Package the single-file verifier, target/verifier-page/tallystick-verify.html
    Verifier(verifier::Options),
    /// Build the web app into web-app/dist and the verifier into target/verifier
    Web,
}

impl Arguments {
    /// Does what was asked for.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<()> {
        match &self.command {
            Command::Bench(options) => bench::run(workspace, options),
            Command::Demo(options) => demo::run(workspace, options),
            Command::Npm => npm::package(workspace),
            Command::Setup => setup::everything(),
            Command::Sim(options) => sim::run(workspace, options),
            Command::Soak(options) => soak::run(workspace, options),
            Command::Test(options) => test::run(workspace, options),
            Command::Tidy => tidy::run(workspace),
            Command::Verifier(options) => verifier::run(workspace, options),
            Command::Web => web::run(workspace),
        }
    }
}
