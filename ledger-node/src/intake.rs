//! Submissions, collected: all that wait are kept by one write to disk.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use ledger_core::Refusal;
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

struct Submission {
    transaction: Vec<u8>,
    reply: oneshot::Sender<Result<TxId, Refusal>>,
}

/// The most submissions that wait.
const QUEUE: usize = 256;

/// The most that are checked and written at once: a proposal must not wait for long.
const MAX_AT_ONCE: usize = 32;

/// How many accepted transactions are recognised when they come again, from peers or clients.
const MAX_REMEMBERED: usize = 20_000;

impl Intake {
    /// Hands in a transaction; answered once it is on disk, or refused.
    ///
    /// # Errors
    /// The node is stopping.
    pub(crate) async fn submit(&self, transaction: Vec<u8>) -> Result<Result<TxId, Refusal>> {
        let (reply, answer) = oneshot::channel();
        let submission = Submission { transaction, reply };
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
    let mut waiting = Vec::with_capacity(MAX_AT_ONCE);
    let mut accepted = Accepted::default();
    while queue.recv_many(&mut waiting, MAX_AT_ONCE).await > 0 {
        let (mut transactions, mut replies) = (Vec::new(), Vec::new());
        for Submission { transaction, reply } in waiting.drain(..) {
            if let Some(id) = accepted.id(&transaction) {
                // A client that went away is not told; its transaction is kept all the same.
                reply.send(Ok(id)).ok();
            } else {
                transactions.push(transaction);
                replies.push(reply);
            }
        }
        if transactions.is_empty() {
            continue;
        }
        let outcomes = block_in_place(|| {
            let mut app = ledger.app();
            timed(Stage::Submit, || app.submit(&transactions))
        })?;
        ledger.work().notify_one();
        for ((transaction, reply), outcome) in transactions.iter().zip(replies).zip(outcomes) {
            if let Ok(id) = outcome {
                accepted.remember(transaction, id);
            }
            reply.send(outcome).ok();
        }
    }
    Ok(())
}

/// What was accepted lately, by all of its bytes: checking it again would say the same.
#[derive(Default)]
struct Accepted(HashMap<Digest, TxId>);

impl Accepted {
    fn id(&self, transaction: &[u8]) -> Option<TxId> {
        self.0.get(&key(transaction)).copied()
    }

    fn remember(&mut self, transaction: &[u8], id: TxId) {
        if self.0.len() >= MAX_REMEMBERED {
            // Forgetting costs checks only, never correctness.
            self.0.clear();
        }
        self.0.insert(key(transaction), id);
    }
}

/// A digest of the bytes, so that little is kept.
fn key(transaction: &[u8]) -> Digest {
    let mut hasher = Hasher::new(Suite::Intl);
    hasher.update(transaction);
    hasher.finish()
}
