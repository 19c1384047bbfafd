//! What a run has judged, so that it can be interrupted and go on.
//!
//! ```text
//! {"journal":"tally/journal/1","settings":{…},"started_ms":…}
//! {"facts":{…},"body":"…"}
//! ```
//! A document is found again by its SHA-256: one that changed is judged again. All are, if anything
//! else changed that an answer depends on.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::{
    args::Failure,
    judged::Judged,
    key::{self, Key},
    lock::Lock,
    words::Lang,
};

const PURPOSE: &str = "tally/journal/1";

/// Everything but the document that an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) program: String,
    /// The time judged by, in Unix milliseconds.
    pub(crate) now_ms: u64,
    pub(crate) max_age_ms: u64,
    /// The SHA-256 of the trust store, with what the documents have taught.
    pub(crate) trust: String,
    pub(crate) format: String,
    pub(crate) lang: String,
    pub(crate) buyer: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Head {
    journal: String,
    settings: Settings,
    started_ms: u64,
}

/// A journal that is open for one run.
pub(crate) struct Journal {
    head: Option<Head>,
    earlier: Earlier,
    writing: Writing,
    _lock: Lock,
}

/// What was judged before, for the workers.
pub(crate) struct Earlier {
    places: Places,
    reading: Mutex<File>,
}

/// Where more is kept.
pub(crate) struct Writing(BufWriter<File>);

impl Journal {
    /// Opens a journal, or begins one.
    pub(crate) fn open(path: &Path, lang: Lang) -> Result<Self, Failure> {
        Self::open_file(path).map_err(|error| {
            let path = path.display();
            Failure::Usage(match lang {
                Lang::Zh => format!("续核记录不能用：{path}：{error}"),
                Lang::En => format!("cannot use the journal {path}: {error}"),
            })
        })
    }

    fn open_file(path: &Path) -> io::Result<Self> {
        let lock = Lock::take(path)?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let (head, places, end) = read(&file)?;
        // A line that a crash cut off.
        file.set_len(end)?;
        let mut journal = Self {
            head,
            earlier: Earlier {
                places,
                reading: Mutex::new(File::open(path)?),
            },
            writing: Writing(BufWriter::new(file)),
            _lock: lock,
        };
        journal.writing.0.seek(SeekFrom::End(0))?;
        Ok(journal)
    }

    /// The time that the interrupted run judged by.
    pub(crate) fn now_ms(&self) -> Option<u64> {
        self.head.as_ref().map(|head| head.settings.now_ms)
    }

    /// When the interrupted run began.
    pub(crate) fn started_ms(&self) -> Option<u64> {
        self.head.as_ref().map(|head| head.started_ms)
    }

    /// Goes on with the same settings, or begins anew with others.
    pub(crate) fn begin(&mut self, settings: Settings, started_ms: u64) -> io::Result<()> {
        let same = |head: &Head| head.settings == settings;
        if self.head.as_ref().is_some_and(same) {
            return Ok(());
        }
        self.earlier.places.clear();
        let file = &mut self.writing.0;
        file.get_ref().set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        let head = Head {
            journal: PURPOSE.to_owned(),
            settings,
            started_ms,
        };
        serde_json::to_writer(&mut *file, &head)?;
        file.write_all(b"\n")?;
        self.head = Some(head);
        self.writing.flush()
    }

    /// For the workers, and for whoever collects what they do.
    pub(crate) const fn parts(&mut self) -> (&Earlier, &mut Writing) {
        (&self.earlier, &mut self.writing)
    }
}

impl Earlier {
    /// What was said of a file, if it was judged as it is.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Judged> {
        let sha256 = key::sha256(bytes);
        let (offset, length) = self.places.get(&Key::of_file(&sha256)).copied()?;
        let mut line = vec![0; length];
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        reading.seek(SeekFrom::Start(offset)).ok()?;
        reading.read_exact(&mut line).ok()?;
        let judged: Judged = serde_json::from_slice(&line).ok()?;
        (judged.facts.sha256 == sha256.to_hex()).then_some(judged)
    }
}

impl Writing {
    /// Keeps what was said of a file.
    pub(crate) fn add(&mut self, judged: &Judged) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, judged)?;
        self.0.write_all(b"\n")
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The facts of a line are read, its body is left for when it is needed.
#[derive(Deserialize)]
struct Line {
    facts: FileOnly,
}

#[derive(Deserialize)]
struct FileOnly {
    file: Key,
}

type Places = HashMap<Key, (u64, usize)>;

/// Reads the head and where each file's line is, up to the first line that is not whole.
fn read(file: &File) -> io::Result<(Option<Head>, Places, u64)> {
    let (mut reader, mut line) = (BufReader::new(file), Vec::new());
    reader.read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok((None, Places::new(), 0));
    }
    let head: Head = serde_json::from_slice(&line).map_err(|_| not_ours())?;
    if head.journal != PURPOSE || !line.ends_with(b"\n") {
        return Err(not_ours());
    }
    let (mut places, mut end) = (Places::new(), line.len());
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        let whole: Option<Line> = line
            .ends_with(b"\n")
            .then(|| serde_json::from_slice(&line).ok())
            .flatten();
        let Some(whole) = whole else {
            break;
        };
        places.insert(whole.facts.file, (to_u64(end), line.len()));
        end += line.len();
    }
    Ok((Some(head), places, to_u64(end)))
}

/// Never a file of another kind: a journal is written over.
fn not_ours() -> io::Error {
    io::Error::other("not a journal of tallystick verify")
}

fn to_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
