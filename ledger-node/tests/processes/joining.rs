//! New nodes and snapshots over HTTP.

use std::fs;
use std::process::{Command, Stdio};

use ledger_node::config::NodeDir;
use serde_json::Value;

use crate::net::{self, Net};
use crate::operator::{height_of, refused, set, text};

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

/// A process that is not one of the net's.
struct Joined(std::process::Child);

impl Drop for Joined {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn a_validator_is_replaced_by_commands_alone() {
    let mut net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 1).await;
    }
    // The new machine of agency-3.
    let dir = net.place("replacement");
    let ledger = net.genesis.ledger_id().to_string();
    let ports = net::free_ports(2);
    let api = format!("127.0.0.1:{ports}");
    let p2p = format!("/ip4/127.0.0.1/tcp/{}", ports + 1);
    let from = net.url(0, "");
    let join = [
        "join",
        "--unsealed",
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
    ];
    net.done(&join).await;
    let child = Command::new(env!("CARGO_BIN_EXE_ledger-node"))
        .args(["run", "--dir", text(&dir)])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _joined = Joined(child.expect("the program runs"));

    // Fresh keys for the others; the set; a proof by each holder of a key.
    let mut dirs: Vec<String> = (0..3).map(|at| net.dir(at)).collect();
    let mut keys = Vec::new();
    for dir in &dirs {
        let made = net.done(&["keys", "new", "--unsealed", "--dir", dir]).await;
        keys.push(serde_json::from_str::<Value>(&made).expect("JSON")["public_key"].clone());
    }
    dirs.push(text(&dir).to_owned());
    let list = net.done(&["keys", "list", "--dir", text(&dir)]).await;
    let own: Value = serde_json::from_str(list.lines().next().expect("a key")).expect("JSON");
    keys.push(own["public_key"].clone());
    let validators = keys.iter().enumerate();
    let validators: Vec<Value> = validators
        .map(|(at, key)| serde_json::json!({ "agency": format!("agency-{at}"), "key": key }))
        .collect();
    let set = serde_json::json!({ "epoch": 1, "validators": validators });
    let file = net.place("set.json");
    fs::write(&file, set.to_string()).expect("a file");
    let zero = net.dir(0);
    let mut rotate = vec![
        "motion".to_owned(),
        "rotate".into(),
        "--dir".into(),
        zero.clone(),
        "--basis".into(),
        "联合运维协议 §4".into(),
        text(&file).into(),
    ];
    for (at, dir) in dirs.iter().enumerate() {
        let proof = net
            .done(&["keys", "possession", "--dir", dir, text(&file)])
            .await;
        let path = net.place(&format!("proof{at}"));
        fs::write(&path, proof).expect("a file");
        rotate.extend(["--possession".to_owned(), text(&path).to_owned()]);
    }
    let incomplete: Vec<&str> = rotate.iter().take(9).map(String::as_str).collect();
    let (code, error) = refused(&net.command(&incomplete).await);
    assert!(
        code == 64 && error.contains("possession is missing"),
        "{error}"
    );
    let arguments: Vec<&str> = rotate.iter().map(String::as_str).collect();
    let motion = net.done(&arguments).await.trim().to_owned();

    // Three of four members decide.
    let early = net
        .command(&["motion", "execute", "--dir", &zero, &motion])
        .await;
    assert!(refused(&early).1.contains("vote"), "{early:?}");
    for at in [1, 2] {
        net.done(&["motion", "vote", "--dir", &net.dir(at), &motion, "yes"])
            .await;
    }
    net.done(&["motion", "execute", "--dir", &zero, &motion])
        .await;

    let rotated = async || {
        let status = net
            .client
            .get(format!("http://{api}/v1/status"))
            .send()
            .await
            .ok()?;
        let status: Value = status.json().await.ok()?;
        (status["epoch"] == 1 && status["votes_for"] == "agency-3").then_some(())
    };
    net.until("the replacement votes", rotated).await;
    // The old machine, and one of the others, go: the replacement's vote is needed.
    net.kill(3);
    net.kill(2);
    let height = height_of(&net, 0).await;
    net.until_height(0, height + 3).await;
}

#[tokio::test]
async fn an_agency_is_admitted_by_its_own_proof() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let dir = net.place("harbour");
    let (from, ledger) = (net.url(0, ""), net.genesis.ledger_id().to_string());
    let join = [
        "join",
        "--unsealed",
        "--dir",
        text(&dir),
        "--from",
        &from,
        "--trust",
        &ledger,
    ];
    net.done(&join).await;
    let member = ["keys", "member", "--dir", text(&dir), "--agency", "harbour"];
    let proof = net.done(&member).await;
    let (path, zero) = (net.place("member.json"), net.dir(0));
    let admit = [
        "motion",
        "admit",
        "--dir",
        &zero,
        text(&path),
        "--basis",
        "章程 §2",
    ];
    // A proof is for one name.
    fs::write(&path, proof.replace("harbour", "airport")).expect("a file");
    let (code, error) = refused(&net.command(&admit).await);
    assert!(code == 69 && error.contains("signature"), "{error}");
    fs::write(&path, proof).expect("a file");
    let motion = net.done(&admit).await.trim().to_owned();
    net.done(&["motion", "execute", "--dir", &zero, &motion])
        .await;
    // It governs from now on: it can move, and is not refused for want of a right.
    let config = NodeDir::new(&dir).config_file();
    let mut settings: Value =
        serde_json::from_slice(&fs::read(&config).expect("settings")).expect("JSON");
    settings["api"] = net.url(0, "").replace("http://", "").into();
    fs::write(&config, settings.to_string()).expect("settings");
    let again = [
        "motion",
        "admit",
        "--dir",
        text(&dir),
        text(&path),
        "--basis",
        "章程 §2",
    ];
    let (_, error) = refused(&net.command(&again).await);
    assert!(!error.contains("right"), "{error}");
}
