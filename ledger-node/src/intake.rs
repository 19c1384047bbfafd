//! Submissions, collected: all that wait are kept by one write to disk.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use ledger_core::Refusal;
use ledger_core::transaction::TxId;
use tokio::sync::{mpsc, oneshot};
use tokio::task::block_in_place;

use crate::ledger::Ledger;

/// Where submissions are handed in.
#[derive(Clone)]
pub(crate) struct Intake(mpsc::Sender<Submission>);

struct Submission {
    transaction: Vec<u8>,
    reply: oneshot::Sender<Result<TxId, Refusal>>,
}

/// The most submissions that wait, and that are written at once.
const QUEUE: usize = 256;

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
    let mut waiting = Vec::with_capacity(QUEUE);
    while queue.recv_many(&mut waiting, QUEUE).await > 0 {
        let (transactions, replies): (Vec<_>, Vec<_>) = waiting
            .drain(..)
            .map(|one: Submission| (one.transaction, one.reply))
            .unzip();
        let outcomes = block_in_place(|| ledger.app().submit(&transactions))?;
        ledger.work().notify_one();
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // A client that went away is not told; its transaction is kept all the same.
            reply.send(outcome).ok();
        }
    }
    Ok(())
}
