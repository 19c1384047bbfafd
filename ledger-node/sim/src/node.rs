//! One validator: the engine's consensus core and the ledger's App, over a disk that outlives
//! both.

mod effects;
mod sync;

use std::collections::{BTreeMap, VecDeque};

use arc_malachitebft_core_consensus::{
    Error, Input, LocallyProposedValue, Params, ProposedValue, State, process,
};
use arc_malachitebft_core_types::{
    Round, SignedVote, ThresholdParams, Timeout, TimeoutKind, Validity, ValueOrigin, ValuePayload,
    VoteExtensionPolicy,
};
use arc_malachitebft_metrics::Metrics;
use ledger_core::{App, Arrival, Origin, Refusal, block, store::MemoryStore, transaction::TxId};
use light_client::{
    certificate::CertifiedHeader,
    hash::Digest,
    id::{self, TimeMs},
};

use crate::{
    context::{Address, Height, Tally, ValidatorSet, Value},
    message::Message,
    random::Random,
    signing::{Pair, SimVerifier},
    violation::Violation,
    wal::{Wal, WalLoss},
};

/// How many proposals of later heights wait, for a node that is slightly behind.
const MAX_EARLY: usize = 32;

/// What outlives a crash.
#[derive(Debug, Default, Clone)]
pub(crate) struct Disk {
    pub(crate) store: MemoryStore,
    pub(crate) wal: Wal,
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
    Published(SignedVote<Tally>),
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

/// The node without the engine's state, so that effects can be handled while that is borrowed.
pub(crate) struct Shell {
    app: App<MemoryStore>,
    wal: Wal,
    /// One key per epoch.
    pairs: Vec<Pair>,
    pair: Pair,
    verifier: SimVerifier,
    now: TimeMs,
    timers: BTreeMap<(u8, i64), u64>,
    generation: u64,
    local: VecDeque<Local>,
    early: Vec<(block::Proposal, Origin)>,
    /// The height asked for, and when.
    requested: Option<(id::Height, TimeMs)>,
    recovering: bool,
    /// After how many effects the node dies.
    fuse: Option<u64>,
    dead: bool,
    pub(crate) actions: Vec<Action>,
    pub(crate) facts: Vec<Fact>,
    violation: Option<Violation>,
}

impl Node {
    /// Starts from what the disk holds, and replays the write-ahead log.
    pub(crate) fn start(disk: Disk, pairs: Vec<Pair>, now: TimeMs) -> Result<Self, Violation> {
        let app = App::open(disk.store).map_err(|error| Violation::fault(&error))?;
        let verifier = SimVerifier {
            ledger: *app.ledger(),
            suite: app.suite(),
        };
        let mut wal = disk.wal;
        let height = Height(app.head().height.0 + 1);
        wal.begin(height);
        let pair = own_pair(&app, &pairs);
        let state = state(&app, &pair);
        let shell = Shell {
            app,
            wal,
            pairs,
            pair,
            verifier,
            now,
            timers: BTreeMap::new(),
            generation: 0,
            local: VecDeque::new(),
            early: Vec::new(),
            requested: None,
            recovering: false,
            fuse: None,
            dead: false,
            actions: Vec::new(),
            facts: Vec::new(),
            violation: None,
        };
        let mut node = Self {
            state,
            metrics: Metrics::default(),
            shell,
        };
        node.replay(height)?;
        node.settle()?;
        Ok(node)
    }

    pub(crate) const fn app(&self) -> &App<MemoryStore> {
        &self.shell.app
    }

    pub(crate) const fn is_dead(&self) -> bool {
        self.shell.dead
    }

    /// Makes the node die in the middle of what it does, after so many effects.
    pub(crate) const fn light_fuse(&mut self, effects: u64) {
        self.shell.fuse = Some(effects);
    }

    /// What a crash leaves.
    pub(crate) fn crash(self, loss: WalLoss, random: &mut Random) -> Disk {
        Disk {
            store: self.shell.app.store().clone(),
            wal: self.shell.wal.crash(loss, random),
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

    /// A client's transactions.
    pub(crate) fn submit(
        &mut self,
        transaction: Vec<u8>,
    ) -> Result<Result<TxId, Refusal>, Violation> {
        let submitted = self.shell.app.submit(core::slice::from_ref(&transaction));
        let mut answers = submitted.map_err(|fault| Violation::fault(&fault))?;
        let answer = answers.pop().ok_or(Violation::NoAnswer)?;
        if answer.is_ok() {
            let relay = Message::Relay(transaction);
            self.shell.actions.push(Action::Broadcast(relay));
        }
        Ok(answer)
    }

    /// Tells the others how far this node is.
    pub(crate) fn announce(&mut self) {
        let status = Message::Status(self.shell.app.head().height);
        self.shell.actions.push(Action::Broadcast(status));
    }

    pub(crate) fn receive(
        &mut self,
        now: TimeMs,
        from: usize,
        message: Message,
    ) -> Result<(), Violation> {
        self.shell.now = now;
        match message {
            Message::Body(proposal, origin) => self.shell.body(*proposal, origin)?,
            Message::Consensus(message) => self.drive(effects::consensus_input(message))?,
            Message::Liveness(message) => self.drive(effects::liveness_input(message))?,
            Message::Relay(transaction) => {
                // What is refused here was accepted elsewhere on an older or newer head.
                let answers = self.shell.app.submit(&[transaction]);
                answers.map_err(|fault| Violation::fault(&fault))?;
            }
            Message::Status(head) => self.shell.status(from, head),
            Message::SyncRequest(height) => self.shell.sync_request(from, height)?,
            Message::SyncResponse(bytes, certificate) => {
                self.drive(sync::response(from, bytes, certificate))?;
            }
        }
        self.settle()
    }

    /// A timer went off; it counts if it was not cancelled or set anew.
    pub(crate) fn timer(
        &mut self,
        now: TimeMs,
        timeout: Timeout,
        generation: u64,
    ) -> Result<(), Violation> {
        self.shell.now = now;
        let key = timer_key(&timeout);
        if self.shell.timers.get(&key) != Some(&generation) {
            return Ok(());
        }
        self.shell.timers.remove(&key);
        self.drive(Input::TimeoutElapsed(timeout))?;
        self.settle()
    }

    /// Begins the height after the head.
    pub(crate) fn next_height(&mut self, now: TimeMs) -> Result<(), Violation> {
        self.shell.now = now;
        let height = Height(self.shell.app.head().height.0 + 1);
        self.shell.wal.begin(height);
        let pair = own_pair(&self.shell.app, &self.shell.pairs);
        if pair.id() != self.shell.pair.id() {
            self.state = state(&self.shell.app, &pair);
            self.shell.pair = pair;
        }
        self.start_height(height)?;
        for (proposal, origin) in core::mem::take(&mut self.shell.early) {
            self.shell.body(proposal, origin)?;
        }
        self.settle()
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
        let set = ValidatorSet::new(self.shell.app.validator_set(), self.shell.app.suite());
        let policy = VoteExtensionPolicy::Disabled;
        self.drive(Input::StartHeight(height, set, false, None, policy))
    }

    /// Does what has gathered while the engine was busy.
    fn settle(&mut self) -> Result<(), Violation> {
        while let Some(local) = self.shell.local.pop_front() {
            if self.shell.dead {
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
        let body = Message::Body(Box::new(proposal), origin);
        shell.actions.push(Action::Broadcast(body));
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
        let result: Result<(), Error<Tally>> = process!(
            input: input,
            state: state,
            metrics: metrics,
            with: effect => shell.handle(effect)
        );
        // A dead node's answers are made up; what the engine says to them means nothing.
        match (result, shell.dead, shell.violation.take()) {
            (_, true, _) | (Ok(()), false, None) => Ok(()),
            (_, false, Some(violation)) => Err(violation),
            (Err(error), false, None) => Err(Violation::Engine(error.to_string())),
        }
    }
}

impl Shell {
    /// Judges a proposal; the engine is told as soon as it returns.
    fn body(&mut self, proposal: block::Proposal, origin: Origin) -> Result<(), Violation> {
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
        let valid_round = match origin.arrival {
            Arrival::Repeated { valid_round } => Round::new(valid_round.0),
            Arrival::New | Arrival::Synced => Round::Nil,
        };
        let value = ProposedValue {
            height: Height(height.0),
            round: Round::new(origin.round.0),
            valid_round,
            proposer: Address(origin.proposer),
            value: Value(proposal.header.hash()),
            validity: Validity::from_bool(checked.is_ok()),
        };
        let origin = match origin.arrival {
            Arrival::New | Arrival::Repeated { .. } => ValueOrigin::Consensus,
            Arrival::Synced => ValueOrigin::Sync,
        };
        let input = Input::ProposedValue(value, origin);
        self.local.push_back(Local::Input(input));
        Ok(())
    }

    fn undecided(&self, hash: &Digest) -> Option<block::Proposal> {
        self.app.undecided_proposal(hash).ok().flatten()
    }
}

/// The key by which this node is in the present set; its first if it is not.
fn own_pair(app: &App<MemoryStore>, pairs: &[Pair]) -> Pair {
    let set = app.validator_set().validators();
    let is_in_set = |pair: &&Pair| set.iter().any(|validator| validator.key == *pair.public());
    let mut candidates = pairs.iter().filter(is_in_set).chain(pairs);
    candidates.next().expect("a node has a key").clone()
}

fn state(app: &App<MemoryStore>, pair: &Pair) -> State<Tally> {
    let params = Params {
        address: Address(pair.id()),
        threshold_params: ThresholdParams::default(),
        value_payload: ValuePayload::ProposalAndParts,
        enabled: true,
    };
    let set = ValidatorSet::new(app.validator_set(), app.suite());
    let height = Height(app.head().height.0 + 1);
    State::new(Tally, height, set, params, 64, 256)
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
