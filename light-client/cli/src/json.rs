//! Answers for programs: one JSON object per line.

use std::io::Write;

use light_client::verdict::Verdict;

use crate::{args::Failure, verify::Answer};

#[derive(serde::Serialize)]
struct Row<'a> {
    file: &'a str,
    duplicate_of: Option<&'a str>,
    verdict: &'a Verdict,
}

pub(crate) fn write_row(answer: &Answer<'_>, out: &mut impl Write) -> Result<(), Failure> {
    let row = Row {
        file: answer.file,
        duplicate_of: answer.duplicate_of,
        verdict: answer.verdict,
    };
    write(&row, out)
}

/// Writes one object.
pub(crate) fn write(row: &impl serde::Serialize, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, row).map_err(|error| Failure::Output(error.into()))?;
    writeln!(out)?;
    Ok(())
}
