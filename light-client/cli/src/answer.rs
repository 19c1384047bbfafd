//! The answer to a whole run: what it rests on, each document, and how many of which kind.

use std::io::Write;

use light_client::{
    id::{LedgerId, TimeMs},
    policy::Policy,
    trust::{TrustStore, TrustedLedger},
    verdict::Verdict,
};
use serde::Serialize;

use crate::{
    args::{Failure, Format},
    csv, json,
    judged::{Judged, Kind},
    key, report,
    seen::Seen,
    words::{Lang, Text},
};

/// What a run rests on.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Header {
    /// The form of the report.
    pub(crate) report: &'static str,
    pub(crate) program: String,
    /// The time judged by, in Unix milliseconds.
    pub(crate) time_ms: u64,
    pub(crate) policy: Policy,
    /// The SHA-256 of the trust store, with what the documents have taught.
    pub(crate) trust: String,
    pub(crate) ledgers: Vec<LedgerHeader>,
}

/// How far a ledger is known.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LedgerHeader {
    pub(crate) ledger: LedgerId,
    pub(crate) name: String,
    /// Of the newest header; none if none is known yet.
    pub(crate) height: Option<u64>,
    pub(crate) time_ms: Option<u64>,
}

impl Header {
    pub(crate) fn new(trust: &TrustStore, policy: Policy, now: TimeMs) -> Self {
        Self {
            report: "tally/report/1",
            program: program(),
            time_ms: now.0,
            policy,
            trust: key::sha256(&trust.to_bytes()).to_hex(),
            ledgers: trust.ledgers().map(LedgerHeader::from).collect(),
        }
    }
}

impl From<&TrustedLedger> for LedgerHeader {
    fn from(ledger: &TrustedLedger) -> Self {
        let newest = ledger.newest_header().map(|newest| &newest.header().core);
        Self {
            ledger: ledger.id(),
            name: ledger.genesis().name.clone(),
            height: newest.map(|core| core.height.0),
            time_ms: newest.map(|core| core.time_ms.0),
        }
    }
}

/// Name and version of this program.
pub(crate) fn program() -> String {
    format!("tallystick {}", env!("CARGO_PKG_VERSION"))
}

/// A document in the answer.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) file: &'a str,
    pub(crate) judged: &'a Judged,
    /// The first file with the same document.
    pub(crate) duplicate_of: Option<&'a str>,
    /// The first file with its number and another content.
    pub(crate) conflict_with: Option<&'a str>,
    pub(crate) seen: Option<&'a Seen>,
    pub(crate) marks: Vec<Mark>,
}

/// What is worth knowing beside the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    SameFile,
    SameContent,
    NumberConflict,
    SeenBefore,
    OtherBuyer,
}

impl Mark {
    /// The stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::SameFile => "same_file",
            Self::SameContent => "same_content",
            Self::NumberConflict => "number_conflict",
            Self::SeenBefore => "seen_before",
            Self::OtherBuyer => "other_buyer",
        }
    }

    pub(crate) const fn words(self) -> Text {
        match self {
            Self::SameFile => Text::new("同一文件重复", "the same file again"),
            Self::SameContent => Text::new("同号重复提交", "the same document in another file"),
            Self::NumberConflict => Text::new(
                "同号不同内容，请勿采信",
                "the same number with another content; do not rely on it",
            ),
            Self::SeenBefore => Text::new("以前批次出现过", "seen in an earlier run"),
            Self::OtherBuyer => Text::new("抬头不符", "made out to another buyer"),
        }
    }
}

/// How many of which kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    /// False if the run was interrupted.
    pub(crate) complete: bool,
    pub(crate) documents: usize,
    pub(crate) valid: usize,
    pub(crate) invalid: usize,
    pub(crate) undetermined: usize,
    /// Of the same file or document as one before in this run.
    pub(crate) duplicates: usize,
    /// Whose number stands on another document too.
    pub(crate) conflicts: usize,
    pub(crate) seen_before: usize,
    pub(crate) other_buyer: usize,
    /// That could not be read, and have no verdict.
    pub(crate) unread: usize,
}

impl Summary {
    /// Counts a document.
    pub(crate) fn add(&mut self, row: &Row<'_>) {
        self.documents += 1;
        *match row.judged.facts.kind {
            Kind::Valid => &mut self.valid,
            Kind::Invalid => &mut self.invalid,
            Kind::Undetermined => &mut self.undetermined,
        } += 1;
        self.duplicates += usize::from(row.duplicate_of.is_some());
        for mark in &row.marks {
            match mark {
                Mark::SameFile | Mark::SameContent => {}
                Mark::NumberConflict => self.conflicts += 1,
                Mark::SeenBefore => self.seen_before += 1,
                Mark::OtherBuyer => self.other_buyer += 1,
            }
        }
    }
}

/// Writes the answers in one format.
pub(crate) struct Answers<W> {
    format: Format,
    lang: Lang,
    out: W,
    rows: usize,
}

impl<W: Write> Answers<W> {
    /// Begins with what the run rests on.
    pub(crate) fn begin(
        format: Format,
        lang: Lang,
        header: &Header,
        mut out: W,
    ) -> Result<Self, Failure> {
        match format {
            Format::Text => {}
            Format::Json => json::open(header, &mut out)?,
            Format::Jsonl => json::write_header(header, &mut out)?,
            Format::Csv => csv::write_header(header, &mut out)?,
        }
        out.flush()?;
        Ok(Self {
            format,
            lang,
            out,
            rows: 0,
        })
    }

    pub(crate) fn write(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        match self.format {
            Format::Text => report::write(row, self.lang, &mut self.out)?,
            Format::Json => {
                json::separate(self.rows, &mut self.out)?;
                json::write_row(row, &mut self.out)?;
            }
            Format::Jsonl => {
                json::write_row(row, &mut self.out)?;
                writeln!(self.out)?;
            }
            Format::Csv => csv::write_row(row, &mut self.out)?,
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends with the numbers.
    pub(crate) fn end(mut self, summary: &Summary) -> Result<(), Failure> {
        match self.format {
            Format::Text if summary.documents > 1 || !summary.complete => {
                report::write_summary(summary, self.lang, &mut self.out)?;
            }
            Format::Text => {}
            Format::Json => json::close(summary, &mut self.out)?,
            Format::Jsonl => json::write_summary(summary, &mut self.out)?,
            Format::Csv => csv::write_end(summary.complete, summary.documents, &mut self.out)?,
        }
        Ok(self.out.flush()?)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

/// What is said of a document alone, in one format.
pub(crate) fn body(verdict: &Verdict, format: Format, lang: Lang) -> String {
    match format {
        Format::Text => report::body(verdict, lang),
        Format::Json | Format::Jsonl => json::body(verdict),
        Format::Csv => csv::body(verdict),
    }
}
