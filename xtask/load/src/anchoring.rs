//! Batches of 10,000 documents: made, signed and hashed while the clock runs, and anchored.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use ledger_core::transaction::{AnchorBatch, Op};
use light_client::{
    hash::Digest,
    id::{DocumentType, Height, LedgerId, TreeSize},
    key::Signature,
    merkle::{self, Tree},
    record::document_leaf,
    suite::Suite,
};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::author::{Author, Transaction};
use crate::cast::{Cast, PERMIT};
use crate::documents::Template;
use crate::net::{Heads, Net};
use crate::proofs::Claim;
use crate::signer::{Row, Secret};
use crate::traffic::{Answered, One, Sent, Settled};

/// Documents of a batch: as many as the ledger allows.
pub(crate) const BATCH: u64 = 10_000;
/// Threads that make documents.
const MAKERS: usize = 2;
/// Batches that are made and wait to be sent.
const AHEAD: usize = 4;
/// Connections over which they are sent.
const SENDING: usize = 4;

/// A batch and all it takes to make each of its documents again.
pub(crate) struct Batch {
    pub(crate) agency: usize,
    pub(crate) numbers: Range<u64>,
    /// Where its documents' nonces begin.
    pub(crate) nonces: [u8; 32],
    pub(crate) digests: Vec<Digest>,
    pub(crate) root: Digest,
    pub(crate) expiry: Height,
    pub(crate) signature: Signature,
}

/// Who makes documents, and of which kind.
pub(crate) struct Presses {
    pub(crate) cast: Arc<Cast>,
    /// One per agency.
    pub(crate) templates: Vec<Template>,
    ledger: LedgerId,
    suite: Suite,
    next: AtomicU64,
}

impl Presses {
    /// Sets up every agency's template.
    pub(crate) fn new(net: &Net, cast: &Arc<Cast>) -> Result<Self> {
        let template = |agency: &crate::cast::Agency| {
            Template::new(net.id(), &agency.id, &agency.keys[0], PERMIT)
        };
        Ok(Self {
            templates: cast.agencies.iter().map(template).collect::<Result<_>>()?,
            cast: cast.clone(),
            ledger: net.id(),
            suite: net.suite(),
            next: AtomicU64::new(0),
        })
    }

    pub(crate) fn key(&self, agency: usize) -> &Secret {
        &self.cast.agencies[agency].keys[0]
    }

    /// Makes the next batch of documents, hashes them and signs.
    fn make(&self, head: u64) -> Result<(Transaction, Batch)> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let agency = usize::try_from(at)? % self.templates.len();
        let (numbers, key) = (at * BATCH..(at + 1) * BATCH, self.key(agency));
        let mut nonces = [0; 32];
        nonces[..8].copy_from_slice(&(at + 1).to_be_bytes());
        let template = &self.templates[agency];
        let digests = template.digests(numbers.clone(), key, &mut Row::at(&nonces));
        let root = merkle::root(Tree::Batch, self.suite, &self.leaves(&digests));
        let mut author = Author::new(self.ledger, self.suite, head)?;
        let mut batch = AnchorBatch {
            issuer: self.cast.agencies[agency].id.clone(),
            document_type: DocumentType::parse(PERMIT)?,
            count: TreeSize(BATCH),
            root,
            expiry: author.expiry(),
            signature: Signature([0; 64]),
        };
        let statement = batch.statement(&self.ledger, key.id()).to_bytes();
        batch.signature = key.sign(&statement, &mut author.nonces);
        let made = Batch {
            agency,
            numbers,
            nonces,
            digests,
            root,
            expiry: batch.expiry,
            signature: batch.signature,
        };
        Ok((author.sign(key, Op::Anchor(batch)), made))
    }

    /// The leaves of a batch's tree.
    pub(crate) fn leaves(&self, digests: &[Digest]) -> Vec<Digest> {
        let leaves = digests
            .iter()
            .map(|digest| document_leaf(self.suite, digest));
        leaves.collect()
    }
}

/// What was anchored.
pub(crate) struct Anchored {
    pub(crate) sent: Sent,
    /// One per transaction of the pool.
    pub(crate) batches: Vec<Batch>,
}

impl Anchored {
    /// What is to be proved of those that are final.
    pub(crate) fn claims(&self, settled: &Settled) -> impl Iterator<Item = Claim> {
        settled.finals.iter().filter_map(|one| {
            Some(Claim::Batch {
                index: one.log_index?,
                root: self.batches[one.at].root,
            })
        })
    }
}

/// Makes and anchors batches for a while, as fast as it goes.
pub(crate) async fn anchor(
    net: &Net,
    presses: &Arc<Presses>,
    heads: &Arc<Heads>,
    seconds: f64,
) -> Result<Anchored> {
    let start = Instant::now();
    let end = start + Duration::from_secs_f64(seconds);
    let (made, to_send) = mpsc::channel(AHEAD);
    let mut makers = JoinSet::new();
    for _ in 0..MAKERS {
        let (presses, heads, made) = (presses.clone(), heads.clone(), made.clone());
        makers.spawn_blocking(move || {
            while Instant::now() < end {
                let batch = presses.make(heads.newest())?;
                // The senders have stopped after an error, which they report.
                if made.blocking_send(batch).is_err() {
                    break;
                }
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    drop(made);
    let to_send = Arc::new(tokio::sync::Mutex::new(to_send));
    let mut senders = JoinSet::new();
    for turn in 0..SENDING {
        let (mut node, to_send) = (net.connection(turn), to_send.clone());
        senders.spawn(async move {
            let mut sent = Vec::new();
            loop {
                let next = to_send.lock().await.recv().await;
                let Some((transaction, batch)) = next else {
                    return sent;
                };
                let due = Instant::now();
                let answer = match node.post("/v1/transactions", &transaction.bytes).await {
                    Ok(answer) if answer.status == 202 => Answered::Accepted,
                    Ok(answer) => Answered::Refused(String::from_utf8_lossy(&answer.body).into()),
                    Err(error) => Answered::Refused(format!("{error:#}")),
                };
                sent.push((transaction, batch, due, answer));
            }
        });
    }
    while let Some(maker) = makers.join_next().await {
        maker??;
    }
    let (mut pool, mut batches, mut all) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(sent) = senders.join_next().await {
        for (transaction, batch, due, answer) in sent? {
            all.push(One {
                at: pool.len(),
                due,
                answer,
            });
            pool.push(transaction);
            batches.push(batch);
        }
    }
    let sent = Sent {
        pool: pool.into(),
        start,
        all,
        again: 0,
    };
    Ok(Anchored { sent, batches })
}
