//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// What to measure, and for how long.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// The program of a validator
    #[arg(long)]
    pub(crate) node: PathBuf,
    /// A folder for the ledgers, emptied first
    #[arg(long)]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) what: What,
}

/// The part of the options that `cargo xtask bench` passes on.
#[derive(Debug, clap::Args)]
pub(crate) struct What {
    /// Only these parts, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Seconds of each load
    #[arg(long, default_value_t = 20.0)]
    pub(crate) seconds: f64,
    /// Validators
    #[arg(long, default_value_t = 4)]
    pub(crate) validators: usize,
    /// Connections over which operations are sent
    #[arg(long, default_value_t = 128)]
    pub(crate) connections: usize,
    /// Operations of one request
    #[arg(long, default_value_t = 16)]
    pub(crate) batch: usize,
    /// Invoices of one batch
    #[arg(long, default_value_t = 500)]
    pub(crate) invoice_batch: usize,
    /// Also with 100,000 and 1,000,000 invoices, and two minutes of anchoring
    #[arg(long)]
    pub(crate) full: bool,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Signed operations per second: the stress of the procedure
    Ops,
    /// Finality at 70 % of what was reached: its stability
    Finality,
    /// Twice of what was reached: its spike
    Spike,
    /// Anchored documents per second
    Anchor,
    /// Invoices per second, at several sizes of the state
    Invoices,
    /// Invoices per second on a ledger of one validator
    Single,
    /// Kill -9 of all, restart, and a proof of everything that was acknowledged
    Crash,
}

impl Part {
    /// The parts that share one ledger of several validators.
    pub(crate) const OF_MANY: [Self; 6] = [
        Self::Ops,
        Self::Finality,
        Self::Spike,
        Self::Anchor,
        Self::Invoices,
        Self::Crash,
    ];
}

impl What {
    /// Whether a part is asked for.
    pub(crate) fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}
