//! Mutants of the vectors, in wasm as natively.

use std::ops::Range;

use anyhow::{Result, ensure};
use light_client::policy::Policy;
use mutants::Subjects;

use crate::packaged::{Asked, Case, PackagedVerifier};
use crate::vectors::vector_folder;

/// Mutants of one call into the page.
const CHUNK: u64 = 500;

/// The committed vectors.
///
/// # Errors
/// A folder that is not what it should be.
pub fn subjects() -> Result<Subjects> {
    Subjects::read(&vector_folder("bundle")?)
}

/// Judges these mutants in a page and natively; says after each chunk which one is next.
///
/// # Errors
/// One that panics in wasm, or has another verdict there.
pub async fn compare(
    page: &PackagedVerifier,
    subjects: &Subjects,
    numbers: Range<u64>,
    mut done: impl FnMut(u64) -> Result<()>,
) -> Result<()> {
    let mut next = numbers.start;
    while next < numbers.end {
        let chunk = next..(next + CHUNK).min(numbers.end);
        next = chunk.end;
        let mutants: Vec<_> = chunk
            .clone()
            .map(|number| subjects.mutant(number))
            .collect();
        let cases: Vec<Case<'_>> = mutants
            .iter()
            .map(|(subject, file)| Case {
                store: subject.store(),
                asked: Asked::Document {
                    file,
                    max_age_ms: Policy::default().max_age_ms,
                    now_ms: subject.now().0,
                },
            })
            .collect();
        let answers = page.judge(&cases).await?;
        for ((number, (subject, file)), answer) in chunk.zip(&mutants).zip(answers) {
            let native = serde_json::to_string(&subjects.judge(subject, file))?;
            ensure!(
                native == answer,
                "mutant {number} of {}: natively {native}, in wasm {answer}",
                subject.name()
            );
        }
        done(next)?;
    }
    Ok(())
}
