//! The node without the engine's state, so that effects can be handled while that is borrowed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use arc_malachitebft_core_consensus::{Input, ProposedValue};
use arc_malachitebft_core_types::{Round, Timeout, TimeoutKind, Validity, ValueOrigin};
use ledger_core::{App, Arrival, Origin, block};
use ledger_engine::{Address, HeaderValue, Height, Marked, Start, TallyContext};
use light_client::{
    hash::Digest,
    id::{self, TimeMs},
};

use super::{Action, Fact, Identity};
use crate::{message::Message, signing::Pair, store::SimStore, violation::Violation, wal::Wal};

/// How many proposals of later heights wait, for a node that is slightly behind.
const MAX_EARLY: usize = 32;

/// See the module.
pub(crate) struct Shell {
    pub(super) app: App<SimStore>,
    pub(super) wal: Wal,
    pub(super) mark: Marked,
    /// Whether the log is still being replayed.
    pub(super) start: Start,
    pub(super) identity: Identity,
    pub(super) pair: Pair,
    pub(super) now: TimeMs,
    pub(super) timers: BTreeMap<(u8, i64), u64>,
    pub(super) generation: u64,
    /// What the node tells the engine once that has returned: it is not re-entrant.
    pub(super) local: VecDeque<Input<TallyContext>>,
    pub(super) early: Vec<(block::Proposal, Origin)>,
    /// Good proposals of this height, by round.
    pub(super) proposed: BTreeMap<u32, Digest>,
    /// How far others say they are.
    pub(super) peers: BTreeMap<usize, id::Height>,
    /// Whose blocks were not what they should be.
    pub(super) liars: BTreeSet<usize>,
    /// How many times this node has asked for a block.
    pub(super) asked: usize,
    /// The height asked for, and when.
    pub(super) requested: Option<(id::Height, TimeMs)>,
    pub(super) recovering: bool,
    /// After how many effects the node dies.
    pub(super) fuse: Option<u64>,
    /// Whether that has happened.
    pub(super) burnt: bool,
    /// Whether a signature was refused while the engine did its last input.
    pub(super) refused: bool,
    pub(super) actions: Vec<Action>,
    pub(super) facts: Vec<Fact>,
    pub(super) violation: Option<Violation>,
}

impl Shell {
    /// Whether the process is gone. What a dead node does has no consequence.
    pub(super) fn is_dead(&self) -> bool {
        self.burnt || self.app.store().died().is_some()
    }

    /// Counts an effect down.
    pub(super) fn burn(&mut self) {
        match self.fuse {
            Some(0) => self.burnt = true,
            Some(effects) => self.fuse = Some(effects - 1),
            None => {}
        }
    }

    /// Judges a proposal; the engine is told as soon as it returns.
    pub(super) fn body(
        &mut self,
        proposal: block::Proposal,
        origin: Origin,
    ) -> Result<(), Violation> {
        let (height, next) = (proposal.header.core.height, self.app.head().height.0 + 1);
        if height.0 > next && self.early.len() < MAX_EARLY {
            self.early.push((proposal, origin));
            return Ok(());
        }
        if height.0 != next {
            return Ok(());
        }
        let checked = self.app.check(self.now, &proposal, &origin);
        let checked = checked.map_err(|fault| Violation::fault(&fault))?;
        if let Ok(hash) = checked {
            self.proposed.insert(origin.round.0, hash);
        }
        let valid_round = match origin.arrival {
            Arrival::Repeated { valid_round } => Round::new(valid_round.0),
            Arrival::New | Arrival::Synced => Round::Nil,
        };
        let value = ProposedValue {
            height: Height(height.0),
            round: Round::new(origin.round.0),
            valid_round,
            proposer: Address(origin.proposer),
            value: HeaderValue::new(proposal.header),
            validity: Validity::from_bool(checked.is_ok()),
        };
        let origin = match origin.arrival {
            Arrival::New | Arrival::Repeated { .. } => ValueOrigin::Consensus,
            Arrival::Synced => ValueOrigin::Sync,
        };
        let input = Input::ProposedValue(value, origin);
        self.local.push_back(input);
        Ok(())
    }

    pub(super) fn append(&mut self, height: Height, input: Input<TallyContext>) {
        if !self.recovering && !self.is_dead() {
            self.wal.append(height, input);
        }
    }

    pub(super) fn flush(&mut self) {
        if !self.is_dead() {
            self.wal.flush();
        }
    }

    pub(super) fn schedule(&mut self, timeout: Timeout) {
        self.generation += 1;
        let generation = self.generation;
        self.timers.insert(timer_key(&timeout), generation);
        self.act(Action::Timer {
            timeout,
            generation,
        });
    }

    pub(super) fn cancel(&mut self, timeout: &Timeout) {
        self.timers.remove(&timer_key(timeout));
    }

    /// Whether a timer that went off was not cancelled or set anew; it is no more, then.
    pub(super) fn is_current(&mut self, timeout: &Timeout, generation: u64) -> bool {
        let key = timer_key(timeout);
        let is_current = self.timers.get(&key) == Some(&generation);
        if is_current {
            self.timers.remove(&key);
        }
        is_current
    }

    pub(super) fn fact(&mut self, fact: Fact) {
        if !self.is_dead() {
            self.facts.push(fact);
        }
    }

    pub(super) fn broadcast(&mut self, message: Message) {
        self.act(Action::Broadcast(message));
    }

    pub(super) fn act(&mut self, action: Action) {
        if !self.is_dead() {
            self.actions.push(action);
        }
    }

    pub(super) fn violate(&mut self, violation: Violation) {
        if !self.is_dead() {
            self.violation.get_or_insert(violation);
        }
    }

    pub(super) fn undecided(&self, hash: &Digest) -> Option<block::Proposal> {
        self.app.undecided_proposal(hash).ok().flatten()
    }
}

/// Timers are told apart by kind and round.
fn timer_key(timeout: &Timeout) -> (u8, i64) {
    let kind = match timeout.kind {
        TimeoutKind::Propose => 0,
        TimeoutKind::Prevote => 1,
        TimeoutKind::Precommit => 2,
        TimeoutKind::Rebroadcast => 3,
        TimeoutKind::FinalizeHeight(_) => 4,
    };
    (kind, timeout.round.as_i64())
}
