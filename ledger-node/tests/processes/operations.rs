//! What an operator does, by the commands that an operator types.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::net::{self, Net};
use ledger_node::config::NodeDir;
use serde_json::Value;

/// The text of an error, and its exit code.
fn refused(output: &Output) -> (i32, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().expect("an exit code"), text)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// Changes a setting of a node that does not run.
fn set(net: &Net, at: usize, name: &str, value: Value) {
    let path = NodeDir::new(net.node_dir(at)).config_file();
    let settings = fs::read(&path).expect("settings");
    let mut settings: Value = serde_json::from_slice(&settings).expect("JSON");
    settings[name] = value;
    fs::write(&path, settings.to_string()).expect("settings");
}

async fn height_of(net: &Net, at: usize) -> u64 {
    net.height(at).await.expect("a height")
}

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

#[tokio::test]
async fn an_empty_node_joins_by_a_snapshot_of_its_peers() {
    let mut net = Net::start(2);
    net.until_height(0, 2).await;
    let transaction = net.registration("before");
    net.finalize(0, &transaction).await;
    net.kill(0);
    set(&net, 0, "snapshot_ticket", "let me in".into());
    net.run(0);
    net.until_height(0, 3).await;
    net.done(&["snapshot", "--dir", &net.dir(0)]).await;

    let dir = net.place("joined");
    let (url, other) = (net.url(0, ""), net.url(1, ""));
    let ledger = net.genesis.ledger_id().to_string();
    let ports = net::free_ports(2);
    let api = format!("127.0.0.1:{ports}");
    let p2p = format!("/ip4/127.0.0.1/tcp/{}", ports + 1);
    let from = format!("{other},{url}");
    let arguments = [
        "join",
        "--dir",
        text(&dir),
        "--from",
        &from,
        "--trust",
        &ledger,
        "--api",
        &api,
        "--p2p",
        &p2p,
        "--operator",
        "值班",
        "--responsible",
        "海州市",
        "--snapshot",
        "--unsealed",
    ];
    let (code, error) = refused(&net.command(&arguments).await);
    assert!(code == 69 && error.contains("ticket"), "{error}");
    let wrong = ledger.replace(ledger.get(..4).expect("digits"), "0000");
    let mut trusted = arguments.to_vec();
    trusted[6] = &wrong;
    let (code, error) = refused(&net.command(&trusted).await);
    assert!(code == 2 && error.contains("no peer has ledger"), "{error}");
    let told = net
        .done(&[&arguments[..], &["--ticket", "let me in"]].concat())
        .await;
    assert!(
        told.contains("chunks checked") && told.contains("validator key"),
        "{told}"
    );

    let mut joined = Command::new(env!("CARGO_BIN_EXE_ledger-node"))
        .args(["run", "--dir", text(&dir)])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let target = height_of(&net, 1).await + 3;
    let answer = async || {
        let answer = net
            .client
            .get(format!("http://{api}/v1/status"))
            .send()
            .await
            .ok()?;
        let status: Value = answer.json().await.ok()?;
        (status["head"]["height"].as_u64()? >= target).then_some(status)
    };
    let status = net.until("the new node follows", answer).await;
    assert_eq!(status["responsible"], "海州市");
    assert!(
        status["earliest_block"].as_u64().expect("a height") > 1,
        "it began with a snapshot"
    );
    let told = net.done(&["status", "--dir", text(&dir)]).await;
    assert!(told.contains("this node follows"), "{told}");
    // What was final before is known there, though not where.
    let id = transaction.id(net.genesis.suite);
    let url = format!("http://{api}/v1/transactions/{id}");
    let known: Value = net
        .client
        .get(url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(
        (&known["state"], &known["height"]),
        (&Value::from("final"), &Value::Null)
    );
    joined.kill().expect("a process");
    joined.wait().expect("a process");
}

#[tokio::test]
async fn snapshots_are_for_those_who_show_the_ticket() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    let closed = net.get(0, "/v1/snapshots").await.expect("an answer");
    net::assert_problem(closed, 404, "no_snapshots", "no ticket is set").await;
    net.kill(0);
    set(&net, 0, "snapshot_ticket", "open sesame".into());
    set(&net, 0, "snapshot_every", 2.into());
    net.run(0);
    net.until_height(0, 4).await;
    for shown in [None, Some("Bearer open sesam"), Some("open sesame")] {
        let mut request = net.client.get(net.url(0, "/v1/snapshots"));
        if let Some(shown) = shown {
            request = request.header("authorization", shown);
        }
        let answer = request.send().await.expect("an answer");
        net::assert_problem(answer, 401, "no_ticket", &format!("{shown:?}")).await;
    }
    let listed = async || {
        let request = net.client.get(net.url(0, "/v1/snapshots"));
        let answer = request.bearer_auth("open sesame").send().await.ok()?;
        let all: Vec<Value> = answer.json().await.ok()?;
        all.last()?["height"].as_u64()
    };
    let height = net.until("a snapshot by itself", listed).await;
    for (path, status) in [
        (format!("/v1/snapshots/{height}"), 200),
        (format!("/v1/snapshots/{height}/0"), 200),
        (format!("/v1/snapshots/{height}/99999"), 404),
        ("/v1/snapshots/1".into(), 404),
        ("/v1/snapshots/../data".into(), 404),
        ("/v1/snapshots/x".into(), 400),
    ] {
        let request = net.client.get(net.url(0, &path)).bearer_auth("open sesame");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
}

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
    assert_eq!((&last["module"], &last["op"]), (&2.into(), &1.into()));
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

#[tokio::test]
async fn keys_are_sealed_and_the_node_opens_them_with_the_passphrase() {
    let dir = tempfile::tempdir().expect("a directory");
    let folder = dir.path().join("net");
    let ports = net::free_ports(2);
    let (api, p2p) = (ports.to_string(), (ports + 1).to_string());
    let arguments = [
        "init",
        "--dir",
        text(&folder),
        "--api-port",
        &api,
        "--p2p-port",
        &p2p,
    ];
    // Nobody chose: neither a passphrase nor to do without.
    let (code, error) = refused(&net::command(&arguments).await);
    assert!(
        code == 77 && error.contains("TALLYSTICK_PASSPHRASE"),
        "{error}"
    );
    let program = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ledger-node"));
        program.args(arguments).stdin(Stdio::null());
        program
    };
    let sealed = program(&arguments)
        .env("TALLYSTICK_PASSPHRASE", "correct horse")
        .output();
    assert!(sealed.expect("the program runs").status.success());
    let node = folder.join("node0");
    for name in ["governance.key", "network.key"] {
        let text = fs::read_to_string(node.join(name)).expect("a key");
        assert!(text.starts_with("sealed "), "{name}");
    }
    let list = net::command(&["keys", "list", "--dir", text(&node)]).await;
    let listed = String::from_utf8(list.stdout).expect("text");
    assert_eq!(listed.matches("\"sealed\":true").count(), 2, "{listed}");
    let run = ["run", "--dir", text(&node)];
    let (code, error) = refused(&net::command(&run).await);
    assert!(code == 70 && error.contains("no passphrase"), "{error}");
    let wrong = program(&run).env("TALLYSTICK_PASSPHRASE", "wrong").output();
    let (code, error) = refused(&wrong.expect("the program runs"));
    assert!(code == 70 && error.contains("does not open"), "{error}");

    let file = dir.path().join("passphrase");
    fs::write(&file, "correct horse\n").expect("a file");
    let mut running = program(&run)
        .env("TALLYSTICK_PASSPHRASE_FILE", &file)
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("http://127.0.0.1:{ports}/v1/head");
    for _ in 0..600 {
        let head = async {
            client
                .get(&url)
                .send()
                .await
                .ok()?
                .json::<Value>()
                .await
                .ok()
        };
        if head
            .await
            .is_some_and(|head| head["height"].as_u64() > Some(1))
        {
            running.kill().expect("a process");
            running.wait().expect("a process");
            let unseal = ["keys", "unseal", "--dir", text(&node)];
            let unsealed = program(&unseal)
                .env("TALLYSTICK_PASSPHRASE_FILE", &file)
                .output();
            assert!(unsealed.expect("the program runs").status.success());
            let list = net::command(&["keys", "list", "--dir", text(&node)]).await;
            let listed = String::from_utf8(list.stdout).expect("text");
            assert_eq!(listed.matches("\"sealed\":false").count(), 2, "{listed}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    running.kill().expect("a process");
    unreachable!("the node did not start");
}

#[tokio::test]
async fn possession_is_proved_for_the_keys_of_the_set() {
    let net = Net::start(1);
    let made = net
        .done(&["keys", "new", "--unsealed", "--dir", &net.dir(0)])
        .await;
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let set = serde_json::json!({
        "epoch": 1,
        "validators": [{ "agency": "agency-0", "key": made["public_key"] }],
    });
    let file = net.place("set.json");
    fs::write(&file, set.to_string()).expect("a file");
    let told = net
        .done(&["keys", "possession", "--dir", &net.dir(0), text(&file)])
        .await;
    let proof: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        (&proof["place"], &proof["agency"]),
        (&0.into(), &"agency-0".into())
    );

    let public = hex::decode(made["public_key"].as_str().expect("text")).expect("digits");
    let public = light_client::key::PublicKey::parse(&public).expect("a key");
    let signature = hex::decode(proof["signature"].as_str().expect("text")).expect("digits");
    let signature = light_client::key::Signature(signature.try_into().expect("64 bytes"));
    let validator = light_client::validator_set::Validator {
        agency: light_client::id::IssuerId::parse("agency-0").expect("a name"),
        key: public.clone(),
    };
    let epoch = light_client::id::Epoch(1);
    let set = light_client::validator_set::ValidatorSet::new(epoch, vec![validator]);
    let ledger = net.genesis.ledger_id();
    let message = ledger_core::transaction::possession_bytes(&ledger, &set.expect("a set"));
    public.verify(&message, &signature).expect("a proof");
}

#[tokio::test]
async fn status_tells_who_operates_the_node_and_how_it_is() {
    let mut net = Net::start(2);
    net.until_height(0, 1).await;
    net.kill(0);
    set(&net, 0, "operator", "值班 010-0000".into());
    set(&net, 0, "responsible", "海州市税务局".into());
    net.run(0);
    net.until_height(0, 3).await;
    let peer_seen = async || {
        let told = net.done(&["status", "--json", "--dir", &net.dir(0)]).await;
        let status: Value = serde_json::from_str(&told).expect("JSON");
        status["peers"][0]["height"].as_u64().map(|_| status)
    };
    let status = net.until("the peer is seen", peer_seen).await;
    assert_eq!(status["operator"], "值班 010-0000");
    assert_eq!(status["responsible"], "海州市税务局");
    assert_eq!(status["votes_for"], "agency-0");
    assert_eq!(status["ledger_id"], net.genesis.ledger_id().to_string());
    assert_eq!(status["validators"].as_array().map(Vec::len), Some(2));
    assert!(status["disk"]["used_bytes"].as_u64() > Some(0), "{status}");
    let told = net.done(&["status", "--url", &net.url(0, "")]).await;
    assert!(
        told.contains("海州市税务局") && told.contains("← this node"),
        "{told}"
    );
    let dead = net
        .command(&["status", "--url", "http://127.0.0.1:1"])
        .await;
    assert_eq!(refused(&dead).0, 69);
}

#[tokio::test]
async fn what_is_missing_is_an_error_where_nobody_can_be_asked() {
    for (arguments, code) in [
        (&["init"][..], 64),
        (&["join"], 64),
        (&["run", "--dir", "/nowhere"], 70),
        (&["fsck", "--dir", "/nowhere"], 78),
        (&["keys", "list", "--dir", "/nowhere"], 78),
    ] {
        let output = net::command(arguments).await;
        assert_eq!(refused(&output).0, code, "{arguments:?}: {output:?}");
    }
    for name in [
        "archive", "export", "fsck", "init", "join", "keys", "prune", "restore", "run", "snapshot",
        "status",
    ] {
        let help = net::command(&[name, "--help"]).await;
        assert!(help.status.success() && help.stdout.len() > 200, "{name}");
    }
}
