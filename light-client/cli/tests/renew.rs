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

use light_client::{bundle::Bundle, cbor::to_bytes};
use server::{Answers, serve};
use support::{NOW, bundle_bytes, code, stdout, tallystick};

const LATER: &str = "learned-third-epoch.trust";

fn vector(name: &str) -> PathBuf {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/bundle/sm");
    vectors.join(name)
}

/// A portal that proves block 3 as a vector does.
fn portal(name: &str) -> String {
    let bundle = Bundle::parse(&bundle_bytes(name)).unwrap();
    let succession = to_bytes(&bundle.proofs.succession.unwrap());
    let path = "/v1/proofs/history/3".to_owned();
    serve(Answers::from([(path, (200, succession))]))
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
    let portal = portal("landmark");
    let output = renew(&portal, LATER, folder.path(), &[old]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let renewed = folder.path().join(old);
    for trust in ["test.trust", LATER, "pinned-third-epoch.trust"] {
        assert_eq!(code(&verify(&renewed, trust)), 0, "{trust}");
    }
    assert_eq!(fs::read(&renewed).unwrap(), bundle_bytes("landmark"));
    let again = renew(&portal, LATER, folder.path(), &[old]);
    assert_eq!(code(&again), 64, "nothing is overwritten");
}

#[test]
fn what_counts_as_it_is_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // As far as this store knows the epoch goes on: nobody is asked.
    let names = ["identity.tally", "head-is-a-landmark.tally"];
    let output = renew("http://127.0.0.1:1", "test.trust", folder.path(), &names);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let output = renew("http://127.0.0.1:1", LATER, folder.path(), &names[1..]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(stdout(&output).matches("needs nothing").count(), 1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_portal_that_lies_or_knows_nothing_renews_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["identity.tally", "no-bundle.tally"];
    let liar = portal("t30-landmark-of-another");
    let other = tempfile::tempdir().unwrap();
    let garbage = other.path().join("no-bundle.tally");
    fs::write(&garbage, b"nothing").unwrap();
    let garbage = garbage.display().to_string();
    let output = renew(&liar, LATER, folder.path(), &[names[0], &garbage]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("history_mismatch"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("no bundle"), "{}", stdout(&output));
    let silent = serve(Answers::new());
    let output = renew(&silent, LATER, folder.path(), &names[..1]);
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    assert!(stdout(&output).contains("HTTP 404"), "{}", stdout(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
