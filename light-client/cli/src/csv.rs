//! Answers for spreadsheets. Columns are only ever added, at the end (`docs/cli.md`).
//!
//! # Standard
//! RFC 4180, UTF-8 without byte order mark.

use std::io::{self, Write};

use light_client::verdict::Verdict;

use crate::{
    answer::{Header, Row},
    judged::invoice_number,
    moment,
};

/// The columns; those of [`body`] are in the middle.
const COLUMNS: [&str; 28] = [
    "file",
    "verdict",
    "reason",
    "duplicate_of",
    "document_type",
    "digest",
    "ledger",
    "ledger_name",
    "demo",
    "issuer",
    "issuer_name_zh",
    "issuer_name_en",
    "anchored_at",
    "as_of",
    "age_seconds",
    "max_age_seconds",
    "invoice_number",
    "gross_yuan",
    "remaining_yuan",
    "red_yuan",
    "undisclosed",
    "broken_rule",
    "height",
    "sha256",
    "duplicates",
    "conflict_with",
    "seen_at",
    "seen_by",
];

/// Lines that begin with `#` and say what the table rests on; then the columns' names.
pub(crate) fn write_header(header: &Header, out: &mut impl Write) -> io::Result<()> {
    write_preamble(header, out)?;
    write_line(out, COLUMNS.map(ToOwned::to_owned))
}

/// The lines that begin with `#`.
pub(crate) fn write_preamble(header: &Header, out: &mut impl Write) -> io::Result<()> {
    let policy = &header.policy;
    write_line(out, ["#report".to_owned(), header.report.to_owned()])?;
    write_line(out, ["#program".to_owned(), header.program.clone()])?;
    write_line(out, ["#time".to_owned(), moment::rfc3339(header.time_ms)])?;
    let seconds = |age_ms: u64| (age_ms / 1000).to_string();
    write_line(
        out,
        ["#max_age_seconds".to_owned(), seconds(policy.max_age_ms)],
    )?;
    write_line(
        out,
        [
            "#max_pin_age_seconds".to_owned(),
            seconds(policy.max_pin_age_ms),
        ],
    )?;
    write_line(out, ["#trust".to_owned(), header.trust.clone()])?;
    for ledger in &header.ledgers {
        let cells = [
            "#ledger".to_owned(),
            ledger.ledger.to_string(),
            safe(&ledger.name),
            text(ledger.height),
            ledger.time_ms.map(moment::rfc3339).unwrap_or_default(),
        ];
        write_line(out, cells)?;
    }
    Ok(())
}

/// A document.
pub(crate) fn write_row(row: &Row<'_>, out: &mut impl Write) -> io::Result<()> {
    let facts = &row.judged.facts;
    let first = [
        safe(row.file),
        facts.kind.name().to_owned(),
        facts.reason.clone().unwrap_or_default(),
        safe(row.duplicate_of.unwrap_or_default()),
    ];
    let codes: Vec<&str> = row.marks.iter().map(|mark| mark.code()).collect();
    let last = [
        text(facts.height),
        facts.sha256.clone(),
        codes.join(" "),
        safe(row.conflict_with.unwrap_or_default()),
        row.seen
            .map(|seen| moment::rfc3339(seen.time_ms))
            .unwrap_or_default(),
        safe(&text(row.seen.map(|seen| &seen.by))),
    ];
    let (first, last) = (line(first), line(last));
    write!(out, "{first},{},{last}\r\n", row.judged.body)
}

/// The last line: a table without it was cut off.
pub(crate) fn write_end(
    is_complete: bool,
    documents: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let end = if is_complete {
        "complete"
    } else {
        "interrupted"
    };
    let cells = ["#end".to_owned(), end.to_owned(), documents.to_string()];
    write_line(out, cells)
}

/// What a verdict says, as the cells from `document_type` to `broken_rule`.
pub(crate) fn body(verdict: &Verdict) -> String {
    let evidence = &verdict.evidence;
    let (document, ledger) = (evidence.document.as_ref(), evidence.ledger.as_ref());
    let (issuer, invoice) = (evidence.issuer.as_ref(), evidence.invoice.as_ref());
    let freshness = verdict.freshness.as_ref();
    let time = |time_ms: Option<u64>| time_ms.map(moment::rfc3339).unwrap_or_default();
    let seconds = |age_ms: Option<u64>| text(age_ms.map(|age_ms| age_ms / 1000));
    line([
        safe(document.map_or("", |document| &document.document_type)),
        text(document.and_then(|document| document.digest)),
        text(ledger.map(|ledger| ledger.ledger)),
        safe(ledger.map_or("", |ledger| &ledger.name)),
        text(ledger.map(|ledger| ledger.demo)),
        safe(issuer.map_or("", |issuer| issuer.id.as_str())),
        safe(issuer.map_or("", |issuer| &issuer.name.zh)),
        safe(issuer.map_or("", |issuer| &issuer.name.en)),
        time(evidence.anchor.as_ref().map(|anchor| anchor.time_ms)),
        time(freshness.map(|freshness| freshness.as_of_ms)),
        seconds(freshness.map(|freshness| freshness.age_ms)),
        seconds(freshness.map(|freshness| freshness.max_age_ms)),
        safe(invoice_number(verdict).unwrap_or_default()),
        text(invoice.map(|invoice| yuan(invoice.gross_fen))),
        text(invoice.map(|invoice| yuan(invoice.remaining_fen))),
        text(invoice.map(|invoice| yuan(invoice.red_fen))),
        text(document.map(|document| document.undisclosed)),
        safe(
            document
                .and_then(|document| document.broken_rule.as_deref())
                .unwrap_or_default(),
        ),
    ])
}

/// An amount in yuan with two decimals.
pub(crate) fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text from outside. A spreadsheet takes `=`, `+`, `-` and `@` for the start of a formula; an
/// apostrophe in front makes it a text.
pub(crate) fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Writes cells, quoted where they must be.
pub(crate) fn write_line<const N: usize>(
    out: &mut impl Write,
    cells: [String; N],
) -> io::Result<()> {
    write!(out, "{}\r\n", line(cells))
}

fn line<const N: usize>(cells: [String; N]) -> String {
    let quoted = cells.map(|cell| {
        if cell.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    quoted.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_run_or_split() {
        let mut out = Vec::new();
        let cells = ["=1+1", "a,b", "say \"hi\"", "two\nlines", "+86", "普通"];
        write_line(&mut out, cells.map(safe)).expect("memory takes it");
        assert_eq!(
            String::from_utf8(out).as_deref(),
            Ok("'=1+1,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",'+86,普通\r\n")
        );
        assert_eq!(yuan(1_932_305), "19323.05");
    }
}
