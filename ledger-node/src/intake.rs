//! Submissions, collected: all that wait are kept by one write to disk.
//!
//! Form and signatures are checked before the ledger's lock is taken, so that a block that is
//! executed meanwhile does not wait for them, nor they for it.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use ledger_core::Refusal;
use ledger_core::store::Store as _;
use ledger_core::transaction::TxId;
use light_client::hash::{Digest, Hasher};
use light_client::suite::Suite;
use tokio::sync::{mpsc, oneshot};
use tokio::task::block_in_place;

use crate::ledger::Ledger;
use crate::stages::{Stage, timed};

/// Where submissions are handed in.
#[derive(Clone)]
pub(crate) struct Intake(mpsc::Sender<Submission>);

type Outcome = Result<TxId, Refusal>;

struct Submission {
    transactions: Vec<Vec<u8>>,
    reply: oneshot::Sender<Vec<Outcome>>,
}

/// The most submissions that wait; each is at most one batch long.
const QUEUE: usize = 64;

/// From how many transactions on no more are collected before what is there is checked and
/// written: a proposal must not wait for long.
const ENOUGH: usize = 512;

/// How many accepted transactions are recognised when they come again, from peers or clients.
const MAX_REMEMBERED: usize = 20_000;

impl Intake {
    /// Hands in a transaction; answered once it is on disk, or refused.
    ///
    /// # Errors
    /// The node is stopping.
    pub(crate) async fn submit(&self, transaction: Vec<u8>) -> Result<Outcome> {
        let outcomes = self.submit_all(vec![transaction]).await?;
        outcomes.into_iter().next().context("one outcome for one")
    }

    /// Hands in a batch; answered, one by one, once those that are accepted are on disk.
    ///
    /// # Errors
    /// The node is stopping.
    pub(crate) async fn submit_all(&self, transactions: Vec<Vec<u8>>) -> Result<Vec<Outcome>> {
        let (reply, answer) = oneshot::channel();
        let submission = Submission {
            transactions,
            reply,
        };
        self.0
            .send(submission)
            .await
            .ok()
            .context("the node is stopping")?;
        answer.await.context("the node is stopping")
    }
}

/// The intake, and the work behind it, which ends only for an error.
pub(crate) fn intake(ledger: Arc<Ledger>) -> (Intake, impl Future<Output = Result<()>>) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (Intake(sender), work(ledger, receiver))
}

async fn work(ledger: Arc<Ledger>, mut queue: mpsc::Receiver<Submission>) -> Result<()> {
    let mut accepted = Accepted::default();
    while let Some(first) = queue.recv().await {
        let mut count = first.transactions.len();
        let mut waiting = vec![first];
        while count < ENOUGH
            && let Ok(next) = queue.try_recv()
        {
            count += next.transactions.len();
            waiting.push(next);
        }
        let outcomes = block_in_place(|| take(&ledger, &mut accepted, &mut waiting))?;
        // Nothing new is no reason for a block: whoever sends nothing must not set the pace.
        if block_in_place(|| ledger.app().has_work()) {
            ledger.work().notify_one();
        }
        let mut outcomes = outcomes.into_iter();
        for submission in waiting {
            let own = outcomes.by_ref().take(submission.transactions.len());
            // A client that went away is not told; its transactions are kept all the same.
            submission.reply.send(own.collect()).ok();
        }
    }
    Ok(())
}

/// One outcome for each transaction, in order; all that are accepted are on disk.
fn take(
    ledger: &Ledger,
    accepted: &mut Accepted,
    waiting: &mut [Submission],
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    let (mut new, mut keys) = (Vec::new(), Vec::new());
    let all = waiting.iter_mut().flat_map(|one| &mut one.transactions);
    for (place, transaction) in all.enumerate() {
        let key = key(transaction);
        match accepted.id(&key) {
            // It may have been refused by a block since, and may be accepted now.
            Some(id) if ledger.app().keeps(&id)? => outcomes.push(Some(Ok(id))),
            Some(_) | None => {
                outcomes.push(None);
                keys.push((place, key));
                new.push(std::mem::take(transaction));
            }
        }
    }
    let admitted = timed(Stage::Submit, || admit(ledger, &new))?;
    for ((place, key), outcome) in keys.into_iter().zip(admitted) {
        if let Ok(id) = outcome {
            accepted.remember(key, id);
        }
        outcomes[place] = Some(outcome);
    }
    let all: Option<Vec<Outcome>> = outcomes.into_iter().collect();
    all.context("one outcome for each")
}

/// Blocks wait while transactions are tried, not while they are checked or synced.
fn admit(ledger: &Ledger, new: &[Vec<u8>]) -> Result<Vec<Outcome>> {
    let checker = ledger.app().checker();
    let checked = checker.check(new);
    let outcomes = ledger.app().admit(checked)?;
    if outcomes.iter().any(Outcome::is_ok) {
        ledger.store().sync()?;
    }
    Ok(outcomes)
}

/// What was accepted lately, by all of its bytes: checking it again would say the same.
#[derive(Default)]
struct Accepted(HashMap<Digest, TxId>);

impl Accepted {
    fn id(&self, key: &Digest) -> Option<TxId> {
        self.0.get(key).copied()
    }

    fn remember(&mut self, key: Digest, id: TxId) {
        if self.0.len() >= MAX_REMEMBERED {
            // Forgetting costs checks only, never correctness.
            self.0.clear();
        }
        self.0.insert(key, id);
    }
}

/// A digest of the bytes, so that little is kept.
fn key(transaction: &[u8]) -> Digest {
    let mut hasher = Hasher::new(Suite::Intl);
    hasher.update(transaction);
    hasher.finish()
}
