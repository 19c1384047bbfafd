//! `tallystick evidence conflict`, and `check` of what it writes, as auditors and scripts see them.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use support::{stderr, stdout};

fn vector(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/conflict/sm");
    folder.join(name).display().to_string()
}

fn evidence(lang: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallystick"))
        .args(["evidence", "--lang", lang])
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn every_vector_is_judged_as_it_must_be() {
    let trust = vector("test.trust");
    for (name, code) in [
        ("one-round", 0),
        ("two-rounds", 0),
        ("past-the-end", 0),
        ("other-previous", 0),
        ("one-header", 1),
        ("one-history", 1),
        ("commit-forged", 1),
        ("signer-moved", 1),
        ("trailing-byte", 1),
        ("other-ledger", 2),
        ("next-epoch", 2),
    ] {
        let file = vector(&format!("{name}.conflict"));
        let expected = fs::read_to_string(vector(&format!("{name}.json"))).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        let fixed = ["check", &file, "--format", "json"];
        let trusting = evidence("en", &[&fixed[..], &["--trust", &trust]].concat());
        assert_eq!(trusting.status.code(), Some(code), "{name}");
        let alone = evidence("en", &fixed);
        for (output, verdict) in [(trusting, "verdict"), (alone, "alone")] {
            let row: Value = serde_json::from_str(stdout(&output)).unwrap();
            assert_eq!(row["verdict"], expected[verdict], "{name} {verdict}");
            assert_eq!(row["file"], file);
        }
    }
}

#[test]
fn t13_a_suspect_is_not_called_guilty() {
    let trust = vector("test.trust");
    let check = |name: &str, lang| {
        let file = vector(&format!("{name}.conflict"));
        let output = evidence(lang, &["check", &file, "--trust", &trust]);
        assert_eq!(output.status.code(), Some(0));
        stdout(&output).to_owned()
    };
    for (name, lang, said, unsaid) in [
        (
            "one-round",
            "en",
            "Double signing is proven",
            "A fork is proven",
        ),
        ("one-round", "zh", "已证实双重签名", "不是指控"),
        (
            "two-rounds",
            "en",
            "to be asked why (not accused)",
            "signed twice",
        ),
        ("two-rounds", "zh", "请其说明（不是指控）", "双重签名"),
        (
            "past-the-end",
            "en",
            "to be asked why (not accused)",
            "signed twice",
        ),
        ("past-the-end", "en", "a proof for one height", "polka"),
        ("past-the-end", "zh", "同一高度的证明", "解除其锁定"),
    ] {
        let text = check(name, lang);
        assert!(text.contains(said), "{text}");
        assert!(!text.contains(unsaid), "{text}");
        assert!(text.contains("agency-001 did:key:"), "{text}");
    }
}

#[test]
fn without_a_trust_store_names_are_only_the_file_s() {
    let file = vector("one-round.conflict");
    for (lang, said) in [
        ("en", "the names are what the file says, no more"),
        ("zh", "名称只是文件自己的说法"),
    ] {
        let output = evidence(lang, &["check", &file]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stdout(&output).contains(said), "{}", stdout(&output));
        assert!(stdout(&output).contains("no_trust_store"));
    }
}

#[test]
fn two_answers_are_the_proof() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("fork.conflict").display().to_string();
    let (one, other, trust) = (
        vector("one.cbor"),
        vector("other.cbor"),
        vector("test.trust"),
    );
    let without = evidence("en", &["conflict", &one, &other, "--out", &out]);
    assert_eq!(without.status.code(), Some(2));
    assert!(stdout(&without).contains("set_unknown"));
    assert!(!Path::new(&out).exists());

    let fixed = ["conflict", &one, &other, "--trust", &trust, "--out", &out];
    let made = evidence("en", &fixed);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    assert!(stdout(&made).contains("Double signing is proven"));
    let written = fs::read(&out).unwrap();
    assert_eq!(written, fs::read(vector("one-round.conflict")).unwrap());
    // What is there is never overwritten: it may be the only proof.
    assert_eq!(evidence("en", &fixed).status.code(), Some(64));
    assert_eq!(fs::read(&out).unwrap(), written);
}

#[test]
fn where_there_is_no_conflict_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("none.conflict").display().to_string();
    let (one, trust) = (vector("one.cbor"), vector("test.trust"));
    let fixed = ["--trust", &trust, "--out", &out, "--format", "json"];
    for (other, code) in [(&one, "same_header"), (&trust, "no_headers")] {
        let output = evidence("en", &[&["conflict", &one, other], &fixed[..]].concat());
        assert_eq!(output.status.code(), Some(1));
        let row: Value = serde_json::from_str(stdout(&output)).unwrap();
        assert_eq!(row, serde_json::json!({"file": null, "reason": code}));
    }
    let head = folder.path().join("head.json");
    fs::write(&head, r#"{"height":3,"epoch":0}"#).unwrap();
    let head = head.display().to_string();
    let output = evidence("zh", &[&["conflict", &one, &head], &fixed[..]].concat());
    assert_eq!(output.status.code(), Some(64));
    assert!(stderr(&output).contains("没有可核对的区块头"));
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_file_that_is_no_conflict_needs_its_proof() {
    let original = vector("../../deposit/sm/original.txt");
    let output = evidence("en", &["check", &original]);
    assert_eq!(output.status.code(), Some(64));
    assert!(stderr(&output).contains("--proof"), "{}", stderr(&output));
    // A proof of a deposit is judged by a trust store or not at all.
    let proof = vector("../../deposit/sm/deposited.deposit");
    let output = evidence("en", &["check", &original, "--proof", &proof]);
    assert_eq!(output.status.code(), Some(64));
    assert!(stderr(&output).contains("--trust"), "{}", stderr(&output));
}
