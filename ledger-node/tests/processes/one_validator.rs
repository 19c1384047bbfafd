//! A ledger of one validator: it makes blocks, and kill -9 loses nothing that was final.

use std::net::TcpListener;

use crate::net::{self, Net};
use ledger_node::mark::{Mark, Place, Step};
use light_client::cbor;
use light_client::deposit::{Deposit, DepositProofs};
use light_client::genesis::Genesis;
use light_client::policy::Policy;
use light_client::record::evidence_digest;
use light_client::trust::{Profile, TrustStore};
use light_client::verdict::DepositHeadline;
use light_client::verify_deposit;
use reqwest::StatusCode;
use serde_json::Value;

#[tokio::test]
async fn what_was_final_survives_kill_9() {
    let mut net = Net::start(1);
    net.until_height(0, 2).await;
    let first = net.registration("before-the-crash");
    let height = net.finalize(0, &first).await;
    let header = net.header(0, height).await.expect("a header");
    header
        .check(&net.genesis.validators)
        .expect("a certificate");

    net.kill(0);
    net.run(0);
    let same = net
        .until("the header again", async || net.header(0, height).await)
        .await;
    assert_eq!(same, header);
    assert_eq!(net.until_final(0, &first).await, height);

    let second = net.registration("after-the-crash");
    assert!(net.finalize(0, &second).await > height);
}

#[tokio::test]
async fn an_acknowledged_transaction_survives_kill_9() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    for round in 0..5 {
        let transaction = net.registration(&format!("crash-{round}"));
        let answer = net.submit(0, &transaction.to_bytes()).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        net.kill(0);
        net.run(0);
        net.until_final(0, &transaction).await;
    }
}

#[tokio::test]
async fn a_node_without_its_mark_does_not_vote() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    net.kill(0);
    std::fs::remove_file(net.validator_key(0).mark_file()).expect("a mark");
    net.run(0);
    let height = net.until("an answer", async || net.height(0).await).await;
    let unchanged = net::stays(3, async || net.height(0).await == Some(height)).await;
    assert!(unchanged, "a follower made a block");
}

#[tokio::test]
async fn a_node_follows_rather_than_sign_behind_its_mark() {
    let mut net = Net::start(1);
    let height = net.until_height(0, 1).await;
    net.kill(0);
    let mark = Mark::open(net.validator_key(0).mark_file());
    let mark = mark.expect("readable").expect("a mark");
    let later = Place {
        height: height + 1000,
        round: 0,
        step: Step::Prevote,
    };
    mark.set(later, None).expect("a later signature");
    drop(mark);
    net.run(0);
    let height = net.until_height(0, height).await;
    let status = net.get(0, "/v1/status").await.expect("an answer");
    let status: Value = status.json().await.expect("JSON");
    assert_eq!(status["votes_for"], Value::Null);
    let stands = async || net.height(0).await == Some(height);
    assert!(
        net::stays(3, stands).await,
        "a block was signed behind the mark"
    );
}

#[tokio::test]
async fn an_address_in_use_is_an_error() {
    let mut net = Net::start(1);
    net.until_height(0, 1).await;
    net.kill(0);
    for address in [net.api_address(0), net.p2p_address(0)] {
        let taken = TcpListener::bind(address).expect("a free port");
        net.run(0);
        assert!(!net.ended(0).await.success());
        drop(taken);
    }
    net.run(0);
    net.until_height(0, 1).await;
}

#[tokio::test]
async fn the_api_answers_in_its_formats() {
    let net = Net::start(1);
    let transaction = net.registration("issuer");
    net.until_height(0, 1).await;
    let height = net.finalize(0, &transaction).await;

    let genesis = net.get(0, "/v1/genesis").await.expect("an answer");
    assert_eq!(genesis.headers()["content-type"], "application/cbor");
    assert!(
        genesis.headers()["cache-control"]
            .to_str()
            .expect("text")
            .contains("immutable")
    );
    let genesis: Genesis =
        cbor::parse(&genesis.bytes().await.expect("a body"), 1 << 16).expect("a genesis");
    assert_eq!(genesis, net.genesis);

    let head: Value = net
        .get(0, "/v1/head")
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(head["ledger_id"], genesis.ledger_id().to_string());
    assert!(head["height"].as_u64().expect("a height") >= height);
    let latest = net.get(0, "/v1/headers/latest").await.expect("an answer");
    assert_eq!(latest.headers()["cache-control"], "no-cache");

    let handoffs = net
        .get(0, "/v1/handoffs?from_epoch=0")
        .await
        .expect("an answer");
    assert_eq!(
        handoffs.bytes().await.expect("a body").as_ref(),
        [0x80],
        "an empty list"
    );
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            net.get(0, path).await.expect("an answer").status(),
            StatusCode::OK,
            "{path}"
        );
    }
    let metrics = net
        .get(0, "/metrics")
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    assert!(metrics.contains("\ntallystick_height "), "{metrics}");
    assert!(
        metrics.contains("malachitebft"),
        "the engine's metrics are there"
    );
}

#[tokio::test]
async fn bad_input_gets_a_typed_error() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let transaction = net.registration("issuer").to_bytes();
    let far = format!("/v1/headers/{}", u64::MAX);
    let key = "00".repeat(32);
    for (path, status, code) in [
        ("/v1/headers/x", 400, "malformed_request"),
        ("/v1/headers/01", 400, "malformed_request"),
        ("/v1/headers/-1", 400, "malformed_request"),
        (far.as_str(), 404, "not_yet"),
        ("/v1/handoffs", 400, "malformed_request"),
        ("/v1/handoffs?from_epoch=0&x=1", 400, "malformed_request"),
        ("/v1/proofs/log/0", 404, "not_found"),
        ("/v1/proofs/log/0?at=x", 400, "malformed_request"),
        ("/v1/proofs/state/nothing/00", 400, "malformed_request"),
        ("/v1/proofs/state/status/00", 400, "malformed_request"),
        ("/v1/transactions/xyz", 400, "malformed_request"),
        (
            &format!("/v1/transactions/{key}"),
            404,
            "unknown_transaction",
        ),
        ("/nowhere", 404, "no_such_route"),
        ("/internal/v1/transactions", 405, "method_not_allowed"),
    ] {
        let answer = net.get(0, path).await.expect("an answer");
        net::assert_problem(answer, status, code, path).await;
    }

    let mut cut = transaction.clone();
    cut.pop();
    let mut forged = transaction.clone();
    *forged.last_mut().expect("bytes") ^= 1;
    let long = vec![0; (1 << 20) + 1];
    for (body, status, code) in [
        (&[][..], 400, "malformed"),
        (&cut, 400, "malformed"),
        (&forged, 422, "bad_signature"),
        (&long, 413, "too_large"),
    ] {
        let answer = net.submit(0, body).await;
        net::assert_problem(answer, status, code, &format!("{} bytes", body.len())).await;
    }
    let request = net
        .client
        .post(net.url(0, "/v1/transactions"))
        .body(transaction);
    let answer = request.send().await.expect("an answer");
    net::assert_problem(answer, 415, "unsupported_media_type", "no media type").await;
}

/// Whoever knows the digest is told; the light client says whether to believe it.
#[tokio::test]
async fn the_api_proves_what_was_deposited() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let (file, salt) = (b"a contract", [7; 32]);
    let digest = evidence_digest(net.genesis.suite, &salt, file);
    let path = format!("/v1/evidence/{digest}");
    let answer = net.get(0, &path).await.expect("an answer");
    assert_eq!(answer.headers()["cache-control"], "no-cache");
    let body = answer.bytes().await.expect("a body");
    let proofs = DepositProofs::parse(&body).expect("deposit-proofs");
    let mut trust = TrustStore::new(Profile::Demo);
    trust.pin(net.genesis.clone()).expect("a ledger");
    let now = proofs.head.header.core.time_ms;
    let bytes = Deposit { salt, proofs }.to_bytes();
    let verdict = verify_deposit(file, &bytes, &trust, &Policy::default(), now);
    assert_eq!(verdict.headline, DepositHeadline::NotDeposited);
    for path in ["/v1/evidence/00", "/v1/evidence/latest"] {
        let answer = net.get(0, path).await.expect("an answer");
        net::assert_problem(answer, 400, "malformed_request", path).await;
    }
    let answer = net.get(0, "/v1/evidence").await.expect("an answer");
    net::assert_problem(answer, 404, "no_such_route", "no list").await;
}
