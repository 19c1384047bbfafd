//! Making a proposal.

use light_client::{
    id::{Height, Round, TimeMs},
    key::KeyId,
};

use super::{App, Arrival, Origin, undecided};
use crate::{
    block::Proposal,
    execute::Execution,
    fault::Fault,
    limits::{
        BYTES_PER_WEIGHT, MAX_BLOCK_BYTES, MAX_BLOCK_TRANSACTIONS, MAX_BLOCK_WEIGHT,
        MAX_TRANSACTION_BYTES,
    },
    refusal::Refusal,
    state::Stop,
    store::{Batch, Store},
    transaction::{Checked, SupportedVersion, TxId},
};

/// How often the waiting transactions are gone through for those whose `after` has just entered.
const MAX_PASSES: usize = 3;

/// Why there is no proposal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProposeError {
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A module's version is in force that this software lacks. The node must be upgraded.
    #[error("version {} of module {} is not supported", .0.version, .0.module.name())]
    Unsupported(SupportedVersion),
    /// Only the height after the head can be proposed.
    #[error("the next height is {next}")]
    WrongHeight {
        /// That height.
        next: Height,
    },
}

impl<S: Store> App<S> {
    /// Makes a proposal for the height after the head, of the transactions that wait.
    ///
    /// It is on disk when this returns. Asked again for the same height and round, also after a
    /// crash, the same proposal comes back: two different ones would be equivocation.
    ///
    /// # Errors
    /// [`ProposeError`].
    pub fn propose(
        &mut self,
        now: TimeMs,
        height: Height,
        round: Round,
        proposer: KeyId,
    ) -> Result<Proposal, ProposeError> {
        let next = self.next_height();
        if height != next {
            return Err(ProposeError::WrongHeight { next });
        }
        if let Some(proposal) = undecided::own(&self.store, height, round)? {
            return Ok(proposal);
        }
        let time_ms = TimeMs(now.0.max(self.head.time_ms.0 + 1));
        let mut execution = Execution::begin(self.parent(), &self.store, time_ms);
        if let Some(lacking) = execution.lacks(&self.versions)? {
            return Err(ProposeError::Unsupported(lacking));
        }
        let refused = fill(&mut execution, self.mempool.iter(), room(round))?;
        let block = execution.finish()?;

        let mut rows = Batch::default();
        for id in refused {
            self.drop_if_hopeless(&id, &mut rows)?;
        }
        let proposal = Proposal {
            header: block.header.clone(),
            body: block.body.clone(),
        };
        let hash = block.header.hash();
        let origin = Origin {
            round,
            proposer,
            arrival: Arrival::New,
        };
        undecided::put_proposal(&mut rows, &hash, &proposal);
        undecided::put_origin(&mut rows, &hash, &proposal, &origin);
        undecided::put_own(&mut rows, height, round, &hash);
        self.store.commit(rows).map_err(Fault::from)?;
        self.timely.insert(hash);
        self.keep_candidate(hash, block);
        Ok(proposal)
    }

    /// The height after the head.
    pub(super) fn next_height(&self) -> Height {
        Height(self.head.height.0 + 1)
    }

    /// Refuses a waiting transaction that breaks a rule by itself. What only collides with
    /// another in the same proposal waits on: that proposal may not be decided.
    fn drop_if_hopeless(&mut self, id: &TxId, rows: &mut Batch) -> Result<(), Fault> {
        let Some(waiting) = self.mempool.get(id) else {
            return Ok(());
        };
        match self.try_alone(waiting) {
            Err(Stop::Fault(fault)) => Err(fault),
            Err(Stop::Refused(refusal)) if !refusal.may_pass_later() => {
                self.mempool.refuse(id, refusal, rows);
                Ok(())
            }
            Err(Stop::Refused(_)) | Ok(()) => Ok(()),
        }
    }

    /// Executes a transaction on the head and forgets the result.
    pub(super) fn try_alone(&self, transaction: &Checked) -> Result<(), Stop> {
        let time_ms = TimeMs(self.head.time_ms.0 + 1);
        Execution::begin(self.parent(), &self.store, time_ms).execute(transaction)
    }
}

/// What fits by weight fits by count and length, too.
const _: () = {
    assert!(MAX_BLOCK_WEIGHT < MAX_BLOCK_TRANSACTIONS as u64);
    let by_weight = (MAX_BLOCK_WEIGHT * (BYTES_PER_WEIGHT + 1)) as usize;
    assert!(by_weight + MAX_TRANSACTION_BYTES <= MAX_BLOCK_BYTES);
};

/// How heavy a block may be in a round: half of what it could be in the round before.
fn room(round: Round) -> u64 {
    MAX_BLOCK_WEIGHT.checked_shr(round.0).unwrap_or(0)
}

/// Executes what fits into a block, the oldest first; returns what was refused.
fn fill<'m, S: Store>(
    execution: &mut Execution<'_, S>,
    waiting: impl Iterator<Item = &'m Checked>,
    mut room: u64,
) -> Result<Vec<TxId>, Fault> {
    let mut refused = Vec::new();
    let mut candidates: Vec<&Checked> = waiting.collect();
    for _ in 0..MAX_PASSES {
        let mut later = Vec::new();
        let before = candidates.len();
        for transaction in candidates {
            match execution.execute_within(transaction, room) {
                Ok(Some(weight)) => room = room.saturating_sub(weight),
                // Whatever came after would overtake it again and again.
                Ok(None) => return Ok(refused),
                Err(Stop::Fault(fault)) => return Err(fault),
                Err(Stop::Refused(Refusal::AfterUnknown)) => later.push(transaction),
                Err(Stop::Refused(_)) => refused.push(transaction.id()),
            }
        }
        if later.is_empty() || later.len() == before {
            break;
        }
        candidates = later;
    }
    Ok(refused)
}
