//! The program's commands.

mod init;
mod keys;
mod register;
mod run;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::{db, ledger_client::LedgerClient};

/// The agencies' doorway to a Tallystick ledger.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes keys, desk tokens and the database of a new installation.
    Init(Init),
    /// Prints the agencies' public keys as JSON, for those who register them.
    Keys(Keys),
    /// Registers the agencies on the ledger, with the keys of enough of its members.
    Register(Register),
    /// Serves until it is told to stop.
    Run(Run),
}

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// Where the installation is kept.
    #[arg(long)]
    pub dir: PathBuf,
    /// The agencies, as JSON.
    #[arg(long)]
    pub agencies: PathBuf,
    /// The database, if not SQLite in the directory: `postgres://…`.
    #[arg(long)]
    pub database: Option<String>,
}

/// Arguments of `keys`.
#[derive(Debug, clap::Args)]
pub struct Keys {
    /// Where the installation is kept.
    #[arg(long)]
    pub dir: PathBuf,
}

/// Arguments of `register`.
#[derive(Debug, clap::Args)]
pub struct Register {
    /// Where the installation is kept.
    #[arg(long)]
    pub dir: PathBuf,
    /// A node of the ledger, such as `http://127.0.0.1:7700`.
    #[arg(long)]
    pub ledger: String,
    /// A member's governance key; as many as the ledger asks for.
    #[arg(long = "member-key", required = true, num_args = 1..)]
    pub member_keys: Vec<PathBuf>,
}

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// Where the installation is kept.
    #[arg(long)]
    pub dir: PathBuf,
    /// A node of the ledger, such as `http://127.0.0.1:7700`.
    #[arg(long)]
    pub ledger: String,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7800")]
    pub listen: SocketAddr,
    /// Where clients reach this service; by default where it listens.
    #[arg(long)]
    pub public_url: Option<String>,
    /// The folder of the web app, to be served at `/`.
    #[arg(long)]
    pub web: Option<PathBuf>,
    /// The database, if not SQLite in the directory: `postgres://…`.
    #[arg(long)]
    pub database: Option<String>,
    /// The ledger's fingerprint, if it is known; by default the first ledger met is kept to.
    #[arg(long)]
    pub ledger_id: Option<String>,
}

impl Command {
    /// Does it; what is to be read goes to `out`.
    ///
    /// # Errors
    /// Whatever stands in the way, for a person to read.
    pub async fn execute(self, out: &mut (impl std::io::Write + Send)) -> anyhow::Result<()> {
        match self {
            Self::Init(arguments) => init::init(&arguments, out).await,
            Self::Keys(arguments) => keys::keys(&arguments, out).await,
            Self::Register(arguments) => register::register(&arguments, out).await,
            Self::Run(arguments) => run::run(arguments).await,
        }
    }
}

fn database_url(dir: &std::path::Path, given: Option<&String>) -> String {
    given.cloned().unwrap_or_else(|| db::default_url(dir))
}

fn ledger_client(url: &str) -> anyhow::Result<LedgerClient> {
    Ok(LedgerClient::new(url)?)
}
