//! Taking transactions in.

use super::App;
use crate::{
    answer::TxStatus,
    fault::Fault,
    refusal::Refusal,
    state::Stop,
    store::{Batch, Store},
    transaction::{Checked, TxId},
};

impl<S: Store> App<S> {
    /// Takes transactions to wait for a block. Those accepted are on disk when this returns.
    ///
    /// Form and signatures are checked, and the transaction is tried on the head: what could not
    /// enter the next block is refused at once. One that names an `after` that is not final yet
    /// cannot be tried, and is refused only later, if so.
    ///
    /// Submitting again what waits or is final is accepted and changes nothing.
    ///
    /// # Errors
    /// [`Fault`]: the node must stop.
    pub fn submit(
        &mut self,
        transactions: &[Vec<u8>],
    ) -> Result<Vec<Result<TxId, Refusal>>, Fault> {
        let checked = self.checker().check(transactions);
        let answers = self.admit(checked)?;
        self.store.sync()?;
        Ok(answers)
    }

    /// The rest of [`App::submit`] for transactions whose form and signatures are checked. Those
    /// accepted are on disk once the store is synced after this.
    ///
    /// # Errors
    /// [`Fault`]: the node must stop.
    pub fn admit(
        &mut self,
        checked: Vec<Result<Checked, Refusal>>,
    ) -> Result<Vec<Result<TxId, Refusal>>, Fault> {
        let mut rows = Batch::default();
        let mut answers = Vec::with_capacity(checked.len());
        for transaction in checked {
            let admitted = transaction.map_err(Stop::Refused);
            let admitted = admitted.and_then(|one| self.admit_one(one, &mut rows));
            answers.push(match admitted {
                Ok(id) => Ok(id),
                Err(Stop::Refused(refusal)) => Err(refusal),
                Err(Stop::Fault(fault)) => return Err(fault),
            });
        }
        if !rows.is_empty() {
            self.store.commit_later(rows)?;
        }
        Ok(answers)
    }

    /// What has become of a transaction; none if it was never seen, or is forgotten.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn transaction_status(&self, id: &TxId) -> Result<Option<TxStatus>, Fault> {
        if let Some((height, log_index)) = self.view().transaction(id)? {
            return Ok(Some(TxStatus::Final { height, log_index }));
        }
        if self.mempool.contains(id) {
            return Ok(Some(TxStatus::Pending));
        }
        Ok(self.mempool.refusal(id).map(TxStatus::Refused))
    }

    /// Whether a transaction waits here, or is final.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn keeps(&self, id: &TxId) -> Result<bool, Fault> {
        Ok(self.mempool.contains(id) || self.view().transaction(id)?.is_some())
    }

    /// Whether anything waits that may enter the next block.
    pub fn has_work(&self) -> bool {
        self.mempool.has_work()
    }

    /// How many transactions wait.
    pub fn pending(&self) -> usize {
        self.mempool.len()
    }

    /// Up to `limit` of the transactions that wait, the oldest first: to pass on to others.
    pub fn pending_transactions(&self, limit: usize) -> Vec<Vec<u8>> {
        let waiting = self.mempool.iter().take(limit);
        waiting.map(|waiting| waiting.bytes().to_vec()).collect()
    }

    fn admit_one(&mut self, transaction: Checked, rows: &mut Batch) -> Result<TxId, Stop> {
        let id = transaction.id();
        if self.mempool.contains(&id) {
            return Ok(id);
        }
        let is_early = match self.try_alone(&transaction) {
            Ok(()) => false,
            Err(Stop::Refused(Refusal::AfterUnknown)) => !self.follows_one_here(&transaction),
            // What is final is refused as used, or as expired.
            Err(Stop::Refused(_)) if self.view().transaction(&id)?.is_some() => return Ok(id),
            Err(stop) => return Err(stop),
        };
        self.mempool.admits(&transaction, is_early)?;
        self.mempool.push(transaction, is_early, rows);
        Ok(id)
    }

    fn follows_one_here(&self, transaction: &Checked) -> bool {
        let after = transaction.body().after;
        after.is_some_and(|after| self.mempool.contains(&after))
    }
}
