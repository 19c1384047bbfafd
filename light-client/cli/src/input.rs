//! Files in.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use light_client::{bundle, trust::TrustStore};

use crate::{args::Failure, words::Lang};

/// The files to verify: a folder stands for its `.tally` files, in order of their names.
///
/// All of them are looked at before any is verified, so that a slip in the command line does not
/// leave half an answer.
pub(crate) fn expand(paths: &[PathBuf], lang: Lang) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if fs::metadata(path)
            .map_err(|error| unreadable(path, &error, lang))?
            .is_dir()
        {
            files.extend(bundles_in(path).map_err(|error| unreadable(path, &error, lang))?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn bundles_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "tally")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file, but no more of it than a bundle can have: longer ones are refused by the parser.
pub(crate) fn read(path: &Path, lang: Lang) -> Result<Vec<u8>, Failure> {
    read_up_to(path, bundle::MAX_BYTES, lang)
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

fn unreadable(path: &Path, error: &io::Error, lang: Lang) -> Failure {
    let path = path.display();
    Failure::Usage(match lang {
        Lang::Zh => format!("无法读取 {path}：{error}"),
        Lang::En => format!("cannot read {path}: {error}"),
    })
}
