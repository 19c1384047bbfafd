//! `tallystick verify`.

mod desk;

use std::{
    io::{Read, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use light_client::{id::TimeMs, key::KnownKeys};

use crate::{
    answer::{self, Answers, Header},
    archive::{Archive, Shelf},
    args::{Failure, Format, OUTPUT, USAGE, VerifyOptions},
    input::Inputs,
    interrupt,
    journal::{Earlier, Journal, Settings},
    judged::{Facts, Judged},
    judging::Judging,
    progress::Progress,
    seen::{self, Begun, Index},
    words::{Lang, Text},
};
use desk::Desk;

/// Judges documents, and says of each what it repeats. In memory are the documents at work and, of
/// each one that was seen, its name and three digests.
pub(crate) fn run(
    options: &VerifyOptions,
    lang: Lang,
    clock: TimeMs,
    stream: &mut impl Read,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let mut journal = match &options.resume {
        Some(path) => Some(Journal::open(path, lang)?),
        None => None,
    };
    let begun = journal.as_ref().and_then(Journal::now_ms).map(TimeMs);
    let mut judging = Judging::open(&options.judging, begun.unwrap_or(clock), lang)?;
    let inputs = Inputs::list(&options.files, stream, lang)?;
    let started_ms = journal.as_ref().and_then(Journal::started_ms);
    let index = open_index(
        options,
        started_ms.map_or(Begun::Now(clock.0), Begun::Earlier),
        lang,
    )?;
    let started_ms = index.as_ref().map(Index::begun_ms).or(started_ms);
    let started_ms = started_ms.unwrap_or(clock.0);
    let mut archive = match &options.archive {
        Some(folder) => Some(Archive::open(folder, started_ms, lang)?),
        None => None,
    };
    let stop = interrupt::flag()?;
    judging.learn(&inputs, &stop)?;
    let header = Header::new(&judging.trust, judging.policy, judging.now);
    // Who stops before everything is learned must not lose what was judged by all of it.
    if let (Some(journal), false) = (&mut journal, stop.load(Ordering::Relaxed)) {
        journal.begin(settings(options, &judging, &header), started_ms)?;
    }
    let (earlier, writing) = journal.as_mut().map(Journal::parts).unzip();
    let (shelf, catalogue) = archive.as_mut().map(Archive::parts).unzip();
    let judge = Judge {
        judging: &judging,
        inputs: &inputs,
        options,
        earlier,
        shelf,
    };
    let answers = Answers::begin(options.format, lang, &header, out)?;
    let desk = Desk::new(answers, index, writing, catalogue);
    answer_all(&judge, desk, &stop)
}

fn answer_all<W: Write>(
    judge: &Judge<'_>,
    mut desk: Desk<'_, W>,
    stop: &AtomicBool,
) -> Result<u8, Failure> {
    let (judging, inputs) = (judge.judging, judge.inputs);
    let label = Text::new("核对", "verified");
    let mut progress = Progress::begin(judging.progress, label, inputs.len(), judging.lang);
    let work = |keys: &mut KnownKeys, bytes: &[u8]| judge.judge(keys, bytes);
    let done = judging.each(inputs, stop, work, |index, outcome| {
        match outcome {
            Ok(outcome) => desk.answer(inputs, index, &outcome.judged, outcome.is_new)?,
            // An archive or answer that cannot be written ends it all.
            Err(failure @ Failure::Output(_)) => return Err(failure),
            Err(failure @ Failure::Usage(_)) => desk.leave_out(&failure),
        }
        progress.advance(index + 1);
        Ok(())
    })?;
    progress.end(done);
    if let Some(flaw) = inputs.flaw() {
        desk.leave_out(&Failure::Usage(flaw.words(judging.lang)));
    }
    desk.close(done == inputs.len())
}

fn open_index(options: &VerifyOptions, begun: Begun, lang: Lang) -> Result<Option<Index>, Failure> {
    let Some(path) = &options.seen else {
        return Ok(None);
    };
    let waiting = || {
        let text = Text::new(
            "tallystick: 另一次核对正在使用查重索引，等它结束",
            "tallystick: another run is using the index; waiting for its end",
        );
        eprintln!("{}", text.of(lang));
    };
    Index::open(path, begun, options.seen_by.clone(), waiting)
        .map(Some)
        .map_err(|error| seen::unusable(path, &error, lang))
}

fn settings(options: &VerifyOptions, judging: &Judging, header: &Header) -> Settings {
    Settings {
        program: answer::program(),
        now_ms: judging.now.0,
        max_age_ms: judging.policy.max_age_ms,
        trust: header.trust.clone(),
        format: options.format.name().to_owned(),
        lang: match (options.format, judging.lang) {
            (Format::Text, Lang::Zh) => "zh".to_owned(),
            (Format::Text, Lang::En) => "en".to_owned(),
            // Programs read the same in every language.
            (Format::Json | Format::Jsonl | Format::Csv, _) => String::new(),
        },
        buyer: options.buyer.clone(),
    }
}

/// Judges the documents of a run.
struct Judge<'a> {
    judging: &'a Judging,
    inputs: &'a Inputs,
    options: &'a VerifyOptions,
    earlier: Option<&'a Earlier>,
    shelf: Option<&'a Shelf>,
}

/// A document judged, now or before the run was interrupted.
struct Outcome {
    judged: Judged,
    is_new: bool,
}

impl Judge<'_> {
    fn judge(&self, keys: &mut KnownKeys, bytes: &[u8]) -> Result<Outcome, Failure> {
        let (judging, options) = (self.judging, self.options);
        let earlier = self.earlier.and_then(|earlier| earlier.find(bytes));
        let is_new = earlier.is_none();
        let judged = earlier.unwrap_or_else(|| {
            let verdict = judging.judge(bytes, keys);
            Judged {
                facts: Facts::new(bytes, &verdict, options.buyer.as_deref()),
                body: answer::body(&verdict, options.format, judging.lang),
            }
        });
        if let Some(shelf) = self.shelf {
            shelf.put(&judged.facts, bytes)?;
        }
        Ok(Outcome { judged, is_new })
    }
}

/// Outranks all verdicts.
const fn worst(one: u8, other: u8) -> u8 {
    match (one, other) {
        (OUTPUT, _) | (_, OUTPUT) => OUTPUT,
        (USAGE, _) | (_, USAGE) => USAGE,
        (1, _) | (_, 1) => 1,
        (2, _) | (_, 2) => 2,
        (code, _) => code,
    }
}
