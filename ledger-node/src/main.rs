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
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG_FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    let line = match Cli::parse().command {
        Command::Init(arguments) => init::init(&arguments.plan())?.ledger_id().to_string(),
        Command::Run { dir } => return node::run(&NodeDir::new(dir)).await,
        Command::Status { url } => status::status(&url).await?,
    };
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

/// Ours in full, the engine's when something is wrong.
const LOG_FILTER: &str = "warn,ledger_node=info";
