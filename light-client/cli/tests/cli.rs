//! The command as people and scripts see it: output, exit codes, both languages.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use credentials_schemas::calendar::ChinaTime;
use serde_json::Value;
use support::{code, stderr, stdout};

fn vectors(suite: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../vectors/bundle")
        .join(suite)
}

fn bundle(name: &str) -> String {
    vectors("sm")
        .join(name)
        .with_extension("tally")
        .display()
        .to_string()
}

/// What a vector says: the verdict at a time.
fn expected(suite: &str, name: &str) -> Value {
    let path = vectors(suite).join(name).with_extension("json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn tallystick(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallystick"))
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}

/// Verifies vectors of the SM ledger, at the time of the vectors unless told otherwise.
fn verify(names: &[&str], more: &[&str]) -> Output {
    let files: Vec<String> = names.iter().map(|name| bundle(name)).collect();
    let trust = vectors("sm").join("test.trust").display().to_string();
    let mut arguments = vec!["verify", "--trust", &trust];
    if !more.contains(&"--now") {
        arguments.extend(["--now", "2026-09-21T14:13:23Z"]);
    }
    arguments.extend(more);
    arguments.extend(files.iter().map(String::as_str));
    tallystick(&arguments)
}

#[test]
fn the_exit_code_is_the_worst_verdict() {
    for (names, expected) in [
        (&["identity", "invoice"][..], 0),
        (&["identity", "revoked", "not-anchored"], 1),
        (&["not-anchored", "revoked"], 1),
        (&["identity", "not-anchored"], 2),
        (&["trailing-byte"], 1),
    ] {
        let output = verify(names, &[]);
        assert_eq!(code(&output), expected, "{names:?} {}", stdout(&output));
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn json_is_the_verdict_of_every_vector() {
    for suite in ["sm", "intl"] {
        let mut count = 0;
        for entry in fs::read_dir(vectors(suite)).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_none_or(|extension| extension != "tally")
            {
                continue;
            }
            let vector = expected(suite, path.file_stem().unwrap().to_str().unwrap());
            let time = rfc3339(vector["now_ms"].as_u64().unwrap());
            let age = format!("{}s", vector["max_age_ms"].as_u64().unwrap() / 1000);
            let trust = vectors(suite).join(vector["trust"].as_str().unwrap());
            let trust = trust.display().to_string();
            let file = path.display().to_string();
            let policy = ["--now", &time, "--max-age", &age];
            let output = tallystick(
                &[
                    &["verify", "--format", "json"][..],
                    &policy,
                    &["--trust", &trust, &file],
                ]
                .concat(),
            );
            let answer: Value = serde_json::from_str(stdout(&output)).unwrap();
            let row = &answer["documents"][0];
            assert_eq!(row["verdict"], vector["verdict"], "{file}");
            assert_eq!(row["file"], file);
            assert_eq!(row["duplicate_of"], Value::Null);
            let expected = match vector["verdict"]["headline"]["kind"].as_str().unwrap() {
                "valid" => 0,
                "invalid" => 1,
                _ => 2,
            };
            assert_eq!(code(&output), expected, "{file}");
            count += 1;
        }
        assert!(count >= 120, "{count}");
    }
}

/// A vector's time.
fn rfc3339(time_ms: u64) -> String {
    let seconds = i64::try_from(time_ms / 1000).unwrap();
    let time = ChinaTime::from_unix_seconds(seconds).unwrap().to_string();
    let milliseconds = format!(".{:03}+", time_ms % 1000);
    time.replace('+', &milliseconds)
}

#[test]
fn chinese_and_english() {
    let english = verify(&["identity"], &[]);
    for part in [
        "Verdict: Valid",
        "Kind: Resident identity (urn:tallystick:vct:resident-identity:1)",
        "Issuer (registered): Agency 500 (haizhou-police)",
        "Name: 李明",
        "signed by 3 of 4 validators",
        "Not checked or not applicable: invoice's registered amounts",
    ] {
        assert!(
            stdout(&english).contains(part),
            "{part}\n{}",
            stdout(&english)
        );
    }
    let chinese = verify(&["revoked"], &["--lang", "zh"]);
    for part in [
        "结论：无效。机构500已撤销这份文件。（revoked）",
        "种类：居民身份凭证",
        "内容（不可采信）",
        "不成立：未撤销",
    ] {
        assert!(
            stdout(&chinese).contains(part),
            "{part}\n{}",
            stdout(&chinese)
        );
    }
    let from_locale = Command::new(env!("CARGO_BIN_EXE_tallystick"))
        .args(["trust", "show", "--trust"])
        .arg(vectors("sm").join("test.trust"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert!(stdout(&from_locale).contains("指纹"));
}

#[test]
fn freshness_is_the_policy_of_whoever_asks() {
    let late = ["--now", "2026-09-24T14:13:23Z"];
    let stale = verify(&["identity"], &late);
    assert_eq!(code(&stale), 2);
    let sentence = "We can only confirm it was not revoked up to 2026-09-21T22:13:23+08:00.";
    assert!(stdout(&stale).contains(sentence), "{}", stdout(&stale));
    let enough = verify(&["identity"], &[&late[..], &["--max-age", "7d"]].concat());
    assert_eq!(code(&enough), 0, "{}", stdout(&enough));
}

/// The header's lines, and the table with its last line.
fn table(output: &Output) -> (Vec<&str>, Vec<Vec<&str>>) {
    let lines = stdout(output).split_terminator("\r\n");
    let (header, rows): (Vec<&str>, Vec<&str>) =
        lines.partition(|line| line.starts_with('#') && !line.starts_with("#end"));
    let rows = rows.into_iter().map(|row| row.split(',').collect());
    (header, rows.collect())
}

#[test]
fn csv_has_stable_columns_and_finds_duplicates() {
    let names = ["invoice", "identity", "invoice", "invoice-altered"];
    let output = verify(&names, &["--format", "csv"]);
    let (header, mut rows) = table(&output);
    assert_eq!(rows.pop(), Some(vec!["#end", "complete", "4"]));
    assert_eq!(
        rows[0].join(","),
        "file,verdict,reason,duplicate_of,document_type,digest,ledger,ledger_name,demo,issuer,\
         issuer_name_zh,issuer_name_en,anchored_at,as_of,age_seconds,max_age_seconds,\
         invoice_number,gross_yuan,remaining_yuan,red_yuan,undisclosed,broken_rule,height,sha256,\
         duplicates,conflict_with,seen_at,seen_by"
    );
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let column = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let cell = |row: usize, name: &str| rows[row][column(name)];
    assert_eq!(cell(1, "verdict"), "valid");
    assert_eq!(cell(1, "invoice_number"), "26991000000000001025");
    assert_eq!(cell(1, "gross_yuan"), "19323.00");
    assert_eq!(cell(1, "issuer_name_zh"), "机构501");
    assert_eq!(cell(1, "as_of"), "2026-09-21T22:13:23+08:00");
    assert_eq!(cell(1, "duplicate_of"), "");
    assert_eq!(cell(1, "duplicates"), "");
    assert_eq!(cell(2, "invoice_number"), "");
    assert_eq!(cell(3, "duplicate_of"), bundle("invoice"));
    assert_eq!(cell(3, "duplicates"), "same_file");
    assert_eq!(cell(4, "verdict"), "invalid");
    assert_eq!(
        cell(4, "duplicate_of"),
        "",
        "another content is another document"
    );
    assert_eq!(cell(4, "duplicates"), "number_conflict");
    assert_eq!(cell(4, "conflict_with"), bundle("invoice"));
    assert_eq!(code(&output), 1);
    let ledger = format!("#ledger,{},test ledger,", cell(1, "ledger"));
    let height = format!("{},2026-09-21T22:13:23+08:00", cell(1, "height"));
    for line in [
        "#report,tally/report/1",
        "#time,2026-09-21T22:13:23+08:00",
        "#max_age_seconds,86400",
        "#max_pin_age_seconds,34560000",
        &format!("{ledger}{height}"),
    ] {
        assert!(header.contains(&line), "{line} {header:?}");
    }
}

/// One file's hand-offs serve the others, wherever it stands.
#[test]
fn files_share_what_they_prove_of_the_ledger() {
    let alone = verify(&["hand-off-withheld"], &[]);
    assert_eq!(code(&alone), 2, "{}", stdout(&alone));
    for names in [
        ["hand-off-withheld", "identity"],
        ["identity", "hand-off-withheld"],
    ] {
        let together = verify(&names, &[]);
        assert_eq!(code(&together), 0, "{}", stdout(&together));
    }
}

/// Bundles do not renew a pin that is too old.
#[test]
fn files_do_not_renew_an_old_pin() {
    let years_later = verify(&["identity", "invoice"], &["--now", "2031-09-21T14:13:23Z"]);
    assert_eq!(code(&years_later), 2);
    assert_eq!(stdout(&years_later).matches("pin_too_old").count(), 2);
}

/// The answer for a file does not depend on the files before it, as long as all of them are of one
/// history. (Of two that a quorum has signed, the first that is read is learned.)
#[test]
fn order_does_not_matter() {
    let mut names = [
        "a-week-later",
        "bare-did-key",
        "batch-signature-forged",
        "hand-off-withheld",
        "identity",
        "invoice",
        "invoice-altered",
        "not-anchored",
        "not-entitled",
        "other-ledger",
        "revoked",
        "t01-quorum-less-one",
        "t10-gap",
        "trailing-byte",
        "two-hand-offs",
    ];
    let rows = |names: &[&str]| {
        let output = verify(names, &["--format", "jsonl"]);
        let mut rows: Vec<String> = stdout(&output)
            .lines()
            .filter(|line| line.starts_with("{\"file\""))
            .map(|line| {
                let row: Value = serde_json::from_str(line).unwrap();
                format!("{} {}", row["file"], row["verdict"])
            })
            .collect();
        rows.sort();
        rows
    };
    let forwards = rows(&names);
    names.reverse();
    assert_eq!(forwards.len(), names.len());
    assert_eq!(forwards, rows(&names));
}

#[test]
fn a_folder_stands_for_its_bundles() {
    let trust = vectors("sm").join("test.trust").display().to_string();
    let folder = vectors("sm").display().to_string();
    let output = tallystick(&[
        "verify",
        "--format",
        "csv",
        "--now",
        "2026-09-21T14:13:23Z",
        "--trust",
        &trust,
        &folder,
    ]);
    let bundles = fs::read_dir(vectors("sm")).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .path()
            .extension()
            .is_some_and(|e| e == "tally")
    });
    let (_, rows) = table(&output);
    assert_eq!(rows.len(), bundles.count() + 2, "columns, documents, end");
}

#[test]
fn what_cannot_be_used_is_a_usage_error() {
    let trust = vectors("sm").join("test.trust").display().to_string();
    let identity = bundle("identity");
    let cases: [(&[&str], &str); 8] = [
        (
            &["verify", "--trust", &trust, &identity, "gone.tally"],
            "gone.tally",
        ),
        (
            &["verify", "--trust", "gone.trust", &identity],
            "gone.trust",
        ),
        (
            &["verify", "--trust", &identity, &identity],
            "identity.tally",
        ),
        (&["verify", "--trust", &trust], "FILE"),
        (&["verify", &identity], "--trust"),
        (
            &["verify", "--trust", &trust, "--now", "yesterday", &identity],
            "RFC 3339",
        ),
        (
            &["verify", "--trust", &trust, "--max-age", "long", &identity],
            "24h",
        ),
        (&["inspect", "gone.tally"], "gone.tally"),
    ];
    for (arguments, part) in cases {
        let output = tallystick(arguments);
        assert_eq!(code(&output), 64, "{arguments:?}");
        assert!(
            stderr(&output).contains(part),
            "{arguments:?} {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "", "no answer was given: {arguments:?}");
    }
    assert_eq!(code(&tallystick(&["--help"])), 0);
    assert_eq!(code(&tallystick(&["--version"])), 0);
}

#[test]
fn inspect_explains_and_decides_nothing() {
    let output = tallystick(&["inspect", &bundle("revoked")]);
    assert_eq!(code(&output), 0);
    for part in [
        "nothing has been checked",
        "SGD_SM3_SM2",
        "name = 李明",
        "hand-offs: 1",
        "standing: present",
    ] {
        assert!(
            stdout(&output).contains(part),
            "{part}\n{}",
            stdout(&output)
        );
    }
    let output = tallystick(&["inspect", "--lang", "zh", &bundle("invoice")]);
    for part in [
        "什么都没有核对",
        "26991000000000001025",
        "3 个签名",
        "号段在册，号码在册，金额在册",
    ] {
        assert!(
            stdout(&output).contains(part),
            "{part}\n{}",
            stdout(&output)
        );
    }
    let bare = tallystick(&["inspect", &bundle("bare-did-key")]);
    assert_eq!(code(&bare), 0);
    assert!(stdout(&bare).contains("did:key:zEPJ"), "{}", stdout(&bare));
    let neither = tallystick(&["inspect", env!("CARGO_BIN_EXE_tallystick")]);
    assert_eq!(code(&neither), 64);
}

#[test]
fn trust_show_gives_the_fingerprint() {
    let trust = vectors("sm").join("test.trust").display().to_string();
    let output = tallystick(&["trust", "show", "--trust", &trust]);
    assert_eq!(code(&output), 0);
    let ledger = expected("sm", "identity")["verdict"]["evidence"]["ledger"]["ledger"].clone();
    let squeezed = stdout(&output).replace(' ', "");
    assert!(
        squeezed.contains(ledger.as_str().unwrap()),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("did:key:zEPJ"));
}
