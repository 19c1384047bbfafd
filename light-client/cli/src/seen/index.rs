//! The index in memory, and its file.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::{Entry, PURPOSE, SeenBy};
use crate::{
    judged::{Facts, Kind},
    key::Key,
    lock::Lock,
};

/// The most documents of one index: about 250 MB of memory.
pub(super) const MAX_ENTRIES: usize = 2_000_000;
/// The shortest line there is today: two digests, a time of 13 digits, a name of one letter.
const MIN_LINE_BYTES: u64 = 84;
/// The longest line there can be, and some room.
const MAX_LINE_BYTES: u64 = 256;

/// How a document was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenAs {
    /// Byte for byte.
    File,
    /// The same document in another file.
    Document,
    /// Its number on another document: one of them is wrong.
    Conflict,
}

/// When and by whom a document was first seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) how: SeenAs,
    pub(crate) time_ms: u64,
    pub(crate) by: SeenBy,
}

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    /// It has as many documents as there may be.
    #[error("the index is full: {MAX_ENTRIES} documents")]
    Full,
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is another kind of file.
    #[error("not an index of documents seen")]
    NotAnIndex,
    /// A line is not one of ours.
    #[error("line {0} is damaged")]
    Line(usize),
}

/// When a run began, in Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Only now.
    Now(u64),
    /// Before it was interrupted: entries of this time are its own.
    Earlier(u64),
}

/// An index that is open for one run, which nobody else has meanwhile.
#[derive(Debug)]
pub(crate) struct Index {
    known: Known,
    file: BufWriter<File>,
    time_ms: u64,
    by: SeenBy,
    _lock: Lock,
}

impl Index {
    /// Opens an index, or begins one.
    pub(crate) fn open(
        path: &Path,
        begun: Begun,
        by: SeenBy,
        waiting: impl FnOnce(),
    ) -> Result<Self, IndexError> {
        let lock = Lock::wait(path, waiting)?;
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let mut known = Known::for_bytes(file.metadata()?.len());
        let end = read(&file, |entry| known.add(entry))?;
        let time_ms = match begun {
            Begun::Now(now_ms) => known.unused_time(now_ms, &by),
            Begun::Earlier(time_ms) => time_ms,
        };
        // A line that a crash cut off.
        file.set_len(end)?;
        file.seek(SeekFrom::End(0))?;
        let mut file = BufWriter::new(file);
        if end == 0 {
            writeln!(file, "{PURPOSE}")?;
        }
        Ok(Self {
            known,
            file,
            time_ms,
            by,
            _lock: lock,
        })
    }

    /// When this run began, as its entries say it: no other run of the same name has the same.
    pub(crate) const fn begun_ms(&self) -> u64 {
        self.time_ms
    }

    /// Says how a document was seen before this run, and adds it if it is valid and new.
    pub(crate) fn add(&mut self, facts: &Facts) -> Result<Option<Seen>, IndexError> {
        let found = self.known.find(facts);
        let earlier = found.filter(|(_, at)| !(at.time_ms == self.time_ms && *at.by == self.by));
        let earlier = earlier.map(|(how, at)| Seen {
            how,
            time_ms: at.time_ms,
            by: at.by.clone(),
        });
        if let (Kind::Valid, Some(document)) = (facts.kind, facts.document)
            && !self.known.has(&document)
        {
            let entry = Entry {
                document,
                number: facts.number,
                file: facts.file,
                time_ms: self.time_ms,
                by: self.by.clone(),
            };
            writeln!(self.file, "{entry}")?;
            self.known.add(entry)?;
        }
        Ok(earlier)
    }

    /// What was added so far survives whatever happens.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_data()
    }
}

/// Reads an index; returns where its last whole line ends.
pub(super) fn read(
    file: &File,
    mut each: impl FnMut(Entry) -> Result<(), IndexError>,
) -> Result<u64, IndexError> {
    let (mut reader, mut line, mut end) = (BufReader::new(file), Vec::new(), 0);
    for number in 1.. {
        line.clear();
        let mut limited = io::Read::take(&mut reader, MAX_LINE_BYTES);
        limited.read_until(b'\n', &mut line)?;
        let Some(text) = line.strip_suffix(b"\n") else {
            return cut_off(number, &line).map(|()| end);
        };
        match (number, std::str::from_utf8(text)) {
            (1, Ok(PURPOSE)) => {}
            (1, _) => return Err(IndexError::NotAnIndex),
            (_, Ok(text)) => each(Entry::parse(text).ok_or(IndexError::Line(number))?)?,
            (_, Err(_)) => return Err(IndexError::Line(number)),
        }
        end += u64::try_from(line.len()).unwrap_or(u64::MAX);
    }
    Ok(end)
}

/// Whether the end of a file without an end of line may be what a crash left of a line of ours.
fn cut_off(number: usize, rest: &[u8]) -> Result<(), IndexError> {
    let limit = usize::try_from(MAX_LINE_BYTES).unwrap_or(usize::MAX);
    match number {
        1 if PURPOSE.as_bytes().starts_with(rest) => Ok(()),
        1 => Err(IndexError::NotAnIndex),
        _ if rest.len() < limit => Ok(()),
        _ => Err(IndexError::Line(number)),
    }
}

/// Documents by their three digests, which never meet: each kind is made in its own way.
#[derive(Debug)]
struct Known {
    sightings: Vec<Sighting>,
    names: Vec<SeenBy>,
    places: HashMap<Key, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Sighting {
    document: Key,
    time_ms: u64,
    by: u32,
}

/// Where and when a document was seen first.
struct At<'a> {
    time_ms: u64,
    by: &'a SeenBy,
}

impl Known {
    /// With room for an index of so many bytes: to grow step by step would take half as much again.
    fn for_bytes(bytes: u64) -> Self {
        let lines = usize::try_from(bytes / MIN_LINE_BYTES).unwrap_or(usize::MAX);
        let lines = lines.min(MAX_ENTRIES);
        Self {
            sightings: Vec::with_capacity(lines),
            names: Vec::new(),
            places: HashMap::with_capacity(lines.saturating_mul(3)),
        }
    }

    fn has(&self, document: &Key) -> bool {
        self.places.contains_key(document)
    }

    fn add(&mut self, entry: Entry) -> Result<(), IndexError> {
        if self.sightings.len() == MAX_ENTRIES {
            return Err(IndexError::Full);
        }
        let by = self.name(entry.by);
        let place = u32::try_from(self.sightings.len()).map_err(|_| IndexError::Full)?;
        self.sightings.push(Sighting {
            document: entry.document,
            time_ms: entry.time_ms,
            by,
        });
        let keys = [Some(entry.document), entry.number, Some(entry.file)];
        for key in keys.into_iter().flatten() {
            // Of an index that was not merged, the earlier one.
            let first = self.places.entry(key).or_insert(place);
            let known = usize::try_from(*first).unwrap_or(usize::MAX);
            if self
                .sightings
                .get(known)
                .is_some_and(|known| entry.time_ms < known.time_ms)
            {
                *first = place;
            }
        }
        Ok(())
    }

    /// The first time from `now_ms` on that no entry of this name has: of two runs that began in the
    /// same millisecond, one would take the other's entries for its own.
    fn unused_time(&self, now_ms: u64, by: &SeenBy) -> u64 {
        let is_own = |place: u32| {
            let name = usize::try_from(place).ok();
            name.and_then(|name| self.names.get(name)) == Some(by)
        };
        let own = self.sightings.iter().filter(|seen| is_own(seen.by));
        let taken: HashSet<u64> = own
            .map(|seen| seen.time_ms)
            .filter(|time_ms| now_ms <= *time_ms)
            .collect();
        let mut times = now_ms..=u64::MAX;
        times.find(|time| !taken.contains(time)).unwrap_or(now_ms)
    }

    fn name(&mut self, by: SeenBy) -> u32 {
        let known = self.names.iter().position(|known| *known == by);
        let place = known.unwrap_or_else(|| {
            self.names.push(by);
            self.names.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// What weighs most first: a number on two documents.
    fn find(&self, facts: &Facts) -> Option<(SeenAs, At<'_>)> {
        let numbered = facts.number.and_then(|number| self.sighting(&number));
        let conflict =
            numbered.filter(|seen| facts.document.is_some_and(|own| own != seen.document));
        let file = || self.sighting(&facts.file).map(|seen| (SeenAs::File, seen));
        let document = || Some((SeenAs::Document, self.sighting(&facts.document?)?));
        let (how, seen) = conflict
            .map(|seen| (SeenAs::Conflict, seen))
            .or_else(file)
            .or_else(document)?;
        let by = self.names.get(usize::try_from(seen.by).ok()?)?;
        Some((
            how,
            At {
                time_ms: seen.time_ms,
                by,
            },
        ))
    }

    fn sighting(&self, key: &Key) -> Option<&Sighting> {
        let place = usize::try_from(*self.places.get(key)?).ok()?;
        self.sightings.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_one_name_that_begin_together_have_times_of_their_own() {
        let key = "00112233445566778899aabbccddeeff";
        let mut known = Known::for_bytes(0);
        for (time_ms, by) in [(5, "a"), (6, "a"), (7, "b"), (9, "a")] {
            let line = format!("{key} - {key} {time_ms} {by}");
            known
                .add(Entry::parse(&line).expect("a line"))
                .expect("room");
        }
        let name = |name: &str| name.parse::<SeenBy>().expect("a name");
        assert_eq!(known.unused_time(4, &name("a")), 4);
        assert_eq!(known.unused_time(5, &name("a")), 7);
        assert_eq!(known.unused_time(7, &name("b")), 8);
        assert_eq!(known.unused_time(5, &name("c")), 5);
    }
}
