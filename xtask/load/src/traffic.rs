//! Sending transactions to all nodes, as fast as they take them or at a given rate, and finding
//! out what became of each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
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
}

/// What a node answered.
#[derive(Clone, Debug)]
pub(crate) enum Answered {
    /// It keeps the transaction, as do enough others.
    Accepted,
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
            if let Answered::Refused(code) = &one.answer {
                *codes.entry(code.as_str()).or_default() += 1;
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
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(transaction) = self.pool.get(at) else {
                break;
            };
            let due = match self.load.pace {
                Pace::AsTaken | Pace::AsFinal => Instant::now(),
                Pace::PerSecond(rate) => {
                    let after = (at - self.from) as f64 / rate;
                    self.start + Duration::from_secs_f64(after)
                }
            };
            if due >= end {
                break;
            }
            tokio::time::sleep_until(due.into()).await;
            let answer = self.submit(&mut node, transaction).await;
            if matches!(self.load.pace, Pace::AsFinal) && matches!(answer, Answered::Accepted) {
                until_settled(&mut node, transaction).await;
            }
            sent.push(One { at, due, answer });
        }
        sent
    }

    async fn submit(&self, node: &mut Connection, transaction: &Transaction) -> Answered {
        loop {
            let answer = node.post("/v1/transactions", &transaction.bytes).await;
            match answer {
                Ok(answer) if answer.status == 202 => return Answered::Accepted,
                Ok(answer)
                    if answer.status == 503 && !matches!(self.load.pace, Pace::PerSecond(_)) =>
                {
                    self.again.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(BACK_OFF).await;
                }
                Ok(answer) => {
                    let code = answer.json().ok();
                    let code = code.as_ref().and_then(|problem| problem["code"].as_str());
                    return Answered::Refused(code.unwrap_or("no code").to_owned());
                }
                Err(error) => return Answered::Refused(format!("{error:#}")),
            }
        }
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
