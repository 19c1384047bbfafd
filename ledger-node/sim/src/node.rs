//! One validator: the engine's consensus core and the ledger's App, over a disk that outlives
//! both.

mod decide;
mod effects;
mod shell;
mod sign;
mod start;
mod sync;

use arc_malachitebft_core_consensus::{
    Error, Input, LocallyProposedValue, MisbehaviorEvidence, PeerId, State, process,
};
use arc_malachitebft_core_types::{Round, SignedProposal, SignedVote, Timeout};
use arc_malachitebft_metrics::Metrics;
use ledger_core::{App, Arrival, Origin, ProposeError, Refusal, Versions, transaction::TxId};
use ledger_engine::{HeaderValue, Height, Marked, TallyContext};
use light_client::{
    certificate::CertifiedHeader,
    id::{self, TimeMs},
};

use crate::{
    message::Message,
    report::Counted,
    scenario::Mutation,
    signing::{Pair, SimVerifier},
    store::{CommitCrash, SimStore},
    violation::Violation,
    wal::Wal,
};

pub(crate) use shell::Shell;

/// What outlives a crash.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(crate) store: SimStore,
    pub(crate) wal: Wal,
    pub(crate) mark: Marked,
}

/// Who a node is, and which rule it lacks.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// One key per epoch.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) verifier: SimVerifier,
    pub(crate) mutation: Option<Mutation>,
    pub(crate) versions: Versions,
}

/// When a node dies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fuse {
    /// At a commit of its store, after so many others.
    Commits(u64, CommitCrash),
    /// After so many effects.
    Effects(u64),
}

/// What a node does to the world.
#[derive(Debug)]
pub(crate) enum Action {
    Broadcast(Message),
    /// Begin the next height a little later: one validator alone would never come to rest.
    NextHeight,
    /// Make a proposal, however long that takes.
    Propose(Height, Round),
    Send(usize, Message),
    Timer {
        timeout: Timeout,
        generation: u64,
    },
}

/// What a checker wants to know of a node.
#[derive(Debug)]
pub(crate) enum Fact {
    Committed(Box<CertifiedHeader>),
    Evidence(Box<MisbehaviorEvidence<TallyContext>>),
    Proposed(SignedProposal<TallyContext>),
    Published(SignedVote<TallyContext>),
    /// The mark refused a signature.
    Refused,
    /// A block from this peer was not what it should be.
    SyncRejected(usize, id::Height, String),
}

/// A running validator.
pub(crate) struct Node {
    state: State<TallyContext>,
    /// The engine counts its steps in here, and insists that each is ended as it began.
    metrics: Metrics,
    shell: Shell,
}

impl Node {
    pub(crate) const fn app(&self) -> &App<SimStore> {
        &self.shell.app
    }

    pub(crate) const fn pair(&self) -> &Pair {
        &self.shell.pair
    }

    /// As what its death counts, if it is dead.
    pub(crate) fn death(&self) -> Option<Counted> {
        match self.shell.app.store().died() {
            Some(CommitCrash::Before) => Some(Counted::CrashBeforeCommit),
            Some(CommitCrash::After) => Some(Counted::CrashAfterCommit),
            None => self.shell.burnt.then_some(Counted::CrashAtEffect),
        }
    }

    /// Makes the node die in the middle of what it does.
    pub(crate) fn light(&mut self, fuse: Fuse) {
        match fuse {
            Fuse::Commits(commits, side) => self.shell.app.store().light_fuse(commits, side),
            Fuse::Effects(effects) => self.shell.fuse = Some(effects),
        }
    }

    /// Lets the node live.
    pub(crate) fn extinguish(&mut self) {
        self.shell.fuse = None;
        self.shell.app.store().extinguish();
    }

    /// What is on the disk of a node that died.
    pub(crate) fn disk(&self) -> Disk {
        Disk {
            store: self.shell.app.store().survivor(),
            wal: self.shell.wal.clone(),
            mark: self.shell.mark.clone(),
        }
    }

    /// What the node wants done, and what it did.
    pub(crate) fn take(&mut self) -> (Vec<Action>, Vec<Fact>) {
        let shell = &mut self.shell;
        (
            core::mem::take(&mut shell.actions),
            core::mem::take(&mut shell.facts),
        )
    }

    /// A client's transaction; no answer if the node dies over it.
    pub(crate) fn submit(
        &mut self,
        transaction: Vec<u8>,
    ) -> Result<Option<Result<TxId, Refusal>>, Violation> {
        let submitted = self.shell.app.submit(core::slice::from_ref(&transaction));
        if self.shell.is_dead() {
            return Ok(None);
        }
        let mut answers = submitted.map_err(|fault| Violation::fault(&fault))?;
        let answer = answers.pop().ok_or(Violation::NoAnswer)?;
        if answer.is_ok() {
            self.shell.broadcast(Message::Relay(transaction));
        }
        Ok(Some(answer))
    }

    /// Tells the others how far this node is.
    pub(crate) fn announce(&mut self) {
        let status = Message::Status(self.shell.app.head().height);
        self.shell.broadcast(status);
    }

    pub(crate) fn receive(
        &mut self,
        now: TimeMs,
        from: usize,
        message: Message,
    ) -> Result<(), Violation> {
        self.shell.now = now;
        let result = self.take_in(from, message);
        self.end(result)
    }

    /// A timer went off; it counts if it was not cancelled or set anew.
    pub(crate) fn timer(
        &mut self,
        now: TimeMs,
        timeout: Timeout,
        generation: u64,
    ) -> Result<(), Violation> {
        self.shell.now = now;
        if !self.shell.is_current(&timeout, generation) {
            return Ok(());
        }
        let result = self.drive(Input::TimeoutElapsed(timeout));
        self.end(result)
    }

    /// The proposal that was asked for is to be made now.
    pub(crate) fn propose(
        &mut self,
        now: TimeMs,
        height: Height,
        round: Round,
    ) -> Result<(), Violation> {
        self.shell.now = now;
        let result = self.make_proposal(height, round);
        self.end(result)
    }

    /// Begins the height after the head.
    pub(crate) fn next_height(&mut self, now: TimeMs) -> Result<(), Violation> {
        self.shell.now = now;
        let result = self.begin_height();
        self.end(result)
    }

    fn take_in(&mut self, from: usize, message: Message) -> Result<(), Violation> {
        match message {
            Message::Body(proposal, origin) => self.shell.body(*proposal, origin),
            Message::Consensus(message) => self.drive(effects::consensus_input(message)),
            Message::Liveness(message) => self.drive(effects::liveness_input(message)),
            Message::Relay(transaction) => {
                // What is refused here was accepted elsewhere on an older or newer head.
                let answers = self.shell.app.submit(&[transaction]);
                answers.map(drop).map_err(|fault| Violation::fault(&fault))
            }
            Message::Status(head) => {
                self.shell.status(from, head);
                Ok(())
            }
            Message::SyncRequest(height) => self.shell.sync_request(from, height),
            Message::SyncResponse(bytes, certificate) => {
                self.drive(sync::response(from, bytes, certificate))
            }
        }
    }

    /// Does what has gathered while the engine was busy. Of a dead node nothing is held against
    /// it: its store gives no answers.
    fn end(&mut self, result: Result<(), Violation>) -> Result<(), Violation> {
        let result = result.and_then(|()| self.settle());
        if self.shell.is_dead() {
            return Ok(());
        }
        result
    }

    fn settle(&mut self) -> Result<(), Violation> {
        while let Some(input) = self.shell.local.pop_front() {
            if self.shell.is_dead() {
                return Ok(());
            }
            self.drive(input)?;
        }
        Ok(())
    }

    fn make_proposal(&mut self, height: Height, round: Round) -> Result<(), Violation> {
        // The question may be settled by now: in a later round, or with the height decided, be it
        // by the replay of the log itself.
        let next = self.shell.app.head().height.0 + 1;
        if height.0 != next || self.state.height() != height || self.state.round() != round {
            return Ok(());
        }
        let shell = &mut self.shell;
        let (Some(number), me) = (round.as_u32(), shell.pair.id()) else {
            return Ok(());
        };
        let number = id::Round(number);
        let proposed = shell
            .app
            .propose(shell.now, id::Height(height.0), number, me);
        let proposal = match proposed {
            Ok(proposal) => proposal,
            // It waits for newer software.
            Err(ProposeError::Unsupported(_)) => return Ok(()),
            Err(error) => return Err(Violation::fault(&error)),
        };
        let value = HeaderValue::new(proposal.header.clone());
        let origin = Origin {
            round: number,
            proposer: me,
            arrival: Arrival::New,
        };
        shell.broadcast(Message::Body(Box::new(proposal), origin));
        self.drive(Input::Propose(LocallyProposedValue::new(
            height, round, value,
        )))
    }

    fn drive(&mut self, input: Input<TallyContext>) -> Result<(), Violation> {
        let Self {
            state,
            metrics,
            shell,
        } = self;
        shell.refused = false;
        let result: Result<(), Error<TallyContext>> = process!(
            input: input,
            state: state,
            metrics: metrics,
            with: effect => shell.handle(effect)
        );
        // A dead node's answers are made up; what the engine says to them means nothing.
        match (result, shell.is_dead(), shell.violation.take()) {
            (_, true, _) | (Ok(()), false, None) => Ok(()),
            (_, false, Some(violation)) => Err(violation),
            // The engine complains that it got no signature, as it does in the node.
            (Err(_), false, None) if shell.refused => Ok(()),
            (Err(error), false, None) => Err(Violation::Engine(error.to_string())),
        }
    }
}

/// The number of a simulated peer, as the engine names it: an identity multihash of one byte.
fn peer(number: usize) -> PeerId {
    let name = [0, 1, u8::try_from(number).unwrap_or(u8::MAX)];
    PeerId::from_bytes(&name).expect("an identity multihash")
}

/// The number in such a name.
fn peer_number(peer: &PeerId) -> usize {
    peer.to_bytes()
        .last()
        .copied()
        .map_or(usize::MAX, usize::from)
}
