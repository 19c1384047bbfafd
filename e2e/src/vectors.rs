//! The committed vectors (`light-client/vectors`), as a browser is asked about them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::Value;

use crate::packaged::Asked;

/// The policy of vectors that name none.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A file, how it is asked about, and the answer that it must have.
pub struct Vector {
    /// The name of the file that is judged.
    pub name: String,
    /// The file that is judged.
    pub path: PathBuf,
    /// The trust store to judge it by.
    pub trust: PathBuf,
    /// The policy.
    pub max_age_ms: u64,
    /// The clock, Unix milliseconds.
    pub now_ms: u64,
    /// The answer.
    pub verdict: Value,
    /// The answer byte for byte.
    pub verdict_text: String,
    kind: Kind,
    file: Vec<u8>,
}

/// What a vector is about.
enum Kind {
    Document,
    Conflict,
    /// Without a trust store.
    ConflictAlone,
    /// Of this file.
    Deposit(Vec<u8>),
}

/// A folder of vectors, without dots: a file input takes no others.
///
/// # Errors
/// When it is not there.
pub fn vector_folder(name: &str) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../light-client/vectors");
    let folder = root.join(name);
    folder
        .canonicalize()
        .with_context(|| folder.display().to_string())
}

/// The vectors of one suite of `bundle`, `compact`, `conflict` or `deposit`, by name.
///
/// # Errors
/// A folder that is not what it should be.
pub fn vectors(kind: &str, suite: &str) -> Result<Vec<Vector>> {
    let folder = vector_folder(kind)?.join(suite);
    let mut answers: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    answers.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    answers.sort();
    ensure!(answers.len() >= 10, "only {} vectors", answers.len());
    let mut vectors = Vec::new();
    for answer in answers {
        let read = read(kind, &answer).with_context(|| answer.display().to_string())?;
        vectors.extend(read);
    }
    Ok(vectors)
}

/// Every trust store that is asked for, and which of them each vector has.
///
/// # Errors
/// One that cannot be read.
pub fn trust_stores(vectors: &[Vector]) -> Result<(Vec<Vec<u8>>, Vec<usize>)> {
    let paths: BTreeSet<&Path> = vectors.iter().map(|vector| &*vector.trust).collect();
    let paths: Vec<&Path> = paths.into_iter().collect();
    let place = |vector: &Vector| paths.binary_search(&&*vector.trust);
    let places: Result<Vec<usize>, usize> = vectors.iter().map(place).collect();
    let stores: Result<Vec<Vec<u8>>, _> = paths.iter().map(fs::read).collect();
    let places = places.map_err(|_| anyhow!("a trust store that was not read"))?;
    Ok((stores?, places))
}

impl Vector {
    /// What a pointer leads to in the verdict, if it is a text.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.verdict.pointer(pointer)?.as_str()
    }

    /// What the verifier is asked.
    pub fn asked(&self) -> Asked<'_> {
        let (max_age_ms, now_ms) = (self.max_age_ms, self.now_ms);
        let file = &*self.file;
        match &self.kind {
            Kind::Document => Asked::Document {
                file,
                max_age_ms,
                now_ms,
            },
            Kind::Conflict => Asked::Conflict { file },
            Kind::ConflictAlone => Asked::ConflictAlone { file },
            Kind::Deposit(original) => Asked::Deposit {
                file: original,
                deposit: file,
                max_age_ms,
                now_ms,
            },
        }
    }
}

/// The questions that one answer file is about.
fn read(kind: &str, answer: &Path) -> Result<Vec<Vector>> {
    let text = fs::read_to_string(answer)?;
    let text = text.trim_end().strip_suffix('}').context("not closed")?;
    let (head, verdict) = text.split_once(",\"verdict\":").context("no verdict")?;
    let head: Value = serde_json::from_str(&format!("{head}}}"))?;
    match kind {
        "conflict" => {
            let (verdict, alone) = verdict.split_once(",\"alone\":").context("none alone")?;
            let path = answer.with_extension("conflict");
            Ok(vec![
                vector(&head, path.clone(), Kind::Conflict, verdict)?,
                vector(&head, path, Kind::ConflictAlone, alone)?,
            ])
        }
        "deposit" => {
            let original = fs::read(answer.with_file_name("original.txt"))?;
            let (path, kind) = (answer.with_extension("deposit"), Kind::Deposit(original));
            Ok(vec![vector(&head, path, kind, verdict)?])
        }
        _ => {
            // A short code is compared with a proof; what is said of it alone is a verdict, too.
            let is_code = head.get("proof").is_some();
            let path = answer.with_extension(if is_code { "code" } else { "tally" });
            Ok(vec![vector(&head, path, Kind::Document, verdict)?])
        }
    }
}

fn vector(head: &Value, path: PathBuf, kind: Kind, verdict: &str) -> Result<Vector> {
    let now_ms = match &kind {
        // No clock and no policy.
        Kind::Conflict | Kind::ConflictAlone => 0,
        Kind::Document | Kind::Deposit(_) => head["now_ms"].as_u64().context("no time")?,
    };
    let name = path.file_name().and_then(|name| name.to_str());
    let trust = head["trust"].as_str().unwrap_or("test.trust");
    Ok(Vector {
        name: name.context("the name is not UTF-8")?.to_owned(),
        trust: path.with_file_name(trust),
        max_age_ms: head["max_age_ms"].as_u64().unwrap_or(DAY_MS),
        now_ms,
        verdict: serde_json::from_str(verdict)?,
        verdict_text: verdict.to_owned(),
        kind,
        file: fs::read(&path)?,
        path,
    })
}
