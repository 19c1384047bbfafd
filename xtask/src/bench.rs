//! `cargo xtask bench`: honest numbers, printed. `docs/benchmarks.md` records them, by hand.

mod desk;
mod invoices;
mod ledger;
mod size;
mod sm2;
mod verification;

use anyhow::Result;

pub(crate) use sm2::{node, openssl_peer};

use crate::workspace::Workspace;
use crate::{progress, setup};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// One subject; without it, a little of everything
    #[arg(value_enum)]
    subject: Option<Subject>,
    /// Of `ledger`: see `cargo xtask bench ledger --help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Subject {
    /// The verifier in the browser: size, documents, ten years of hand-offs, the first verdict
    LightClient,
    /// 100 to 100,000 invoices by the command line on one core: time and memory
    Invoices,
    /// Four validators under more than they can take: operations, documents, invoices, finality
    Ledger,
    /// SM2 verification beside other implementations, natively, in Node and in Chromium
    Sm2,
}

/// Prints the figures this repository claims.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    progress::step("This machine");
    machine();
    if let Some(Subject::Ledger) = options.subject {
        return ledger::run(workspace, &options.arguments);
    }
    if let Some(Subject::Invoices) = options.subject {
        return invoices::run(workspace);
    }
    setup::wasm_target()?;
    setup::browser()?;
    if let Some(Subject::Sm2) = options.subject {
        return sm2::run(workspace);
    }
    size::run(workspace)?;
    if let Some(Subject::LightClient) = options.subject {
        return verification::targets(workspace);
    }
    verification::wasm(workspace)?;
    verification::native(workspace)?;
    desk::run(workspace)
}

/// Figures mean nothing without the machine, and little on a busy one.
fn machine() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model
        .unwrap_or("unknown processor")
        .trim_start_matches([' ', '\t', ':']);
    let count = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    progress::note(&format!("{count} × {model}"));
    progress::note(&format!("load: {}", read("/proc/loadavg").trim()));
}
