//! The index of documents seen before: by whom and when first.
//!
//! ```text
//! tally/seen/1
//! <document> <number or -> <file> <Unix milliseconds> <by>
//! ```
//! One line for each document that was judged valid, in three digests of 32 hexadecimal digits. Lines
//! are only ever appended: a line that a crash cut off is cut off for good, nothing before it is lost.
//! A merged index ascends by line and has each document once, so that the same documents make the
//! same bytes whoever merges.

mod command;
mod index;

use std::{fmt, str::FromStr};

use crate::key::Key;

pub(crate) use command::{SeenCommand, run, unusable};
pub(crate) use index::{Begun, Index, IndexError, Seen, SeenAs};

/// The first line.
const PURPOSE: &str = "tally/seen/1";

/// A document that was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) document: Key,
    /// An invoice's number.
    pub(crate) number: Option<Key>,
    pub(crate) file: Key,
    /// When first, in Unix milliseconds: the beginning of the run.
    pub(crate) time_ms: u64,
    pub(crate) by: SeenBy,
}

impl Entry {
    /// Reads a line, without its end.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let document = Key::from_hex(words.next()?)?;
        let number = match words.next()? {
            "-" => None,
            number => Some(Key::from_hex(number)?),
        };
        let entry = Self {
            document,
            number,
            file: Key::from_hex(words.next()?)?,
            time_ms: words.next()?.parse().ok()?,
            by: words.next()?.parse().ok()?,
        };
        // One form for each entry.
        (entry.to_string() == line).then_some(entry)
    }

    /// Of two entries for one document, whether this one is the first.
    fn is_before(&self, other: &Self) -> bool {
        (self.time_ms, &self.by, self) < (other.time_ms, &other.by, other)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.document)?;
        match self.number {
            Some(number) => write!(f, "{number} ")?,
            None => f.write_str("- ")?,
        }
        write!(f, "{} {} {}", self.file, self.time_ms, self.by)
    }
}

/// Who saw a document: a machine, a subsidiary. A name of 1 to 64 bytes without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SeenBy(String);

impl FromStr for SeenBy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
        if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err("not a name of 1 to 64 bytes without spaces")
        }
    }
}

impl fmt::Display for SeenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_form() {
        let key = "00112233445566778899aabbccddeeff";
        let line = format!("{key} - {key} 1790000000000 海州");
        let entry = Entry::parse(&line).expect("a line");
        assert_eq!((entry.time_ms, entry.number), (1_790_000_000_000, None));
        assert_eq!(entry.to_string(), line);
        for wrong in [
            line.replace(" - ", " "),
            line.replace('a', "A"),
            line.replace("179", "0179"),
            line.replace("179", "+179"),
            line.replace("179", "-179"),
            line.replace(" 海", "  海"),
            format!("{line} "),
            format!("{line} more"),
            line.replace("海州", ""),
            line.replace(" 海州", ""),
        ] {
            assert_eq!(Entry::parse(&wrong), None, "{wrong}");
        }
    }
}
