//! What was accepted, judged again: an archive, newer trust, newer bundles.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

#[path = "../../tests/support/mod.rs"]
mod ledger;
mod support;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use ledger::{
    Ledger, Validators,
    documents::{Agency, Anchored, IDENTITY},
};
use light_client::{record::Standing, suite::Suite};
use serde_json::Value;
use support::{code, rows, stderr, stdout, tallystick};
use tempfile::TempDir;

/// A time after all blocks of these tests.
const NOW: &str = "2026-09-21T15:00:00Z";

/// A ledger, three credentials on it, and an archive that accepted them.
struct Case {
    folder: TempDir,
    ledger: Ledger,
    documents: Vec<Anchored>,
}

impl Case {
    fn new() -> Self {
        let mut ledger = Ledger::new(Suite::Sm, 4);
        let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        ledger.block();
        let texts: Vec<String> = (0..3)
            .map(|number| police.credential(&ledger, IDENTITY, number))
            .collect();
        let documents = Anchored::credentials(&mut ledger, &police, &texts, IDENTITY);
        ledger.block();
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
            ledger,
            documents,
        };
        for place in 0..3 {
            case.write_bundle("inbox", place);
        }
        fs::write(case.path("test.trust"), case.ledger.trust().to_bytes()).unwrap();
        let output = case.run(
            "verify",
            &["--archive", &case.text("archive"), &case.text("inbox")],
        );
        assert_eq!(code(&output), 0, "{}", stdout(&output));
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn write_bundle(&self, folder: &str, place: usize) {
        fs::create_dir_all(self.path(folder)).unwrap();
        let path = self.path(folder).join(format!("d{place}.tally"));
        fs::write(path, self.documents[place].bytes(&self.ledger)).unwrap();
    }

    fn command(&self, name: &str, options: &[&str]) -> Command {
        let mut command = tallystick();
        command.args([name, "--now", NOW, "--trust", &self.text("test.trust")]);
        command.args(["--format", "jsonl"]).args(options);
        command
    }

    fn run(&self, name: &str, options: &[&str]) -> Output {
        self.command(name, options).output().unwrap()
    }

    /// Judges the archive again, with newer bundles if there are any.
    fn recheck(&self) -> Output {
        let (archive, newer) = (self.text("archive"), self.text("newer"));
        let mut options = vec![archive.as_str()];
        if self.path("newer").exists() {
            options.extend(["--newer", &newer]);
        }
        self.run("recheck", &options)
    }

    /// The trust store learns the newest header.
    fn sync(&self) {
        let mut trust = self.ledger.trust();
        let newest = self.ledger.headers.last().unwrap();
        trust
            .advance(&self.ledger.id, &self.ledger.handoffs, newest)
            .unwrap();
        fs::write(self.path("test.trust"), trust.to_bytes()).unwrap();
    }

    /// The validators change, and the new ones make a block.
    fn end_epoch(&mut self) {
        self.ledger
            .block_ending_epoch(Validators::new(Suite::Sm, 1, 4));
        self.ledger.block();
    }
}

fn summary(output: &Output) -> Value {
    let last = stdout(output).lines().last().unwrap();
    serde_json::from_str::<Value>(last).unwrap()["summary"].clone()
}

#[test]
fn an_archive_keeps_each_file_once_and_finds_nothing_changed() {
    let case = Case::new();
    let list = fs::read_to_string(case.path("archive/accepted.jsonl")).unwrap();
    assert_eq!(list.lines().count(), 3);
    let again = case.run(
        "verify",
        &["--archive", &case.text("archive"), &case.text("inbox")],
    );
    assert_eq!(code(&again), 0);
    assert_eq!(
        fs::read_to_string(case.path("archive/accepted.jsonl")).unwrap(),
        list
    );
    for line in list.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let sha256 = line["sha256"].as_str().unwrap();
        let path = format!("archive/{}/{sha256}.tally", &sha256[..2]);
        let inbox = fs::read(line["file"].as_str().unwrap()).unwrap();
        assert!(fs::read(case.path(&path)).unwrap() == inbox);
        assert_eq!(line["verdict"]["headline"]["kind"], "valid");
    }
    let output = case.recheck();
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(rows(&output), [Value::Null; 0]);
    assert_eq!(summary(&output)["documents"], 3);
    // A long time is no change, unless the answer's age is asked for.
    let archive = case.text("archive");
    let strict = case.run("recheck", &["--max-age", "1m", &archive]);
    assert_eq!(code(&strict), 2);
    assert_eq!(rows(&strict).len(), 3);
    assert_eq!(rows(&strict)[0]["now"]["reason"], "status_stale");
}

#[test]
fn a_newer_bundle_takes_back_what_was_accepted() {
    let mut case = Case::new();
    case.documents[1].set_status(&mut case.ledger, Standing::Revoked);
    case.ledger.block();
    for place in 0..3 {
        case.write_bundle("newer", place);
    }
    let output = case.recheck();
    let rows = rows(&output);
    assert_eq!(rows.len(), 1, "only what changed: {}", stdout(&output));
    assert!(
        rows[0]["file"]
            .as_str()
            .unwrap()
            .ends_with("inbox/d1.tally")
    );
    assert_eq!(rows[0]["earlier"]["verdict"], "valid");
    assert_eq!(rows[0]["now"]["verdict"], "invalid");
    assert_eq!(rows[0]["now"]["reason"], "revoked");
    assert!(
        rows[0]["newer_file"]
            .as_str()
            .unwrap()
            .ends_with("newer/d1.tally")
    );
    assert!(rows[0]["now"]["as_of_ms"].as_u64() > rows[0]["earlier"]["as_of_ms"].as_u64());
    assert_eq!(code(&output), 1);
    let archive = case.text("archive");
    let mut words = tallystick();
    words.args([
        "recheck",
        &archive,
        "--now",
        NOW,
        "--trust",
        &case.text("test.trust"),
    ]);
    words.args(["--lang", "zh", "--newer", &case.text("newer")]);
    let words = words.output().unwrap();
    assert!(
        stdout(&words).contains("当时：有效，截至 "),
        "{}",
        stdout(&words)
    );
    assert!(
        stdout(&words).contains("现在：无效（revoked），截至 "),
        "{}",
        stdout(&words)
    );
}

/// Whoever delivers a broken bundle does not take a good one back.
#[test]
fn a_damaged_newer_bundle_says_nothing() {
    let mut case = Case::new();
    case.ledger.block();
    case.write_bundle("newer", 0);
    let path = case.path("newer/d0.tally");
    let bytes = fs::read(&path).unwrap();
    for place in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        fs::write(&path, damaged).unwrap();
        let output = case.recheck();
        assert_eq!(code(&output), 0, "byte {place}: {}", stdout(&output));
    }
}

#[test]
fn an_ended_epoch_asks_for_newer_bundles() {
    let mut case = Case::new();
    case.end_epoch();
    assert_eq!(code(&case.recheck()), 0, "nothing is known of it yet");
    case.sync();
    let output = case.recheck();
    assert_eq!(code(&output), 2);
    let found = rows(&output);
    assert_eq!(found.len(), 3);
    assert!(
        found
            .iter()
            .all(|row| row["now"]["reason"] == "superseded_epoch")
    );
    for place in 0..2 {
        case.write_bundle("newer", place);
    }
    let output = case.recheck();
    assert_eq!(
        rows(&output).len(),
        1,
        "two are proved anew: {}",
        stdout(&output)
    );
}

#[test]
fn what_is_no_longer_there_is_said() {
    let case = Case::new();
    let list = fs::read_to_string(case.path("archive/accepted.jsonl")).unwrap();
    let sha256 = |line: usize| -> String {
        let line: Value = serde_json::from_str(list.lines().nth(line).unwrap()).unwrap();
        line["sha256"].as_str().unwrap().to_owned()
    };
    let path = |sha256: &str| case.path(&format!("archive/{}/{sha256}.tally", &sha256[..2]));
    fs::remove_file(path(&sha256(0))).unwrap();
    fs::write(path(&sha256(2)), "another file").unwrap();
    let output = case.recheck();
    let found = rows(&output);
    assert_eq!(found.len(), 2, "{}", stdout(&output));
    assert!(found.iter().all(|row| row["now"].is_null()));
    assert_eq!(summary(&output)["missing"], 2);
    assert_eq!(summary(&output)["unlisted"], 1);
    assert_eq!(code(&output), 1);
}

/// A folder and its earlier report do as well as an archive, whatever the report said.
#[test]
fn a_folder_with_its_report() {
    let mut case = Case::new();
    case.documents[1].set_status(&mut case.ledger, Standing::Suspended);
    case.ledger.block();
    case.write_bundle("inbox", 1);
    let report = case.run("verify", &[&case.text("inbox")]);
    assert_eq!(code(&report), 1);
    fs::write(case.path("report.jsonl"), &report.stdout).unwrap();
    let (inbox, path) = (case.text("inbox"), case.text("report.jsonl"));
    let same = case.run("recheck", &[&inbox, "--report", &path]);
    assert_eq!(code(&same), 0, "{}{}", stdout(&same), stderr(&same));
    case.documents[1].set_status(&mut case.ledger, Standing::Reinstated);
    case.ledger.block();
    case.write_bundle("newer", 1);
    let newer = case.text("newer");
    let changed = case.run("recheck", &[&inbox, "--report", &path, "--newer", &newer]);
    let found = rows(&changed);
    assert_eq!(found.len(), 1, "{}", stdout(&changed));
    assert_eq!(found[0]["earlier"]["reason"], "suspended");
    assert_eq!(found[0]["now"]["verdict"], "valid");
    assert_eq!(code(&changed), 2, "a change, and nothing invalid");
    let none = case.run("recheck", &[&inbox]);
    assert_eq!(
        code(&none),
        64,
        "without a list there is nothing to compare with"
    );
    assert!(
        stderr(&none).contains("accepted.jsonl"),
        "{}",
        stderr(&none)
    );
}
