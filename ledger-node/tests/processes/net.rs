//! A real net of real processes on this machine, for tests to break.

#![expect(clippy::panic, reason = "a test that waited in vain has failed")]

mod links;
mod processes;
mod transactions;

use std::cell::RefCell;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use ledger_core::transaction::SignedTransaction;
use ledger_node::config::NodeDir;
use ledger_node::keys::{self, KeyFile};
use light_client::cbor;
use light_client::certificate::CertifiedHeader;
use light_client::genesis::Genesis;
use light_client::id::Epoch;
use light_client::validator_set::ValidatorSet;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use links::{Links, Way};

/// Longer than anything takes on a busy machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) struct Net {
    dir: TempDir,
    base: u16,
    nodes: Vec<RefCell<Option<Child>>>,
    pub(crate) client: reqwest::Client,
    pub(crate) genesis: Genesis,
}

impl Net {
    /// Makes a ledger of `count` validators and starts them all.
    pub(crate) fn start(count: usize) -> Self {
        let mut net = Self::found(count);
        net.run_all();
        net
    }

    /// Makes a ledger of `count` validators, none of which runs.
    pub(crate) fn found(count: usize) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let base = free_ports(2 * count);
        let status = Command::new(env!("CARGO_BIN_EXE_ledger-node"))
            .args(["init", "--unsealed", "--name", "test"])
            .args(["--validators", &count.to_string()])
            .args(["--api-port", &base.to_string()])
            .args(["--p2p-port", &(base + port(count)).to_string()])
            .arg("--dir")
            .arg(dir.path().join("net"))
            .stdout(Stdio::null())
            .status()
            .expect("the program runs");
        assert!(status.success(), "init: {status}");
        let node = NodeDir::new(dir.path().join("net/node0"));
        let genesis = node.genesis().expect("a genesis");
        let client = reqwest::Client::builder()
            .no_proxy()
            // Before the node ends a connection that is not used.
            .pool_idle_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10));
        let client = client.build().expect("a client");
        let nodes = (0..count).map(|_| RefCell::new(None)).collect();
        Self {
            dir,
            base,
            nodes,
            client,
            genesis,
        }
    }

    /// The first `count` of the nodes are the ledger's first validators, and the others follow.
    pub(crate) fn only_first_vote(&mut self, count: usize) {
        let all = self.genesis.validators.validators();
        let first = all.iter().take(count).cloned().collect();
        let validators = ValidatorSet::new(Epoch(0), first).expect("a set");
        self.replace_genesis(Genesis {
            validators,
            ..self.genesis.clone()
        });
    }

    /// Has the nodes, which do not run yet, begin with another first record.
    pub(crate) fn replace_genesis(&mut self, genesis: Genesis) {
        self.genesis = genesis;
        let bytes = cbor::to_bytes(&self.genesis);
        for at in 0..self.count() {
            let file = NodeDir::new(self.node_dir(at)).genesis_file();
            std::fs::write(file, &bytes).expect("a genesis");
        }
    }

    /// How many nodes there are, running or not.
    pub(crate) const fn count(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn run_all(&mut self) {
        (0..self.count()).for_each(|at| self.run(at));
    }

    /// Waits until every node has made or fetched a block of that height.
    pub(crate) async fn until_all_at(&self, height: u64) {
        for at in 0..self.count() {
            self.until_height(at, height).await;
        }
    }

    pub(crate) fn node_dir(&self, at: usize) -> PathBuf {
        self.dir.path().join(format!("net/node{at}"))
    }

    pub(crate) fn api_address(&self, at: usize) -> (&'static str, u16) {
        ("127.0.0.1", self.base + port(at))
    }

    pub(crate) fn p2p_address(&self, at: usize) -> (&'static str, u16) {
        ("127.0.0.1", self.base + port(self.nodes.len() + at))
    }

    pub(crate) fn url(&self, at: usize, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.base + port(at))
    }

    pub(crate) async fn get(&self, at: usize, path: &str) -> Option<Response> {
        self.client.get(self.url(at, path)).send().await.ok()
    }

    /// The height of a node's head; none while it does not answer.
    pub(crate) async fn height(&self, at: usize) -> Option<u64> {
        let answer = self.get(at, "/v1/head").await?;
        answer.json::<Value>().await.ok()?["height"].as_u64()
    }

    pub(crate) async fn until_height(&self, at: usize, height: u64) -> u64 {
        let what = format!("node {at} at height {height}");
        self.until(&what, async || {
            self.height(at).await.filter(|found| *found >= height)
        })
        .await
    }

    pub(crate) async fn header(&self, at: usize, height: u64) -> Option<CertifiedHeader> {
        let answer = self.get(at, &format!("/v1/headers/{height}")).await?;
        let answer = answer.error_for_status().ok()?;
        Some(cbor::parse(&answer.bytes().await.ok()?, 1 << 20).expect("a certified header"))
    }

    /// All nodes tell the same history, and every header of it is certified.
    pub(crate) async fn assert_one_history(&self) {
        let head = self.height(0).await.expect("a height");
        for at in 1..self.count() {
            self.until_height(at, head).await;
            for height in 1..=head {
                let one = self.header(0, height).await.expect("a header");
                let other = self.header(at, height).await.expect("a header");
                assert_eq!(one.header, other.header, "node {at}");
                one.check(&self.genesis.validators).expect("a certificate");
            }
        }
    }

    /// Each of them is final at one height everywhere.
    pub(crate) async fn assert_final_everywhere(&self, acknowledged: &[SignedTransaction]) {
        for transaction in acknowledged {
            let height = self.until_final(0, transaction).await;
            for at in 1..self.count() {
                let there = self.until_final(at, transaction).await;
                assert_eq!(there, height, "node {at}");
            }
        }
    }

    pub(crate) async fn submit(&self, at: usize, transaction: &[u8]) -> Response {
        self.try_submit(at, transaction)
            .await
            .expect("the node answers")
    }

    pub(crate) async fn try_submit(&self, at: usize, transaction: &[u8]) -> Option<Response> {
        self.post(at, "/v1/transactions", transaction).await.ok()
    }

    /// Posts CBOR.
    pub(crate) async fn post(
        &self,
        at: usize,
        path: &str,
        body: &[u8],
    ) -> reqwest::Result<Response> {
        let request = self.client.post(self.url(at, path));
        let request = request.header("content-type", "application/cbor");
        request.body(body.to_vec()).send().await
    }

    /// Submits and waits until the transaction is final on that node; returns its height.
    pub(crate) async fn finalize(&self, at: usize, transaction: &SignedTransaction) -> u64 {
        let answer = self.submit(at, &transaction.to_bytes()).await;
        assert_eq!(
            answer.status(),
            StatusCode::ACCEPTED,
            "{:?}",
            answer.text().await
        );
        self.until_final(at, transaction).await
    }

    pub(crate) async fn until_final(&self, at: usize, transaction: &SignedTransaction) -> u64 {
        let id = transaction.id(self.genesis.suite);
        let path = format!("/v1/transactions/{id}");
        self.until(
            &format!("transaction {id} final on node {at}"),
            async || {
                let state: Value = self.get(at, &path).await?.json().await.ok()?;
                assert_ne!(state["state"], "refused", "{state}");
                state["height"].as_u64()
            },
        )
        .await
    }

    /// Submits until the node acknowledges: it may find too few others for the moment.
    pub(crate) async fn acknowledged(&self, at: usize, transaction: &SignedTransaction) {
        let what = format!("node {at} acknowledges");
        self.until(&what, async || {
            let answer = self.try_submit(at, &transaction.to_bytes()).await?;
            (answer.status() == StatusCode::ACCEPTED).then_some(())
        })
        .await;
    }

    /// The greatest height of those that answer.
    pub(crate) async fn highest(&self) -> u64 {
        let mut highest = 0;
        for at in 0..self.count() {
            if self.nodes[at].borrow().is_some() {
                highest = highest.max(self.height(at).await.unwrap_or_default());
            }
        }
        highest
    }

    /// One of a node's own metrics.
    pub(crate) async fn metric(&self, at: usize, name: &str) -> Option<u64> {
        let text = self.get(at, "/metrics").await?.text().await.ok()?;
        let mut lines = text.lines();
        lines.find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }

    /// Polls until there is an answer.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        mut found: impl AsyncFnMut() -> Option<T>,
    ) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = found().await {
                return found;
            }
            if start.elapsed() > PATIENCE {
                self.print_logs();
                panic!("waited in vain for {what}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The key by which a node votes, while it has but one.
    pub(crate) fn validator_key(&self, at: usize) -> KeyFile {
        let mut all = keys::list(&NodeDir::new(self.node_dir(at))).expect("keys");
        assert_eq!(all.len(), 1, "one key");
        all.remove(0)
    }

    /// Runs the program to its end.
    pub(crate) async fn command(&self, arguments: &[&str]) -> Output {
        command(arguments).await
    }

    /// The same, which must succeed; returns what it prints.
    pub(crate) async fn done(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).await;
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The folder of a node, as an argument.
    pub(crate) fn dir(&self, at: usize) -> String {
        self.node_dir(at).display().to_string()
    }

    /// A place beside the nodes' folders.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn print_logs(&self) {
        for at in 0..self.nodes.len() {
            let log = std::fs::read_to_string(self.node_dir(at).join("log")).unwrap_or_default();
            let tail: Vec<_> = log.lines().rev().take(40).collect();
            eprintln!("--- node {at} (latest first)\n{}", tail.join("\n"));
        }
    }
}

/// Runs the program to its end, with nobody at its keyboard and no passphrase.
pub(crate) async fn command(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ledger-node"));
    program.args(arguments).stdin(Stdio::null());
    for name in ["TALLYSTICK_PASSPHRASE", "TALLYSTICK_PASSPHRASE_FILE"] {
        program.env_remove(name);
    }
    let ended = tokio::task::spawn_blocking(move || program.output());
    ended.await.expect("no panic").expect("the program runs")
}

impl Drop for Net {
    fn drop(&mut self) {
        for mut child in self.nodes.iter().filter_map(RefCell::take) {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn port(at: usize) -> u16 {
    u16::try_from(at).expect("a small net")
}

/// The first of `count` neighbouring ports that nobody listens on.
///
/// Below those that the system gives away by itself: a port of a node that is down for a while
/// must not become the near end of somebody's connection.
pub(crate) fn free_ports(count: usize) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let (first, places) = (10_240, 20_000);
    let process = u16::try_from(std::process::id() % u32::from(places)).expect("below `places`");
    // Tests that run at the same time, also of other processes, hardly ever begin at one place.
    let start = process.wrapping_mul(61) % places;
    loop {
        let taken = NEXT.fetch_add(port(count), Ordering::Relaxed);
        let base = first + start.wrapping_add(taken) % places;
        let mut all = base..base + port(count);
        if all.all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return base;
        }
    }
}

/// Whether a condition holds at every look for that many seconds.
///
/// That something never happens can only be watched for a while; the conditions themselves allow
/// for what was on its way already.
pub(crate) async fn stays(seconds: u64, mut holds: impl AsyncFnMut() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        if !holds().await {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    true
}

/// Checks an error of the API: status, media type and stable code.
pub(crate) async fn assert_problem(answer: Response, status: u16, code: &str, what: &str) {
    assert_eq!(answer.status().as_u16(), status, "{what}");
    assert_eq!(
        answer.headers()["content-type"],
        "application/problem+json",
        "{what}"
    );
    let problem: Value = answer.json().await.expect("JSON");
    assert_eq!(problem["code"], code, "{what}");
    assert_eq!(problem["status"], status, "{what}");
}
