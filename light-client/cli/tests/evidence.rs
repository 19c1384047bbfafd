//! `tallystick evidence` as people and scripts see it: a deposit proved, refused, and printed.

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

use light_client::{hash::Hasher, suite::Suite};
use support::stdout;

const NOW: [&str; 2] = ["--now", "2026-09-21T14:13:25Z"];

fn vector(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/deposit/sm");
    folder.join(name).display().to_string()
}

fn evidence(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallystick"))
        .args(["evidence", "--lang", "en"])
        .args(arguments)
        .output()
        .unwrap()
}

fn check(original: &str, proof: &str) -> Output {
    let trust = vector("test.trust");
    let fixed = ["check", original, "--proof", proof, "--trust", &trust];
    evidence(&[&fixed[..], &NOW].concat())
}

fn scratch() -> (tempfile::TempDir, impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().to_owned();
    (folder, move |name: &str| {
        path.join(name).display().to_string()
    })
}

#[test]
fn a_new_salt_is_never_the_same_and_is_kept_where_asked() {
    let (_folder, path) = scratch();
    let original = vector("original.txt");
    let one = evidence(&["digest", &original, "--out", &path("a.salt")]);
    let two = evidence(&["digest", &original, "--out", &path("b.salt")]);
    assert!(one.status.success() && two.status.success());
    let salts = ["a.salt", "b.salt"].map(|name| fs::read_to_string(path(name)).unwrap());
    assert_ne!(salts[0], salts[1]);
    let again = evidence(&["digest", &original, "--salt", &path("a.salt")]);
    let digest = |output: &Output| {
        let mut lines = stdout(output).lines().map(str::to_owned);
        lines.find(|line| line.starts_with("Digest: ")).unwrap()
    };
    assert_eq!(digest(&one), digest(&again));
    assert_ne!(digest(&one), digest(&two));
    // What is there already is never overwritten: it may be the only salt of a deposit.
    let kept = evidence(&["digest", &original, "--out", &path("a.salt")]);
    assert!(!kept.status.success());
    assert_eq!(fs::read_to_string(path("a.salt")).unwrap(), salts[0]);
}

#[test]
fn an_answer_and_a_salt_are_the_proof_of_the_very_file() {
    let (_folder, path) = scratch();
    let (answer, salt, proof) = (vector("answer.cbor"), vector("original.salt"), path("p"));
    let join = [
        "join", "--answer", &answer, "--salt", &salt, "--out", &proof,
    ];
    assert!(evidence(&join).status.success());
    assert_eq!(
        fs::read(&proof).unwrap(),
        fs::read(vector("deposited.deposit")).unwrap()
    );
    let good = check(&vector("original.txt"), &proof);
    assert_eq!(good.status.code(), Some(0), "{}", stdout(&good));
    assert!(stdout(&good).contains("(haizhou-notary)"));

    let mut changed = fs::read(vector("original.txt")).unwrap();
    changed.push(b' ');
    fs::write(path("changed.txt"), changed).unwrap();
    let bad = check(&path("changed.txt"), &proof);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("file_mismatch"));
}

#[test]
fn what_does_not_hold_is_told_from_what_is_not_known() {
    let original = vector("original.txt");
    for (name, now, code) in [
        ("deposited-long-ago", "2027-04-09T14:13:24Z", 0),
        ("commit-forged", "2026-09-21T14:13:24Z", 1),
        ("other-salt", "2026-09-21T14:13:24Z", 1),
        ("hand-off-withheld", "2026-09-21T14:13:24Z", 2),
        ("absent-a-week-ago", "2026-09-28T14:13:24Z", 2),
    ] {
        let proof = vector(&format!("{name}.deposit"));
        let trust = vector("test.trust");
        let json = fs::read_to_string(vector(&format!("{name}.json"))).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let output = evidence(&[
            "check", &original, "--proof", &proof, "--trust", &trust, "--format", "json", "--now",
            now,
        ]);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{name}: {}",
            stdout(&output)
        );
        let found: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
        let expected = &json["verdict"]["headline"]["reason"];
        assert!(
            found.to_string().contains(&expected.to_string()),
            "{name}: {found}"
        );
    }
}

fn report(proof: &str, out: &str, lang: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallystick"))
        .args([
            "evidence",
            "report",
            &vector("original.txt"),
            "--proof",
            proof,
        ])
        .args([
            "--trust",
            &vector("test.trust"),
            "--out",
            out,
            "--lang",
            lang,
        ])
        .args(NOW)
        .output()
        .unwrap()
}

/// Every line of hexadecimal digits in the report's annex, in order.
fn hexadecimal(html: &str) -> Vec<Vec<u8>> {
    html.split(['<', '>'])
        .map(|text| text.split_whitespace().collect::<String>())
        .filter(|text| text.len() >= 64 && text.len() % 2 == 0)
        .filter_map(|text| hex::decode(text).ok())
        .collect()
}

#[test]
fn a_report_lets_anybody_compute_from_the_file_to_the_header() {
    let (_folder, path) = scratch();
    let out = path("report.html");
    let written = report(&vector("deposited.deposit"), &out, "both");
    assert!(written.status.success(), "{}", stdout(&written));
    let html = fs::read_to_string(&out).unwrap();
    for text in [
        "电子数据存证核验报告",
        "Report on deposited evidence",
        "original.txt",
    ] {
        assert!(html.contains(text), "{text}");
    }
    for forbidden in ["<script", "http://", "https://"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    // In the annex each input is followed by its hash, and the last is the header's.
    let lines = hexadecimal(&html);
    let hash = |input: &[u8]| {
        let mut hasher = Hasher::new(Suite::Sm);
        hasher.update(input);
        hasher.finish().as_bytes().to_vec()
    };
    let pairs = lines.windows(2).filter(|pair| hash(&pair[0]) == pair[1]);
    let results: Vec<_> = pairs.map(|pair| pair[1].clone()).collect();
    assert!(results.len() >= 5, "{} steps", results.len());
    let header = fs::read_to_string(vector("deposited.json")).unwrap();
    let header: serde_json::Value = serde_json::from_str(&header).unwrap();
    let header = header["verdict"]["ledger"]["header_hash"].as_str().unwrap();
    assert!(results.contains(&hex::decode(header).unwrap()));
    assert!(
        !report(&vector("deposited.deposit"), &out, "zh")
            .status
            .success()
    );
}

#[test]
fn no_report_is_written_of_what_is_not_proved() {
    let (_folder, path) = scratch();
    for name in ["not-deposited", "commit-forged", "hand-off-withheld"] {
        let out = path(name);
        let refused = report(&vector(&format!("{name}.deposit")), &out, "en");
        assert!(!refused.status.success(), "{name}");
        assert!(!Path::new(&out).exists(), "{name}");
    }
}
