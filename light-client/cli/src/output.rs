//! Files out.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use crate::{args::Failure, words::Lang};

/// Writes a new file. One that is there already stays as it is: it may be the only salt, or the
/// original itself.
pub(crate) fn write_new(path: &Path, bytes: &[u8], lang: Lang) -> Result<(), Failure> {
    let written = File::create_new(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| {
        let path = path.display();
        Failure::Usage(match lang {
            Lang::Zh => format!("无法写入 {path}：{error}"),
            Lang::En => format!("cannot write {path}: {error}"),
        })
    })
}

/// The old file or the new one, whatever happens meanwhile.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    // A temporary file is for its owner alone; the old one was for whoever could read it.
    file.as_file()
        .set_permissions(path.metadata()?.permissions())?;
    file.persist(path)?;
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
