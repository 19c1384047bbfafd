//! Documents on the standard input.
//!
//! ```text
//! frames  4 bytes length, big-endian; so many bytes of a document; and again
//! lines   {"file": "a.tally", "bundle": "<base64>"} or {"file": …, "credential": "<SD-JWT>"}
//! else    one document, to the end
//! ```
//! The first byte tells: a length begins with 00 to 04, a line with `{`. Documents are judged
//! after all of them have taught what they know of their ledgers, so the stream goes to a temporary
//! file first, which has no name and is gone with the process.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write},
    sync::{Mutex, PoisonError},
};

use base64ct::{Base64, Encoding as _};
use light_client::bundle;

use crate::words::{Lang, Text};

/// One byte more than the longest document: what is longer is refused by the parser.
const MAX_DOCUMENT_BYTES: usize = bundle::MAX_BYTES + 1;
/// The longest line: the longest document in base64, its name, and some room.
const MAX_LINE_BYTES: u64 = 92 << 20;

/// Documents of a stream, on disk.
pub(super) struct Spool {
    file: Mutex<File>,
    places: Vec<(u64, usize)>,
    flaw: Option<Flaw>,
}

/// A stream that broke off: what came before is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The number of the document that is missing, from 1.
    pub(crate) document: usize,
    kind: FlawKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FlawKind {
    /// It ends within a document.
    Truncated,
    /// A document is longer than there may be.
    TooLong,
    /// There are more documents than one run takes.
    TooMany,
    /// A line is not one of ours.
    WrongLine,
}

impl Flaw {
    /// What is wrong, for people.
    pub(crate) fn words(self, lang: Lang) -> String {
        let text = match self.kind {
            FlawKind::Truncated => Text::new("中途断了", "it ends within the document"),
            FlawKind::TooLong => Text::new("太长", "the document is too long"),
            FlawKind::TooMany => Text::new("文件太多", "there are too many documents"),
            FlawKind::WrongLine => Text::new(
                "这一行不是 {\"file\":…,\"bundle\":…}",
                "the line is not {\"file\":…,\"bundle\":…}",
            ),
        };
        let (number, text) = (self.document, text.of(lang));
        match lang {
            Lang::Zh => format!("标准输入从第 {number} 份文件起不能用：{text}"),
            Lang::En => {
                format!("the standard input cannot be used from document {number} on: {text}")
            }
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: Option<String>,
    bundle: Option<String>,
    credential: Option<String>,
}

impl Spool {
    /// Takes the whole stream; returns the names that it gives its documents.
    pub(super) fn fill(
        stream: &mut impl Read,
        max_documents: usize,
    ) -> io::Result<(Self, Vec<Option<String>>)> {
        let mut filling = Filling {
            file: BufWriter::new(tempfile::tempfile()?),
            offset: 0,
            places: Vec::new(),
            names: Vec::new(),
        };
        let mut stream = BufReader::new(stream);
        let end = match stream.fill_buf()?.first() {
            None => Ok(()),
            Some(0..=4) => filling.frames(&mut stream, max_documents)?,
            Some(b'{') => filling.lines(&mut stream, max_documents)?,
            Some(_) => {
                let document = read_up_to(&mut stream, MAX_DOCUMENT_BYTES)?;
                filling.add(None, &document)?;
                Ok(())
            }
        };
        let document = filling.places.len() + 1;
        let spool = Self {
            file: Mutex::new(filling.file.into_inner().map_err(io::Error::from)?),
            places: filling.places,
            flaw: end.err().map(|kind| Flaw { document, kind }),
        };
        Ok((spool, filling.names))
    }

    pub(super) fn size(&self, place: usize) -> u64 {
        let length = self.places.get(place).map_or(0, |(_, length)| *length);
        u64::try_from(length).unwrap_or(u64::MAX)
    }

    pub(super) fn read(&self, place: usize) -> io::Result<Vec<u8>> {
        let (offset, length) = self.places.get(place).copied().unwrap_or_default();
        let mut bytes = vec![0; length];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) const fn flaw(&self) -> Option<&Flaw> {
        self.flaw.as_ref()
    }
}

struct Filling {
    file: BufWriter<File>,
    offset: u64,
    places: Vec<(u64, usize)>,
    names: Vec<Option<String>>,
}

/// The stream is over: as it should be, or by a flaw.
type End = Result<(), FlawKind>;

impl Filling {
    fn frames(&mut self, stream: &mut impl BufRead, max_documents: usize) -> io::Result<End> {
        while !stream.fill_buf()?.is_empty() {
            if self.places.len() == max_documents {
                return Ok(Err(FlawKind::TooMany));
            }
            let head = read_up_to(stream, 4)?;
            let Ok(length) = <[u8; 4]>::try_from(head).map(u32::from_be_bytes) else {
                return Ok(Err(FlawKind::Truncated));
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if length > bundle::MAX_BYTES {
                return Ok(Err(FlawKind::TooLong));
            }
            let document = read_up_to(stream, length)?;
            if document.len() < length {
                return Ok(Err(FlawKind::Truncated));
            }
            self.add(None, &document)?;
        }
        Ok(Ok(()))
    }

    fn lines(&mut self, stream: &mut impl BufRead, max_documents: usize) -> io::Result<End> {
        let mut line = Vec::new();
        while {
            line.clear();
            stream.take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? > 0
        } {
            if line.trim_ascii().is_empty() {
                continue;
            }
            if self.places.len() == max_documents {
                return Ok(Err(FlawKind::TooMany));
            }
            let Some((name, document)) = read_line(&line) else {
                return Ok(Err(FlawKind::WrongLine));
            };
            self.add(name, &document)?;
        }
        Ok(Ok(()))
    }

    fn add(&mut self, name: Option<String>, document: &[u8]) -> io::Result<()> {
        self.file.write_all(document)?;
        self.places.push((self.offset, document.len()));
        self.names.push(name);
        self.offset += u64::try_from(document.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

fn read_line(line: &[u8]) -> Option<(Option<String>, Vec<u8>)> {
    let line: Line = serde_json::from_slice(line).ok()?;
    let document = match (line.bundle, line.credential) {
        (Some(bundle), None) => Base64::decode_vec(&bundle).ok()?,
        (None, Some(credential)) => credential.into_bytes(),
        _ => return None,
    };
    Some((line.file, document))
}

fn read_up_to(stream: &mut impl Read, max_bytes: usize) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    stream.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Document = (Option<String>, Vec<u8>);

    fn fill(mut stream: &[u8]) -> (Vec<Document>, Option<Flaw>) {
        let (spool, names) = Spool::fill(&mut stream, 3).expect("a temporary file");
        let documents = names.into_iter().enumerate();
        let documents = documents.map(|(place, name)| (name, spool.read(place).expect("spooled")));
        (documents.collect(), spool.flaw().copied())
    }

    fn flaw(document: usize, kind: FlawKind) -> Option<Flaw> {
        Some(Flaw { document, kind })
    }

    #[test]
    fn the_first_byte_tells_the_form() {
        let (documents, flaw) = fill(b"\0\0\0\x02\x83a\0\0\0\0\0\0\0\x01b");
        let expected = [b"\x83a".to_vec(), Vec::new(), b"b".to_vec()];
        assert_eq!(documents, expected.map(|document| (None, document)));
        assert_eq!(flaw, None);
        let lines = b"{\"file\":\"a\",\"bundle\":\"g2E=\"}\n\n{\"credential\":\"eyJ\"}";
        let (documents, flaw) = fill(lines);
        let expected = [
            (Some("a".to_owned()), b"\x83a".to_vec()),
            (None, b"eyJ".to_vec()),
        ];
        assert_eq!(documents, expected);
        assert_eq!(flaw, None);
        assert_eq!(fill(b"\x83whole").0, [(None, b"\x83whole".to_vec())]);
        assert_eq!(fill(b""), (Vec::new(), None));
    }

    #[test]
    fn what_came_before_a_flaw_counts() {
        for (stream, count, expected) in [
            (
                &b"\0\0\0\x01a\0\0\0\x02b"[..],
                1,
                flaw(2, FlawKind::Truncated),
            ),
            (b"\0\0\0\x01a\0\0", 1, flaw(2, FlawKind::Truncated)),
            (b"\x04\0\0\x01a", 0, flaw(1, FlawKind::TooLong)),
            (
                b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                3,
                flaw(4, FlawKind::TooMany),
            ),
            (b"{\"bundle\":\"g2E\"}\n", 0, flaw(1, FlawKind::WrongLine)),
            (
                b"{\"bundle\":\"\"}\n{\"bundle\":\"\",\"credential\":\"\"}\n",
                1,
                flaw(2, FlawKind::WrongLine),
            ),
        ] {
            let (documents, flaw) = fill(stream);
            assert_eq!((documents.len(), flaw), (count, expected), "{stream:?}");
        }
    }
}
