//! Documents seen before: in other runs, months, machines and subsidiaries.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod support;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    process::{Output, Stdio},
};

use serde_json::{Value, json};
use support::{Desk, bundle_bytes, code, rows, stderr, stdout, tallystick};

/// The rows of a run that uses an index.
fn seen_rows(desk: &Desk, index: &str, by: &str) -> Vec<Value> {
    rows(&run(desk, index, by))
}

fn run(desk: &Desk, index: &str, by: &str) -> Output {
    desk.verify(&["--format", "jsonl", "--seen", index, "--seen-by", by])
}

fn marks(row: &Value) -> Vec<&str> {
    let codes = row["duplicates"].as_array().unwrap().iter();
    codes.map(|code| code.as_str().unwrap()).collect()
}

fn merge(out: &str, files: &[&str]) -> Output {
    let mut command = tallystick();
    command.args(["seen", "merge", "--out", out]).args(files);
    command.output().unwrap()
}

/// The four kinds within one run.
#[test]
fn one_run_tells_four_kinds_apart() {
    let names = [
        "invoice",
        "invoice",
        "invoice-altered",
        "identity",
        "hand-off-withheld",
    ];
    let desk = Desk::new(&names);
    let rows = rows(&desk.verify(&["--format", "jsonl", "--buyer", "91990105MA0DEM002H"]));
    let found: Vec<Vec<&str>> = rows.iter().map(marks).collect();
    let expected: [&[&str]; 5] = [
        &[],
        &["same_file"],
        &["number_conflict"],
        &[],
        &["same_content"],
    ];
    assert_eq!(found, expected);
    assert_eq!(rows[4]["duplicate_of"], rows[3]["file"]);
    assert_eq!(rows[2]["conflict_with"], rows[0]["file"]);
    let other = rows_for_another_buyer(&desk);
    assert_eq!(marks(&other[0]), ["other_buyer"]);
    assert_eq!(marks(&other[3]), [""; 0], "a credential has no buyer");
}

fn rows_for_another_buyer(desk: &Desk) -> Vec<Value> {
    rows(&desk.verify(&["--format", "jsonl", "--buyer", "91990105MA0DEM0000"]))
}

/// A forgery that comes first does not take the number of the genuine one.
#[test]
fn what_is_invalid_takes_no_number() {
    let desk = Desk::new(&["invoice-altered", "invoice", "invoice-altered"]);
    let rows = seen_rows(&desk, &desk.text("index"), "a");
    assert_eq!(marks(&rows[0]), [""; 0]);
    assert_eq!(marks(&rows[1]), [""; 0]);
    assert_eq!(marks(&rows[2]), ["same_file", "number_conflict"]);
    let index = fs::read_to_string(desk.path("index")).unwrap();
    assert_eq!(
        index.lines().count(),
        2,
        "the first line and the genuine one"
    );
}

#[test]
fn another_month_knows_what_was_seen() {
    let september = Desk::new(&["invoice", "identity", "revoked"]);
    let index = september.text("index");
    assert!(
        seen_rows(&september, &index, "haizhou")
            .iter()
            .all(|row| row["seen"].is_null())
    );
    let october = Desk::new(&[
        "identity",
        "hand-off-withheld",
        "invoice-altered",
        "revoked",
    ]);
    let output = run(&october, &index, "qingshan");
    let rows = rows(&output);
    assert_eq!(marks(&rows[0]), ["same_file", "seen_before"]);
    assert_eq!(rows[0]["seen"]["by"], "haizhou");
    assert!(rows[0]["seen"]["time_ms"].is_u64());
    assert_eq!(marks(&rows[1]), ["same_content", "seen_before"]);
    assert_eq!(marks(&rows[2]), ["number_conflict"]);
    assert_eq!(rows[2]["seen"]["by"], "haizhou");
    assert_eq!(rows[3]["seen"], Value::Null, "what is invalid is not kept");
    assert_eq!(rows[0]["duplicate_of"], Value::Null, "that is of this run");
}

/// An altered document whose verdict is no defect of its own still is a problem.
#[test]
fn a_number_in_conflict_counts_as_invalid() {
    let altered = format!("{} -", "ab".repeat(16));
    let desk = Desk::new(&[]);
    let index = desk.path("index");
    run(&Desk::new(&["invoice"]), index.to_str().unwrap(), "a");
    let text = fs::read_to_string(&index).unwrap();
    let (_, number) = text.lines().nth(1).unwrap().split_once(' ').unwrap();
    let line = altered.replace('-', number);
    let other_file = line.replacen(line.split(' ').nth(2).unwrap(), &"cd".repeat(16), 1);
    fs::write(&index, format!("tally/seen/1\n{other_file}\n")).unwrap();
    let output = run(&Desk::new(&["invoice"]), index.to_str().unwrap(), "b");
    let rows = rows(&output);
    assert_eq!(rows[0]["verdict"]["headline"]["kind"], "valid");
    assert_eq!(marks(&rows[0]), ["number_conflict"]);
    assert_eq!(code(&output), 1);
}

#[test]
fn an_index_holds_digests_and_no_content() {
    let desk = Desk::new(&["invoice", "identity"]);
    seen_rows(&desk, &desk.text("index"), "haizhou");
    let index = fs::read_to_string(desk.path("index")).unwrap();
    assert!(index.starts_with("tally/seen/1\n"));
    for line in index.lines().skip(1) {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words.len(), 5, "{line}");
        assert_eq!(words[4], "haizhou");
        let is_digest =
            |word: &&str| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(
            words[..3]
                .iter()
                .all(|word| is_digest(word) || *word == "-"),
            "{line}"
        );
    }
    assert!(!index.contains("26991000000000001025") && !index.contains(".tally"));
}

#[test]
fn merging_is_the_same_in_any_order() {
    let desk = Desk::new(&[]);
    let index = |name: &str| desk.text(name);
    run(&Desk::new(&["invoice", "identity"]), &index("a"), "haizhou");
    run(&Desk::new(&["identity"]), &index("b"), "qingshan");
    run(&Desk::new(&["hand-off-withheld"]), &index("c"), "third");
    let names = ["a", "b", "c"].map(index);
    let [a, b, c] = names.each_ref().map(String::as_str);
    for (out, files) in [
        ("abc", &[a, b, c][..]),
        ("cba", &[c, b, a]),
        ("aabbcc", &[a, a, b, b, c, c]),
    ] {
        let output = merge(&index(out), files);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    let bytes = fs::read(index("abc")).unwrap();
    assert!(fs::read(index("cba")).unwrap() == bytes);
    assert!(fs::read(index("aabbcc")).unwrap() == bytes);
    assert_eq!(code(&merge(&index("again"), &[&index("abc"), a])), 0);
    assert!(
        fs::read(index("again")).unwrap() == bytes,
        "nothing is new in it"
    );
    let rows = seen_rows(
        &Desk::new(&["identity", "invoice"]),
        &index("abc"),
        "fourth",
    );
    assert_eq!(rows[0]["seen"]["by"], "haizhou", "the first of three");
    assert_eq!(rows[1]["seen"]["by"], "haizhou");
    let there = merge(&index("abc"), &[a]);
    assert_eq!(code(&there), 64, "no file is overwritten");
    let list = tallystick()
        .args(["seen", "list", &index("again")])
        .output()
        .unwrap();
    assert_eq!(code(&list), 0);
    assert!(
        stdout(&list).contains("first seen by haizhou: 2"),
        "{}",
        stdout(&list)
    );
    let none = tallystick()
        .args(["seen", "list", "--since", "2100-01-01T00:00:00Z", a])
        .output()
        .unwrap();
    assert_eq!(stdout(&none), "");
}

/// Whatever part of the last line a crash leaves, nothing before it is lost.
#[test]
fn a_crash_costs_the_last_line_at_most() {
    let desk = Desk::new(&["invoice", "identity"]);
    let index = desk.path("index");
    run(&desk, index.to_str().unwrap(), "海州");
    let whole = fs::read(&index).unwrap();
    let ends = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let ends: Vec<usize> = ends.map(|(place, _)| place + 1).collect();
    for length in [
        0,
        5,
        ends[0],
        ends[0] + 1,
        ends[1] - 1,
        ends[1],
        ends[1] + 40,
        ends[2] - 2,
    ] {
        fs::write(&index, &whole[..length]).unwrap();
        let kept = ends[1..].iter().filter(|end| **end <= length).count();
        let rows = seen_rows(&desk, index.to_str().unwrap(), "later");
        let known = rows.iter().filter(|row| !row["seen"].is_null()).count();
        assert_eq!(known, kept, "cut off at {length}");
        let lines = fs::read_to_string(&index).unwrap().lines().count();
        assert_eq!(lines, 3, "what was lost is there again: {length}");
    }
}

#[test]
fn what_is_no_index_is_left_alone() {
    let desk = Desk::new(&["identity"]);
    let damaged = b"tally/seen/1\nxx\nxx\n".to_vec();
    for (bytes, part) in [
        (bundle_bytes("identity"), "not an index"),
        (b"tally/seen/2\n".to_vec(), "not an index"),
        (b"my only copy".to_vec(), "not an index"),
        (damaged, "line 2"),
    ] {
        let path = desk.path("other");
        fs::write(&path, &bytes).unwrap();
        let output = run(&desk, path.to_str().unwrap(), "a");
        assert_eq!(code(&output), 64);
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
        assert!(fs::read(&path).unwrap() == bytes, "untouched");
        assert_eq!(stdout(&output), "");
    }
}

/// Runs at once wait for each other: no entry is lost, and only one of them is the first.
#[test]
fn runs_at_once_lose_nothing() {
    let desk = Desk::new(&[]);
    let index = desk.text("index");
    let inboxes: Vec<Desk> = ["invoice", "identity", "invoice", "identity"]
        .into_iter()
        .map(|name| Desk::new(&[name]))
        .collect();
    let runs: Vec<_> = inboxes
        .iter()
        .map(|inbox| {
            let mut command = inbox.command(&["--format", "jsonl", "--seen", &index]);
            command
                .arg(inbox.path("inbox"))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let outputs = runs.into_iter().map(|run| run.wait_with_output().unwrap());
    let rows: Vec<Value> = outputs.flat_map(|output| rows(&output)).collect();
    let valid = rows
        .iter()
        .filter(|row| row["verdict"]["headline"]["kind"] == "valid");
    let documents: BTreeSet<String> = valid
        .map(|row| row["verdict"]["evidence"]["document"]["digest"].to_string())
        .collect();
    let lines = fs::read_to_string(&index).unwrap().lines().count();
    assert_eq!(lines, documents.len() + 1);
    let seen = rows.iter().filter(|row| !row["seen"].is_null()).count();
    assert_eq!(seen, 2, "the second run with each document");
}

/// Somebody who waits is told why.
#[test]
fn a_run_says_that_it_waits() {
    let desk = Desk::new(&["identity"]);
    let lock = File::create(desk.path("index.lock")).unwrap();
    lock.lock().unwrap();
    let mut run = desk
        .command(&["--seen", &desk.text("index")])
        .arg(desk.path("inbox"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(run.stderr.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    assert!(said.contains("another run is using the index"), "{said}");
    lock.unlock().unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0));
}

/// A run that goes on does not take its own entries for those of another.
#[test]
fn what_a_run_itself_has_seen_is_not_seen_before() {
    let desk = Desk::new(&["invoice", "identity"]);
    let (index, journal) = (desk.text("index"), desk.text("journal"));
    let options = ["--format", "jsonl", "--seen", &index, "--resume", &journal];
    let first = desk.verify(&options);
    let again = desk.verify(&options);
    assert!(again.stdout == first.stdout, "{}", stdout(&again));
    let expected: [Value; 2] = [json!([]), json!([])];
    let found = rows(&again);
    assert!(
        found
            .iter()
            .map(|row| &row["duplicates"])
            .eq(expected.iter())
    );
}
