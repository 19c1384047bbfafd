//! Four validators in four processes: one may fail, two stop the ledger, and nothing is lost.

use crate::net::{self, Net};
use ledger_node::consensus::engine_accepts;
use light_client::cbor;
use light_client::certificate::{Certificate, CertifiedHeader};
use light_client::id::{Round, TimeMs};
use reqwest::StatusCode;

#[tokio::test]
async fn one_fails_and_catches_up_and_two_stall_and_resume() {
    let mut net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 2).await;
    }
    let first = net.registration("all-are-there");
    let height = net.finalize(0, &first).await;
    for at in 1..4 {
        assert_eq!(net.until_final(at, &first).await, height, "node {at}");
    }

    net.kill(3);
    let before = net.height(0).await.expect("a height");
    let second = net.registration("one-is-away");
    let height = net.finalize(1, &second).await;
    net.until_height(0, before + 5).await;

    net.run(3);
    assert_eq!(
        net.until_final(3, &second).await,
        height,
        "node 3 caught up"
    );
    let there = net.header(0, height).await.expect("a header");
    let here = net.header(3, height).await.expect("a header");
    assert_eq!(here.header, there.header);

    net.kill(2);
    net.kill(3);
    // A block may be on its way when the second one goes.
    let third = net.registration("two-are-away");
    let stalled = net
        .until("too few copies", async || {
            let answer = net.try_submit(0, &third.to_bytes()).await?;
            (answer.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(())
        })
        .await;
    assert_eq!(stalled, ());
    let height = net.height(0).await.expect("a height");
    let no_further = net::stays(5, async || {
        net.height(0).await.is_some_and(|found| found <= height + 1)
    });
    assert!(no_further.await, "two of four made blocks");

    net.run(2);
    net.until_height(0, height + 3).await;
    let height = net.until_final(0, &third).await;
    net.run(3);
    for at in 0..4 {
        assert_eq!(net.until_final(at, &third).await, height, "node {at}");
    }
}

#[tokio::test]
async fn light_client_and_engine_agree_on_certificates() {
    let net = Net::start(4);
    net.until_height(0, 4).await;
    for height in 1..=4 {
        let live = net.header(0, height).await.expect("a header");
        assert!(
            agree(&net, &live).await,
            "a live certificate of height {height}"
        );
    }
    let live = net.header(0, 4).await.expect("a header");
    let mut refused = 0;
    for (what, tampered) in tampered(&live) {
        assert!(!agree(&net, &tampered).await, "{what}");
        refused += 1;
    }
    assert!(refused > 500, "most changed bits still parse: {refused}");
}

/// What both say of a certificate; that they say the same is asserted.
async fn agree(net: &Net, certified: &CertifiedHeader) -> bool {
    let set = &net.genesis.validators;
    let ours = certified.check(set).is_ok();
    let engines = engine_accepts(&certified.header, &certified.certificate, set).await;
    assert_eq!(ours, engines, "{certified:?}");
    ours
}

fn tampered(live: &CertifiedHeader) -> Vec<(String, CertifiedHeader)> {
    let mut cases = Vec::new();
    let mut case = |what: &str, change: &dyn Fn(&mut CertifiedHeader)| {
        let mut changed = live.clone();
        change(&mut changed);
        cases.push((what.to_owned(), changed));
    };
    case("one signature less", &|c| {
        c.certificate.signatures.truncate(2)
    });
    case("no signature", &|c| c.certificate.signatures.clear());
    case("another round", &|c| {
        c.certificate.round = Round(c.certificate.round.0 + 1)
    });
    case("another time", &|c| {
        c.header.core.time_ms = TimeMs(c.header.core.time_ms.0 + 1)
    });
    case("another body", &|c| {
        c.header.rest.body_root = c.header.rest.previous
    });
    case("a signer twice", &|c| {
        let first = c.certificate.signatures[0];
        c.certificate.signatures[1] = first;
    });
    case("signatures exchanged", &|c| {
        let signatures = &mut c.certificate.signatures;
        let first = signatures[0].signature;
        signatures[0].signature = signatures[1].signature;
        signatures[1].signature = first;
    });
    case("a stranger", &|c| c.certificate.signatures[2].signer = 77);
    let bytes = cbor::to_bytes(&live.certificate);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(certificate) = cbor::parse::<Certificate>(&changed, 1 << 16) {
            let header = live.header.clone();
            cases.push((
                format!("bit {bit}"),
                CertifiedHeader {
                    header,
                    certificate,
                },
            ));
        }
    }
    cases
}
