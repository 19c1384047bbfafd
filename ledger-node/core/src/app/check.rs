//! Judging a proposal, field by field.

use std::borrow::Cow;

use light_client::{
    hash::Digest,
    header::Header,
    id::{Height, TimeMs},
};

use super::{App, Arrival, Origin, undecided};
use crate::{
    block::Proposal,
    execute::{ExecutedBlock, Execution},
    fault::Fault,
    limits::CLOCK_WINDOW_MS,
    refusal::Refusal,
    state::Stop,
    store::{Batch, Store},
    transaction::{Checked, SupportedVersion},
};

/// Why a proposal is not voted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderRefusal {
    /// The body is not the one that the header commits to.
    #[error("the header commits to another body")]
    BodyRoot,
    /// The epoch or set is not that of this height.
    #[error("another epoch or validator set than this height's")]
    EpochOrSet,
    /// The history root is not that of all earlier headers.
    #[error("another history root")]
    HistoryRoot,
    /// The ledger or its suite is another.
    #[error("a header of another ledger")]
    Ledger,
    /// Size or root of the anchor log differ from what the body makes of it.
    #[error("another anchor log")]
    Log,
    /// The next set is named where there is none, or not named, or another.
    #[error("another next validator set")]
    NextSet,
    /// The header before is not the head.
    #[error("does not follow the head")]
    Previous,
    /// The state root differs from what the body makes of the state.
    #[error("another state root")]
    StateRoot,
    /// The time is not after the head's.
    #[error("time does not increase")]
    TimeNotIncreasing,
    /// The time is too far from this node's clock.
    #[error("time is {off_ms} ms off")]
    TimeOff {
        /// By how much.
        off_ms: u64,
    },
    /// A transaction breaks a rule.
    #[error("transaction {index} breaks a rule")]
    Transaction {
        /// Its place in the body.
        index: usize,
        /// The rule.
        source: Refusal,
    },
    /// A module's version is in force that this software lacks. The node must be upgraded.
    #[error("version {} of module {} is not supported", .0.version, .0.module.name())]
    Unsupported(SupportedVersion),
    /// The height is not the next one.
    #[error("the next height is {next}")]
    WrongHeight {
        /// The next height.
        next: Height,
    },
}

/// Why judging ended.
enum Verdict {
    Fault(Fault),
    Refused(HeaderRefusal),
}

impl From<Fault> for Verdict {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<HeaderRefusal> for Verdict {
    fn from(refusal: HeaderRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<S: Store> App<S> {
    /// Judges a proposal for the height after the head; the inner result is the verdict.
    ///
    /// If it is good, the proposal and where it came from are on disk when this returns, and the
    /// executed block is kept for [`App::commit`].
    ///
    /// # Errors
    /// [`Fault`]: the node must stop.
    pub fn check(
        &mut self,
        now: TimeMs,
        proposal: &Proposal,
        origin: &Origin,
    ) -> Result<Result<Digest, HeaderRefusal>, Fault> {
        let hash = proposal.header.hash();
        let judged = self
            .check_head(now, &proposal.header, (&hash, origin.arrival))
            .map_err(Verdict::from)
            .and_then(|()| self.check_body(proposal));
        let executed = match judged {
            Ok(executed) => executed,
            Err(Verdict::Fault(fault)) => return Err(fault),
            Err(Verdict::Refused(refusal)) => return Ok(Err(refusal)),
        };
        let mut rows = Batch::default();
        undecided::put_origin(&mut rows, &hash, proposal, origin);
        if executed.is_some() {
            undecided::put_proposal(&mut rows, &hash, proposal);
        }
        self.store.commit(rows)?;
        if let Some(block) = executed {
            self.keep_candidate(hash, block);
        }
        match origin.arrival {
            Arrival::New => self.timely.insert(hash),
            Arrival::Repeated { .. } | Arrival::Synced => false,
        };
        Ok(Ok(hash))
    }

    /// What can be said without the body.
    fn check_head(
        &self,
        now: TimeMs,
        header: &Header,
        (hash, arrival): (&Digest, Arrival),
    ) -> Result<(), HeaderRefusal> {
        let (core, next) = (&header.core, self.next_height());
        if core.ledger != *self.ledger.id() || core.suite != self.suite() {
            return Err(HeaderRefusal::Ledger);
        }
        if core.height != next {
            return Err(HeaderRefusal::WrongHeight { next });
        }
        if core.epoch != self.set.epoch() || core.set_hash != self.set.hash(self.suite()) {
            return Err(HeaderRefusal::EpochOrSet);
        }
        if header.rest.previous != self.head.header_hash {
            return Err(HeaderRefusal::Previous);
        }
        if core.time_ms <= self.head.time_ms {
            return Err(HeaderRefusal::TimeNotIncreasing);
        }
        match arrival {
            // What came in time does not become late by coming again.
            Arrival::New if self.timely.contains(hash) => Ok(()),
            Arrival::New => self.check_time(now, core.time_ms),
            Arrival::Repeated { .. } | Arrival::Synced => Ok(()),
        }
    }

    /// Compares a new proposal's time with this node's clock.
    ///
    /// The least time that increases may be ahead of any clock: clocks that ran ahead and were set
    /// right would otherwise stop the ledger until they have caught up with its head.
    fn check_time(&self, now: TimeMs, time: TimeMs) -> Result<(), HeaderRefusal> {
        let is_least = time > now && time.0 == self.head.time_ms.0 + 1;
        let off_ms = time.0.abs_diff(now.0);
        if off_ms > CLOCK_WINDOW_MS && !is_least {
            return Err(HeaderRefusal::TimeOff { off_ms });
        }
        Ok(())
    }

    /// Executes the body and compares. None if the very same proposal was executed before.
    fn check_body(&self, proposal: &Proposal) -> Result<Option<ExecutedBlock>, Verdict> {
        let header = &proposal.header;
        if proposal.body.root(self.suite()) != header.rest.body_root {
            return Err(HeaderRefusal::BodyRoot.into());
        }
        // The header commits to the body, so the same hash is the same block.
        if self.candidates.contains_key(&header.hash()) {
            return Ok(None);
        }
        let time_ms = header.core.time_ms;
        let mut execution = Execution::begin(self.parent(), &self.store, time_ms);
        if let Some(lacking) = execution.lacks(&self.versions)? {
            return Err(HeaderRefusal::Unsupported(lacking).into());
        }
        let checked = self.checked(proposal.body.transactions());
        for (index, transaction) in checked.into_iter().enumerate() {
            let refused = |source| HeaderRefusal::Transaction { index, source };
            let transaction = transaction.map_err(refused)?;
            execution.execute(&transaction).map_err(|stop| match stop {
                Stop::Fault(fault) => Verdict::Fault(fault),
                Stop::Refused(refusal) => refused(refusal).into(),
            })?;
        }
        let block = execution.finish()?;
        compare(header, &block.header)?;
        Ok(Some(block))
    }

    /// Transactions' forms and signatures, checked at most once per node: what waits here is only
    /// compared.
    fn checked(&self, all: &[Vec<u8>]) -> Vec<Result<Cow<'_, Checked>, Refusal>> {
        let known = all.iter().map(|bytes| self.mempool.known(bytes));
        let known: Vec<Option<&Checked>> = known.collect();
        let new = all.iter().zip(&known).filter(|(_, known)| known.is_none());
        let new: Vec<&Vec<u8>> = new.map(|(bytes, _)| bytes).collect();
        let mut new = Checked::check_all(&self.ledger, &self.sender_keys, &new).into_iter();
        known
            .into_iter()
            .filter_map(|known| match known {
                Some(known) => Some(Ok(Cow::Borrowed(known))),
                None => Some(new.next()?.map(Cow::Owned)),
            })
            .collect()
    }
}

/// Compares a proposed header with what this node makes of the same body.
fn compare(proposed: &Header, own: &Header) -> Result<(), HeaderRefusal> {
    let log = |header: &Header| (header.core.log_size, header.core.log_root);
    if log(proposed) != log(own) {
        return Err(HeaderRefusal::Log);
    }
    if proposed.rest.history_root != own.rest.history_root {
        return Err(HeaderRefusal::HistoryRoot);
    }
    if proposed.rest.next_set_hash != own.rest.next_set_hash {
        return Err(HeaderRefusal::NextSet);
    }
    if proposed.rest.state_root != own.rest.state_root {
        return Err(HeaderRefusal::StateRoot);
    }
    debug_assert_eq!(proposed, own, "every field of a header is compared");
    Ok(())
}
