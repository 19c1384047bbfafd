//! The command line of `tallystick evidence`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use light_client::{id::TimeMs, suite::Suite};

use super::salt::SaltSource;
use crate::moment;

#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Make the digest of a file, for an agency to deposit, and the salt that must be kept.
    Digest(DigestOptions),
    /// Put a node's answer about the digest and the salt together into one proof.
    Join(JoinOptions),
    /// Decide whether a file was deposited, when and by whom; or what a conflict file proves.
    Check(CheckOptions),
    /// Look for two certified headers that contradict each other, and write the proof of it.
    Conflict(ConflictOptions),
    /// Write a report of a deposited file, to be printed; nothing, if the proof does not hold.
    Report(ReportOptions),
}

#[derive(Debug, clap::Args)]
pub(crate) struct DigestOptions {
    /// The file to be deposited.
    pub(crate) file: PathBuf,
    /// The salt to use: 64 hexadecimal digits or a file with them; by default a new random one.
    #[arg(long, value_name = "SALT")]
    pub(crate) salt: Option<SaltSource>,
    /// The ledger's hash.
    #[arg(long, value_enum, default_value_t = LedgerSuite::Sm)]
    pub(crate) suite: LedgerSuite,
    /// Where to keep the salt; a file that is there already is never overwritten.
    #[arg(long, value_name = "FILE.salt")]
    pub(crate) out: Option<PathBuf>,
}

/// Which algorithms a ledger uses; `tallystick trust show` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LedgerSuite {
    /// SM2 / SM3
    Sm,
    /// Ed25519, P-256 / SHA-256
    Intl,
}

impl From<LedgerSuite> for Suite {
    fn from(suite: LedgerSuite) -> Self {
        match suite {
            LedgerSuite::Sm => Self::Sm,
            LedgerSuite::Intl => Self::Intl,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct JoinOptions {
    /// What a node answered to `GET /v1/evidence/DIGEST`.
    #[arg(long, value_name = "FILE")]
    pub(crate) answer: PathBuf,
    /// The salt: 64 hexadecimal digits, or a file with them.
    #[arg(long, value_name = "SALT")]
    pub(crate) salt: SaltSource,
    /// The proof to write; a file that is there already is never overwritten.
    #[arg(long, value_name = "FILE.deposit")]
    pub(crate) out: PathBuf,
}

/// A file, its proof, and whom to believe.
#[derive(Debug, clap::Args)]
pub(crate) struct ProofOptions {
    /// The original file, byte for byte.
    pub(crate) file: PathBuf,
    /// The proof of its deposit (.deposit).
    #[arg(long, value_name = "FILE.deposit")]
    pub(crate) proof: PathBuf,
    /// The trust store (.trust): the ledgers to believe.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: PathBuf,
    /// The time to judge by, RFC 3339; by default that of the clock.
    #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339)]
    pub(crate) now: Option<TimeMs>,
    /// How old the proof may be that a file was *not* deposited: 90s, 15m, 24h, 7d [default: 24h].
    #[arg(long, value_name = "AGE", value_parser = moment::parse_age)]
    pub(crate) max_age: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckOptions {
    /// The original file, byte for byte; or a conflict file (.conflict), which needs no proof.
    pub(crate) file: PathBuf,
    /// The proof of the file's deposit (.deposit).
    #[arg(long, value_name = "FILE.deposit", requires = "trust")]
    pub(crate) proof: Option<PathBuf>,
    /// The trust store (.trust): the ledgers to believe. Without it a conflict file shows what
    /// its keys signed, but not whose keys they are.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// The time to judge by, RFC 3339; by default that of the clock.
    #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339, requires = "proof")]
    pub(crate) now: Option<TimeMs>,
    /// How old the proof may be that a file was *not* deposited: 90s, 15m, 24h, 7d [default: 24h].
    #[arg(long, value_name = "AGE", value_parser = moment::parse_age, requires = "proof")]
    pub(crate) max_age: Option<u64>,
    /// How to answer.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub(crate) format: AnswerFormat,
}

impl CheckOptions {
    /// The question about a deposit, if it is one.
    pub(super) fn deposit(&self) -> Option<ProofOptions> {
        Some(ProofOptions {
            file: self.file.clone(),
            proof: self.proof.clone()?,
            trust: self.trust.clone()?,
            now: self.now,
            max_age: self.max_age,
        })
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct ConflictOptions {
    /// A bundle (.tally), the proof of a deposit (.deposit), a trust store (.trust), or what a
    /// node answered: /v1/headers/HEIGHT, /v1/handoffs, /v1/evidence, proofs of a document.
    pub(crate) one: PathBuf,
    /// Another one.
    pub(crate) other: PathBuf,
    /// The trust store (.trust): the ledgers to believe, and their validators.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// The proof to write; a file that is there already is never overwritten.
    #[arg(long, value_name = "FILE.conflict")]
    pub(crate) out: PathBuf,
    /// How to answer.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub(crate) format: AnswerFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    Text,
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportOptions {
    #[command(flatten)]
    pub(crate) proof: ProofOptions,
    /// The report to write (HTML); a file that is there already is never overwritten.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) out: PathBuf,
}
