//! Peers and clients that send garbage, too much, too slowly, or thousands of connections.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::net::Net;

const DESCRIPTION: &str = include_str!("../../../docs/api/ledger-node.json");

/// What a node may grow by, whatever it is sent.
const MAX_GROWTH_KB: u64 = 100 * 1024;

/// More than a node takes at once, and than wait to be taken.
const CONNECTIONS: usize = 700;

/// The same bytes in every run: SplitMix64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// Bytes as they may stand in a path.
    fn text(&mut self, count: usize) -> String {
        let bytes = self.bytes(count);
        bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
    }
}

/// Resident memory of a node in kB.
fn memory_kb(net: &Net, at: usize) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", net.process(at)));
    let status = status.expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("a number")
}

/// The node lives, is no larger than before, complains of nothing, and the net goes on.
async fn assert_unharmed(net: &Net, before_kb: u64) {
    let height = net.highest().await;
    net.until_all_at(height + 2).await;
    let grown = memory_kb(net, 0).saturating_sub(before_kb);
    eprintln!("memory: {before_kb} kB, then {grown} kB more");
    assert!(grown < MAX_GROWTH_KB, "{before_kb} kB and {grown} more");
    assert!(!net.log(0).contains("panicked"), "{}", net.log(0));
}

#[tokio::test]
async fn random_bytes_at_every_route_get_a_typed_error() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let before = memory_kb(&net, 0);
    let description: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
    let mut noise = Noise(1);
    let mut met = 0;
    for (path, operations) in description["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            for length in [0, 1, 7, 64, 300] {
                let described = fill(path, &mut noise, length);
                let url = format!("{described}?{}={}", noise.text(3), noise.text(length));
                for method in [method.clone(), Method::PUT] {
                    let stated = !noise.next().is_multiple_of(4);
                    let mut request = net.client.request(method.clone(), net.url(0, &url));
                    if stated {
                        request = request.header("content-type", "application/cbor");
                    }
                    let body = noise.bytes(usize::from(method != Method::GET) * length * 37);
                    let answer = request.body(body).send().await.expect("an answer");
                    let (status, found) = (answer.status().as_u16(), answer.headers().clone());
                    // A path without parameters may not look at its query.
                    if status != 200 {
                        let allowed = [400, 404, 405, 413, 415, 422].contains(&status);
                        assert!(allowed, "{method} {url}: {status}");
                        assert_eq!(found["content-type"], "application/problem+json", "{url}");
                        met += 1;
                    }
                }
            }
        }
    }
    assert!(met > 100, "{met} errors");
    assert_unharmed(&net, before).await;
}

/// The path with noise for each parameter.
fn fill(path: &str, noise: &mut Noise, length: usize) -> String {
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') {
            noise.text(length.max(1))
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn dial(address: (&str, u16)) -> Option<TcpStream> {
    // A full queue of a listener that takes no more is an answer, too.
    let dialled = timeout(Duration::from_millis(500), TcpStream::connect(address)).await;
    dialled.ok()?.ok()
}

/// Opens connections until no more can be had, and begins to say something on each.
async fn hold(address: (&str, u16), begun: &[u8]) -> Vec<TcpStream> {
    let (mut held, mut failed) = (Vec::new(), 0);
    while held.len() < CONNECTIONS && failed < 5 {
        if let Some(mut stream) = dial(address).await {
            stream.write_all(begun).await.ok();
            held.push(stream);
        } else {
            failed += 1;
        }
    }
    held
}

/// Sends all, and reads what comes back for a moment.
async fn send(address: (&str, u16), bytes: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Some(mut stream) = dial(address).await {
        let sent = timeout(Duration::from_secs(2), stream.write_all(bytes)).await;
        if sent.is_ok_and(|sent| sent.is_ok()) {
            let read = stream.read_to_end(&mut answer);
            timeout(Duration::from_millis(50), read).await.ok();
        }
    }
    answer
}

/// What an attacker may send to either port.
fn garbage(noise: &mut Noise) -> Vec<Vec<u8>> {
    let noise_protocol = |noise: &mut Noise| {
        let mut bytes = b"\x13/multistream/1.0.0\n\x07/noise\n".to_vec();
        bytes.extend([0xff, 0xff]);
        bytes.extend(noise.bytes(70_000));
        bytes
    };
    let lengths = [0xff_u8; 64].to_vec();
    let long_head = [
        b"GET /v1/head HTTP/1.1\r\nx: ".to_vec(),
        vec![b'a'; 1 << 20],
    ]
    .concat();
    let long_body = b"POST /v1/transactions HTTP/1.1\r\nhost: a\r\n\
        content-type: application/cbor\r\ncontent-length: 99999999999\r\n\r\n\xa1";
    let chunks = b"POST /v1/transactions HTTP/1.1\r\nhost: a\r\n\
        content-type: application/cbor\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n";
    vec![
        noise.bytes(1),
        noise.bytes(10_000),
        noise.bytes(2_000_000),
        vec![0; 2_000_000],
        noise_protocol(noise),
        b"\x13/multistream/1.0.0\n".repeat(5_000),
        [b"\x13/multistream/1.0.0\n".to_vec(), lengths.clone()].concat(),
        lengths,
        long_head,
        long_body.to_vec(),
        chunks.to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
    ]
}

#[tokio::test]
async fn garbage_at_both_ports_harms_nobody() {
    let mut net = Net::start(4);
    net.until_all_at(1).await;
    let before = memory_kb(&net, 0);
    let mut noise = Noise(2);
    for bytes in garbage(&mut noise) {
        for _ in 0..3 {
            send(net.p2p_address(0), &bytes).await;
            let answer = send(net.api_address(0), &bytes).await;
            assert!(!answer.starts_with(b"HTTP/1.1 2"), "{answer:?}");
            assert!(!answer.starts_with(b"HTTP/1.1 500"), "{answer:?}");
        }
    }
    assert_unharmed(&net, before).await;
    // It still lets real peers in.
    net.kill(1);
    net.run(1);
    let transaction = net.registration("after-garbage");
    net.acknowledged(0, &transaction).await;
    net.until_final(1, &transaction).await;
}

#[tokio::test]
async fn thousands_of_slow_connections_keep_nobody_out() {
    let net = Net::start(4);
    net.until_all_at(1).await;
    let before = memory_kb(&net, 0);
    for begun in [
        &b"GET /v1/head HTTP/1.1\r\nx-slow: "[..],
        b"POST /v1/transactions HTTP/1.1\r\nhost: a\r\ncontent-type: application/cbor\r\n\
            content-length: 1000000\r\n\r\n\x80",
        b"\x13/multistream/1.0.0\n",
        b"",
    ] {
        for address in [net.p2p_address(0), net.api_address(0)] {
            let held = hold(address, begun).await;
            assert!(held.len() > 100, "{} connections", held.len());
            // The others and the engine do not notice.
            let height = net.height(1).await.expect("a height");
            net.until_height(1, height + 2).await;
            let grown = memory_kb(&net, 0).saturating_sub(before);
            assert!(grown < MAX_GROWTH_KB, "{before} kB and {grown} more");
        }
    }
    assert_unharmed(&net, before).await;
    let transaction = net.registration("after-the-flood");
    net.acknowledged(0, &transaction).await;
    net.until_final(3, &transaction).await;
}

/// Slow clients hold all places; they are sent away, and others get theirs.
#[tokio::test]
async fn who_begins_and_does_not_end_is_sent_away() {
    let net = Net::start(1);
    net.until_height(0, 1).await;
    let mut slow_body = dial(net.api_address(0)).await.expect("a connection");
    let begun = b"POST /v1/transactions HTTP/1.1\r\nhost: a\r\n\
        content-type: application/cbor\r\ncontent-length: 9\r\n\r\n\x80";
    slow_body.write_all(begun).await.expect("a write");
    let mut held = hold(net.api_address(0), b"GET /v1/head HTTP/1.1\r\nx-slow: ").await;
    assert!(held.len() > 100, "{} connections", held.len());
    // The places are taken; then the slow ones are sent away, and it is this one's turn.
    net.until("a place", async || net.height(0).await).await;
    let mut rest = Vec::new();
    let ended = held[0].read_to_end(&mut rest);
    timeout(Duration::from_secs(60), ended)
        .await
        .expect("it is sent away")
        .ok();
    let mut answer = Vec::new();
    slow_body.read_to_end(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("too_slow"),
        "{answer}"
    );
}
