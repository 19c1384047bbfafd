//! What every document of the story must be found to be.

use std::path::Path;

use anyhow::{Result, ensure};
use demo_city::verifier::{Verdict, Verifier};

use crate::progress;

/// A file, how it is checked, and what must come out.
pub(super) struct Expectation {
    pub(super) file: &'static str,
    pub(super) arguments: &'static [&'static str],
    pub(super) kind: &'static str,
    pub(super) reason: &'static str,
}

const fn of(file: &'static str, kind: &'static str, reason: &'static str) -> Expectation {
    Expectation {
        file,
        arguments: &[],
        kind,
        reason,
    }
}

/// The story's verdicts. They are the same with the services running and stopped.
pub(super) const STORY: [Expectation; 7] = [
    of("D1.tally", "valid", ""),
    of("D3.tally", "invalid", "revoked"),
    of("D4.tally", "invalid", "issuer_not_authorised"),
    of("F1.tally", "valid", ""),
    of("F1x.tally", "invalid", "document_altered"),
    of("F2.tally", "valid", ""),
    // From before the revocation, by someone who asks for an answer not older than a second.
    Expectation {
        file: "D3-old.tally",
        arguments: &["--max-age", "1s"],
        kind: "undetermined",
        reason: "status_stale",
    },
];

/// Checks the files of a folder; fails at the first verdict that is not the expected one.
pub(super) fn check(verifier: &Verifier, folder: &Path, when: &str) -> Result<()> {
    progress::note(&format!("verdicts {when}:"));
    for expected in STORY {
        let verdict = verifier.verify_with(&folder.join(expected.file), expected.arguments)?;
        progress::note(&format!("  {:<13} {}", expected.file, describe(&verdict)));
        ensure!(
            verdict.kind == expected.kind && verdict.reason == expected.reason,
            "{} {when}: expected {} {}, got {}",
            expected.file,
            expected.kind,
            expected.reason,
            describe(&verdict),
        );
        let exit = match expected.kind {
            "valid" => 0,
            "invalid" => 1,
            _ => 2,
        };
        ensure!(
            verdict.exit == exit,
            "{}: exit {}, not {exit}",
            expected.file,
            verdict.exit
        );
    }
    Ok(())
}

/// A verdict in one line.
pub(super) fn describe(verdict: &Verdict) -> String {
    let age = verdict
        .age_ms
        .map(|age_ms| format!("as of {} s ago", age_ms / 1000));
    let parts = [
        Some(verdict.kind.clone()),
        Some(verdict.reason.clone()),
        age,
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}
