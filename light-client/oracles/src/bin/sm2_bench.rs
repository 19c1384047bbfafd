//! `cargo xtask bench sm2`, natively: CPU time of everyone in turn, in one process.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use light_client::hash::{Digest, Tag, hash};
use light_client::key::sm2::{GeneratorTable, KeyTable, VerifyingKey};
use light_client::merkle::{Tree, root};
use light_client::suite::Suite;
use rustix::time::{ClockId, clock_gettime};
use sm2_oracles::contest::{Contest, Peer, Quorum};
use sm2_oracles::openssl::OpenSsl;

const ROUNDS: usize = 41;
const KEYS: usize = 64;
const SIGNATURES: usize = 512;
/// Signatures a round: each key once.
const COUNT: usize = KEYS;

#[derive(Parser)]
struct Options {
    /// The compiled peer (`openssl/peer.c`)
    #[arg(long)]
    openssl: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let contest = Contest::new(SIGNATURES, KEYS).context("a key is not usable")?;
    let mut openssl = OpenSsl::start(&options.openssl)?;
    let mut quorum = Quorum::new(21).context("a key is not usable")?;
    let mut rows: Vec<Row> = Peer::ALL
        .iter()
        .map(|peer| Row::new(&peer.to_string()))
        .collect();
    let mut crowds: Vec<Row> = [8, 21, 64, 256]
        .map(|size| Row::new(&format!("ours, {size} known keys at once")))
        .into();
    let mut others = [
        Row::new("OpenSSL 3, SM2"),
        Row::new("quorum of 21, tables ready"),
        Row::new("tables of one key"),
        Row::new("tables of the generator"),
    ];
    let mut nodes = [
        Row::new("SM3 tree node, one by one"),
        Row::new("SM3 tree node, in a level"),
    ];
    let leaves: Vec<Digest> = (0..4096_u32)
        .map(|leaf| hash(Suite::Sm, Tag::LOG_LEAF, &[&leaf.to_be_bytes()]))
        .collect();
    let expected = root(Tree::Log, Suite::Sm, &leaves);
    ensure!(alone(&leaves) == [expected], "two ways to one root differ");
    let keys: Vec<VerifyingKey> = contest.keys().cloned().collect();
    for round in 0..ROUNDS {
        eprint!("\rround {} of {ROUNDS}", round + 1);
        let start = round * COUNT;
        for (peer, row) in Peer::ALL.iter().zip(&mut rows) {
            row.time(COUNT, || contest.run(*peer, start, COUNT) == COUNT)?;
        }
        for (size, row) in [8, 21, 64, 256].into_iter().zip(&mut crowds) {
            row.time(size, || contest.run_together(start, size) == size)?;
        }
        let case = contest.cases().nth(start % SIGNATURES).context("a case")?;
        ensure!(openssl.verify(case)?, "OpenSSL refuses an honest signature");
        others[0].spent.push(
            openssl
                .time(COUNT)?
                .div_f64(f64::from(u32::try_from(COUNT)?)),
        );
        others[1].time(1, || quorum.run() == 21)?;
        nodes[0].time(leaves.len() - 1, || alone(&leaves).len() == 1)?;
        nodes[1].time(leaves.len() - 1, || {
            root(Tree::Log, Suite::Sm, &leaves) == expected
        })?;
        others[2].time(8, || {
            keys.iter().take(8).all(|key| KeyTable::new(key).size() > 0)
        })?;
        others[3].time(1, || GeneratorTable::new().size() > 0)?;
    }
    eprintln!();
    let stock = rows[0].median();
    println!(
        "{SIGNATURES} signatures by {KEYS} keys, CPU time, medians of {ROUNDS} rounds of {COUNT}"
    );
    for row in rows.iter().chain(&crowds).chain(&others) {
        let median = row.median();
        let ratio = stock.as_secs_f64() / median.as_secs_f64();
        println!(
            "  {:<28} {:>9.1} µs  {ratio:>6.2} × as fast as stock",
            row.name,
            median.as_secs_f64() * 1e6
        );
    }
    for row in &nodes {
        let nanoseconds = row.median().as_secs_f64() * 1e9;
        println!("  {:<28} {nanoseconds:>9.1} ns", row.name);
    }
    let (generator, key) = contest.table_bytes();
    println!("  tables: generator {generator} bytes, a key {key} bytes");
    Ok(())
}

/// A tree of a power of two of leaves, node by node.
fn alone(leaves: &[Digest]) -> Vec<Digest> {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        let pairs = level.as_chunks::<2>().0.iter();
        level = pairs
            .map(|[left, right]| Tree::Log.node(Suite::Sm, left, right))
            .collect();
    }
    level
}

struct Row {
    name: String,
    spent: Vec<Duration>,
}

impl Row {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            spent: Vec::new(),
        }
    }

    /// CPU time for each of `count`.
    fn time(&mut self, count: usize, run: impl FnOnce() -> bool) -> Result<()> {
        let start = cpu();
        let held = run();
        let spent = cpu().saturating_sub(start);
        ensure!(held, "{} refused an honest signature", self.name);
        self.spent
            .push(spent.div_f64(f64::from(u32::try_from(count)?)));
        Ok(())
    }

    fn median(&self) -> Duration {
        let mut spent = self.spent.clone();
        spent.sort();
        spent[spent.len() / 2]
    }
}

/// CPU time of this process.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(now.tv_sec).unwrap_or(0),
        u32::try_from(now.tv_nsec).unwrap_or(0),
    )
}
