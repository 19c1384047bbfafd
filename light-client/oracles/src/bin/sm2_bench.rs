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
const CROWDS: [usize; 4] = [8, 21, 64, 256];
const LEAVES: u32 = 4096;

#[derive(Parser)]
struct Options {
    /// The compiled peer (`openssl/peer.c`)
    #[arg(long)]
    openssl: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let contest = Contest::new(SIGNATURES, KEYS).context("a key is not usable")?;
    let mut rows = signatures(&contest);
    rows.push(openssl(&contest, OpenSsl::start(&options.openssl)?));
    rows.extend(preparations(&contest)?);
    rows.extend(nodes()?);
    for round in 0..ROUNDS {
        if round % 10 == 0 {
            eprintln!("  round {} of {ROUNDS}", round + 1);
        }
        for row in &mut rows {
            let spent = (row.measure)(round * COUNT)?;
            row.spent.push(spent);
        }
    }
    report(&rows);
    let (generator, key) = contest.table_bytes();
    println!("  tables: generator {generator} bytes, a key {key} bytes");
    Ok(())
}

fn report(rows: &[Row<'_>]) {
    let stock = rows.first().map_or(Duration::ZERO, Row::median);
    println!(
        "{SIGNATURES} signatures by {KEYS} keys, CPU time, medians of {ROUNDS} rounds of {COUNT}"
    );
    for row in rows {
        let median = row.median();
        let ratio = stock.as_secs_f64() / median.as_secs_f64();
        println!(
            "  {:<28} {:>9.2} µs  {ratio:>7.2} × as fast as stock",
            row.name,
            median.as_secs_f64() * 1e6
        );
    }
}

/// Everyone on single signatures, stock first, and the light client on many at once.
fn signatures(contest: &Contest) -> Vec<Row<'_>> {
    let alone = |peer: Peer| {
        let run = move |start| contest.run(peer, start, COUNT) == COUNT;
        Row::new(&peer.to_string(), COUNT, run)
    };
    let together = |size: usize| {
        let run = move |start| contest.run_together(start, size) == size;
        Row::new(&format!("ours, {size} known keys at once"), size, run)
    };
    let rows = Peer::ALL.into_iter().map(alone);
    rows.chain(CROWDS.into_iter().map(together)).collect()
}

/// OpenSSL counts its CPU time itself.
fn openssl(contest: &Contest, mut peer: OpenSsl) -> Row<'_> {
    let measure = move |start: usize| {
        let case = contest.cases().nth(start % SIGNATURES).context("a case")?;
        ensure!(peer.verify(case)?, "OpenSSL refuses an honest signature");
        Ok(peer.time(COUNT)?.div_f64(f64::from(u32::try_from(COUNT)?)))
    };
    Row {
        name: "OpenSSL 3, SM2".to_owned(),
        measure: Box::new(measure),
        spent: Vec::new(),
    }
}

/// What tables cost, and what a quorum costs with them.
fn preparations(contest: &Contest) -> Result<Vec<Row<'_>>> {
    let mut quorum = Quorum::new(21).context("a key is not usable")?;
    let keys: Vec<VerifyingKey> = contest.keys().take(8).cloned().collect();
    Ok(vec![
        Row::new("quorum of 21, tables ready", 1, move |_| quorum.run() == 21),
        Row::new("tables of one key", keys.len(), move |_| {
            keys.iter().all(|key| KeyTable::new(key).size() > 0)
        }),
        Row::new("tables of the generator", 1, |_| {
            GeneratorTable::new().size() > 0
        }),
    ])
}

/// A Merkle tree, node by node and level by level.
fn nodes<'a>() -> Result<Vec<Row<'a>>> {
    let leaf = |leaf: u32| hash(Suite::Sm, Tag::LOG_LEAF, &[&leaf.to_be_bytes()]);
    let leaves: Vec<Digest> = (0..LEAVES).map(leaf).collect();
    let expected = root(Tree::Log, Suite::Sm, &leaves);
    ensure!(alone(&leaves) == [expected], "two ways to one root differ");
    let (count, same) = (leaves.len() - 1, leaves.clone());
    Ok(vec![
        Row::new("SM3 tree node, one by one", count, move |_| {
            alone(&same) == [expected]
        }),
        Row::new("SM3 tree node, in a level", count, move |_| {
            root(Tree::Log, Suite::Sm, &leaves) == expected
        }),
    ])
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

/// Something to measure, from a first signature on.
type Measure<'a> = Box<dyn FnMut(usize) -> Result<Duration> + 'a>;

struct Row<'a> {
    name: String,
    measure: Measure<'a>,
    spent: Vec<Duration>,
}

impl<'a> Row<'a> {
    /// CPU time for each of the `count` that `run` does.
    fn new(name: &str, count: usize, mut run: impl FnMut(usize) -> bool + 'a) -> Self {
        let subject = name.to_owned();
        let measure = move |start: usize| {
            let before = cpu();
            let held = run(start);
            let spent = cpu().saturating_sub(before);
            ensure!(held, "{subject} refused an honest signature");
            Ok(spent.div_f64(f64::from(u32::try_from(count)?)))
        };
        Self {
            name: name.to_owned(),
            measure: Box::new(measure),
            spent: Vec::new(),
        }
    }

    fn median(&self) -> Duration {
        let mut spent = self.spent.clone();
        spent.sort();
        spent.get(spent.len() / 2).copied().unwrap_or_default()
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
