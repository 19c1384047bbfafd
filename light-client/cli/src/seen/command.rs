//! `tallystick seen`: merge and list indexes.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use light_client::id::TimeMs;

use super::{Entry, IndexError, PURPOSE, SeenBy, index};
use crate::{
    args::Failure,
    input,
    lock::Lock,
    moment, output,
    words::{Lang, Text, clean},
};

#[derive(Debug, Subcommand)]
pub(crate) enum SeenCommand {
    /// Put indexes together: of each document the earliest entry stays.
    Merge {
        /// The indexes, of other months, machines, subsidiaries.
        #[arg(required = true, num_args = 1.., value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The new index; a file that is there already is never overwritten.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// List what an index holds, in its order.
    List {
        /// The index.
        file: PathBuf,
        /// Only what was first seen at this time or later, RFC 3339.
        #[arg(long, value_name = "TIME", value_parser = moment::parse_rfc3339)]
        since: Option<TimeMs>,
    },
}

/// Runs one of the commands.
pub(crate) fn run(command: &SeenCommand, lang: Lang, out: &mut impl Write) -> Result<u8, Failure> {
    match command {
        SeenCommand::Merge { files, out: merged } => merge(files, merged, lang, out)?,
        SeenCommand::List { file, since } => list(file, *since, lang, out)?,
    }
    Ok(0)
}

fn merge(
    files: &[PathBuf],
    merged: &Path,
    lang: Lang,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut first = BTreeMap::new();
    for path in files {
        read(path, lang, |entry| {
            let known = first.get(&entry.document);
            if known.is_none_or(|known| entry.is_before(known)) {
                first.insert(entry.document, entry);
            }
            if first.len() > index::MAX_ENTRIES {
                return Err(IndexError::Full);
            }
            Ok(())
        })?;
    }
    let mut text = format!("{PURPOSE}\n");
    for entry in first.values() {
        text.push_str(&format!("{entry}\n"));
    }
    output::write_new(merged, text.as_bytes(), lang)?;
    let (count, merged) = (first.len(), clean(&merged.display().to_string()));
    match lang {
        Lang::Zh => writeln!(out, "{merged}：{count} 份文件。")?,
        Lang::En => writeln!(out, "{merged}: {count} documents.")?,
    }
    Ok(())
}

fn list(
    path: &Path,
    since: Option<TimeMs>,
    lang: Lang,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut failed = None;
    let mut counts = BTreeMap::<SeenBy, u64>::new();
    read(path, lang, |entry| {
        if since.is_none_or(|since| entry.time_ms >= since.0) && failed.is_none() {
            let (time, by) = (moment::rfc3339(entry.time_ms), clean(&entry.by.to_string()));
            failed = writeln!(out, "{time}  {by}  {}", entry.document).err();
            *counts.entry(entry.by).or_default() += 1;
        }
        Ok(())
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    for (by, count) in counts {
        let label = Text::new("首次见到", "first seen by").of(lang);
        writeln!(out, "{label} {}: {count}", clean(&by.to_string()))?;
    }
    Ok(())
}

/// Reads an index while nobody writes it.
fn read(
    path: &Path,
    lang: Lang,
    each: impl FnMut(Entry) -> Result<(), IndexError>,
) -> Result<(), Failure> {
    let file = File::open(path).map_err(|error| input::unreadable(path, &error, lang))?;
    let _lock = Lock::wait(path, || {}).map_err(|error| input::unreadable(path, &error, lang))?;
    index::read(&file, each)
        .map(|_end| ())
        .map_err(|error| unusable(path, &error, lang))
}

/// An index that cannot be used, for people.
pub(crate) fn unusable(path: &Path, error: &IndexError, lang: Lang) -> Failure {
    let path = path.display();
    let text = match (error, lang) {
        (IndexError::Full, Lang::Zh) => "已满，请另起一份".to_owned(),
        (IndexError::NotAnIndex, Lang::Zh) => "不是查重索引".to_owned(),
        (IndexError::Line(number), Lang::Zh) => format!("第 {number} 行已损坏"),
        (IndexError::Io(error), Lang::Zh) => error.to_string(),
        (error, Lang::En) => error.to_string(),
    };
    Failure::Usage(match lang {
        Lang::Zh => format!("查重索引不能用：{path}：{text}"),
        Lang::En => format!("cannot use the index {path}: {text}"),
    })
}
