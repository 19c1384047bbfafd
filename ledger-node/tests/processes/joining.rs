//! New nodes and snapshots over HTTP.

use std::process::{Command, Stdio};

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
