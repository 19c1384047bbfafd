//! Transactions between nodes: whoever proposes next must have them, and enough validators must
//! keep them before a client is told that its transaction is accepted.
//!
//! Per peer there is one request on its way; what comes meanwhile goes with the next. Peers answer
//! with receipts that they sign as validators: what counts is distinct keys of the present set.

mod courier;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use ledger_core::transaction::{SignedTransaction, TxId};
use light_client::key::KeyId;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::block_in_place;
use tokio::time;

pub(crate) use courier::Courier;

use crate::ledger::Ledger;

/// The other validators, by their APIs.
#[derive(Clone)]
pub(crate) struct Peers {
    client: reqwest::Client,
    queues: Arc<[Queue]>,
    states: Arc<Mutex<Vec<PeerState>>>,
}

/// What waits for one peer: at most [`QUEUE`] transactions of [`QUEUE_BYTES`] together.
struct Queue {
    offers: mpsc::Sender<Offer>,
    room: Arc<Semaphore>,
}

/// A transaction on its way to a peer.
struct Offer {
    /// Its share of the queue's room.
    _room: OwnedSemaphorePermit,
    /// Its place among those that were offered with it.
    at: usize,
    id: TxId,
    transaction: Bytes,
    /// Where each validator that keeps it is told.
    stored: mpsc::UnboundedSender<(usize, KeyId)>,
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

/// The most transactions that wait for one peer: a peer that is so far behind is as good as away.
const QUEUE: usize = 4096;
const QUEUE_BYTES: usize = 16 << 20;

impl Peers {
    /// The peers, and one courier for each, to be run.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub(crate) fn new(urls: &[String]) -> Result<(Self, Vec<Courier>)> {
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
        let (mut queues, mut couriers) = (Vec::new(), Vec::new());
        for url in urls {
            let (queue, offers) = mpsc::channel(QUEUE);
            queues.push(Queue {
                offers: queue,
                room: Arc::new(Semaphore::new(QUEUE_BYTES)),
            });
            couriers.push(Courier::new(client.clone(), url, offers));
        }
        let peers = Self {
            client,
            queues: queues.into(),
            states,
        };
        Ok((peers, couriers))
    }

    /// Offers transactions to all; for each, whether `needed` other validators have stored it, all
    /// of the set that decides the next height when this is said.
    ///
    /// The rest get them too, but nobody waits for them.
    pub(crate) async fn replicate(
        &self,
        ledger: &Ledger,
        transactions: &[(TxId, Bytes)],
        needed: usize,
    ) -> Vec<bool> {
        let mut receipts = self.offer(transactions);
        let mut keepers = vec![BTreeSet::new(); transactions.len()];
        let mut missing = if needed == 0 { 0 } else { transactions.len() };
        let counted = async {
            while missing > 0 {
                let Some((at, signer)) = receipts.recv().await else {
                    break;
                };
                if keepers[at].insert(signer) && keepers[at].len() == needed {
                    missing -= 1;
                }
            }
        };
        // What has come until then counts.
        time::timeout(ANSWER_TIMEOUT, counted).await.ok();
        let (set, suite) = (ledger.validators(), ledger.suite());
        let present: BTreeSet<KeyId> = set
            .validators()
            .iter()
            .map(|one| one.key.id(suite))
            .collect();
        // A set that has grown meanwhile tolerates more, and asks for more.
        let needed = match needed {
            0 => 0,
            asked => asked.max(set.tolerated_faults() + 1),
        };
        let count = |some: &BTreeSet<KeyId>| some.intersection(&present).count();
        keepers.iter().map(|some| count(some) >= needed).collect()
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
            let late = late.filter_map(|one| {
                let id = SignedTransaction::parse(one).ok()?.id(ledger.suite());
                Some((id, Bytes::copy_from_slice(one)))
            });
            let late: Vec<_> = late.collect();
            before = waiting;
            self.replicate(&ledger, &late, self.queues.len()).await;
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

    fn offer(&self, transactions: &[(TxId, Bytes)]) -> mpsc::UnboundedReceiver<(usize, KeyId)> {
        let (stored, receipts) = mpsc::unbounded_channel();
        for (at, (id, transaction)) in transactions.iter().enumerate() {
            let len = u32::try_from(transaction.len()).unwrap_or(u32::MAX);
            for Queue { offers, room } in self.queues.iter() {
                // What does not fit is offered again as long as it waits here.
                let Ok(room) = room.clone().try_acquire_many_owned(len) else {
                    continue;
                };
                let offer = Offer {
                    _room: room,
                    at,
                    id: *id,
                    transaction: transaction.clone(),
                    stored: stored.clone(),
                };
                offers.try_send(offer).ok();
            }
        }
        receipts
    }
}

#[cfg(test)]
mod tests;
