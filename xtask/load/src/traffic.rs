//! Sending transactions to all nodes, as fast as they take them or at a given rate, and finding
//! out what became of each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use light_client::cbor::Writer;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::author::Transaction;
use crate::http::Connection;
use crate::net::Net;

/// How long a client waits that was told that the node is full.
const BACK_OFF: Duration = Duration::from_millis(20);
/// Connections over which the outcome is asked for.
const ASKING: usize = 16;

/// How transactions are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// Each connection sends its next as soon as the last was answered; who is told that the node
    /// is full tries again.
    AsTaken,
    /// The same, but each connection waits until its transaction is final.
    AsFinal,
    /// So many per second, whatever the answers; each is due at its time, and late if it is sent
    /// later.
    PerSecond(f64),
}

/// A load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) pace: Pace,
    pub(crate) seconds: f64,
    pub(crate) connections: usize,
    /// Transactions of one request.
    pub(crate) batch: usize,
}

/// What a node answered.
#[derive(Clone, Debug)]
pub(crate) enum Answered {
    /// It keeps the transaction, as do enough others.
    Accepted,
    /// It has no room, or too few others have, for now.
    Full,
    /// It does not, for the reason of this code.
    Refused(String),
}

/// A transaction that was sent.
#[derive(Debug)]
pub(crate) struct One {
    /// Its place in the pool.
    pub(crate) at: usize,
    /// When it was due.
    pub(crate) due: Instant,
    pub(crate) answer: Answered,
}

/// Everything that was sent under one load.
pub(crate) struct Sent {
    pub(crate) pool: Arc<[Transaction]>,
    pub(crate) start: Instant,
    pub(crate) all: Vec<One>,
    /// How often a node said that it was full and the transaction was sent again.
    pub(crate) again: usize,
}

impl Sent {
    /// Those that were accepted.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &One> {
        self.all
            .iter()
            .filter(|one| matches!(one.answer, Answered::Accepted))
    }

    /// How many were refused, by code.
    pub(crate) fn refusals(&self) -> BTreeMap<&str, usize> {
        let mut codes = BTreeMap::new();
        for one in &self.all {
            match &one.answer {
                Answered::Accepted => {}
                Answered::Full => *codes.entry("no room").or_default() += 1,
                Answered::Refused(code) => *codes.entry(code.as_str()).or_default() += 1,
            }
        }
        codes
    }
}

/// Sends transactions of the pool from a place on.
pub(crate) async fn send(
    net: &Net,
    pool: &Arc<[Transaction]>,
    from: usize,
    load: Load,
) -> Result<Sent> {
    let start = Instant::now();
    let shared = Arc::new(Sending {
        pool: pool.clone(),
        next: AtomicUsize::new(from),
        again: AtomicUsize::new(0),
        from,
        start,
        load,
    });
    let mut senders = JoinSet::new();
    for turn in 0..load.connections {
        senders.spawn(shared.clone().run(net.connection(turn)));
    }
    let mut all = Vec::new();
    while let Some(sent) = senders.join_next().await {
        all.extend(sent?);
    }
    Ok(Sent {
        pool: pool.clone(),
        start,
        all,
        again: shared.again.load(Ordering::Relaxed),
    })
}

struct Sending {
    pool: Arc<[Transaction]>,
    next: AtomicUsize,
    again: AtomicUsize,
    from: usize,
    start: Instant,
    load: Load,
}

impl Sending {
    async fn run(self: Arc<Self>, mut node: Connection) -> Vec<One> {
        let end = self.start + Duration::from_secs_f64(self.load.seconds);
        let mut sent = Vec::new();
        while Instant::now() < end {
            let first = self.next.fetch_add(self.load.batch, Ordering::Relaxed);
            let places = first..(first + self.load.batch).min(self.pool.len());
            let due: Vec<_> = places.map(|at| (at, self.due(at))).collect();
            // A batch is sent when its last is due; the others are late by so much.
            let Some((_, last)) = due.last().filter(|(_, last)| *last < end) else {
                break;
            };
            tokio::time::sleep_until((*last).into()).await;
            sent.extend(self.submit(&mut node, due).await);
            if let (Pace::AsFinal, Some(one)) = (self.load.pace, sent.last())
                && matches!(one.answer, Answered::Accepted)
            {
                until_settled(&mut node, &self.pool[one.at]).await;
            }
        }
        sent
    }

    fn due(&self, at: usize) -> Instant {
        match self.load.pace {
            Pace::AsTaken | Pace::AsFinal => Instant::now(),
            Pace::PerSecond(rate) => {
                let after = (at - self.from) as f64 / rate;
                self.start + Duration::from_secs_f64(after)
            }
        }
    }

    /// Sends a batch, and again those for which there was no room, unless time presses.
    async fn submit(&self, node: &mut Connection, mut due: Vec<(usize, Instant)>) -> Vec<One> {
        let mut sent = Vec::with_capacity(due.len());
        while !due.is_empty() {
            let answers = self.post(node, &due).await;
            let mut again = Vec::new();
            for ((at, due), answer) in due.into_iter().zip(answers) {
                match answer {
                    Answered::Full if !matches!(self.load.pace, Pace::PerSecond(_)) => {
                        again.push((at, due));
                    }
                    answer => sent.push(One { at, due, answer }),
                }
            }
            due = again;
            if !due.is_empty() {
                self.again.fetch_add(due.len(), Ordering::Relaxed);
                tokio::time::sleep(BACK_OFF).await;
            }
        }
        sent
    }

    /// One answer for each.
    async fn post(&self, node: &mut Connection, due: &[(usize, Instant)]) -> Vec<Answered> {
        let bodies: Vec<&[u8]> = due.iter().map(|(at, _)| &*self.pool[*at].bytes).collect();
        let answers = match bodies.as_slice() {
            [one] => node.post("/v1/transactions", one).await.map(|answer| {
                let problem = answer.json().unwrap_or_default();
                vec![answered(answer.status.into(), &problem)]
            }),
            all => post_batch(node, all).await,
        };
        answers.unwrap_or_else(|error| {
            let failed = Answered::Refused(format!("{error:#}"));
            vec![failed; due.len()]
        })
    }
}

async fn post_batch(node: &mut Connection, bodies: &[&[u8]]) -> Result<Vec<Answered>> {
    let mut writer = Writer::default();
    writer.array(bodies.len());
    for body in bodies {
        writer.bytes(body);
    }
    let answer = node
        .post("/v1/transactions/batch", &writer.finish())
        .await?;
    let answers = answer.success()?.json()?;
    let answers = answers.as_array().context("no list of answers")?;
    ensure!(answers.len() == bodies.len(), "not one answer for each");
    let each = |answer: &Value| answered(answer["status"].as_u64().unwrap_or(0), answer);
    Ok(answers.iter().map(each).collect())
}

fn answered(status: u64, problem: &Value) -> Answered {
    let code = || problem["code"].as_str().unwrap_or("no code").to_owned();
    match status {
        202 => Answered::Accepted,
        503 => Answered::Full,
        _ => Answered::Refused(code()),
    }
}

/// Waits until a transaction no longer waits; what became of it is asked for later.
async fn until_settled(node: &mut Connection, transaction: &Transaction) {
    let path = format!("/v1/transactions/{}", transaction.id);
    let waits = |answer: &Value| answer["state"] == "pending";
    while let Ok(answer) = node.get(&path).await.and_then(|answer| answer.json())
        && waits(&answer)
    {
        tokio::time::sleep(BACK_OFF).await;
    }
}

/// A transaction that is final.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Final {
    /// Its place in the pool.
    pub(crate) at: usize,
    pub(crate) due: Instant,
    pub(crate) height: u64,
    pub(crate) log_index: Option<u64>,
}

/// What became of what was accepted.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) finals: Vec<Final>,
    /// Accepted, and refused later.
    pub(crate) refused: usize,
}

/// Waits until nothing waits any more, and asks for every accepted transaction.
///
/// # Errors
/// When an acknowledged transaction is neither final nor refused: it would be lost.
pub(crate) async fn settle(net: &Net, sent: &Sent) -> Result<Settled> {
    net.drained().await?;
    let accepted: Arc<[(usize, Instant, String)]> = sent
        .accepted()
        .map(|one| {
            let path = format!("/v1/transactions/{}", sent.pool[one.at].id);
            (one.at, one.due, path)
        })
        .collect();
    let next = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    for turn in 0..ASKING {
        let (mut node, accepted, next) = (net.connection(turn), accepted.clone(), next.clone());
        asking.spawn(async move {
            let mut settled = Settled::default();
            while let Some((at, due, path)) = accepted.get(next.fetch_add(1, Ordering::Relaxed)) {
                match outcome(&mut node, path).await? {
                    Some((height, log_index)) => settled.finals.push(Final {
                        at: *at,
                        due: *due,
                        height,
                        log_index,
                    }),
                    None => settled.refused += 1,
                }
            }
            Ok::<_, anyhow::Error>(settled)
        });
    }
    let mut all = Settled::default();
    while let Some(settled) = asking.join_next().await {
        let settled = settled??;
        all.finals.extend(settled.finals);
        all.refused += settled.refused;
    }
    Ok(all)
}

/// Height and log index of a transaction; none if it was refused.
async fn outcome(node: &mut Connection, path: &str) -> Result<Option<(u64, Option<u64>)>> {
    let answer = node.get(path).await?.success()?.json()?;
    match answer["state"].as_str() {
        Some("final") => {
            let height = answer["height"].as_u64().context("final without height")?;
            Ok(Some((height, answer["log_index"].as_u64())))
        }
        Some("refused") => Ok(None),
        _ => bail!("{path}: an acknowledged transaction is {answer}"),
    }
}
