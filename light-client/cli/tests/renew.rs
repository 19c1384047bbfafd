//! `tallystick renew`: bundles of an ended epoch, and portals that are asked for what they need.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where its own input is wrong"
)]

#[path = "support/server.rs"]
mod server;
mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use light_client::{
    bundle::Bundle,
    cbor::{Writer, to_bytes},
};
use server::{Answers, serve};
use support::{NOW, bundle_bytes, code, stdout, tallystick};

/// Follows from the genesis to the third epoch; starts at the third epoch.
const LATER: &str = "learned-third-epoch.trust";
const PINNED: &str = "pinned-third-epoch.trust";

fn vector(name: &str) -> PathBuf {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/bundle/sm");
    vectors.join(name)
}

/// A portal that proves block 3 as vectors do, by the newest block and by block 4.
fn portal(by_newest: &str, by_landmark: &str) -> String {
    let proofs = |name: &str| Bundle::parse(&bundle_bytes(name)).unwrap().proofs;
    let succession = |name: &str| to_bytes(&proofs(name).succession.unwrap());
    let mut handoffs = Writer::default();
    handoffs.list(&proofs("landmark").handoffs);
    let answers = [
        ("/v1/proofs/history/3", succession(by_newest)),
        ("/v1/proofs/history/3?at=4", succession(by_landmark)),
        ("/v1/handoffs?from_epoch=0", handoffs.finish()),
    ];
    let answers = answers.map(|(path, body)| (path.to_owned(), (200, body)));
    serve(Answers::from(answers))
}

fn renew(from: &str, trust: &str, out: &Path, names: &[&str]) -> Output {
    let mut command = tallystick();
    command.args(["renew", "--now", NOW, "--from", from, "--trust"]);
    command.arg(vector(trust)).arg("--out").arg(out);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    let files = names.iter().map(|name| vector(name));
    command.args(files).output().unwrap()
}

fn verify(file: &Path, trust: &str) -> Output {
    let mut command = tallystick();
    command.args(["verify", "--now", NOW, "--trust"]);
    command.arg(vector(trust)).arg(file).output().unwrap()
}

#[test]
fn a_bundle_of_an_ended_epoch_counts_again() {
    let folder = tempfile::tempdir().unwrap();
    let old = "t12-superseded.tally";
    let output = verify(&vector(old), "test.trust");
    assert!(
        stdout(&output).contains("superseded_epoch"),
        "{}",
        stdout(&output)
    );
    let portal = portal("succession", "landmark");
    let output = renew(&portal, LATER, folder.path(), &[old]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let renewed = folder.path().join(old);
    for trust in ["test.trust", LATER, PINNED] {
        assert_eq!(code(&verify(&renewed, trust)), 0, "{trust}");
    }
    assert_eq!(fs::read(&renewed).unwrap(), bundle_bytes("succession"));
    let again = renew(&portal, LATER, folder.path(), &[old]);
    assert_eq!(code(&again), 64, "nothing is overwritten");
}

/// By the pinned checkpoint, which no later epoch supersedes.
#[test]
fn a_bundle_counts_for_good_by_the_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let old = "t12-superseded.tally";
    let portal = portal("succession", "landmark");
    let output = renew(&portal, PINNED, folder.path(), &[old]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let renewed = folder.path().join(old);
    assert_eq!(code(&verify(&renewed, PINNED)), 0);
    assert_eq!(fs::read(&renewed).unwrap(), bundle_bytes("landmark"));
}

#[test]
fn what_counts_as_it_is_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // As far as this store knows the epoch goes on: nobody is asked.
    let nobody = "http://127.0.0.1:1";
    let output = renew(nobody, "learned.trust", folder.path(), &["identity.tally"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let landmark = ["head-is-the-landmark.tally"];
    let output = renew(nobody, PINNED, folder.path(), &landmark);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(stdout(&output).matches("needs nothing").count(), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_portal_that_lies_or_knows_nothing_renews_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let name = "t12-superseded.tally";
    let liar = portal("t30-the-place-of-another", "t30-landmark-of-another");
    let other = tempfile::tempdir().unwrap();
    let garbage = other.path().join("no-bundle.tally");
    fs::write(&garbage, b"nothing").unwrap();
    let garbage = garbage.display().to_string();
    let output = renew(&liar, LATER, folder.path(), &[name, &garbage]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("history_mismatch"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("no bundle"), "{}", stdout(&output));
    let silent = serve(Answers::new());
    let output = renew(&silent, LATER, folder.path(), &[name]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(stdout(&output).contains("HTTP 404"), "{}", stdout(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
