//! Files out.

use std::{fs::File, io::Write as _, path::Path};

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
