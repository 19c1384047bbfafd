//! `ledger-node`: makes a ledger on this machine, runs a node of it, asks a node how it is.

use std::io::{self, Write as _};

use anyhow::Result;
use clap::Parser as _;
use ledger_node::cli::{Cli, Command};
use ledger_node::config::NodeDir;
use ledger_node::{init, node, status};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<()> {
    let command = Cli::parse().command;
    tracing_subscriber::fmt()
        .with_env_filter(log_filter(&command))
        .with_writer(io::stderr)
        .init();
    let line = match command {
        Command::Init(arguments) => init::init(&arguments.plan())?.ledger_id().to_string(),
        Command::Run { dir } => return node::run(&NodeDir::new(dir)).await,
        Command::Status { url } => status::status(&url).await?,
    };
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

/// Ours in full, the engine's when something is wrong; `RUST_LOG` overrides.
///
/// The transport of a ledger of one complains about every message that nobody is there to hear.
fn log_filter(command: &Command) -> EnvFilter {
    let alone = match command {
        Command::Run { dir } => NodeDir::new(dir)
            .config()
            .is_ok_and(|c| c.p2p_peers.is_empty()),
        Command::Init(_) | Command::Status { .. } => false,
    };
    let transport = if alone { "off" } else { "warn" };
    let ours = format!("warn,ledger_node=info,arc_malachitebft_network={transport}");
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(ours))
}
