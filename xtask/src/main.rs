//! `cargo xtask`: everything that is done to this repository, from one place.
//!
//! One file per command. What a command needs on the machine is put there by [`setup`], which
//! says what it does and why, or stops with the exact command that is missing.

mod bench;
mod command;
mod demo;
mod npm;
mod progress;
mod setup;
mod shell;
mod sim;
mod soak;
mod test;
mod tidy;
mod verifier;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command::Arguments;
use crate::workspace::Workspace;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match Workspace::locate().and_then(|workspace| arguments.run(&workspace)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::failure(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
