//! The command line, and what becomes of it.

use std::{io, num::NonZeroUsize, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use light_client::id::TimeMs;

use crate::{
    evidence::EvidenceCommand,
    inspect::InspectOptions,
    manual::ManOptions,
    moment,
    recheck::RecheckOptions,
    renew::RenewOptions,
    seen::{SeenBy, SeenCommand},
    sync::SyncOptions,
    words::Languages,
};

/// Exit code for a command line or file that cannot be used (`EX_USAGE`).
pub(crate) const USAGE: u8 = 64;
/// Exit code for output that cannot be written (`EX_IOERR`).
pub(crate) const OUTPUT: u8 = 74;
/// Exit code of a run that was interrupted: 128 and the signal's number.
pub(crate) const INTERRUPTED: u8 = 130;

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
/// Exit code of `verify`: 0 all valid, 1 some invalid or in conflict, 2 neither but some
/// undetermined, 64 a file or option that cannot be used, 130 interrupted. Of `compare`: 0 the same, 1 not. Of `evidence
/// check` and `report`: 0 deposited, or a conflict proven; 1 not deposited, no conflict, or the proof
/// does not hold; 2 undetermined.
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
    /// Draw an invoice's code: its compact proof, or the short code. Checks nothing.
    Compact(CompactOptions),
    /// Compare the short code on paper with a proof of the invoice. Verifies neither.
    Compare {
        /// The short code: a picture (.png), or its text.
        code: PathBuf,
        /// A bundle (.tally), or a picture of a compact proof.
        #[arg(long, value_name = "FILE")]
        proof: PathBuf,
    },
    /// Explain a bundle part by part. Checks nothing.
    Inspect(InspectOptions),
    /// Look at what is trusted, and trust a ledger.
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Judge again what was accepted before, and print what changed.
    ///
    /// Exit code: 0 nothing changed, 1 something is invalid or missing now, 2 other changes.
    Recheck(RecheckOptions),
    /// Let the trust store learn from portals, which are compared and not believed.
    ///
    /// Exit code: 0 learned or nothing new, 1 the ledger has forked, 2 too few usable answers.
    Sync(SyncOptions),
    /// Add to bundles what they need since their validators' epoch has ended.
    ///
    /// Exit code: 0 all are renewed or need nothing, 2 some are not.
    Renew(RenewOptions),
    /// The index of documents seen before: merge, list.
    #[command(subcommand)]
    Seen(SeenCommand),
    /// Write the manual page, or with --out one for each command.
    Man(ManOptions),
    /// Write what a shell needs to complete commands and options.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Files whose digest is deposited on a ledger, and proofs that a ledger has forked.
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
    /// Trust a ledger, whose fingerprint you were told by somebody you believe.
    Pin(PinOptions),
    /// Write where the newest epoch begins, for others who are to start there.
    Checkpoint {
        /// The trust store (.trust).
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
        /// The ledger's fingerprint or its beginning, if there are several.
        #[arg(long, value_name = "HEX")]
        ledger: Option<String>,
        /// A new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct PinOptions {
    /// The trust store (.trust); made if it is not there.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: PathBuf,
    /// The ledger's genesis, as any node hands it out (`/v1/genesis`).
    #[arg(long, value_name = "FILE")]
    pub(crate) genesis: PathBuf,
    /// A checkpoint, to start at a later epoch than the first.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// The fingerprint to compare with, in hexadecimal, with or without spaces: the checkpoint's if
    /// there is one, else the ledger's.
    #[arg(long, value_name = "HEX")]
    pub(crate) fingerprint: String,
    /// A new trust store accepts demonstration ledgers, too.
    #[arg(long)]
    pub(crate) demo: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CompactOptions {
    /// The invoice's bundle (.tally).
    pub(crate) bundle: PathBuf,
    /// A new file: a picture (.png), a drawing to scale (.svg), or the code's content (.tally).
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The short code instead, which any phone reads from 28 mm and which leads to PORTAL, `https://`
    /// and a host.
    #[arg(long, value_name = "PORTAL")]
    pub(crate) short: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyOptions {
    /// Bundles (.tally), pictures of codes (.png) or SD-JWTs; of a folder, every .tally file in it and in the folders in
    /// it; `-` is a stream on the standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) judging: JudgingOptions,
    /// How to answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Keep what was judged in this file, and go on from it: what is unchanged is not judged again.
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// The index of documents seen before; the valid ones are added to it.
    #[arg(long, value_name = "FILE")]
    pub(crate) seen: Option<PathBuf>,
    /// Who sees them, for the index: a machine, a subsidiary.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "unnamed",
        requires = "seen"
    )]
    pub(crate) seen_by: SeenBy,
    /// Keep what is valid in this folder, for `recheck`.
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
    /// Your own tax number: invoices to another buyer are marked.
    #[arg(long, value_name = "TAX NUMBER")]
    pub(crate) buyer: Option<String>,
}

/// What every command that judges documents asks.
#[derive(Debug, clap::Args)]
pub(crate) struct JudgingOptions {
    /// The trust store (.trust): the ledgers to believe.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: PathBuf,
    /// The time to judge by, RFC 3339; by default that of the clock.
    #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339)]
    pub(crate) now: Option<TimeMs>,
    /// How old the proof of good standing may be: 90s, 15m, 24h, 7d [default: 24h].
    #[arg(long, value_name = "AGE", value_parser = moment::parse_age)]
    pub(crate) max_age: Option<u64>,
    /// How many cores to use; by default all.
    #[arg(long, value_name = "COUNT")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Show the progress on the standard error, even if that is no terminal.
    #[arg(long)]
    pub(crate) progress: bool,
}

/// How to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object: header, documents, summary.
    Json,
    /// One JSON object per line: the header, each document, the summary.
    Jsonl,
    /// A table.
    Csv,
}

impl Format {
    /// The name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
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
