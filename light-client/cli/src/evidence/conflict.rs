//! Conflict files: `tallystick evidence conflict` makes one, `check` says what it proves.

mod answer;
mod words;

use std::{io::Write, path::Path};

use light_client::{
    bundle,
    cbor::purpose_of,
    conflict::{self, SearchError, Source, SourceError},
    trust::TrustStore,
    verdict::{ConflictHeadline, ConflictVerdict},
    verify_conflict,
};
use serde::Serialize;

use super::options::{AnswerFormat, CheckOptions, ConflictOptions};
use crate::{
    args::Failure,
    input, json, output,
    words::{Lang, clean},
};

#[derive(Serialize)]
struct Row<'a> {
    file: String,
    verdict: &'a ConflictVerdict,
}

/// What there is to say where no file was written.
#[derive(Serialize)]
struct NoConflict {
    file: Option<String>,
    reason: &'static str,
}

/// Says what a conflict file proves.
pub(super) fn check(
    options: &CheckOptions,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let bytes = input::read_up_to(&options.file, conflict::MAX_BYTES, lang)?;
    if purpose_of(&bytes) != Some(conflict::PURPOSE) {
        let path = options.file.display();
        return Err(Failure::Usage(match lang {
            Lang::Zh => format!("{path} 不是冲突证明；核对存证要用 --proof 指定证明"),
            Lang::En => {
                format!("{path} is no conflict file; of a deposited file, name the --proof")
            }
        }));
    }
    let trust = read_trust(options.trust.as_deref(), lang)?;
    let verdict = verify_conflict(&bytes, trust.as_ref());
    write(&options.file, &verdict, options.format, lang, out)
}

/// Looks for a conflict between two files and writes its proof, then says what that proves.
pub(super) fn make(
    options: &ConflictOptions,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let trust = read_trust(options.trust.as_deref(), lang)?;
    let (one, other) = (source(&options.one, lang)?, source(&options.other, lang)?);
    let sets = trust.as_ref().map(Source::from).unwrap_or_default().sets;
    match conflict::find(&one, &other, &sets) {
        Ok(conflict) => {
            let bytes = conflict.to_bytes();
            output::write_new(&options.out, &bytes, lang)?;
            let verdict = verify_conflict(&bytes, trust.as_ref());
            write(&options.out, &verdict, options.format, lang, out)
        }
        Err(error) => write_none(&error, options.format, lang, out),
    }
}

fn write(
    file: &Path,
    verdict: &ConflictVerdict,
    format: AnswerFormat,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    match format {
        AnswerFormat::Text => answer::write(file, verdict, lang, out)?,
        AnswerFormat::Json => {
            let file = file.display().to_string();
            json::write(&Row { file, verdict }, out)?;
        }
    }
    Ok(exit_code(&verdict.headline))
}

fn write_none(
    error: &SearchError,
    format: AnswerFormat,
    lang: Lang,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let reason = words::search_code(error);
    match format {
        AnswerFormat::Text => {
            let (none, why) = (words::NONE.of(lang), words::search(error, lang));
            match lang {
                Lang::Zh => writeln!(out, "{none}{why}（{reason}）")?,
                Lang::En => writeln!(out, "{none} {why} ({reason})")?,
            }
        }
        AnswerFormat::Json => json::write(&NoConflict { file: None, reason }, out)?,
    }
    Ok(exit_code_of_none(error))
}

/// As of deposits: 0 proven, 1 decided against, 2 not decided.
const fn exit_code(headline: &ConflictHeadline) -> u8 {
    match headline {
        ConflictHeadline::Equivocation | ConflictHeadline::Fork => 0,
        ConflictHeadline::Invalid(_) => 1,
        ConflictHeadline::Undetermined(_) => 2,
    }
}

const fn exit_code_of_none(error: &SearchError) -> u8 {
    match error {
        // With the set there may be a conflict.
        SearchError::SetUnknown { .. } => 2,
        SearchError::Certificate(_) | SearchError::NoHeaders | SearchError::Unproven(_) => 1,
    }
}

fn read_trust(path: Option<&Path>, lang: Lang) -> Result<Option<TrustStore>, Failure> {
    path.map(|path| input::read_trust(path, lang)).transpose()
}

fn source(path: &Path, lang: Lang) -> Result<Source, Failure> {
    let bytes = input::read_up_to(path, bundle::MAX_BYTES, lang)?;
    Source::parse(&bytes).map_err(|error| unusable(path, &error, lang))
}

fn unusable(path: &Path, error: &SourceError, lang: Lang) -> Failure {
    let path = clean(&path.display().to_string());
    Failure::Usage(match lang {
        Lang::Zh => format!("{path} 里没有可核对的区块头：{error}"),
        Lang::En => format!("{path} has no certified header to compare: {error}"),
    })
}
