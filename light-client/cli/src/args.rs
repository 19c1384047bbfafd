//! The command line, and what becomes of it.

use std::{io, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};
use light_client::id::TimeMs;

use crate::{evidence::EvidenceCommand, moment, words::Languages};

/// Exit code for a command line or file that cannot be used (`EX_USAGE`).
pub(crate) const USAGE: u8 = 64;
/// Exit code for output that cannot be written (`EX_IOERR`).
pub(crate) const OUTPUT: u8 = 74;

/// Answers a command line that asks for nothing: with what is wrong, or with help and version,
/// which are asked for and go to the standard output.
pub(crate) fn unread(error: &clap::Error) -> ExitCode {
    let code = if error.use_stderr() { USAGE } else { 0 };
    error
        .print()
        .map_or(ExitCode::from(OUTPUT), |()| code.into())
}

/// Verify documents offline, without trusting whoever delivered them.
///
/// Exit code of `verify`: 0 all valid, 1 some invalid, 2 none invalid but some undetermined,
/// 64 a file or option that cannot be used. Of `evidence check` and `report`: 0 deposited, 1 not
/// deposited or the proof does not hold, 2 undetermined.
#[derive(Debug, Parser)]
#[command(name = "tallystick", version)]
pub(crate) struct Args {
    /// Language of the answers; by default that of the environment, and both in a report.
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Languages>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Decide whether documents are genuine and in force.
    Verify(VerifyOptions),
    /// Explain a bundle part by part. Checks nothing.
    Inspect {
        /// A bundle (.tally) or an SD-JWT.
        file: PathBuf,
    },
    /// Look at what is trusted.
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Files whose digest is deposited on a ledger.
    #[command(subcommand)]
    Evidence(EvidenceCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Show the ledgers of a trust store.
    Show {
        /// The trust store (.trust).
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyOptions {
    /// Bundles (.tally) or SD-JWTs; of a folder, every .tally file in it.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The trust store (.trust): the ledgers to believe.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: PathBuf,
    /// The time to judge by, RFC 3339; by default that of the clock.
    #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339)]
    pub(crate) now: Option<TimeMs>,
    /// How old the proof of good standing may be: 90s, 15m, 24h, 7d [default: 24h].
    #[arg(long, value_name = "AGE", value_parser = moment::parse_age)]
    pub(crate) max_age: Option<u64>,
    /// How to answer; json is one object per line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Csv,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The standard output cannot be written.
    Output(io::Error),
    /// A file or option cannot be used.
    Usage(String),
}

impl Failure {
    /// Says so on the standard error, and returns the exit code.
    pub(crate) fn report(&self) -> u8 {
        match self {
            // The reader has gone: there is nobody to tell.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => OUTPUT,
            Self::Output(error) => {
                eprintln!("tallystick: cannot write: {error}");
                OUTPUT
            }
            Self::Usage(message) => {
                eprintln!("tallystick: {message}");
                USAGE
            }
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
