//! Backups: they are drilled, refused when false or old, and no old key votes again.

use std::fs;
use std::path::Path;

use ledger_node::config::NodeDir;
use light_client::cbor;
use light_client::certificate::CertifiedHeader;
use light_client::vote::{Ballot, precommit};
use serde_json::Value;

use crate::net::{self, Net};
use crate::operator::{height_of, refused, text};

#[tokio::test]
async fn a_backup_drill_passes_on_a_running_and_on_a_stopped_node() {
    let mut net = Net::start(1);
    net.until_height(0, 3).await;
    net.finalize(0, &net.registration("drilled")).await;
    for running in [true, false] {
        if !running {
            net.kill(0);
        }
        let told = net.done(&["restore", "--drill", &net.dir(0)]).await;
        assert!(told.contains("the backup works"), "{told}");
        assert!(told.contains("no damage"), "{told}");
        let left = fs::read_dir(net.node_dir(0)).expect("a folder").flatten();
        let mut left = left.map(|entry| entry.file_name().to_string_lossy().into_owned());
        assert!(
            !left.any(|name| name.starts_with("drill")),
            "it leaves nothing"
        );
    }
}

#[tokio::test]
async fn a_restored_node_follows_and_never_votes_with_its_old_key() {
    let mut net = Net::start(4);
    let before = net.registration("before");
    net.until_height(0, 1).await;
    net.finalize(0, &before).await;
    net.until_final(3, &before).await;
    net.kill(3);
    let signed = net.validator_key(3);
    let folder = net.place("backup");
    net.done(&["snapshot", "--dir", &net.dir(0), "--to", text(&folder)])
        .await;
    let after = net.registration("after");
    net.finalize(0, &after).await;
    fs::remove_dir_all(net.node_dir(3).join("data")).expect("data");
    let from = text(&folder);
    let told = net
        .done(&["restore", "--dir", &net.dir(3), "--from", from])
        .await;
    assert!(told.contains("do not vote any more"), "{told}");
    assert!(!signed.mark_file().exists(), "the mark is set aside");

    net.run(3);
    net.until_final(3, &after).await;
    let status: Value = net
        .get(3, "/v1/status")
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(status["votes_for"], Value::Null);
    let told = net.done(&["fsck", "--dir", &net.dir(3)]).await;
    assert!(told.contains("no damage"), "{told}");
    // With another one away, three of four would be needed: it must not be the third.
    net.kill(2);
    let height = height_of(&net, 0).await;
    let stands = net::stays(5, async || {
        net.height(0).await.is_some_and(|found| found <= height + 1)
    });
    assert!(stands.await, "a restored node voted");
    net.run(2);
    net.until_height(0, height + 3).await;
}

#[tokio::test]
async fn t66_a_backup_from_before_what_was_reached_is_refused() {
    let mut net = Net::start(1);
    net.until_height(0, 2).await;
    let old = net.place("old");
    net.done(&["snapshot", "--dir", &net.dir(0), "--to", text(&old)])
        .await;
    let height = height_of(&net, 0).await + 3;
    net.until_height(0, height).await;
    let receipt = net.place("receipt");
    let kept = net
        .get(0, &format!("/v1/headers/{height}"))
        .await
        .expect("an answer");
    fs::write(&receipt, kept.bytes().await.expect("a body")).expect("a file");
    let new = net.place("new");
    net.done(&["snapshot", "--dir", &net.dir(0), "--to", text(&new)])
        .await;
    net.kill(0);
    let dir = NodeDir::new(net.node_dir(0));
    fs::remove_dir_all(dir.data()).expect("data");

    // This node's own mark proves what was reached.
    let from = ["restore", "--dir", &net.dir(0), "--from", text(&old)];
    let (code, error) = refused(&net.command(&from).await);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains("truncated"), "{error}");
    assert!(!dir.data().exists(), "nothing is left behind");
    // Without the mark, a receipt does.
    fs::remove_file(net.validator_key(0).mark_file()).expect("a mark");
    let proved = [&from[..], &["--receipt", text(&receipt)]].concat();
    let (code, error) = refused(&net.command(&proved).await);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains(&format!("reached {height}")), "{error}");
    // A receipt with a changed byte proves nothing, and is told so.
    let mut forged = fs::read(&receipt).expect("a file");
    *forged.last_mut().expect("bytes") ^= 1;
    let forgery = net.place("forgery");
    fs::write(&forgery, forged).expect("a file");
    let proved = [&from[..], &["--receipt", text(&forgery)]].concat();
    let (code, error) = refused(&net.command(&proved).await);
    assert!(
        code == 2 && error.contains("not a certified header"),
        "{error}"
    );
    // The newer one has it in its history.
    let from = ["restore", "--dir", &net.dir(0), "--from", text(&new)];
    let proved = [&from[..], &["--receipt", text(&receipt)]].concat();
    net.done(&proved).await;
    assert!(dir.data().exists());
    // A header that the validator signed at a height where the ledger has another: a fork.
    fs::remove_dir_all(dir.data()).expect("data");
    let fork = net.place("fork");
    fs::write(&fork, forked(&net, &receipt)).expect("a file");
    let proved = [&from[..], &["--receipt", text(&fork)]].concat();
    let (code, error) = refused(&net.command(&proved).await);
    assert!(code == 2 && error.contains("a fork"), "{error}");
    net.done(&from).await;
    // A truncated snapshot, and one with a flipped byte.
    fs::remove_dir_all(dir.data()).expect("data");
    let chunk = new.join("000000.chunk");
    let bytes = fs::read(&chunk).expect("a chunk");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(&chunk, flipped).expect("a chunk");
    let (code, error) = refused(&net.command(&from).await);
    assert!(code == 2 && error.contains("chunk 0"), "{error}");
    fs::remove_file(&chunk).expect("a chunk");
    let (code, _) = refused(&net.command(&from).await);
    assert_eq!(code, 74);
    assert!(!dir.data().exists(), "nothing is left behind");
}

/// A receipt with another state, certified all the same.
fn forked(net: &Net, receipt: &Path) -> Vec<u8> {
    let bytes = fs::read(receipt).expect("a file");
    let mut certified: CertifiedHeader = cbor::parse(&bytes, 1 << 16).expect("a header");
    certified.header.rest.state_root = certified.header.rest.previous;
    let ballot = Ballot {
        ledger: net.genesis.ledger_id(),
        height: certified.header.core.height,
        round: certified.certificate.round,
    };
    let key = net.validator_key(0).open(None).expect("a key");
    let id = key.public_key().id(net.genesis.suite);
    let message = precommit(&ballot, Some(&certified.header.hash()), &id);
    certified.certificate.signatures[0].signature = key.sign(&message);
    cbor::to_bytes(&certified)
}
