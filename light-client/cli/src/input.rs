//! Files in.

mod stream;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use light_client::{bundle, compact::Compact, short_code::ShortCode, trust::TrustStore};
use tally_qr::Picture;

use crate::{args::Failure, words::Lang};
use stream::Spool;

pub(crate) use stream::Flaw;

/// The most documents of one run: their names are in memory.
const MAX_DOCUMENTS: usize = 1_000_000;
/// What stands for the standard input.
const STREAM: &str = "-";

/// The documents of one run, in the order of the answers.
pub(crate) struct Inputs {
    list: Vec<Input>,
    spool: Option<Spool>,
}

struct Input {
    name: String,
    source: Source,
}

enum Source {
    File(PathBuf),
    /// A document of the stream, by its place in the spool.
    Stream(usize),
}

impl Inputs {
    /// Lists the documents: a folder stands for the `.tally` files in it and in the folders in it,
    /// in the order of their names, `-` for the documents of `stream`.
    ///
    /// All of them are looked at before any is judged, so that a slip in the command line does not
    /// leave half an answer.
    pub(crate) fn list(
        paths: &[PathBuf],
        stream: &mut impl Read,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let mut inputs = Self {
            list: Vec::new(),
            spool: None,
        };
        for path in paths {
            if path.as_os_str() == STREAM {
                inputs.add_stream(stream, lang)?;
            } else {
                inputs.add_path(path, lang)?;
            }
        }
        if inputs.list.len() > MAX_DOCUMENTS {
            return Err(Failure::Usage(match lang {
                Lang::Zh => format!("一次最多核对 {MAX_DOCUMENTS} 份文件，请分几次核对"),
                Lang::En => format!("more than {MAX_DOCUMENTS} documents: verify them in parts"),
            }));
        }
        Ok(inputs)
    }

    pub(crate) const fn len(&self) -> usize {
        self.list.len()
    }

    /// The name of a document, as in the answers.
    pub(crate) fn name(&self, index: usize) -> &str {
        self.list.get(index).map_or("", |input| &input.name)
    }

    /// The size of a document in bytes; 0 if it is not known.
    pub(crate) fn size(&self, index: usize) -> u64 {
        match self.list.get(index).map(|input| &input.source) {
            Some(Source::File(path)) => fs::metadata(path).map_or(0, |data| data.len()),
            Some(Source::Stream(place)) => {
                self.spool.as_ref().map_or(0, |spool| spool.size(*place))
            }
            None => 0,
        }
    }

    /// Reads a document.
    pub(crate) fn read(&self, index: usize, lang: Lang) -> Result<Vec<u8>, Failure> {
        let Some(input) = self.list.get(index) else {
            return Ok(Vec::new());
        };
        match (&input.source, &self.spool) {
            (Source::File(path), _) => read_document(path, lang),
            (Source::Stream(place), Some(spool)) => spool
                .read(*place)
                .map_err(|error| unreadable(Path::new(STREAM), &error, lang)),
            (Source::Stream(_), None) => Ok(Vec::new()),
        }
    }

    /// Where the stream broke off, if it did.
    pub(crate) fn flaw(&self) -> Option<&Flaw> {
        self.spool.as_ref().and_then(Spool::flaw)
    }

    fn add_stream(&mut self, stream: &mut impl Read, lang: Lang) -> Result<(), Failure> {
        if self.spool.is_some() {
            return Err(Failure::Usage(match lang {
                Lang::Zh => "标准输入（-）只能读一次".to_owned(),
                Lang::En => "the standard input (-) can be read only once".to_owned(),
            }));
        }
        let (spool, names) = Spool::fill(stream, MAX_DOCUMENTS)
            .map_err(|error| unreadable(Path::new(STREAM), &error, lang))?;
        let named = names.into_iter().enumerate();
        self.list.extend(named.map(|(place, name)| Input {
            name: name.unwrap_or_else(|| format!("{STREAM}#{}", place + 1)),
            source: Source::Stream(place),
        }));
        self.spool = Some(spool);
        Ok(())
    }

    fn add_path(&mut self, path: &Path, lang: Lang) -> Result<(), Failure> {
        let is_folder = fs::metadata(path)
            .map_err(|error| unreadable(path, &error, lang))?
            .is_dir();
        if is_folder {
            return self.add_folder(path, lang);
        }
        self.add_file(path.to_path_buf());
        Ok(())
    }

    /// Links to folders are not followed: they may lead in a circle.
    fn add_folder(&mut self, folder: &Path, lang: Lang) -> Result<(), Failure> {
        let failed = |error: io::Error| unreadable(folder, &error, lang);
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            entries.push((entry.path(), is_folder));
        }
        entries.sort();
        for (path, is_folder) in entries {
            if is_folder {
                self.add_folder(&path, lang)?;
            } else if path.extension().is_some_and(|found| found == "tally") {
                self.add_file(path);
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: PathBuf) {
        self.list.push(Input {
            name: path.display().to_string(),
            source: Source::File(path),
        });
    }
}

/// Reads a file, but no more of it than a bundle can have: longer ones are refused by the parser.
pub(crate) fn read(path: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    read_up_to(path, bundle::MAX_BYTES, lang)
}

/// Reads a document: a file as it is, or what a code in a picture holds. A picture without one of
/// our codes stays a picture, which is no document.
pub(crate) fn read_document(path: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    let bytes = read(path, lang)?;
    if !Picture::is_png(&bytes) {
        return Ok(bytes);
    }
    let picture = Picture::from_png(&bytes);
    let mut codes = picture.map(|picture| picture.codes()).unwrap_or_default();
    // Of both codes of one paper the full one decides; strangers' codes are passed over.
    codes.retain(|code| Compact::is_compact(code) || is_short(code));
    codes.sort_by_key(|code| !Compact::is_compact(code));
    Ok(codes.into_iter().next().unwrap_or(bytes))
}

fn is_short(code: &[u8]) -> bool {
    std::str::from_utf8(code).is_ok_and(|text| ShortCode::parse(text).is_ok())
}

/// Reads a file up to one byte more than `max_bytes`, by which whoever reads it sees that it is
/// too long.
pub(crate) fn read_up_to(path: &Path, max_bytes: usize, lang: Lang) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(max_bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error, lang))?;
    Ok(bytes)
}

/// Reads and checks a trust store.
pub(crate) fn read_trust(path: &Path, lang: Lang) -> Result<TrustStore, Failure> {
    let bytes = read(path, lang)?;
    TrustStore::parse(&bytes).map_err(|error| {
        let path = path.display();
        Failure::Usage(match lang {
            Lang::Zh => format!("信任文件不能用：{path}：{error}"),
            Lang::En => format!("cannot use the trust store {path}: {error}"),
        })
    })
}

pub(crate) fn unreadable(path: &Path, error: &io::Error, lang: Lang) -> Failure {
    let path = path.display();
    Failure::Usage(match lang {
        Lang::Zh => format!("无法读取 {path}：{error}"),
        Lang::En => format!("cannot read {path}: {error}"),
    })
}
