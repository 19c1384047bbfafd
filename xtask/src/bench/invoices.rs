//! A business's inbox: many invoices on one core by the command line, as a release has it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::workspace::Workspace;
use crate::{progress, shell};

const COUNTS: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// How many invoices the generator puts into one folder.
const PER_FOLDER: usize = 100;
/// The time that the invoices are judged by: the generator's ledger is of that day.
const NOW: &str = "2026-09-21T15:00:00Z";
const POLL: Duration = Duration::from_millis(10);

/// What one run took.
struct Cost {
    seconds: f64,
    peak_kib: u64,
}

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    progress::step("Building tallystick and the generator (release)");
    let build = "build --locked --release -p tallystick --bin tallystick --example invoices";
    shell::run(&mut workspace.cargo(build.split(' ')))?;
    let folder = workspace.target("bench-invoices");
    let most = COUNTS[COUNTS.len() - 1];
    let complete = folder.join("complete");
    if !complete.exists() {
        progress::step(&format!("Making {most} invoices with their proofs (once)"));
        let generator = workspace.target("release/examples/invoices");
        shell::run(Command::new(generator).arg(&folder).arg(most.to_string()))?;
        fs::write(&complete, "")?;
    }
    progress::step("Verifying: all checks, duplicates, index, CSV; one core");
    let program = workspace.target("release/tallystick");
    for count in COUNTS {
        let cost = verify(&program, &folder, count)?;
        progress::note(&format!(
            "{count:>7} invoices: {:>7.2} s, {:>6.1} µs each, at most {:>5.1} MiB",
            cost.seconds,
            cost.seconds * 1e6 / count as f64,
            cost.peak_kib as f64 / 1024.0
        ));
    }
    Ok(())
}

fn verify(program: &Path, folder: &Path, count: usize) -> Result<Cost> {
    let index = folder.join("index");
    if index.exists() {
        fs::remove_file(&index)?;
    }
    let answer = folder.join("answer.csv");
    let folders = (0..count.div_ceil(PER_FOLDER)).map(|place| inbox(folder, place));
    let start = Instant::now();
    let child = Command::new(program)
        .args(["verify", "--format", "csv", "--jobs", "1", "--now", NOW])
        .arg("--trust")
        .arg(folder.join("bench.trust"))
        .arg("--seen")
        .arg(&index)
        .args(folders)
        .stdout(fs::File::create(&answer)?)
        .stdin(Stdio::null())
        .spawn()
        .context("cannot start tallystick")?;
    let peak_kib = watch(child)?;
    let seconds = start.elapsed().as_secs_f64();
    // A run that skipped something would be fast.
    let text = fs::read_to_string(&answer)?;
    let valid = text
        .lines()
        .filter(|line| line.contains(".tally,valid,,,"))
        .count();
    ensure!(valid == count, "{valid} of {count} are valid");
    ensure!(
        text.ends_with(&format!("#end,complete,{count}\r\n")),
        "cut off"
    );
    Ok(Cost { seconds, peak_kib })
}

fn inbox(folder: &Path, place: usize) -> PathBuf {
    folder.join(format!("in/{place:03}"))
}

/// Waits for the end; returns the most memory that the process had, as the kernel counts it.
fn watch(mut child: Child) -> Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak_kib = number.unwrap_or(peak_kib).max(peak_kib);
        if let Some(code) = child.try_wait()? {
            ensure!(code.success(), "tallystick ended with {code}");
            return Ok(peak_kib);
        }
        thread::sleep(POLL);
    }
}
