//! Answers for programs: one JSON object, or one per line.

use std::io::{self, Write};

use light_client::verdict::Verdict;
use serde::Serialize;

use crate::{
    answer::{Header, Row},
    args::Failure,
    seen::Seen,
};

#[derive(Serialize)]
struct Before<'a> {
    file: &'a str,
    duplicate_of: Option<&'a str>,
    duplicates: Vec<&'static str>,
    conflict_with: Option<&'a str>,
    seen: Option<SeenObject>,
    sha256: &'a str,
}

#[derive(Serialize)]
struct SeenObject {
    time_ms: u64,
    by: String,
}

impl From<&Seen> for SeenObject {
    fn from(seen: &Seen) -> Self {
        Self {
            time_ms: seen.time_ms,
            by: seen.by.to_string(),
        }
    }
}

/// A verdict.
pub(crate) fn body(verdict: &Verdict) -> String {
    // Names are fixed and texts are UTF-8: there is nothing that JSON cannot say.
    serde_json::to_string(verdict).unwrap_or_default()
}

/// A document, without the end of line.
pub(crate) fn write_row(row: &Row<'_>, out: &mut impl Write) -> Result<(), Failure> {
    let before = Before {
        file: row.file,
        duplicate_of: row.duplicate_of,
        duplicates: row.marks.iter().map(|mark| mark.code()).collect(),
        conflict_with: row.conflict_with,
        seen: row.seen.map(SeenObject::from),
        sha256: &row.judged.facts.sha256,
    };
    let before = serde_json::to_string(&before).map_err(io::Error::from)?;
    // The verdict is there as JSON already; it is the last member.
    let members = before.strip_suffix('}').unwrap_or(&before);
    write!(out, "{members},\"verdict\":{}}}", row.judged.body)?;
    Ok(())
}

/// The line before the documents.
pub(crate) fn write_header(header: &Header, out: &mut impl Write) -> Result<(), Failure> {
    write(header, out)
}

/// The line after the documents: without it the report was cut off.
pub(crate) fn write_summary(summary: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Line<'a, S> {
        summary: &'a S,
    }
    write(&Line { summary }, out)
}

/// Begins the one object.
pub(crate) fn open(header: &Header, out: &mut impl Write) -> Result<(), Failure> {
    let header = serde_json::to_string(header).map_err(io::Error::from)?;
    let members = header.strip_suffix('}').unwrap_or(&header);
    write!(out, "{members},\"documents\":[")?;
    Ok(())
}

/// What stands before a document in the one object.
pub(crate) fn separate(before: usize, out: &mut impl Write) -> io::Result<()> {
    out.write_all(if before == 0 { b"\n" } else { b",\n" })
}

/// Ends the one object.
pub(crate) fn close(summary: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    let summary = serde_json::to_string(summary).map_err(io::Error::from)?;
    writeln!(out, "\n],\"summary\":{summary}}}")?;
    Ok(())
}

/// Writes one object and ends the line.
pub(crate) fn write(row: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, row).map_err(|error| Failure::Output(error.into()))?;
    writeln!(out)?;
    Ok(())
}
