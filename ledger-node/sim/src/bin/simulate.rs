//! `cargo xtask sim`: very many seeds, or one of them event by event.
//!
//! Goes on where an earlier run with the same state file stopped; may be stopped at any time.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use ledger_sim::{Campaign, Kind, OPERATIONS_PER_SEED, Report, Violation, replay, run};

/// How often it says how far it is, and saves that.
const REPORT: Duration = Duration::from_secs(5);

#[derive(Parser)]
struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// So many operations on invoices instead, a thousand to a seed, beside a reference
    #[arg(long)]
    invoices: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Where the state is kept that a stopped run goes on from
    #[arg(long)]
    state: PathBuf,
    /// Where the summary is written
    #[arg(long)]
    summary: PathBuf,
    /// Forget the state of an earlier run
    #[arg(long)]
    fresh: bool,
    /// Run this seed alone, and print its log
    #[arg(long)]
    replay: Option<u64>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    match options.replay {
        Some(seed) => show(options.kind(), seed),
        None => campaign(&options),
    }
}

impl Options {
    const fn kind(&self) -> Kind {
        match self.invoices {
            None => Kind::Faults,
            Some(_) => Kind::Invoices,
        }
    }

    fn seeds(&self) -> u64 {
        let seeds = |operations: u64| operations.div_ceil(OPERATIONS_PER_SEED);
        self.invoices.map_or(self.seeds, seeds)
    }
}

/// One run, event by event.
fn show(kind: Kind, seed: u64) -> Result<()> {
    let scenario = kind.scenario(seed);
    let (lines, outcome) = replay(&scenario)?;
    for line in lines {
        println!("{line}");
    }
    println!("{scenario:#?}");
    match outcome {
        Ok(report) => {
            println!("{report:#?}");
            Ok(())
        }
        Err(violation) => bail!("seed {seed}: {violation}"),
    }
}

fn campaign(options: &Options) -> Result<()> {
    let saved = Saved {
        path: &options.state,
    };
    let campaign = match options.fresh {
        true => Campaign::new(options.kind(), options.from),
        false => saved.load(options.kind(), options.from)?,
    };
    let end = options.from + options.seeds();
    if campaign.next() > options.from {
        println!("going on at seed {}", campaign.next());
    }
    let next = AtomicU64::new(campaign.next());
    let progress = Mutex::new(Progress::new(campaign, end));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return;
            }
            let outcome = run(&options.kind().scenario(seed));
            let Ok(mut progress) = progress.lock() else {
                return;
            };
            progress.take(seed, outcome, &saved);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let Ok(progress) = progress.into_inner() else {
        bail!("a thread ended badly");
    };
    saved.save(&progress.campaign)?;
    finish(&progress.campaign, &options.summary)
}

/// Prints and writes the summary; fails if a promise was broken.
fn finish(campaign: &Campaign, summary: &Path) -> Result<()> {
    println!("\n{campaign}");
    let before = fs::read_to_string(summary).unwrap_or_default();
    let text = campaign.summary(&before);
    fs::write(summary, text).with_context(|| format!("cannot write {}", summary.display()))?;
    println!("written to {}", summary.display());
    match campaign.failed() {
        [] => Ok(()),
        failed => bail!(
            "{} seeds failed; the first is {}",
            failed.len(),
            failed[0].0
        ),
    }
}

/// The file that a stopped run goes on from.
struct Saved<'a> {
    path: &'a Path,
}

impl Saved<'_> {
    fn load(&self, kind: Kind, from: u64) -> Result<Campaign> {
        let Ok(text) = fs::read_to_string(self.path) else {
            return Ok(Campaign::new(kind, from));
        };
        let campaign = Campaign::load(kind, &text);
        let campaign = campaign.with_context(|| format!("delete {}", self.path.display()))?;
        if campaign.from() != from {
            return Ok(Campaign::new(kind, from));
        }
        Ok(campaign)
    }

    /// All or nothing, should the process be killed meanwhile.
    fn save(&self, campaign: &Campaign) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = self.path.with_extension("new");
        fs::write(&beside, campaign.save())?;
        fs::rename(&beside, self.path)?;
        Ok(())
    }
}

/// What all threads have found so far.
struct Progress {
    campaign: Campaign,
    /// Seeds that were done before one that comes first.
    ahead: BTreeMap<u64, Result<Report, Violation>>,
    end: u64,
    begun_at: u64,
    start: Instant,
    reported: Instant,
}

impl Progress {
    fn new(campaign: Campaign, end: u64) -> Self {
        Self {
            begun_at: campaign.next(),
            campaign,
            ahead: BTreeMap::new(),
            end,
            start: Instant::now(),
            reported: Instant::now(),
        }
    }

    /// Takes an outcome in; says and saves now and then how far it is.
    fn take(&mut self, seed: u64, outcome: Result<Report, Violation>, saved: &Saved<'_>) {
        if let Err(violation) = &outcome {
            println!("seed {seed}: {violation}");
        }
        self.ahead.insert(seed, outcome);
        while let Some(outcome) = self.ahead.remove(&self.campaign.next()) {
            self.campaign.take(&outcome);
        }
        if self.reported.elapsed() < REPORT {
            return;
        }
        self.reported = Instant::now();
        self.say();
        if saved.save(&self.campaign).is_err() {
            println!("cannot write {}", saved.path.display());
        }
    }

    /// Numbers for a person: nothing is decided by them.
    fn say(&self) {
        let (next, elapsed) = (self.campaign.next(), self.start.elapsed());
        let done = u32::try_from(next - self.begun_at).unwrap_or(u32::MAX);
        let left = u32::try_from(self.end - next).unwrap_or(u32::MAX);
        if done == 0 {
            return;
        }
        let rate = f64::from(done) / elapsed.as_secs_f64();
        let remaining = elapsed / done * left;
        let (seconds, failed) = (remaining.as_secs(), self.campaign.failed().len());
        println!("seed {next}: {rate:.1} seeds/s, {seconds} s to go, {failed} failed");
    }
}
