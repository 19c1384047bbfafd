//! Transactions that wait, in the order of their arrival. What waits is on disk.

mod refusals;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use light_client::{id::Height, key::KeyId};

use crate::{
    limits::{MAX_EARLY, MAX_PENDING, MAX_PENDING_BYTES, MAX_PENDING_PER_SENDER},
    refusal::Refusal,
    store::{Batch, Column},
    transaction::{Checked, IdempotencyKey, TxId},
};
pub(crate) use refusals::Refusals;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Mempool {
    next: u64,
    bytes: usize,
    waiting: BTreeMap<u64, Checked>,
    by_id: BTreeMap<TxId, u64>,
    by_signature: HashMap<[u8; 64], u64>,
    by_intent: BTreeMap<(KeyId, IdempotencyKey), TxId>,
    per_sender: BTreeMap<KeyId, usize>,
    /// Those that came before what they are to come after: nobody knows yet whether their senders
    /// have any right, so they have a small share of the room, and are no reason for a block.
    early: BTreeSet<TxId>,
    refusals: Refusals,
}

impl Mempool {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether anything waits that may enter the next block.
    pub(crate) fn has_work(&self) -> bool {
        self.waiting.len() > self.early.len()
    }

    pub(crate) fn contains(&self, id: &TxId) -> bool {
        self.by_id.contains_key(id)
    }

    /// What waits, the oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Checked> {
        self.waiting.values()
    }

    /// A transaction that waits.
    pub(crate) fn get(&self, id: &TxId) -> Option<&Checked> {
        self.waiting.get(self.by_id.get(id)?)
    }

    /// The waiting transaction of exactly these bytes, so that its signatures need not be
    /// verified again. It ends with its signature, so nothing is hashed to find it.
    pub(crate) fn known(&self, bytes: &[u8]) -> Option<&Checked> {
        let sequence = self.by_signature.get(bytes.last_chunk()?)?;
        let waiting = self.waiting.get(sequence);
        waiting.filter(|waiting| waiting.bytes() == bytes)
    }

    /// Why a transaction was refused, as long as it is remembered.
    pub(crate) fn refusal(&self, id: &TxId) -> Option<Refusal> {
        self.refusals.get(id)
    }

    /// Whether there is room, and no other transaction of the same intent.
    pub(crate) fn admits(&self, transaction: &Checked, is_early: bool) -> Result<(), Refusal> {
        if self.by_intent.contains_key(&intent(transaction)) {
            return Err(Refusal::Replayed);
        }
        let bytes = self.bytes + transaction.bytes().len();
        if self.waiting.len() >= MAX_PENDING || bytes > MAX_PENDING_BYTES {
            return Err(Refusal::MempoolFull);
        }
        if is_early && self.early.len() >= MAX_EARLY {
            return Err(Refusal::MempoolFull);
        }
        let of_sender = self.per_sender.get(&transaction.sender());
        if of_sender.is_some_and(|count| *count >= MAX_PENDING_PER_SENDER) {
            return Err(Refusal::SenderLimit);
        }
        Ok(())
    }

    /// Takes a transaction that [`Self::admits`].
    pub(crate) fn push(&mut self, transaction: Checked, is_early: bool, batch: &mut Batch) {
        let sequence = self.next;
        if is_early {
            self.early.insert(transaction.id());
        }
        batch.put(Column::Pending, sequence.to_be_bytes(), transaction.bytes());
        self.refusals.forget(&transaction.id(), batch);
        self.restore(sequence, transaction);
    }

    /// Takes a transaction that is on disk already.
    pub(crate) fn restore(&mut self, sequence: u64, transaction: Checked) {
        self.next = self.next.max(sequence + 1);
        self.bytes += transaction.bytes().len();
        self.by_id.insert(transaction.id(), sequence);
        self.by_signature.insert(*transaction.signature(), sequence);
        self.by_intent
            .insert(intent(&transaction), transaction.id());
        *self.per_sender.entry(transaction.sender()).or_default() += 1;
        self.waiting.insert(sequence, transaction);
    }

    /// Drops a transaction that is final, or makes no difference any more.
    pub(crate) fn remove(&mut self, id: &TxId, batch: &mut Batch) {
        let Some(sequence) = self.by_id.remove(id) else {
            return;
        };
        self.early.remove(id);
        batch.delete(Column::Pending, sequence.to_be_bytes());
        let Some(transaction) = self.waiting.remove(&sequence) else {
            return;
        };
        self.bytes -= transaction.bytes().len();
        self.by_intent.remove(&intent(&transaction));
        self.by_signature.remove(transaction.signature());
        if let Some(count) = self.per_sender.get_mut(&transaction.sender()) {
            *count -= 1;
            if *count == 0 {
                self.per_sender.remove(&transaction.sender());
            }
        }
    }

    /// Drops a transaction and remembers why.
    pub(crate) fn refuse(&mut self, id: &TxId, refusal: Refusal, batch: &mut Batch) {
        self.remove(id, batch);
        self.refusals.remember(*id, refusal, batch);
    }

    /// Takes over what is remembered on disk.
    pub(crate) fn restore_refusals(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    /// Drops what became final, and what expired with the block at `height`.
    pub(crate) fn settle(&mut self, height: Height, executed: &[TxId], batch: &mut Batch) {
        for id in executed {
            self.remove(id, batch);
        }
        let expired: Vec<TxId> = self
            .iter()
            .filter(|waiting| waiting.body().expiry <= height)
            .map(Checked::id)
            .collect();
        for id in expired {
            self.refuse(&id, Refusal::Expired, batch);
        }
    }
}

fn intent(transaction: &Checked) -> (KeyId, IdempotencyKey) {
    (transaction.sender(), transaction.body().idempotency_key)
}
