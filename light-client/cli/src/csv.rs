//! Answers for spreadsheets. Columns are only ever added, at the end (`docs/cli.md`).
//!
//! # Standard
//! RFC 4180, UTF-8 without byte order mark.

use std::io::{self, Write};

use credentials_schemas::invoice::DOCUMENT_TYPE;
use light_client::verdict::Verdict;

use crate::{moment, verify::Answer};

const COLUMNS: [&str; 22] = [
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
];

pub(crate) fn write_header(out: &mut impl Write) -> io::Result<()> {
    write_line(out, COLUMNS.map(ToOwned::to_owned))
}

pub(crate) fn write_row(answer: &Answer<'_>, out: &mut impl Write) -> io::Result<()> {
    let verdict = answer.verdict;
    let evidence = &verdict.evidence;
    let (document, ledger) = (evidence.document.as_ref(), evidence.ledger.as_ref());
    let (issuer, invoice) = (evidence.issuer.as_ref(), evidence.invoice.as_ref());
    let freshness = verdict.freshness.as_ref();
    let time = |time_ms: Option<u64>| time_ms.map(moment::rfc3339).unwrap_or_default();
    let seconds = |age_ms: Option<u64>| text(age_ms.map(|age_ms| age_ms / 1000));
    let cells = [
        safe(answer.file),
        verdict.headline.kind().to_owned(),
        text(verdict.headline.reason().map(|reason| reason.code())),
        safe(answer.duplicate_of.unwrap_or_default()),
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
    ];
    write_line(out, cells)
}

fn invoice_number(verdict: &Verdict) -> Option<&str> {
    let document = verdict.evidence.document.as_ref()?;
    let mut fields = document.fields.iter();
    let number = fields.find(|field| field.path == "/number")?;
    (document.document_type == DOCUMENT_TYPE).then_some(&number.value)
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
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn write_line<const N: usize>(out: &mut impl Write, cells: [String; N]) -> io::Result<()> {
    let quoted = cells.map(|cell| {
        if cell.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    write!(out, "{}\r\n", quoted.join(","))
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
