//! The command line `tallystick`, used as a business uses it: files in, verdicts out, no network.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// The command line with a trust store.
pub struct Verifier {
    program: PathBuf,
    trust: PathBuf,
}

/// What it said about one file.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// `valid`, `invalid` or `undetermined`.
    pub kind: String,
    /// The reason's stable code; empty if valid.
    pub reason: String,
    /// The age of the answer in milliseconds, where there is one.
    pub age_ms: Option<u64>,
    /// The program's exit code.
    pub exit: i32,
    /// The whole answer.
    pub answer: Value,
}

impl Verifier {
    /// Verifies with this trust store.
    pub fn new(program: &Path, trust: &Path) -> Self {
        Self {
            program: program.to_path_buf(),
            trust: trust.to_path_buf(),
        }
    }

    /// Verifies one file.
    ///
    /// # Errors
    /// When the program does not answer in JSON.
    pub fn verify(&self, file: &Path) -> Result<Verdict> {
        self.verify_with(file, &[])
    }

    /// Verifies one file with further arguments, `--max-age 10m` for instance.
    ///
    /// # Errors
    /// When the program does not answer in JSON.
    pub fn verify_with(&self, file: &Path, arguments: &[&str]) -> Result<Verdict> {
        let trust = [
            "--trust".as_ref(),
            self.trust.as_os_str(),
            "--format".as_ref(),
        ];
        let mut command = Command::new(&self.program);
        command
            .arg("verify")
            .arg(file)
            .args(trust)
            .arg("json")
            .args(arguments);
        let output = command
            .stdin(Stdio::null())
            .output()
            .context("cannot start tallystick")?;
        let said = || {
            let name = file
                .file_name()
                .unwrap_or(OsStr::new("?"))
                .to_string_lossy();
            let errors = String::from_utf8_lossy(&output.stderr);
            format!(
                "tallystick verify {name} ended with {}: {errors}",
                output.status
            )
        };
        let answer: Value = serde_json::from_slice(&output.stdout).with_context(said)?;
        let result = answer.pointer("/documents/0").cloned().with_context(said)?;
        let verdict = result.get("verdict").unwrap_or(&result);
        let text = |pointer: &str| verdict.pointer(pointer).and_then(Value::as_str);
        Ok(Verdict {
            kind: text("/headline/kind").with_context(said)?.to_owned(),
            reason: text("/headline/reason").unwrap_or_default().to_owned(),
            age_ms: verdict.pointer("/freshness/age_ms").and_then(Value::as_u64),
            exit: output.status.code().unwrap_or(-1),
            answer: result,
        })
    }
}
