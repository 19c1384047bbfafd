//! Transactions between nodes: whoever proposes next must have them, and enough nodes must keep
//! them before a client is told that its transaction is accepted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::task::{JoinSet, block_in_place};
use tokio::time;
use tracing::debug;

use crate::ledger::Ledger;

/// The other validators, by their APIs.
#[derive(Clone)]
pub(crate) struct Peers {
    client: reqwest::Client,
    urls: Arc<[String]>,
    states: Arc<Mutex<Vec<PeerState>>>,
}

/// A peer as it was when it was last asked.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PeerState {
    /// Its API.
    pub(crate) url: String,
    /// The height of its head; none while it does not answer.
    pub(crate) height: Option<u64>,
}

/// How often peers are asked how they are.
const WATCH_INTERVAL: Duration = Duration::from_secs(5);

/// A peer that takes longer counts as one that does not have the transaction.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// For how long a connection to a peer is kept that is not used.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

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
            // Before the peer ends a connection that is not used.
            .pool_idle_timeout(IDLE_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .build()
            .context("HTTP client")?;
        let states = urls.iter().map(|url| PeerState {
            url: url.clone(),
            height: None,
        });
        let states = Arc::new(Mutex::new(states.collect()));
        let urls = urls
            .iter()
            .map(|url| format!("{url}/internal/v1/transactions"))
            .collect();
        Ok(Self {
            client,
            urls,
            states,
        })
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

    /// How the peers were when they were last asked.
    pub(crate) fn states(&self) -> Vec<PeerState> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.clone()
    }

    /// The greatest height that a peer told.
    pub(crate) fn newest_height(&self) -> Option<u64> {
        self.states().iter().filter_map(|peer| peer.height).max()
    }

    /// Asks the peers again and again how they are.
    pub(crate) async fn watch(self) {
        let mut ticks = time::interval(WATCH_INTERVAL);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let mut states = self.states();
            let asked = states.iter().map(|peer| self.height(&peer.url));
            let mut heights = Vec::new();
            for height in asked {
                heights.push(height.await);
            }
            for (peer, height) in states.iter_mut().zip(heights) {
                peer.height = height;
            }
            *self.states.lock().unwrap_or_else(PoisonError::into_inner) = states;
        }
    }

    async fn height(&self, url: &str) -> Option<u64> {
        #[derive(Deserialize)]
        struct Head {
            height: u64,
        }
        let answer = self.client.get(format!("{url}/v1/head")).send().await;
        let head: Head = answer.ok()?.json().await.ok()?;
        Some(head.height)
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
