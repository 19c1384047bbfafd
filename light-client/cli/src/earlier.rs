//! What was said of documents before: the list of an archive, or a report in JSON lines.

use std::io::{self, BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

use crate::{
    judged::{Facts, Kind},
    key::Key,
};

/// The part of a verdict that is kept, in the verdict's own form.
#[derive(Serialize)]
pub(crate) struct Listed<'a> {
    headline: Headline<'a>,
    freshness: Option<AsOf>,
}

#[derive(Serialize)]
struct Headline<'a> {
    kind: Kind,
    reason: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct AsOf {
    as_of_ms: u64,
}

impl<'a> From<&'a Facts> for Listed<'a> {
    fn from(facts: &'a Facts) -> Self {
        Self {
            headline: Headline {
                kind: facts.kind,
                reason: facts.reason.as_deref(),
            },
            freshness: facts.as_of_ms.map(|as_of_ms| AsOf { as_of_ms }),
        }
    }
}

/// What a verdict came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Ruled {
    #[serde(rename = "verdict")]
    pub(crate) kind: Kind,
    pub(crate) reason: Option<String>,
    pub(crate) as_of_ms: Option<u64>,
}

impl Ruled {
    /// Whether another verdict comes to something else; a newer answer alone is no change.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        (self.kind, &self.reason) != (other.kind, &other.reason)
    }
}

impl From<&Facts> for Ruled {
    fn from(facts: &Facts) -> Self {
        Self {
            kind: facts.kind,
            reason: facts.reason.clone(),
            as_of_ms: facts.as_of_ms,
        }
    }
}

/// A document of the list.
#[derive(Debug, Clone)]
pub(crate) struct EarlierLine {
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) file_key: Key,
    pub(crate) ruled: Ruled,
}

#[derive(Deserialize)]
struct Line {
    file: String,
    sha256: String,
    verdict: LineVerdict,
}

#[derive(Deserialize)]
struct LineVerdict {
    headline: LineHeadline,
    freshness: Option<AsOf>,
}

#[derive(Deserialize)]
struct LineHeadline {
    kind: Kind,
    reason: Option<String>,
}

/// Lines of a report that are about no document.
#[derive(Deserialize)]
#[serde(untagged)]
enum AnyLine {
    Document(Line),
    Header {
        #[serde(rename = "report")]
        _report: String,
    },
    Summary {
        #[serde(rename = "summary")]
        _summary: serde::de::IgnoredAny,
    },
}

/// Reads a list or report, and calls `each` with its documents; returns where its last whole line
/// ends. A last line that was cut off is left out.
pub(crate) fn read(list: impl Read, mut each: impl FnMut(EarlierLine)) -> io::Result<u64> {
    let (mut reader, mut line, mut end) = (BufReader::new(list), Vec::new(), 0);
    for number in 1_u64.. {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        if !line.ends_with(b"\n") {
            break;
        }
        let wrong = || io::Error::other(format!("line {number} is not one of a report"));
        match serde_json::from_slice(&line).map_err(|_| wrong())? {
            AnyLine::Document(line) => each(document(line).ok_or_else(wrong)?),
            AnyLine::Header { .. } | AnyLine::Summary { .. } => {}
        }
        end += u64::try_from(line.len()).unwrap_or(u64::MAX);
    }
    Ok(end)
}

fn document(line: Line) -> Option<EarlierLine> {
    let (half, rest) = line.sha256.split_at_checked(32)?;
    Key::from_hex(rest)?;
    Some(EarlierLine {
        file_key: Key::from_hex(half)?,
        file: line.file,
        ruled: Ruled {
            kind: line.verdict.headline.kind,
            reason: line.verdict.headline.reason,
            as_of_ms: line.verdict.freshness.map(|freshness| freshness.as_of_ms),
        },
        sha256: line.sha256,
    })
}
