//! What explains: offsets of parts, the manual, completions.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod support;

use std::{fs, process::Output};

use support::{Desk, bundle_bytes, code, stderr, stdout, tallystick};

fn inspect(desk: &Desk, options: &[&str]) -> Output {
    let file = desk.text("inbox/d0.tally");
    tallystick()
        .arg("inspect")
        .arg(file)
        .args(options)
        .output()
        .unwrap()
}

/// The parts as offset, length and name, and the bytes shown of each.
fn parts(text: &str) -> Vec<(usize, usize, String, String)> {
    let mut parts: Vec<(usize, usize, String, String)> = Vec::new();
    for line in text.lines().skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match (
            words.first().map(|word| word.parse()),
            words.get(1).map(|word| word.parse()),
        ) {
            (Some(Ok(offset)), Some(Ok(length))) if words[2] == "B" => {
                let (_, rest) = line.split_once(" B  ").unwrap();
                let (name, _) = rest.split_once(':').unwrap();
                parts.push((offset, length, name.to_owned(), String::new()));
            }
            // Everything else is a detail or the bytes of the part before.
            _ if words.len() == 1 => parts.last_mut().unwrap().3.push_str(words[0]),
            _ => {}
        }
    }
    parts
}

/// Every byte of a bundle is in a part, but for the heads of its lists.
#[test]
fn parts_are_where_inspect_says() {
    for name in [
        "invoice",
        "identity",
        "hand-off-withheld",
        "not-anchored",
        "t37-status-withheld",
    ] {
        let desk = Desk::new(&[name]);
        let bytes = bundle_bytes(name);
        let output = inspect(&desk, &["--bytes"]);
        assert_eq!(code(&output), 0);
        let parts = parts(stdout(&output));
        assert_eq!(
            (parts[0].0, parts[0].1),
            (0, bytes.len()),
            "the file itself"
        );
        let (mut end, mut heads) = (0, 0);
        for (offset, length, part, shown) in &parts[1..] {
            assert!(*offset >= end, "{name}: {part}");
            heads += offset - end;
            end = offset + length;
            let there = hex::encode(&bytes[*offset..end]);
            assert_eq!(&there, shown, "{name}: {part}");
        }
        assert_eq!(end, bytes.len(), "{name}");
        assert!(heads < 40, "{name}: {heads} bytes are in no part");
        assert!(parts.len() >= 13, "{name}: {} parts", parts.len());
    }
}

#[test]
fn disclosures_are_explained_one_by_one() {
    let desk = Desk::new(&["identity"]);
    let output = inspect(&desk, &["--lang", "zh"]);
    assert!(stdout(&output).contains("披露项: "), "{}", stdout(&output));
    let english = inspect(&desk, &[]);
    let text = stdout(&english);
    let disclosed = text
        .lines()
        .filter(|line| line.contains("disclosure: ["))
        .count();
    assert_eq!(
        disclosed,
        text.matches("disclosed claim: ").count(),
        "{text}"
    );
    assert!(disclosed > 0, "{text}");
}

#[test]
fn the_manual_names_every_command() {
    let commands = [
        "verify", "inspect", "recheck", "sync", "seen", "trust", "evidence",
    ];
    let page = tallystick().arg("man").output().unwrap();
    assert_eq!(code(&page), 0);
    assert!(
        stdout(&page).contains(".TH tallystick 1"),
        "{}",
        stdout(&page)
    );
    let desk = Desk::new(&[]);
    let pages = desk.text("pages");
    fs::create_dir(&pages).unwrap();
    let all = tallystick()
        .args(["man", "--out", &pages])
        .output()
        .unwrap();
    assert_eq!(code(&all), 0, "{}", stderr(&all));
    for command in commands {
        assert!(stdout(&page).contains(command), "{command}");
        let page = desk.path(&format!("pages/tallystick-{command}.1"));
        assert!(
            fs::read_to_string(page).unwrap().contains(".SH SYNOPSIS"),
            "{command}"
        );
    }
    assert!(desk.path("pages/tallystick-seen-merge.1").exists());
    let again = tallystick()
        .args(["man", "--out", &pages])
        .output()
        .unwrap();
    assert_eq!(code(&again), 64, "nothing is overwritten");
}

#[test]
fn shells_complete_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = tallystick().args(["completions", shell]).output().unwrap();
        assert_eq!(code(&output), 0, "{shell}");
        let script = stdout(&output);
        for word in ["recheck", "max-age", "seen-by", "completions"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(
        code(&tallystick().args(["completions", "word"]).output().unwrap()),
        64
    );
}
