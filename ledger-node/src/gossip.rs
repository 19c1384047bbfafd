//! Transactions between nodes: whoever proposes next must have them, and enough nodes must keep
//! them before a client is told that its transaction is accepted.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use tokio::task::{JoinSet, block_in_place};
use tokio::time;
use tracing::debug;

use crate::ledger::Ledger;

/// The other validators, by their APIs.
#[derive(Clone)]
pub(crate) struct Peers {
    client: reqwest::Client,
    urls: Arc<[String]>,
}

/// A peer that takes longer counts as one that does not have the transaction.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How often transactions that wait are offered again, to peers that were away.
const REPEAT_INTERVAL: Duration = Duration::from_secs(3);

/// The most transactions offered again at once.
const REPEAT_LIMIT: usize = 16;

impl Peers {
    /// # Errors
    /// No HTTP client can be made.
    pub(crate) fn new(urls: &[String]) -> Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(ANSWER_TIMEOUT)
            .build()
            .context("HTTP client")?;
        let urls = urls
            .iter()
            .map(|url| format!("{url}/internal/v1/transactions"))
            .collect();
        Ok(Self { client, urls })
    }

    /// Offers a transaction to all; true once `needed` of them have stored it.
    pub(crate) async fn replicate(&self, transaction: &Bytes, needed: usize) -> bool {
        let mut answers = self.offer(transaction);
        let mut stored = 0;
        while stored < needed {
            match answers.join_next().await {
                Some(Ok(true)) => stored += 1,
                Some(_) => {}
                None => return false,
            }
        }
        // The rest get it too, but nobody waits for them.
        answers.detach_all();
        true
    }

    /// Offers what waits on this node again and again, until it is final or refused.
    pub(crate) async fn repeat(self, ledger: Arc<Ledger>) {
        let mut ticks = time::interval(REPEAT_INTERVAL);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        let mut before = Vec::new();
        loop {
            ticks.tick().await;
            let waiting = block_in_place(|| ledger.app().pending_transactions(REPEAT_LIMIT));
            // What came since the last look is on its way into a block.
            let late = waiting.iter().filter(|one| before.contains(*one));
            let offers: Vec<_> = late.map(|one| self.offer(&one.clone().into())).collect();
            before = waiting;
            for offer in offers {
                offer.join_all().await;
            }
        }
    }

    fn offer(&self, transaction: &Bytes) -> JoinSet<bool> {
        let mut answers = JoinSet::new();
        for url in self.urls.iter() {
            let request = self
                .client
                .post(url)
                .header(header::CONTENT_TYPE.as_str(), "application/cbor")
                .body(transaction.clone())
                .send();
            answers.spawn(async move {
                match request.await {
                    Ok(answer) => answer.status().as_u16() == StatusCode::ACCEPTED.as_u16(),
                    Err(error) => {
                        debug!(%error, "a peer did not take a transaction");
                        false
                    }
                }
            });
        }
        answers
    }
}
