//! `cargo xtask sim`: the consortium under faults, seed after seed, on all processors.

use std::path::PathBuf;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{progress, shell};

/// What to simulate.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// So many operations on invoices instead, a thousand to a seed, beside a reference
    #[arg(long, value_name = "OPERATIONS", conflicts_with = "seeds")]
    invoices: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Where to write the summary; without it, docs/simulation-summary.md
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Begin anew instead of going on where an earlier run was stopped
    #[arg(long)]
    fresh: bool,
    /// Run this seed alone, and print everything that happens in it
    #[arg(long, value_name = "SEED")]
    replay: Option<u64>,
}

/// Simulates. The dev profile: cryptography is optimised, and overflows are still caught.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    progress::step("Simulating the consortium (docs/simulation.md)");
    let command = "run --locked --quiet -p ledger-sim --bin simulate --";
    let mut simulate = workspace.cargo(command.split(' '));
    let summary = options.summary.clone();
    let summary = summary.unwrap_or_else(|| workspace.path("docs/simulation-summary.md"));
    simulate.args(["--seeds", &options.seeds.to_string()]);
    simulate.args(["--from", &options.from.to_string()]);
    simulate.arg("--summary").arg(summary);
    let state = match options.invoices {
        None => "sim/campaign.txt",
        Some(operations) => {
            simulate.args(["--invoices", &operations.to_string()]);
            "sim/invoices.txt"
        }
    };
    simulate.arg("--state").arg(workspace.target(state));
    if options.fresh {
        simulate.arg("--fresh");
    }
    if let Some(seed) = options.replay {
        simulate.args(["--replay", &seed.to_string()]);
    }
    shell::run(&mut simulate)
}
