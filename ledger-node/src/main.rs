//! `ledger-node`: makes a ledger, runs a node of it, and does what its operator asks for.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use ledger_node::cli::{Cli, Command};
use ledger_node::config::NodeDir;
use ledger_node::mark::MarkError;
use ledger_node::{command, logging, node};

/// `EX_SOFTWARE`: the node stopped for an error.
const NODE_FAILED: u8 = 70;

/// `EX_IOERR`: the store failed: the disk is full, or damaged.
const STORE_FAILED: u8 = 74;

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command;
    logging::start(&command);
    if let Command::Run { dir, .. } = &command {
        return match node::run(&NodeDir::new(dir)).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) if error.chain().any(is_of_store) => failed(&error, STORE_FAILED),
            Err(error) => failed(&error, NODE_FAILED),
        };
    }
    match command::perform(command).await {
        Ok(lines) => {
            let mut out = io::stdout().lock();
            let written = lines.iter().try_for_each(|line| writeln!(out, "{line}"));
            written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        Err(error) => {
            let code = error.exit_code();
            failed(&error.into(), code)
        }
    }
}

fn is_of_store(cause: &(dyn Error + 'static)) -> bool {
    let of_mark = cause.downcast_ref::<MarkError>();
    cause.is::<fjall::Error>() || matches!(of_mark, Some(MarkError::Store(_)))
}

fn failed(error: &anyhow::Error, code: u8) -> ExitCode {
    // Nobody reads it if the terminal is gone.
    writeln!(io::stderr(), "ledger-node: {error:#}").ok();
    ExitCode::from(code)
}
