//! A folder of documents on the test vectors' ledger, and the command that judges them.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(missing_docs, unreachable_pub, reason = "test support")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// The time of the vectors.
pub const NOW: &str = "2026-09-21T14:13:23Z";

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/bundle/sm")
}

pub fn bundle_bytes(name: &str) -> Vec<u8> {
    fs::read(vectors().join(name).with_extension("tally")).unwrap()
}

pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// An inbox with copies of vectors: `d0.tally`, `d1.tally`, …
    pub fn new(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        fs::create_dir(&inbox).unwrap();
        // As many digits for all, so that their order is that of the names.
        let width = names.len().saturating_sub(1).to_string().len();
        for (place, name) in names.iter().enumerate() {
            let path = inbox.join(format!("d{place:0width$}.tally"));
            fs::write(path, bundle_bytes(name)).unwrap();
        }
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// `tallystick verify` at the time of the vectors.
    pub fn command(&self, options: &[&str]) -> Command {
        let mut command = tallystick();
        command.args(["verify", "--now", NOW, "--trust"]);
        command.arg(vectors().join("test.trust")).args(options);
        command
    }

    pub fn verify(&self, options: &[&str]) -> Output {
        let mut command = self.command(options);
        command.arg(self.path("inbox")).output().unwrap()
    }

    pub fn verify_stream(&self, stream: &[u8], options: &[&str]) -> Output {
        let mut run = self
            .command(options)
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        run.stdin.take().unwrap().write_all(stream).unwrap();
        run.wait_with_output().unwrap()
    }
}

/// The command in English.
pub fn tallystick() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tallystick"));
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES");
    command.env("LANG", "C.UTF-8");
    command
}

pub fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The documents of an answer in JSON lines.
pub fn rows(output: &Output) -> Vec<Value> {
    let lines = stdout(output).lines();
    let objects = lines.map(|line| serde_json::from_str(line).unwrap());
    objects
        .filter(|object: &Value| object.get("file").is_some())
        .collect()
}
