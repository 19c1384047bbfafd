//! `ledger-node`: makes a ledger, runs a node of it, and does what its operator asks for.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use ledger_node::cli::{Cli, Command};
use ledger_node::command;
use ledger_node::config::{LogFormat, NodeDir};
use ledger_node::node;
use tracing_subscriber::EnvFilter;

/// `EX_SOFTWARE`: the node stopped for an error.
const NODE_FAILED: u8 = 70;

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command;
    log(&command);
    if let Command::Run { dir, .. } = &command {
        return match node::run(&NodeDir::new(dir)).await {
            Ok(()) => ExitCode::SUCCESS,
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

fn failed(error: &anyhow::Error, code: u8) -> ExitCode {
    // Nobody reads it if the terminal is gone.
    writeln!(io::stderr(), "ledger-node: {error:#}").ok();
    ExitCode::from(code)
}

fn log(command: &Command) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(log_filter(command))
        .with_writer(io::stderr);
    match command::log_format(command) {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}

/// Ours in full, the engine's when something is wrong; `RUST_LOG` overrides.
///
/// The transport of a ledger of one complains about every message that nobody is there to hear.
fn log_filter(command: &Command) -> EnvFilter {
    let alone = match command {
        Command::Run { dir, .. } => NodeDir::new(dir)
            .config()
            .is_ok_and(|c| c.p2p_peers.is_empty()),
        _other_command => false,
    };
    let transport = if alone { "off" } else { "warn" };
    let ours = format!("warn,ledger_node=info,arc_malachitebft_network={transport}");
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(ours))
}
