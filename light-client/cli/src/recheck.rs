//! `tallystick recheck`: everything that was accepted, judged again by what is known now.

mod answer;
mod newer;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Write},
    path::PathBuf,
    slice,
    sync::atomic::Ordering,
};

use light_client::{id::TimeMs, key::KnownKeys};

use crate::{
    answer::Header,
    archive,
    args::{Failure, Format, JudgingOptions},
    earlier::{self, EarlierLine, Ruled},
    input::{self, Inputs},
    interrupt,
    judging::Judging,
    key::Key,
    progress::Progress,
    words::{Lang, Text},
};
use answer::{Answers, Change, Summary};
use newer::{Newer, Outcome};

#[derive(Debug, clap::Args)]
pub(crate) struct RecheckOptions {
    /// An archive that `verify --archive` filled; or a folder of bundles, with --report.
    #[arg(value_name = "ARCHIVE")]
    archive: PathBuf,
    /// What was said of the folder's bundles: a report of `verify --format jsonl`.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Newer bundles of the same documents, or folders of them: what these say counts.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    newer: Vec<PathBuf>,
    /// Without --max-age answers of any age count: what is asked is whether they still hold.
    #[command(flatten)]
    judging: JudgingOptions,
    /// How to answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Judges again, and answers about what changed.
pub(crate) fn run(
    options: &RecheckOptions,
    lang: Lang,
    clock: TimeMs,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let mut earlier = read_earlier(options, lang)?;
    let mut judging = Judging::open(&options.judging, clock, lang)?;
    if options.judging.max_age.is_none() {
        judging.policy.max_age_ms = u64::MAX;
    }
    let list = |paths: &[PathBuf]| Inputs::list(paths, &mut io::empty(), lang);
    let (archived, fresh) = (
        list(slice::from_ref(&options.archive))?,
        list(&options.newer)?,
    );
    let stop = interrupt::flag()?;
    judging.learn(&fresh, &stop)?;
    judging.learn(&archived, &stop)?;
    let newer = Newer::judge(&judging, &fresh, &stop)?;
    let header = Header::new(&judging.trust, judging.policy, judging.now);
    let mut answers = Answers::begin(options.format, lang, &header, out)?;
    let mut summary = Summary::default();
    let rejudge = |keys: &mut KnownKeys, bytes: &[u8]| Ok(Outcome::of(&judging, keys, bytes));
    let label = Text::new("重新核对", "rechecked");
    let mut progress = Progress::begin(judging.progress, label, archived.len(), lang);
    let done = judging.each(&archived, &stop, rejudge, |place, outcome| {
        progress.advance(place + 1);
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(failure) => {
                failure.report();
                return Ok(());
            }
        };
        let Some(before) = earlier.remove(&outcome.facts.file) else {
            summary.unlisted += 1;
            return Ok(());
        };
        let (now, newer_file) = newer.outrank(&outcome);
        summary.documents += 1;
        answer_change(&before, now, newer_file, &mut answers, &mut summary)
    })?;
    progress.end(done);
    summary.complete = done == archived.len() && !stop.load(Ordering::Relaxed);
    if summary.complete {
        answer_missing(&earlier, &mut answers, &mut summary)?;
    }
    let code = summary.code();
    answers.end(&summary)?;
    Ok(code)
}

fn answer_change<W: Write>(
    before: &EarlierLine,
    now: Ruled,
    newer_file: Option<&str>,
    answers: &mut Answers<W>,
    summary: &mut Summary,
) -> Result<(), Failure> {
    if !before.ruled.differs(&now) {
        return Ok(());
    }
    let change = Change {
        file: &before.file,
        sha256: &before.sha256,
        earlier: &before.ruled,
        now: Some(now),
        newer_file,
    };
    summary.add(&change);
    answers.write(&change)
}

/// What is listed and not there, or no longer the same bytes.
fn answer_missing<W: Write>(
    earlier: &BTreeMap<Key, EarlierLine>,
    answers: &mut Answers<W>,
    summary: &mut Summary,
) -> Result<(), Failure> {
    for before in earlier.values() {
        let change = Change {
            file: &before.file,
            sha256: &before.sha256,
            earlier: &before.ruled,
            now: None,
            newer_file: None,
        };
        summary.documents += 1;
        summary.add(&change);
        answers.write(&change)?;
    }
    Ok(())
}

fn read_earlier(
    options: &RecheckOptions,
    lang: Lang,
) -> Result<BTreeMap<Key, EarlierLine>, Failure> {
    let list = || options.archive.join(archive::LIST);
    let path = options.report.clone().unwrap_or_else(list);
    let mut lines = BTreeMap::new();
    let read = File::open(&path).and_then(|file| {
        earlier::read(file, |line| {
            lines.insert(line.file_key, line);
        })
    });
    read.map_err(|error| input::unreadable(&path, &error, lang))?;
    Ok(lines)
}
