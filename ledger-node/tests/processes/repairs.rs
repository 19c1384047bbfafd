//! Damage is found and repaired; old blocks are archived and verify alone.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::net::Net;
use crate::operator::{refused, text};

#[tokio::test]
async fn t62_damage_is_found_and_repaired_from_peers() {
    let mut net = Net::start(4);
    let transaction = net.registration("before");
    net.until_height(0, 1).await;
    net.finalize(0, &transaction).await;
    net.until_final(3, &transaction).await;
    let told = net.done(&["fsck", "--dir", &net.dir(3)]).await;
    assert!(told.contains("no damage"), "a running node: {told}");
    net.kill(3);
    net.done(&["fsck", "--replay", "--dir", &net.dir(3)]).await;

    // A bit of the state flips.
    {
        use ledger_core::store::{Batch, Column, Store as _};
        let store = ledger_node::store::FjallStore::open(&net.node_dir(3).join("data"));
        let store = store.expect("a store");
        let rows = store
            .scan(Column::Values, &[], &[0xff; 64], 5)
            .expect("rows");
        let (row, mut value) = rows.into_iter().next_back().expect("a row");
        *value.last_mut().expect("bytes") ^= 4;
        let mut batch = Batch::default();
        batch.put(Column::Values, row, value);
        store.commit(batch).expect("a write");
    }
    let (code, error) = refused(&net.command(&["fsck", "--dir", &net.dir(3)]).await);
    assert_eq!(code, 1, "{error}");
    assert!(
        error.contains("values ") && error.contains("--repair"),
        "{error}"
    );
    let told = net.done(&["fsck", "--repair", "--dir", &net.dir(3)]).await;
    assert!(told.contains("set aside"), "{told}");
    net.run(3);
    net.until_final(3, &transaction).await;
    net.kill(3);
    let told = net.done(&["fsck", "--dir", &net.dir(3)]).await;
    assert!(told.contains("no damage"), "{told}");

    // Every file of the data is torn in its middle, or a byte of it flipped.
    net.run(3);
    net.until_height(3, 5).await;
    net.kill(3);
    flip_files(&net.node_dir(3).join("data"));
    let (code, error) = refused(&net.command(&["fsck", "--dir", &net.dir(3)]).await);
    assert_eq!(code, 1, "{error}");
    net.done(&["fsck", "--repair", "--dir", &net.dir(3)]).await;
    net.run(3);
    net.until_final(3, &transaction).await;
}

fn flip_files(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            flip_files(&path);
            continue;
        }
        let mut bytes = fs::read(&path).expect("a file");
        if bytes.len() > 64 {
            let at = bytes.len() / 3;
            bytes[at] ^= 0x10;
            fs::write(&path, bytes).expect("a file");
        }
    }
}

#[tokio::test]
async fn archives_and_exports_are_made_of_a_running_node_and_verify_alone() {
    let mut net = Net::start(1);
    net.until_height(0, 2).await;
    let transaction = net.registration("archived");
    let height = net.finalize(0, &transaction).await;
    let (archive, export) = (net.place("blocks.tar"), net.place("blocks.jsonl"));
    let through = height.to_string();
    let write = [
        "archive",
        "write",
        "--dir",
        &net.dir(0),
        "--through",
        &through,
    ];
    net.done(&[&write[..], &["--to", text(&archive)]].concat())
        .await;
    let again = net
        .command(&[&write[..], &["--to", text(&archive)]].concat())
        .await;
    assert!(!again.status.success(), "nothing is overwritten");
    net.done(&[
        "export",
        "--dir",
        &net.dir(0),
        "--through",
        &through,
        "--to",
        text(&export),
    ])
    .await;
    net.kill(0);

    let ledger = net.genesis.ledger_id().to_string();
    let verify = ["archive", "verify", text(&archive), "--trust", &ledger];
    let told = net.done(&verify).await;
    assert!(told.contains(&format!("heights 1 to {height}")), "{told}");
    let scratch = net.place("scratch");
    let replay = ["archive", "replay", text(&archive), "--trust", &ledger];
    let told = net
        .done(&[&replay[..], &["--scratch", text(&scratch)]].concat())
        .await;
    assert!(told.contains("every root is right"), "{told}");
    let lines = fs::read_to_string(&export).expect("lines");
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(u64::try_from(lines.len()), Ok(height));
    let last = &lines.last().expect("a line")["transactions"][0];
    assert_eq!(last["id"], transaction.id(net.genesis.suite).to_string());
    assert_eq!((&last["module"], &last["op"]), (&1.into(), &4.into()));
    assert_eq!(last["bytes"], hex::encode(transaction.to_bytes()));

    let bytes = fs::read(&archive).expect("an archive");
    for (what, changed) in [
        ("truncated", bytes[..bytes.len() - 1].to_vec()),
        ("flipped", {
            let mut flipped = bytes.clone();
            flipped[bytes.len() / 2] ^= 1;
            flipped
        }),
    ] {
        fs::write(&archive, changed).expect("a file");
        let output = net.command(&verify).await;
        assert!(!output.status.success(), "{what}");
    }
    let prune = ["prune", "--dir", &net.dir(0), "--keep", "10"];
    let (code, error) = refused(&net.command(&prune).await);
    assert!(code == 64 && error.contains("1000"), "{error}");
    net.done(&["prune", "--dir", &net.dir(0), "--keep", "1000"])
        .await;
}
