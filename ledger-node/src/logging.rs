//! The log: to the standard error, for people or for machines.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::cli::{Command, LogArg};
use crate::config::{LogFormat, NodeDir};

/// Begins to log.
pub fn start(command: &Command) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter(command))
        .with_writer(io::stderr);
    match format(command) {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}

/// As the command line says, else as the settings do.
fn format(command: &Command) -> LogFormat {
    let Command::Run { dir, log } = command else {
        return LogFormat::Text;
    };
    match log {
        Some(LogArg::Json) => LogFormat::Json,
        Some(LogArg::Text) => LogFormat::Text,
        None => NodeDir::new(dir)
            .config()
            .map_or(LogFormat::Text, |config| config.log),
    }
}

/// Ours in full, the engine's when something is wrong; `RUST_LOG` overrides.
///
/// The transport of a ledger of one complains about every message that nobody is there to hear.
fn filter(command: &Command) -> EnvFilter {
    let alone = if let Command::Run { dir, .. } = command {
        let config = NodeDir::new(dir).config();
        config.is_ok_and(|config| config.p2p_peers.is_empty())
    } else {
        false
    };
    let transport = if alone { "off" } else { "warn" };
    let ours = format!("warn,ledger_node=info,arc_malachitebft_network={transport}");
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(ours))
}
