//! What was accepted, kept for ever.
//!
//! ```text
//! DIR/ab/ab12….tally    the file, by its SHA-256
//! DIR/accepted.jsonl    {"file", "sha256", "accepted_ms", "verdict": {"headline", "freshness"}}
//! ```
//! A line is written after its file, so every line has one; a file without a line was not finished.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufWriter, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    args::Failure,
    earlier::{self, Listed},
    judged::{Facts, Kind},
    key::Key,
    lock::Lock,
    words::Lang,
};

/// The list of an archive.
pub(crate) const LIST: &str = "accepted.jsonl";

/// An archive that is open for one run.
pub(crate) struct Archive {
    shelf: Shelf,
    catalogue: Catalogue,
    _lock: Lock,
}

/// Where files are put, by many workers.
pub(crate) struct Shelf {
    folder: PathBuf,
}

/// Where they are listed, by one.
pub(crate) struct Catalogue {
    listed: HashSet<Key>,
    list: BufWriter<File>,
    time_ms: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    sha256: &'a str,
    accepted_ms: u64,
    verdict: Listed<'a>,
}

impl Archive {
    /// Opens an archive, or begins one.
    pub(crate) fn open(folder: &Path, time_ms: u64, lang: Lang) -> Result<Self, Failure> {
        Self::open_folder(folder, time_ms).map_err(|error| {
            let folder = folder.display();
            Failure::Usage(match lang {
                Lang::Zh => format!("归档不能用：{folder}：{error}"),
                Lang::En => format!("cannot use the archive {folder}: {error}"),
            })
        })
    }

    fn open_folder(folder: &Path, time_ms: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(LIST);
        let lock = Lock::take(&path)?;
        let mut list = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)?;
        let mut listed = HashSet::new();
        let end = earlier::read(&list, |line| {
            listed.insert(line.file_key);
        })?;
        // A line that a crash cut off.
        list.set_len(end)?;
        list.seek(SeekFrom::End(0))?;
        Ok(Self {
            shelf: Shelf {
                folder: folder.to_path_buf(),
            },
            catalogue: Catalogue {
                listed,
                list: BufWriter::new(list),
                time_ms,
            },
            _lock: lock,
        })
    }

    /// For the workers, and for whoever collects what they do.
    pub(crate) const fn parts(&mut self) -> (&Shelf, &mut Catalogue) {
        (&self.shelf, &mut self.catalogue)
    }
}

impl Shelf {
    /// Puts a file there if it is valid; one that is there is the same, by its name.
    pub(crate) fn put(&self, facts: &Facts, bytes: &[u8]) -> io::Result<()> {
        if facts.kind != Kind::Valid {
            return Ok(());
        }
        let (shelf, _) = facts.sha256.split_at(2);
        let shelf = self.folder.join(shelf);
        let path = shelf.join(&facts.sha256).with_extension("tally");
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(&shelf)?;
        let mut file = tempfile::NamedTempFile::new_in(&shelf)?;
        file.write_all(bytes)?;
        file.persist(&path)?;
        Ok(())
    }
}

impl Catalogue {
    /// Lists a document that was accepted, once.
    pub(crate) fn add(&mut self, name: &str, facts: &Facts) -> io::Result<()> {
        if facts.kind != Kind::Valid || !self.listed.insert(facts.file) {
            return Ok(());
        }
        let line = Line {
            file: name,
            sha256: &facts.sha256,
            accepted_ms: self.time_ms,
            verdict: Listed::from(facts),
        };
        serde_json::to_writer(&mut self.list, &line)?;
        self.list.write_all(b"\n")
    }

    /// What was added so far survives whatever happens.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.list.flush()?;
        self.list.get_ref().sync_data()
    }
}
