//! One validator: the engine's consensus core and the ledger's App, over a disk that outlives
//! both.

mod decide;
mod effects;
mod shell;
mod sign;
mod sync;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use arc_malachitebft_core_consensus::{
    Error, Input, LocallyProposedValue, MisbehaviorEvidence, Params, PeerId, State, process,
};
use arc_malachitebft_core_types::{
    Round, SignedProposal, SignedVote, ThresholdParam, ThresholdParams, Timeout, ValuePayload,
    VoteExtensionPolicy,
};
use arc_malachitebft_metrics::Metrics;
use ledger_core::{App, Arrival, Origin, Refusal, transaction::TxId};
use light_client::{
    certificate::CertifiedHeader,
    id::{self, TimeMs},
};

use crate::{
    context::{Address, Height, Tally, ValidatorSet, Value},
    mark::Mark,
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
    pub(crate) mark: Mark,
}

/// Who a node is, and which rule it lacks.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// One key per epoch.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) verifier: SimVerifier,
    pub(crate) mutation: Option<Mutation>,
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
    Evidence(Box<MisbehaviorEvidence<Tally>>),
    Proposed(SignedProposal<Tally>),
    Published(SignedVote<Tally>),
    /// The mark refused a signature.
    Refused,
    /// A block from this peer was not what it should be.
    SyncRejected(usize, id::Height, String),
}

/// Something that the node does once the engine has returned: the engine is not re-entrant.
#[derive(Debug)]
enum Local {
    GetValue(Height, Round),
    Input(Input<Tally>),
}

/// A running validator.
pub(crate) struct Node {
    state: State<Tally>,
    /// The engine counts its steps in here, and insists that each is ended as it began.
    metrics: Metrics,
    shell: Shell,
}

impl Node {
    /// Starts from what the disk holds, and replays the write-ahead log.
    pub(crate) fn start(
        disk: Disk,
        identity: Identity,
        now: TimeMs,
        fuse: Option<Fuse>,
    ) -> Result<Self, Violation> {
        let app = App::open(disk.store).map_err(|error| Violation::fault(&error))?;
        let height = Height(app.head().height.0 + 1);
        let mut wal = disk.wal;
        wal.begin(height);
        let pair = own_pair(&app, &identity.pairs);
        let mut node = Self {
            state: state(&app, &pair, identity.mutation),
            metrics: Metrics::default(),
            shell: Shell {
                app,
                wal,
                mark: disk.mark,
                identity,
                pair,
                now,
                timers: BTreeMap::new(),
                generation: 0,
                local: VecDeque::new(),
                early: Vec::new(),
                proposed: BTreeMap::new(),
                peers: BTreeMap::new(),
                liars: BTreeSet::new(),
                asked: 0,
                requested: None,
                recovering: false,
                fuse: None,
                burnt: false,
                refused: false,
                actions: Vec::new(),
                facts: Vec::new(),
                violation: None,
            },
        };
        if let Some(fuse) = fuse {
            node.light(fuse);
        }
        let result = node.replay(height);
        node.end(result)?;
        Ok(node)
    }

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

    fn begin_height(&mut self) -> Result<(), Violation> {
        let height = Height(self.shell.app.head().height.0 + 1);
        self.shell.wal.begin(height);
        let pair = own_pair(&self.shell.app, &self.shell.identity.pairs);
        if pair.id() != self.shell.pair.id() {
            self.state = state(&self.shell.app, &pair, self.shell.identity.mutation);
            self.shell.pair = pair;
        }
        self.start_height(height)?;
        for (proposal, origin) in core::mem::take(&mut self.shell.early) {
            self.shell.body(proposal, origin)?;
        }
        Ok(())
    }

    fn replay(&mut self, height: Height) -> Result<(), Violation> {
        let entries = self.shell.wal.entries();
        self.start_height(height)?;
        self.state
            .record_recovered_own_precommit_extensions(&entries);
        self.state.index_wal_entries(&entries);
        self.shell.recovering = true;
        for entry in entries {
            self.drive(entry)?;
        }
        self.shell.recovering = false;
        self.state.reset_entries_index();
        Ok(())
    }

    fn start_height(&mut self, height: Height) -> Result<(), Violation> {
        self.shell.proposed.clear();
        let set = ValidatorSet::new(self.shell.app.validator_set(), self.shell.app.suite());
        let policy = VoteExtensionPolicy::Disabled;
        self.drive(Input::StartHeight(height, set, false, None, policy))
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
        while let Some(local) = self.shell.local.pop_front() {
            if self.shell.is_dead() {
                return Ok(());
            }
            match local {
                Local::Input(input) => self.drive(input)?,
                Local::GetValue(height, round) => self.propose(height, round)?,
            }
        }
        Ok(())
    }

    fn propose(&mut self, height: Height, round: Round) -> Result<(), Violation> {
        // Asked before the log was replayed, the question may be settled by now: in a later round,
        // or with the height decided and committed by the replay itself.
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
        let proposal = proposed.map_err(|error| Violation::fault(&error))?;
        let value = Value(proposal.header.hash());
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

    fn drive(&mut self, input: Input<Tally>) -> Result<(), Violation> {
        let Self {
            state,
            metrics,
            shell,
        } = self;
        shell.refused = false;
        let result: Result<(), Error<Tally>> = process!(
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

/// The key by which this node is in the present set; its first if it is not.
fn own_pair(app: &App<SimStore>, pairs: &[Pair]) -> Pair {
    let set = app.validator_set().validators();
    let is_in_set = |pair: &&Pair| set.iter().any(|validator| validator.key == *pair.public());
    let mut candidates = pairs.iter().filter(is_in_set).chain(pairs);
    candidates.next().expect("a node has a key").clone()
}

fn state(app: &App<SimStore>, pair: &Pair, mutation: Option<Mutation>) -> State<Tally> {
    let mut thresholds = ThresholdParams::default();
    if mutation == Some(Mutation::LowQuorum) {
        thresholds.quorum = ThresholdParam::F_PLUS_ONE;
    }
    let params = Params {
        address: Address(pair.id()),
        threshold_params: thresholds,
        value_payload: ValuePayload::ProposalAndParts,
        enabled: true,
    };
    let set = ValidatorSet::new(app.validator_set(), app.suite());
    let height = Height(app.head().height.0 + 1);
    State::new(Tally, height, set, params, 64, 256)
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
