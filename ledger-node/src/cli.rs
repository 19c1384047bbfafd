//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use light_client::genesis::Purpose;
use light_client::id::IssuerId;
use light_client::key::PublicKey;
use light_client::suite::Suite;

use crate::init::Plan;

/// A node of a Tallystick ledger.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a new ledger on this machine: a genesis and a folder for each node.
    Init(InitArgs),
    /// Runs the node of a folder.
    Run {
        /// The node's folder.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Prints the head of a running node's ledger.
    Status {
        /// The node's API.
        #[arg(long, default_value = "http://127.0.0.1:7700")]
        url: String,
    },
}

/// The new ledger.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to make.
    #[arg(long)]
    dir: PathBuf,
    /// How many validators, when no agencies are named.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=100))]
    validators: u8,
    /// An agency that runs a validator; repeat it. Lower-case letters, digits and hyphens.
    #[arg(long = "agency", value_parser = parse_name)]
    agencies: Vec<IssuerId>,
    /// A further member that governs, `name=key` with the key in hexadecimal; repeat it.
    #[arg(long = "member", value_parser = parse_member)]
    members: Vec<(IssuerId, PublicKey)>,
    /// The ledger's name, for people.
    #[arg(long, default_value = "tallystick")]
    name: String,
    /// What the ledger is for.
    #[arg(long, value_enum, default_value_t = PurposeArg::Demo)]
    purpose: PurposeArg,
    /// The suite of consensus and trees.
    #[arg(long, value_enum, default_value_t = SuiteArg::Sm)]
    suite: SuiteArg,
    /// The API of node i listens on this port + i.
    #[arg(long, default_value_t = 7700)]
    api_port: u16,
    /// The engine of node i listens on this port + i.
    #[arg(long, default_value_t = 27700)]
    p2p_port: u16,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PurposeArg {
    Demo,
    Production,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SuiteArg {
    Sm,
    Intl,
}

impl InitArgs {
    /// The ledger that these arguments ask for.
    pub fn plan(self) -> Plan {
        let mut agencies = self.agencies;
        if agencies.is_empty() {
            let names = (0..self.validators).map(|at| IssuerId::parse(&format!("agency-{at}")));
            agencies = names
                .collect::<Result<_, _>>()
                .expect("a name of the alphabet");
        }
        Plan {
            dir: self.dir,
            name: self.name,
            purpose: match self.purpose {
                PurposeArg::Demo => Purpose::Demo,
                PurposeArg::Production => Purpose::Production,
            },
            suite: match self.suite {
                SuiteArg::Sm => Suite::Sm,
                SuiteArg::Intl => Suite::Intl,
            },
            agencies,
            members: self.members,
            api_port: self.api_port,
            p2p_port: self.p2p_port,
        }
    }
}

fn parse_name(text: &str) -> Result<IssuerId, String> {
    IssuerId::parse(text).map_err(|error| error.to_string())
}

fn parse_member(text: &str) -> Result<(IssuerId, PublicKey), String> {
    let (name, key) = text.split_once('=').ok_or("not `name=key`")?;
    let key = hex::decode(key).map_err(|_| "the key is not hexadecimal")?;
    let key = PublicKey::parse(&key).map_err(|error| error.to_string())?;
    Ok((parse_name(name)?, key))
}
