//! `cargo xtask soak sm2`: all implementations of SM2 on very many cases.
//!
//! Goes on where an earlier run of the same folder stopped; may be stopped at any time.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use light_client::key::sm2::GeneratorTable;
use sm2_oracles::openssl::OpenSsl;
use sm2_oracles::soak::{Disagreement, Tally, judge, round};

/// How often it says how far it is, and saves that.
const REPORT: Duration = Duration::from_secs(10);

#[derive(Parser)]
struct Options {
    /// How many cases in all
    #[arg(long, default_value_t = 1_000_000)]
    cases: usize,
    /// How many of them OpenSSL is asked about, too
    #[arg(long, default_value_t = 10_000)]
    openssl_cases: usize,
    /// The compiled peer (`openssl/peer.c`)
    #[arg(long)]
    openssl: PathBuf,
    /// Where the next round's number and the counts are kept
    #[arg(long)]
    state: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    openssl(&options)?;
    let state = State::load(&options.state)?;
    println!(
        "starting at round {}, {} cases so far",
        state.next,
        state.tally.cases()
    );
    in_process(&options, state)
}

/// OpenSSL beside the light client, from round 0 on; it is quick enough not to be resumed.
fn openssl(options: &Options) -> Result<()> {
    let mut peer = OpenSsl::start(&options.openssl)?;
    let (mut asked, mut valid, mut number) = (0, 0, 0);
    while asked < options.openssl_cases {
        for case in round(number) {
            let (theirs, ours) = (peer.verify(&case)?, sm2_oracles::judge::ours(&case));
            if theirs != ours {
                bail!("OpenSSL says {theirs}, the light client {ours}: round {number}, {case:?}");
            }
            asked += 1;
            valid += usize::from(ours);
        }
        number += 1;
    }
    println!("OpenSSL agrees on {asked} cases, {valid} valid");
    Ok(())
}

/// The implementations of this process, on all processors.
fn in_process(options: &Options, state: State) -> Result<()> {
    let generator = GeneratorTable::new();
    let next = AtomicU64::new(state.next);
    let shared = Mutex::new(Progress {
        state,
        disagreement: None,
        start: Instant::now(),
        reported: Instant::now(),
    });
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let outcome = judge(&generator, &round(number));
            let Ok(mut progress) = shared.lock() else {
                return;
            };
            if progress.take(number, outcome, options) {
                return;
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let Ok(progress) = shared.into_inner() else {
        bail!("a thread ended badly");
    };
    if let Some(disagreement) = progress.disagreement {
        bail!("they disagree: {disagreement:?}");
    }
    println!("{}", progress.state.tally);
    println!("all agree");
    Ok(())
}

/// What all threads have found so far.
struct Progress {
    state: State,
    disagreement: Option<Disagreement>,
    start: Instant,
    reported: Instant,
}

impl Progress {
    /// Takes a round's outcome in; says and saves now and then how far it is. True at the end.
    fn take(
        &mut self,
        number: u64,
        outcome: Result<Tally, Box<Disagreement>>,
        options: &Options,
    ) -> bool {
        match outcome {
            Ok(counts) => {
                self.state.done(number);
                self.state.tally.add(&counts);
            }
            Err(disagreement) => self.disagreement = Some(*disagreement),
        }
        let cases = self.state.tally.cases();
        let finished = cases >= options.cases || self.disagreement.is_some();
        if finished || self.reported.elapsed() > REPORT {
            self.reported = Instant::now();
            let seconds = self.start.elapsed().as_secs_f64();
            println!("{cases:>9} cases, {seconds:.0} s");
            if self.state.save(&options.state).is_err() {
                println!("cannot write {}", options.state.display());
            }
        }
        finished
    }
}

/// How far a soak is.
#[derive(Default)]
struct State {
    /// The first round that has not been done.
    next: u64,
    /// Rounds above it that have.
    ahead: Vec<u64>,
    tally: Tally,
}

impl State {
    fn load(path: &Path) -> Result<Self> {
        let Ok(text) = fs::read_to_string(path) else {
            return Ok(Self::default());
        };
        let (next, counts): (u64, Vec<(String, [usize; 2])>) =
            serde_json::from_str(&text).with_context(|| format!("delete {}", path.display()))?;
        let mut tally = Tally::default();
        for (name, counts) in counts {
            // A handful of names, once a run.
            tally
                .by_name
                .insert(Box::leak(name.into_boxed_str()), counts);
        }
        Ok(Self {
            next,
            ahead: Vec::new(),
            tally,
        })
    }

    fn done(&mut self, number: u64) {
        self.ahead.push(number);
        while let Some(at) = self.ahead.iter().position(|ahead| *ahead == self.next) {
            self.ahead.swap_remove(at);
            self.next += 1;
        }
    }

    /// Rounds ahead of a gap are in the counts and will be done again: a few cases counted twice
    /// after a stop, none left out.
    fn save(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let counts: Vec<_> = self.tally.by_name.iter().collect();
        fs::write(path, serde_json::to_vec(&(self.next, counts))?)?;
        Ok(())
    }
}
