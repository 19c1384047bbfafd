//! Codes for paper, as people make and read them: drawn, read back, judged.

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

use serde_json::Value;
use support::{code, stdout};
use tally_qr::Picture;
use tempfile::TempDir;

const PORTAL: &str = "https://fapiao.haizhou.example";
const NUMBER: &str = "26991000000000001025";

fn vector(folder: &str, name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    root.join(folder)
        .join("sm")
        .join(name)
        .display()
        .to_string()
}

fn tallystick(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallystick"))
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn draw(&self, name: &str, more: &[&str]) -> Output {
        let (bundle, out) = (vector("bundle", "invoice.tally"), self.path(name));
        let mut arguments = vec!["compact", &bundle, "--out", &out];
        arguments.extend(more);
        tallystick(&arguments)
    }

    /// The verdict on a file here, by a client that has followed the ledger.
    fn verdict(&self, name: &str) -> Value {
        let (file, trust) = (self.path(name), self.path("followed.trust"));
        fs::write(&trust, followed()).unwrap();
        let output = tallystick(&[
            "verify",
            "--format",
            "json",
            "--now",
            "2026-09-21T14:13:24Z",
            "--trust",
            &trust,
            &file,
        ]);
        let answer: Value = serde_json::from_str(stdout(&output)).unwrap();
        answer["documents"][0]["verdict"].clone()
    }
}

/// The trust store of the bundles' ledger, brought to the epoch of the invoice's header.
fn followed() -> Vec<u8> {
    use light_client::{bundle::Bundle, trust::TrustStore};
    let bundle = fs::read(vector("bundle", "invoice.tally")).unwrap();
    let proofs = Bundle::parse(&bundle).unwrap().proofs;
    let pinned = fs::read(vector("bundle", "test.trust")).unwrap();
    let mut trust = TrustStore::parse(&pinned).unwrap();
    trust
        .advance(&proofs.ledger, &proofs.handoffs, &proofs.head)
        .unwrap();
    trust.to_bytes()
}

fn field<'a>(verdict: &'a Value, path: &str) -> &'a str {
    let fields = verdict["evidence"]["document"]["fields"]
        .as_array()
        .unwrap();
    let found = fields.iter().find(|field| field["path"] == path).unwrap();
    found["value"].as_str().unwrap()
}

#[test]
fn a_compact_proof_is_drawn_read_and_judged() {
    let desk = Desk::new();
    for name in ["code.png", "code.svg", "code.tally"] {
        let output = desk.draw(name, &[]);
        assert_eq!(code(&output), 0, "{output:?}");
        assert!(
            stdout(&output).contains("60 mm a side"),
            "{}",
            stdout(&output)
        );
    }
    let content = fs::read(desk.path("code.tally")).unwrap();
    let png = fs::read(desk.path("code.png")).unwrap();
    assert_eq!(Picture::from_png(&png).unwrap().codes(), [content]);
    let (drawn, plain) = (desk.verdict("code.png"), desk.verdict("code.tally"));
    assert_eq!(drawn, plain);
    assert_eq!(drawn["headline"]["reason"], "registry_unchecked");
    assert_eq!(field(&drawn, "/number"), NUMBER);
    assert_eq!(field(&drawn, "/totals/gross"), "19323.00");
    let svg = fs::read_to_string(desk.path("code.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("width=\"60mm\""));
}

#[test]
fn a_short_code_is_drawn_read_and_compared() {
    let desk = Desk::new();
    let output = desk.draw("short.png", &["--short", PORTAL]);
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(
        stdout(&output).contains("QR version 10, 28 mm"),
        "{}",
        stdout(&output)
    );
    let alone = desk.verdict("short.png");
    assert_eq!(alone["headline"]["reason"], "not_anchored");
    assert_eq!(field(&alone, "/number"), NUMBER);
    let short = desk.path("short.png");
    let compare = |proof: &str| tallystick(&["compare", &short, "--proof", proof]);
    let same = compare(&vector("bundle", "invoice.tally"));
    assert_eq!(code(&same), 0, "{}", stdout(&same));
    assert!(stdout(&same).contains(NUMBER), "{}", stdout(&same));
    assert_eq!(code(&desk.draw("code.png", &[])), 0);
    assert_eq!(code(&compare(&desk.path("code.png"))), 0);
    // Moved to another paper, and to one whose figures were changed.
    let other = compare(&vector("compact", "red.tally"));
    assert_eq!(code(&other), 1);
    assert!(
        stdout(&other).starts_with("Different: "),
        "{}",
        stdout(&other)
    );
    let altered = compare(&vector("bundle", "invoice-altered.tally"));
    assert_eq!(code(&altered), 1);
    assert!(
        stdout(&altered).contains("28984.50"),
        "{}",
        stdout(&altered)
    );
}

#[test]
fn of_both_codes_on_one_page_the_full_one_decides() {
    let desk = Desk::new();
    desk.draw("short.png", &["--short", PORTAL]);
    desk.draw("code.png", &[]);
    let read = |name: &str| Picture::from_png(&fs::read(desk.path(name)).unwrap()).unwrap();
    let (short, full) = (read("short.png"), read("code.png"));
    let page = Picture::from_luma(short.width() + full.width(), full.height(), |x, y| match x
        .checked_sub(short.width())
    {
        None => short.shade(x, y),
        Some(x) => full.shade(x, y),
    });
    fs::write(desk.path("page.png"), page.to_png()).unwrap();
    assert_eq!(desk.verdict("page.png"), desk.verdict("code.png"));
}

#[test]
fn what_cannot_be_drawn_or_read() {
    let desk = Desk::new();
    assert_eq!(code(&desk.draw("code.png", &[])), 0);
    // What is there is not overwritten; only three kinds of file are made.
    assert_eq!(code(&desk.draw("code.png", &[])), 64);
    assert_eq!(code(&desk.draw("code.jpg", &[])), 64);
    assert!(!PathBuf::from(desk.path("code.jpg")).exists());
    assert_eq!(
        code(&desk.draw("a.png", &["--short", "http://insecure.example"])),
        64
    );
    let credential = vector("bundle", "identity.tally");
    let out = desk.path("credential.png");
    let output = tallystick(&["compact", &credential, "--out", &out]);
    assert_eq!(code(&output), 64);
    // A picture without a code, and half a picture, are no documents.
    let blank = Picture::from_luma(40, 40, |_, _| 255).to_png();
    fs::write(desk.path("blank.png"), &blank).unwrap();
    fs::write(desk.path("half.png"), &blank[..blank.len() / 2]).unwrap();
    for name in ["blank.png", "half.png"] {
        assert_eq!(desk.verdict(name)["headline"]["reason"], "malformed");
    }
    let output = tallystick(&["compare", &desk.path("blank.png"), "--proof", &credential]);
    assert_eq!(code(&output), 64);
}

#[test]
fn inspect_says_what_is_in_a_code() {
    let desk = Desk::new();
    desk.draw("code.png", &[]);
    desk.draw("short.png", &["--short", PORTAL]);
    for name in ["code.png", "short.png"] {
        let output = tallystick(&["inspect", &desk.path(name)]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains(NUMBER), "{}", stdout(&output));
        assert!(stdout(&output).contains("nothing has been checked"));
    }
}
