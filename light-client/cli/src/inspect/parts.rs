//! Lines of the form `offset  bytes  part: words`.

use std::io::{self, Write};

use light_client::cbor::{Wire, to_bytes};

use crate::words::{Lang, Text, clean};

/// Between two parts there are only heads of CBOR items, which are no longer than this together.
const MAX_GAP: usize = 32;
const BYTES_PER_LINE: usize = 32;

/// Finds parts in a file, one after the other, and writes what they are.
pub(super) struct Parts<'a, W> {
    pub(super) lang: Lang,
    bytes: &'a [u8],
    at: usize,
    shows_bytes: bool,
    out: &'a mut W,
}

impl<'a, W: Write> Parts<'a, W> {
    pub(super) const fn new(
        bytes: &'a [u8],
        shows_bytes: bool,
        lang: Lang,
        out: &'a mut W,
    ) -> Self {
        Self {
            lang,
            bytes,
            at: 0,
            shows_bytes,
            out,
        }
    }

    /// A line of words alone.
    pub(super) fn line(&mut self, text: Text) -> io::Result<()> {
        writeln!(self.out, "{}", text.of(self.lang))
    }

    /// The whole file, in which the parts are.
    pub(super) fn whole(&mut self, name: Text, words: impl AsRef<str>) -> io::Result<()> {
        let (name, bytes) = (name.of(self.lang), self.bytes.len());
        writeln!(
            self.out,
            "{:>8} {bytes:>9} B  {name}: {}",
            0,
            clean(words.as_ref())
        )
    }

    /// The next part: these bytes.
    pub(super) fn part(
        &mut self,
        name: Text,
        part: &[u8],
        words: impl AsRef<str>,
    ) -> io::Result<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let starts = 0..=MAX_GAP.min(rest.len());
        let found = starts.into_iter().find(|start| {
            rest.get(*start..)
                .is_some_and(|rest| rest.starts_with(part))
        });
        // It is always there: what was read is what is in the file.
        let start = self.at + found.unwrap_or_default();
        self.at = start + part.len();
        let (name, bytes) = (name.of(self.lang), part.len());
        let words = clean(words.as_ref());
        writeln!(self.out, "{start:>8} {bytes:>9} B  {name}: {words}")?;
        if self.shows_bytes {
            for line in part.chunks(BYTES_PER_LINE) {
                writeln!(self.out, "{:>22}{}", "", hex::encode(line))?;
            }
        }
        Ok(())
    }

    /// Something inside the part before it.
    pub(super) fn detail(&mut self, name: Text, words: impl AsRef<str>) -> io::Result<()> {
        let name = name.of(self.lang);
        writeln!(self.out, "{:>22}{name}: {}", "", clean(words.as_ref()))
    }

    pub(super) fn wire(
        &mut self,
        name: Text,
        value: &impl Wire,
        words: impl AsRef<str>,
    ) -> io::Result<()> {
        self.part(name, &to_bytes(value), words)
    }

    /// A part that may be missing; a null stands for it then.
    pub(super) fn optional<T: Wire>(
        &mut self,
        name: Text,
        value: Option<&T>,
        words: impl FnOnce(&T) -> String,
    ) -> io::Result<()> {
        match value {
            Some(value) => self.wire(name, value, words(value)),
            None => {
                let none = Text::new("没有", "none").of(self.lang);
                self.part(name, &[0xf6], none)
            }
        }
    }
}
