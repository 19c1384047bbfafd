//! Torn files, flipped bytes and writes to the wrong place: found, and made good from the peers.

use std::fs;
use std::path::{Path, PathBuf};

use ledger_core::store::{Batch, Column, Store as _};
use ledger_node::store::FjallStore;

use crate::net::Net;
use crate::operator::refused;

/// Version and height, at the beginning of the engine's log.
const LOG_HEAD_BYTES: usize = 64;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

/// How many bytes of a file were ever written: room may have been taken in advance.
fn written(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1)
}

/// Cuts a file off in what was written.
fn tear(path: &Path) {
    let bytes = fs::read(path).expect("a file");
    let keep = written(&bytes) * 2 / 3;
    fs::write(path, &bytes[..keep]).expect("a file");
}

/// The keys of two rows of a column with different values.
fn two_rows(net: &Net, at: usize, column: Column) -> [Vec<u8>; 2] {
    let store = FjallStore::open(&net.node_dir(at).join("data")).expect("a store");
    let rows = store.scan(column, &[], &[0xff; 128], 1000).expect("rows");
    let (first, value) = rows.first().expect("rows");
    let other = rows.iter().find(|(_, other)| other != value);
    let (second, _) = other.expect("rows of different values");
    [first.clone(), second.clone()]
}

/// Exchanges the values of two rows.
fn exchange(net: &Net, at: usize, column: Column, [first, second]: &[Vec<u8>; 2]) {
    let store = FjallStore::open(&net.node_dir(at).join("data")).expect("a store");
    let value = |row| store.get(column, row).expect("a read").expect("a row");
    let mut batch = Batch::default();
    batch.put(column, first.clone(), value(second));
    batch.put(column, second.clone(), value(first));
    store.commit(batch).expect("a write");
}

#[tokio::test]
async fn t62_a_misdirected_write_is_found_in_every_column_and_never_served() {
    let mut net = Net::start(4);
    net.until_all_at(1).await;
    let transaction = net.registration("before");
    net.finalize(0, &transaction).await;
    net.until_final(3, &transaction).await;
    net.until_height(3, 8).await;
    net.kill(3);
    for column in [
        Column::Headers,
        Column::Bodies,
        Column::HistoryTree,
        Column::Nodes,
        Column::Values,
        Column::Roots,
    ] {
        let rows = two_rows(&net, 3, column);
        exchange(&net, 3, column, &rows);
        let (code, error) = refused(&net.command(&["fsck", "--dir", &net.dir(3)]).await);
        assert_eq!(code, 1, "{column:?}: {error}");
        assert!(error.contains(column.name()), "{column:?}: {error}");
        // Back again: nothing else was changed.
        exchange(&net, 3, column, &rows);
        net.done(&["fsck", "--dir", &net.dir(3)]).await;
    }

    let rows = two_rows(&net, 3, Column::Headers);
    exchange(&net, 3, Column::Headers, &rows);
    net.run(3);
    net.until("an answer", async || net.height(3).await).await;
    let served = net.get(3, "/v1/headers/1").await.expect("an answer");
    assert_eq!(served.status().as_u16(), 500, "another block's header");
    net.kill(3);
    net.done(&["fsck", "--repair", "--dir", &net.dir(3)]).await;
    net.run(3);
    net.until_final(3, &transaction).await;
    net.assert_one_history().await;
}

#[tokio::test]
async fn t62_torn_files_lose_nothing_that_the_peers_have() {
    let mut net = Net::start(4);
    net.until_all_at(1).await;
    let transaction = net.registration("before");
    net.finalize(0, &transaction).await;
    net.until_final(3, &transaction).await;
    for which in ["jnl", "tables", ""] {
        net.kill(3);
        let data = net.node_dir(3).join("data");
        let torn = files(&data)
            .into_iter()
            .filter(|path| path.to_string_lossy().contains(which));
        let torn: Vec<_> = torn.collect();
        assert!(!torn.is_empty(), "{which}");
        torn.iter().for_each(|path| tear(path));
        // The store may go back to its last whole batch: then it is as after a power cut.
        let found = net.command(&["fsck", "--dir", &net.dir(3)]).await;
        if !found.status.success() {
            assert_eq!(refused(&found).0, 1, "{which}: {found:?}");
            net.done(&["fsck", "--repair", "--dir", &net.dir(3)]).await;
        }
        net.run(3);
        net.until_final(3, &transaction).await;
        net.until_height(3, net.highest().await).await;
    }
    net.assert_one_history().await;
    net.kill(3);
    let told = net.done(&["fsck", "--replay", "--dir", &net.dir(3)]).await;
    assert!(told.contains("every root is right"), "{told}");
}

#[tokio::test]
async fn a_damaged_mark_signs_nothing_and_a_damaged_log_costs_nothing() {
    let mut net = Net::start(4);
    net.until_all_at(2).await;
    let log = net.node_dir(3).join("wal/consensus.wal");
    for change in [
        // Its head alone is another case, below.
        |bytes: &mut Vec<u8>| bytes.truncate((bytes.len() / 2).max(LOG_HEAD_BYTES)),
        |bytes: &mut Vec<u8>| {
            let entries = bytes.iter_mut().skip(LOG_HEAD_BYTES);
            entries.step_by(7).for_each(|byte| *byte ^= 4);
        },
    ] {
        net.kill(3);
        let mut bytes = fs::read(&log).expect("a log");
        change(&mut bytes);
        fs::write(&log, bytes).expect("a log");
        net.run(3);
        net.until_height(3, net.highest().await + 2).await;
    }
    // What is no log at all is not begun anew by itself.
    net.kill(3);
    fs::write(&log, [0xff; 1000]).expect("a log");
    net.run(3);
    assert!(!net.ended(3).await.success(), "it takes anything for a log");
    assert!(net.log(3).contains("the engine's log"), "{}", net.log(3));
    fs::remove_file(&log).expect("a log");
    net.run(3);
    net.until_height(3, net.highest().await + 2).await;
    // It votes: without another one its vote is needed.
    net.kill(0);
    net.until_height(3, net.highest().await + 3).await;
    net.run(0);
    net.until_height(0, net.highest().await).await;

    net.kill(3);
    let mark = net.validator_key(3).mark_file().to_owned();
    let whole = fs::read(&mark).expect("a mark");
    let mut flipped = whole.clone();
    let used = flipped.iter_mut().filter(|byte| **byte != 0);
    used.step_by(50).for_each(|byte| *byte ^= 1);
    fs::write(&mark, flipped).expect("a mark");
    net.run(3);
    assert!(!net.ended(3).await.success(), "it votes without knowing");
    assert!(net.log(3).contains("double-sign mark"), "{}", net.log(3));
    // Without its mark the key never votes again; the node follows.
    fs::remove_file(&mark).expect("a mark");
    net.run(3);
    net.until_height(3, net.highest().await + 2).await;
    let status = net.done(&["status", "--dir", &net.dir(3)]).await;
    assert!(status.contains("this node follows"), "{status}");
}
