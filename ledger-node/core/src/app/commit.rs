//! Making a decision durable: one batch, all or nothing.

use light_client::{
    cbor::to_bytes,
    certificate::{Certificate, CertificateError, CertifiedHeader},
    handoff::Handoff,
    hash::Digest,
    id::LeafIndex,
    validator_set::ValidatorSet,
};

use super::{App, undecided};
use crate::{
    answer::Head,
    app::{Arrival, Origin},
    event::Event,
    execute::ExecutedBlock,
    fault::Fault,
    store::{Column, Store},
    transaction::TxId,
    tree,
    view::{self, earliest_kept},
};

/// The most rows that one commit prunes, so that none takes long.
const MAX_PRUNED: usize = 20_000;

/// A block that is final, and on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Header and certificate.
    pub header: CertifiedHeader,
    /// Its transactions, and where each wrote into the anchor log.
    pub transactions: Vec<(TxId, Option<LeafIndex>)>,
    /// What they changed.
    pub events: Vec<(TxId, Event)>,
    /// The set of the next height, if the block was its epoch's last.
    pub next_set: Option<ValidatorSet>,
}

/// Why a decision was not committed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The certificate does not hold.
    #[error("the certificate does not hold")]
    Certificate(#[from] CertificateError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No good proposal for the next height has this hash here; fetch the block and check it.
    #[error("no proposal of this hash")]
    UnknownProposal,
}

impl<S: Store> App<S> {
    /// Commits the checked proposal of this hash, if the certificate makes it final.
    ///
    /// Committing the present head again changes nothing and reports its header alone.
    ///
    /// # Errors
    /// [`CommitError`].
    pub fn commit(
        &mut self,
        hash: &Digest,
        certificate: &Certificate,
    ) -> Result<Committed, CommitError> {
        if *hash == self.head.header_hash
            && let Some(header) = self.view().header(self.head.height)?
        {
            return Ok(Committed {
                header,
                transactions: Vec::new(),
                events: Vec::new(),
                next_set: None,
            });
        }
        let block = self.candidate(hash)?;
        let header = CertifiedHeader {
            header: block.header.clone(),
            certificate: certificate.clone(),
        };
        header.check_with(&self.set, &mut self.validator_keys)?;
        self.store_block(&header, hash, block)
    }

    /// The executed block of this hash, executed again from disk if need be.
    fn candidate(&mut self, hash: &Digest) -> Result<ExecutedBlock, CommitError> {
        if !self.candidates.contains_key(hash) {
            let stored = self.undecided_proposal(hash)?;
            let proposal = stored.ok_or(CommitError::UnknownProposal)?;
            let origins = self.undecided(self.next_height())?;
            let round = origins.iter().find(|(_, other)| *other == proposal);
            // Its time was judged when it was stored.
            let origin = round.map(|(origin, _)| Origin {
                arrival: Arrival::Synced,
                ..*origin
            });
            let origin = origin.ok_or(CommitError::UnknownProposal)?;
            self.check(self.head.time_ms, &proposal, &origin)?
                .map_err(|_| CommitError::UnknownProposal)?;
        }
        let block = self.candidates.remove(hash);
        block.ok_or(CommitError::UnknownProposal)
    }

    fn store_block(
        &mut self,
        header: &CertifiedHeader,
        hash: &Digest,
        block: ExecutedBlock,
    ) -> Result<Committed, CommitError> {
        let core = &block.header.core;
        let next_set = block.next_set.as_ref();
        let head = Head {
            height: core.height,
            epoch: next_set.map_or(core.epoch, ValidatorSet::epoch),
            time_ms: core.time_ms,
            header_hash: *hash,
        };
        let mut rows = block.rows;
        let key = core.height.0.to_be_bytes();
        rows.put(Column::Headers, key, to_bytes(header));
        rows.put(Column::Bodies, key, to_bytes(&block.body));
        rows.put(Column::Meta, view::HEAD, to_bytes(&head));
        if let Some(next_set) = next_set {
            let handoff = Handoff {
                last: header.clone(),
                next_set: next_set.clone(),
            };
            let key = core.epoch.0.to_be_bytes();
            rows.put(Column::Handoffs, key, to_bytes(&handoff));
        }
        undecided::settle(&self.store, core.height, &mut rows)?;
        let pruned = (self.pruned, earliest_kept(head.height));
        let pruned = tree::prune(&self.store, pruned, MAX_PRUNED, &mut rows)?;
        let executed: Vec<TxId> = block.transactions.iter().map(|(id, _)| *id).collect();
        self.mempool.settle(core.height, &executed, &mut rows);
        self.store.commit(rows).map_err(Fault::from)?;

        self.head = head;
        self.pruned = pruned;
        self.remembered
            .settle(&block.changes, &block.heads, block.taken.iter());
        self.heads = block.heads;
        if let Some(next_set) = next_set {
            self.set = next_set.clone();
        }
        self.candidates.clear();
        self.timely.clear();
        Ok(Committed {
            header: header.clone(),
            transactions: block.transactions,
            events: block.events,
            next_set: block.next_set,
        })
    }
}
