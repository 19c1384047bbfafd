//! `cargo xtask`: everything that is done to this repository, from one place.
//!
//! One file per command. What a command needs on the machine is put there by [`setup`], which
//! says what it does and why, or stops with the exact command that is missing.

mod bench;
mod demo;
mod progress;
mod setup;
mod shell;
mod test;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Set-up, demo, tests, wasm packaging, benches and tidiness of Tallystick.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the verifier's size, its speed beside stock sm2, and the ledger's finality
    Bench,
    /// Open a made-up city on this machine: its ledger, its agencies, its documents, the web app
    Demo(demo::Options),
    /// Install what the tests and the demo need on this machine, and nothing else
    Setup,
    /// Run every check: format, clippy, native and wasm tests, the browser, licences, tidiness
    Test(test::Options),
    /// Check the rules of the house that no compiler checks
    Tidy,
    /// Build the web app into web-app/dist and the verifier into target/verifier
    Web,
}

fn main() -> ExitCode {
    let outcome = Workspace::locate().and_then(|workspace| match Arguments::parse().command {
        Command::Bench => bench::run(&workspace),
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Setup => setup::everything(),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Tidy => tidy::run(&workspace),
        Command::Web => web::run(&workspace),
    });
    outcome.map_or_else(
        |error| {
            progress::failure(&format!("{error:#}"));
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}
