//! `tallystick trust`: where trust begins.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use light_client::{cbor::to_bytes, trust::TrustStore};
use support::{NOW, code, stderr, stdout, tallystick};

fn vector(name: &str) -> PathBuf {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/bundle/sm");
    vectors.join(name)
}

/// A folder with the genesis of the vectors' ledger.
struct Folder {
    folder: tempfile::TempDir,
    fingerprint: String,
}

impl Folder {
    fn new() -> Self {
        let store = TrustStore::parse(&fs::read(vector("test.trust")).unwrap()).unwrap();
        let ledger = store.ledgers().next().unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("genesis"), to_bytes(ledger.genesis())).unwrap();
        Self {
            folder,
            fingerprint: ledger.id().0.to_hex(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn trust(&self, command: &str, store: &str, more: &[&str]) -> Output {
        let mut run = tallystick();
        run.current_dir(self.folder.path());
        run.args(["trust", command, "--trust", store]).args(more);
        run.output().unwrap()
    }

    fn pin(&self, fingerprint: &str, more: &[&str]) -> Output {
        let told = ["--genesis", "genesis", "--fingerprint", fingerprint];
        self.trust("pin", "store", &[&told, more].concat())
    }

    /// Writes the checkpoint that is the newest to a client that followed to the third epoch.
    fn checkpoint(&self) -> String {
        let known = vector("learned-third-epoch.trust").display().to_string();
        let output = self.trust("checkpoint", &known, &["--out", "checkpoint"]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("epoch 2, after block 4"), "{text}");
        text.split_once("Fingerprint: ").unwrap().1.to_owned()
    }

    fn verify(&self, name: &str) -> i32 {
        let mut run = tallystick();
        run.current_dir(self.folder.path());
        run.args(["verify", "--now", NOW, "--trust", "store"]);
        code(&run.arg(vector(name)).output().unwrap())
    }
}

#[test]
fn a_ledger_is_pinned_by_the_fingerprint_that_was_told() {
    let folder = Folder::new();
    let output = folder.pin(&folder.fingerprint, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("test ledger"));
    let pinned = fs::read(folder.path("store")).unwrap();
    assert_eq!(pinned, fs::read(vector("test.trust")).unwrap());
    assert_eq!(folder.verify("identity.tally"), 0);
    // Read out over the telephone; and once more changes nothing.
    let spelled: Vec<String> = folder
        .fingerprint
        .to_uppercase()
        .as_bytes()
        .chunks(8)
        .map(|some| String::from_utf8_lossy(some).into_owned())
        .collect();
    assert_eq!(code(&folder.pin(&spelled.join(" "), &[])), 0);
    assert_eq!(fs::read(folder.path("store")).unwrap(), pinned);
}

#[test]
fn another_fingerprint_is_not_trusted() {
    let folder = Folder::new();
    let (_, rest) = folder.fingerprint.split_at(1);
    let digit = if folder.fingerprint.starts_with('0') {
        '1'
    } else {
        '0'
    };
    for told in [&format!("{digit}{rest}"), rest, ""] {
        let output = folder.pin(told, &[]);
        assert_eq!(code(&output), 64, "{told}");
        assert!(!folder.path("store").exists());
    }
    fs::write(folder.path("genesis"), b"no genesis").unwrap();
    assert_eq!(code(&folder.pin(&folder.fingerprint, &[])), 64);
}

#[test]
fn a_client_starts_at_a_checkpoint() {
    let folder = Folder::new();
    let fingerprint = folder.checkpoint();
    let again = folder.trust(
        "checkpoint",
        &vector("learned-third-epoch.trust").display().to_string(),
        &["--out", "checkpoint"],
    );
    assert_eq!(code(&again), 64, "nothing is overwritten");
    let more = ["--checkpoint", "checkpoint"];
    let output = folder.pin(&folder.fingerprint, &more);
    assert_eq!(code(&output), 64, "the ledger's is not the checkpoint's");
    let output = folder.pin(&fingerprint, &more);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).contains("epoch 2, 4 of them"),
        "{}",
        stdout(&output)
    );
    assert_eq!(folder.verify("pinned-later.tally"), 0);
    assert_eq!(folder.verify("pinned-later-from-genesis.tally"), 0);
    assert_eq!(folder.verify("identity.tally"), 2, "of an epoch before");
    // Whoever starts there can hand it on.
    let output = folder.trust("checkpoint", "store", &["--out", "handed-on"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let read = |name: &str| fs::read(folder.path(name)).unwrap();
    assert_eq!(read("handed-on"), read("checkpoint"));
}

#[test]
fn a_checkpoint_of_another_ledger_or_history_is_refused() {
    let folder = Folder::new();
    let fingerprint = folder.checkpoint();
    let more = ["--checkpoint", "checkpoint"];
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/bundle/intl/test.trust");
    let other = TrustStore::parse(&fs::read(other).unwrap()).unwrap();
    let genesis = other.ledgers().next().unwrap().genesis();
    fs::write(folder.path("genesis"), to_bytes(genesis)).unwrap();
    let output = folder.pin(&fingerprint, &more);
    assert_eq!(code(&output), 64);
    assert!(
        stderr(&output).contains("another ledger"),
        "{}",
        stderr(&output)
    );
    assert!(!folder.path("store").exists());
    // No epoch has ended yet.
    let known = vector("test.trust").display().to_string();
    let output = folder.trust("checkpoint", &known, &["--out", "none"]);
    assert_eq!(code(&output), 64);
    let output = folder.trust("checkpoint", &known, &["--out", "none", "--ledger", "zz"]);
    assert!(
        stderr(&output).contains("no such ledger"),
        "{}",
        stderr(&output)
    );
}
