//! `cargo xtask soak light-client`: many mutants of the vectors, and what became of them.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Parser;
use mutants::{Campaign, Finding, Subjects};

#[derive(Parser)]
struct Options {
    /// The vectors of bundles
    #[arg(long)]
    vectors: PathBuf,
    /// Where it is kept how far the campaign is
    #[arg(long)]
    state: PathBuf,
    /// How many mutants in all
    #[arg(long)]
    cases: u64,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let subjects = Subjects::read(&options.vectors)?;
    let mut campaign = Campaign::load(&options.state)?;
    println!(
        "{} vectors; from mutant {} on",
        subjects.count(),
        campaign.next
    );
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    let (began, first) = (Instant::now(), campaign.next);
    while campaign.next < options.cases {
        let advanced = campaign.advance(&subjects, options.cases, u64::try_from(threads)?);
        if let Err(finding) = advanced {
            bail!("{}", told(&subjects, &finding));
        }
        campaign.save(&options.state)?;
        let rate = (campaign.next - first) as f64 / began.elapsed().as_secs_f64();
        let left = (options.cases - campaign.next) as f64 / rate;
        println!(
            "{} of {}, {rate:.0} per second, {left:.0} s left",
            campaign.next, options.cases
        );
    }
    for line in campaign.tally.lines() {
        println!("{line}");
    }
    Ok(())
}

fn told(subjects: &Subjects, finding: &Finding) -> String {
    let (number, what) = match finding {
        Finding::Believed(number) => (number, "is believed"),
        Finding::Panicked(number) => (number, "makes the verifier panic"),
        Finding::TwoVerdicts(number) => (number, "has two verdicts"),
    };
    let (subject, bytes) = subjects.mutant(*number);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("mutant {number} of {} {what}: {hex}", subject.name())
}
