//! `cargo xtask test`: every check there is, stage by stage, and a table at the end.

mod stages;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::progress;
use crate::workspace::Workspace;

pub(crate) use self::stages::PROGRAMS;
use self::stages::{Counts, STAGES, Stage};

/// Which part of the checks to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run these stages only, by the names in the table
    #[arg(long, value_name = "STAGE", value_delimiter = ',')]
    only: Vec<String>,
}

/// How a stage ended.
pub(crate) enum Outcome {
    /// It ran and everything in it held; tests are counted where there are any.
    Passed(Counts),
    /// It could not run on this machine, for this reason, and that is allowed.
    DidNotRun(&'static str),
}

struct Record {
    title: &'static str,
    took: Duration,
    result: Result<Outcome>,
}

/// Runs the stages in order; a failed one does not hide what the later ones find.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let selected = select(&options.only)?;
    let mut records = Vec::new();
    for stage in selected {
        progress::step(&format!("Stage {}: {}", stage.name, stage.title));
        let start = Instant::now();
        let result = (stage.run)(workspace);
        if let Err(error) = &result {
            progress::failure(&format!("stage {}: {error:#}", stage.name));
        }
        records.push(Record {
            title: stage.name,
            took: start.elapsed(),
            result,
        });
    }
    report(&records)
}

fn select(only: &[String]) -> Result<Vec<&'static Stage>> {
    let known = |name: &String| STAGES.iter().any(|stage| stage.name == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        bail!(
            "there is no stage `{unknown}`; the stages are {}",
            names.join(", ")
        );
    }
    let wanted = |stage: &&Stage| only.is_empty() || only.iter().any(|name| name == stage.name);
    Ok(STAGES.iter().filter(wanted).collect())
}

/// Prints the table and the sum; fails if any stage failed.
fn report(records: &[Record]) -> Result<()> {
    progress::step("All stages");
    progress::note(&format!("{:<16} {:>8}  result", "stage", "seconds"));
    let mut sum = Counts::default();
    let mut failed = Vec::new();
    for record in records {
        let result = match &record.result {
            Ok(Outcome::Passed(counts)) => {
                sum.add(counts);
                match *counts == Counts::default() {
                    true => "passed".to_owned(),
                    false => counts.to_string(),
                }
            }
            Ok(Outcome::DidNotRun(reason)) => format!("DID NOT RUN: {reason}"),
            Err(error) => {
                if let Some(counts) = error.downcast_ref::<Counts>() {
                    sum.add(counts);
                }
                failed.push(record.title);
                "FAILED".to_owned()
            }
        };
        let seconds = record.took.as_secs_f64();
        progress::note(&format!("{:<16} {seconds:>8.1}  {result}", record.title));
    }
    let total: Duration = records.iter().map(|record| record.took).sum();
    progress::note(&format!("{:<16} {:>8.1}", "total", total.as_secs_f64()));
    progress::line(&format!("\n{} passed, {} failed", sum.passed, sum.failed));
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}
