//! Many mutants, on all processors; a campaign that is stopped goes on where it was.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result};
use light_client::key::KnownKeys;
use serde::{Deserialize, Serialize};

use crate::{Subjects, Tally};

/// Mutants of one thread between two reports.
const BLOCK: u64 = 20_000;
/// One mutant in so many is judged a second time, by one who knows no key.
const SECOND_OPINION: u64 = 64;

/// How far a campaign is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// The number of the next mutant.
    pub next: u64,
    /// What became of those before.
    pub tally: Tally,
}

/// What must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It was believed, and says what is true of no genuine document.
    Believed(u64),
    /// The verifier panicked.
    Panicked(u64),
    /// With known keys it was judged otherwise than without.
    TwoVerdicts(u64),
}

impl Campaign {
    /// Where the file says, or at the beginning if there is none.
    ///
    /// # Errors
    /// A file that is none of ours.
    pub fn load(path: &Path) -> Result<Self> {
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| path.display().to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// Keeps it, whole or not at all.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = path.with_extension("new");
        fs::write(&new, serde_json::to_vec(self)?)?;
        fs::rename(&new, path).with_context(|| path.display().to_string())
    }

    /// Judges the next mutants, up to the number `end`, on so many threads.
    ///
    /// # Errors
    /// The first finding; then nothing is counted.
    pub fn advance(&mut self, subjects: &Subjects, end: u64, threads: u64) -> Result<(), Finding> {
        let block = BLOCK.min(end.saturating_sub(self.next).div_ceil(threads.max(1)));
        let tallies = thread::scope(|scope| {
            let running: Vec<_> = (0..threads.max(1))
                .map(|thread| {
                    let from = self.next + thread * block;
                    let range = from.min(end)..(from + block).min(end);
                    scope.spawn(move || judge(subjects, range))
                })
                .collect();
            let ended = running.into_iter().map(|one| one.join());
            ended.collect::<Vec<_>>()
        });
        let mut sum = self.tally.clone();
        for tally in tallies {
            // A thread catches what the verifier throws; it panics by nothing else.
            sum.add(&tally.unwrap_or(Err(Finding::Panicked(self.next)))?);
        }
        self.tally = sum;
        self.next = (self.next + block * threads.max(1)).min(end);
        Ok(())
    }
}

fn judge(subjects: &Subjects, numbers: core::ops::Range<u64>) -> Result<Tally, Finding> {
    let (mut tally, mut keys) = (Tally::default(), Subjects::keys());
    for number in numbers {
        let caught = catch_unwind(AssertUnwindSafe(|| {
            judge_one(subjects, number, &mut tally, &mut keys)
        }));
        caught.unwrap_or(Err(Finding::Panicked(number)))?;
    }
    Ok(tally)
}

fn judge_one(
    subjects: &Subjects,
    number: u64,
    tally: &mut Tally,
    keys: &mut KnownKeys,
) -> Result<(), Finding> {
    let (subject, bytes) = subjects.mutant(number);
    let verdict = subjects.judge_with(subject, &bytes, keys);
    if subjects.is_false(&verdict) {
        return Err(Finding::Believed(number));
    }
    if number.is_multiple_of(SECOND_OPINION) && subjects.judge(subject, &bytes) != verdict {
        return Err(Finding::TwoVerdicts(number));
    }
    tally.count(&verdict);
    Ok(())
}
