//! Many documents: streams, folders, workers, journals, duplicates, reports.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod support;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use support::{Desk, bundle_bytes, code, rows, stderr, stdout};

const NAMES: [&str; 6] = [
    "identity",
    "invoice",
    "revoked",
    "not-anchored",
    "trailing-byte",
    "invoice",
];

/// The same documents as files, as frames and as lines give the same verdicts.
#[test]
fn a_stream_says_what_files_say() {
    let desk = Desk::new(&NAMES);
    let files = desk.verify(&["--format", "jsonl"]);
    let expected: Vec<Value> = rows(&files)
        .into_iter()
        .map(|row| row["verdict"].clone())
        .collect();
    let (mut frames, mut lines) = (Vec::new(), String::new());
    for name in NAMES {
        let bytes = bundle_bytes(name);
        frames.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        frames.extend(&bytes);
        let line = json!({"file": format!("{name}.tally"), "bundle": base64(&bytes)});
        lines.push_str(&format!("{line}\n"));
    }
    for (stream, first) in [
        (frames.as_slice(), "-#1"),
        (lines.as_bytes(), "identity.tally"),
    ] {
        let output = desk.verify_stream(stream, &["--format", "jsonl"]);
        let rows = rows(&output);
        assert_eq!(rows[0]["file"], first);
        let verdicts: Vec<Value> = rows.iter().map(|row| row["verdict"].clone()).collect();
        assert_eq!(verdicts, expected);
        assert_eq!(code(&output), 1);
        assert_eq!(stderr(&output), "");
    }
    let alone = desk.verify_stream(&bundle_bytes("identity"), &[]);
    assert_eq!((code(&alone), stderr(&alone)), (0, ""));
}

#[test]
fn a_stream_that_breaks_off_leaves_its_beginning() {
    let desk = Desk::new(&[]);
    let bytes = bundle_bytes("identity");
    let mut frames = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    frames.extend(&bytes);
    let whole = frames.len();
    frames.extend_from_within(..100);
    let output = desk.verify_stream(&frames, &["--format", "jsonl"]);
    assert_eq!(rows(&output).len(), 1, "{}", stdout(&output));
    assert!(
        stderr(&output).contains("document 2"),
        "{}",
        stderr(&output)
    );
    assert_eq!(code(&output), 64);
    frames.truncate(whole);
    assert_eq!(code(&desk.verify_stream(&frames, &[])), 0);
}

/// Whoever works on what, and however many: the same bytes.
#[test]
fn workers_do_not_change_the_answer() {
    let names: Vec<&str> = NAMES.into_iter().cycle().take(300).collect();
    let desk = Desk::new(&names);
    let alone = desk.verify(&["--format", "json", "--jobs", "1"]);
    for jobs in ["2", "7"] {
        let several = desk.verify(&["--format", "json", "--jobs", jobs]);
        assert!(several.stdout == alone.stdout, "{jobs} workers");
        assert_eq!(code(&several), 1);
    }
    let answer: Value = serde_json::from_slice(&alone.stdout).unwrap();
    let summary = &answer["summary"];
    assert_eq!(summary["documents"], 300);
    assert_eq!(summary["valid"], 150);
    assert_eq!(summary["invalid"], 100);
    assert_eq!(summary["undetermined"], 50);
    assert_eq!(summary["duplicates"], 295, "all but the five first ones");
    assert_eq!(summary["complete"], true);
}

#[test]
fn folders_are_searched_to_the_bottom() {
    let desk = Desk::new(&["identity"]);
    let deep = desk.path("inbox/2026/09");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("invoice.tally"), bundle_bytes("invoice")).unwrap();
    fs::write(deep.join("note.txt"), "nothing of ours").unwrap();
    let output = desk.verify(&["--format", "jsonl"]);
    let files: Vec<String> = rows(&output)
        .iter()
        .map(|row| row["file"].to_string())
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(
        files[0].contains("invoice.tally"),
        "2026 before d: {files:?}"
    );
    assert_eq!(code(&output), 0);
}

#[test]
fn progress_is_shown_where_it_is_asked_for() {
    let desk = Desk::new(&["identity", "invoice"]);
    let output = desk.verify(&["--progress"]);
    let text = stderr(&output);
    assert!(text.contains("read 2 / 2, "), "{text}");
    assert!(text.contains("verified 2 / 2, "), "{text}");
    assert!(text.contains(" per second, about 0 s left"), "{text}");
    assert_eq!(stderr(&desk.verify(&[])), "");
}

/// A header says what the report rests on; a summary says that it is whole.
#[test]
fn every_format_says_what_it_rests_on() {
    let desk = Desk::new(&["identity", "invoice"]);
    let json = desk.verify(&["--format", "json"]);
    let answer: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(answer["report"], "tally/report/1");
    assert_eq!(answer["time_ms"], 1_790_000_003_000_u64);
    assert_eq!(answer["policy"]["max_age_ms"], 86_400_000);
    assert_eq!(answer["policy"]["max_pin_age_ms"], 34_560_000_000_u64);
    let head = &answer["documents"][0]["verdict"]["evidence"]["ledger"];
    assert_eq!(answer["ledgers"][0]["ledger"], head["ledger"]);
    assert_eq!(answer["ledgers"][0]["height"], head["height"]);
    let jsonl = desk.verify(&["--format", "jsonl"]);
    let lines: Vec<Value> = stdout(&jsonl)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["ledgers"], answer["ledgers"]);
    assert_eq!(lines[1], answer["documents"][0]);
    assert_eq!(lines[3]["summary"], answer["summary"]);
}

/// What is in the journal is not judged again: here its answer was changed, and comes back.
#[test]
fn a_journal_answers_for_what_is_unchanged() {
    let desk = Desk::new(&["identity", "invoice", "revoked"]);
    let journal = desk.path("run.journal");
    let options = ["--format", "jsonl", "--resume", journal.to_str().unwrap()];
    let first = desk.verify(&options);
    assert_eq!(code(&first), 1);
    let text = fs::read_to_string(&journal).unwrap();
    assert_eq!(text.lines().count(), 4, "settings and three documents");
    fs::write(
        &journal,
        text.replace(
            "\\\"name\\\":\\\"test ledger\\\"",
            "\\\"name\\\":\\\"kept\\\"",
        ),
    )
    .unwrap();
    let again = desk.verify(&options);
    let names = |output| -> Vec<Value> {
        let rows: Vec<Value> = rows(output);
        rows.iter()
            .map(|row| row["verdict"]["evidence"]["ledger"]["name"].clone())
            .collect()
    };
    assert_eq!(names(&again), ["kept", "kept", "kept"]);
    assert_eq!(code(&again), 1, "the code counts all of them");
    fs::write(desk.path("inbox/d0.tally"), bundle_bytes("not-anchored")).unwrap();
    let changed = desk.verify(&options);
    assert_eq!(
        names(&changed),
        ["test ledger", "kept", "kept"],
        "it is judged again"
    );
    let other = ["--format", "csv", "--resume", journal.to_str().unwrap()];
    assert!(
        !stdout(&desk.verify(&other)).contains("kept"),
        "other settings, other answers"
    );
}

#[test]
fn a_journal_survives_what_cuts_it_off() {
    let desk = Desk::new(&["identity", "invoice", "revoked"]);
    let journal = desk.path("run.journal");
    let options = ["--format", "jsonl", "--resume", journal.to_str().unwrap()];
    let first = desk.verify(&options);
    let bytes = fs::read(&journal).unwrap();
    let head = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in [head, head + 1, bytes.len() - 200, bytes.len() - 1] {
        fs::write(&journal, &bytes[..length]).unwrap();
        assert!(desk.verify(&options).stdout == first.stdout, "{length}");
        assert!(fs::read(&journal).unwrap() == bytes, "{length}");
    }
    let other = desk.path("other");
    fs::write(&other, "my only copy\n").unwrap();
    let output = desk.verify(&["--resume", other.to_str().unwrap()]);
    assert_eq!(code(&output), 64);
    assert_eq!(fs::read(&other).unwrap(), b"my only copy\n");
}

/// Ctrl-C: what has begun is finished, the rest is left, the answer says so; `--resume` goes on.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_what_it_has() {
    let desk = Desk::new(&["identity", "invoice", "revoked"]);
    let gate = desk.path("inbox/d1.tally");
    fs::remove_file(&gate).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(&gate)
            .status()
            .unwrap()
            .success()
    );
    let journal = desk.path("run.journal");
    let mut run = desk
        .command(&[
            "--format",
            "jsonl",
            "--jobs",
            "1",
            "--resume",
            journal.to_str().unwrap(),
        ])
        .arg(desk.path("inbox"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It reads the gate twice: once to learn from it, once to judge it. The header comes between.
    fs::write(&gate, bundle_bytes("invoice")).unwrap();
    let mut answer = BufReader::new(run.stdout.take().unwrap());
    let mut header = String::new();
    answer.read_line(&mut header).unwrap();
    let mut opened = fs::File::options().write(true).open(&gate).unwrap();
    let id = run.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    opened.write_all(&bundle_bytes("invoice")).unwrap();
    drop(opened);
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(130), "{rest}");
    let lines: Vec<Value> = rest
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "two documents and the summary: {rest}");
    assert_eq!(lines[2]["summary"]["complete"], false);
    assert_eq!(fs::read_to_string(&journal).unwrap().lines().count(), 3);
    fs::remove_file(&gate).unwrap();
    fs::write(&gate, bundle_bytes("invoice")).unwrap();
    let whole = desk.verify(&["--format", "jsonl", "--resume", journal.to_str().unwrap()]);
    assert_eq!(rows(&whole).len(), 3);
    assert!(
        stdout(&whole).starts_with(&header),
        "the same time, trust and policy"
    );
}

fn base64(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64::encode_string(bytes)
}
