//! Virtual time, the network, crashes, and the client: everything around the nodes.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use arc_malachitebft_core_types::LinearTimeouts;
use ledger_core::{
    App,
    store::MemoryStore,
    transaction::{SignedTransaction, TxId},
};
use light_client::{hash::Hasher, id::TimeMs, suite::Suite};

use crate::{
    Report, Scenario,
    checker::Checker,
    client::{self, Client},
    event::Event,
    message::Message,
    node::{Action, Disk, Fact, Node},
    random::Random,
    violation::Violation,
};

/// When a run begins, for the clocks of its nodes.
const EPOCH_MS: u64 = 1_790_000_000_000;
/// After how much virtual time a run that does not end has failed.
const PATIENCE_US: u64 = 60_000_000;
/// How often a node tells the others where it is.
const STATUS_US: u64 = 250_000;
/// How long a node rests between two heights.
const PAUSE_US: u64 = 5_000;
/// How often the client submits.
const SUBMIT_US: u64 = 40_000;
/// How far a node's clock may be off, either way.
const SKEW_MS: u64 = 400;

/// A validator, up or down.
struct Seat {
    node: Option<Node>,
    disk: Disk,
    /// Counts starts, so that an earlier life's timers mean nothing.
    life: u64,
    skew_ms: u64,
    index: u8,
}

/// A run.
pub(crate) struct World {
    scenario: Scenario,
    random: Random,
    now_us: u64,
    sequence: u64,
    events: BTreeMap<(u64, u64), Event>,
    seats: Vec<Seat>,
    client: Client,
    checker: Checker,
    acknowledged: BTreeSet<TxId>,
    /// How many transactions the client has submitted.
    submitted: usize,
    first: Option<TxId>,
    lease: Option<TxId>,
    /// Transactions that go first.
    ready: Vec<SignedTransaction>,
    crashes: usize,
    log: Hasher,
}

impl World {
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, Violation> {
        let mut random = Random::new(scenario.seed);
        let genesis = client::genesis(scenario.suite, scenario.validators, TimeMs(EPOCH_MS));
        let seats = (0..scenario.validators).map(|index| Seat {
            node: None,
            disk: Disk::default(),
            life: 0,
            skew_ms: random.below(2 * SKEW_MS),
            index,
        });
        let seats: Vec<Seat> = seats.collect();
        let mut world = Self {
            scenario: scenario.clone(),
            random,
            now_us: 0,
            sequence: 0,
            events: BTreeMap::new(),
            seats,
            client: Client::new(&genesis),
            checker: Checker::new(&genesis.validators),
            acknowledged: BTreeSet::new(),
            submitted: 0,
            first: None,
            lease: None,
            ready: Vec::new(),
            crashes: 0,
            log: Hasher::new(Suite::Intl),
        };
        for seat in 0..world.seats.len() {
            let app = App::found(MemoryStore::default(), &genesis);
            let app = app.map_err(|error| Violation::fault(&error))?;
            world.seats[seat].disk.store = app.store().clone();
            world.start(seat)?;
            world.after(STATUS_US, Event::Status(seat));
        }
        world.after(SUBMIT_US, Event::Submit);
        world.schedule_crash();
        Ok(world)
    }

    /// Runs to the end: the height is reached, everything acknowledged is final everywhere, and
    /// everyone is up and at one height.
    pub(crate) fn run(mut self) -> Result<Report, Violation> {
        while let Some(((time, sequence), event)) = self.events.pop_first() {
            self.now_us = time;
            self.log.update(&time.to_be_bytes());
            self.log.update(&sequence.to_be_bytes());
            event.note(&mut self.log);
            self.happen(event)?;
            if self.is_finished()? {
                return self.report();
            }
            if self.now_us > PATIENCE_US {
                break;
            }
        }
        Err(Violation::NoProgress(self.checker.height()))
    }

    fn happen(&mut self, event: Event) -> Result<(), Violation> {
        match event {
            Event::Crash(seat) => self.arm(seat),
            Event::Restart(seat) => {
                self.start(seat)?;
                self.schedule_crash();
            }
            Event::Submit => return self.submit(),
            Event::Status(seat) => {
                self.after(STATUS_US, Event::Status(seat));
                if let Some(node) = &mut self.seats[seat].node {
                    node.announce();
                }
                return self.collect(seat);
            }
            Event::Deliver { from, to, message } => {
                let now = self.clock(to);
                if let Some(node) = &mut self.seats[to].node {
                    node.receive(now, from, message)?;
                }
                return self.collect(to);
            }
            Event::NextHeight { node: seat, life } => {
                let now = self.clock(seat);
                if let Some(node) = self.alive(seat, life) {
                    node.next_height(now)?;
                }
                return self.collect(seat);
            }
            Event::Timer {
                node: seat,
                life,
                timeout,
                generation,
            } => {
                let now = self.clock(seat);
                if let Some(node) = self.alive(seat, life) {
                    node.timer(now, timeout, generation)?;
                }
                return self.collect(seat);
            }
        }
        Ok(())
    }

    /// The node, if it is still in the life in which it asked for something.
    fn alive(&mut self, seat: usize, life: u64) -> Option<&mut Node> {
        let seat = &mut self.seats[seat];
        seat.node.as_mut().filter(|_| seat.life == life)
    }

    fn start(&mut self, seat: usize) -> Result<(), Violation> {
        let now = self.clock(seat);
        let pairs = client::validator_pairs(self.scenario.suite, self.seats[seat].index);
        let disk = core::mem::take(&mut self.seats[seat].disk);
        let node = Node::start(disk, pairs, now)?;
        self.seats[seat].life += 1;
        self.seats[seat].node = Some(node);
        self.collect(seat)
    }

    /// Has a node die in the middle of something it does soon.
    fn arm(&mut self, seat: usize) {
        let effects = self.random.below(60);
        if let Some(node) = &mut self.seats[seat].node {
            node.light_fuse(effects);
        }
    }

    /// One crash after another, so that a quorum stays up.
    fn schedule_crash(&mut self) {
        if self.crashes < self.scenario.crashes {
            self.crashes += 1;
            let seat = self.random.index(self.seats.len());
            let delay = self.random.between(200_000, 1_500_000);
            self.after(delay, Event::Crash(seat));
        }
    }

    /// Does what a node wants done, and buries it if it died.
    fn collect(&mut self, seat: usize) -> Result<(), Violation> {
        let Some(mut node) = self.seats[seat].node.take() else {
            return Ok(());
        };
        let (actions, facts) = node.take();
        for fact in facts {
            match fact {
                Fact::Committed(header) => self.checker.committed(node.app(), &header)?,
                Fact::Published(vote) => self.checker.published(seat, &vote.message)?,
            }
        }
        for action in actions {
            self.act(seat, action);
        }
        if node.is_dead() {
            self.seats[seat].disk = node.crash(self.scenario.wal_loss, &mut self.random);
            let delay = self.random.between(100_000, 3_000_000);
            self.after(delay, Event::Restart(seat));
        } else {
            self.seats[seat].node = Some(node);
        }
        Ok(())
    }

    fn act(&mut self, seat: usize, action: Action) {
        match action {
            Action::Broadcast(message) => {
                for to in 0..self.seats.len() {
                    if to != seat {
                        self.send(seat, to, &message);
                    }
                }
            }
            Action::NextHeight => {
                let life = self.seats[seat].life;
                self.after(PAUSE_US, Event::NextHeight { node: seat, life });
            }
            Action::Send(to, message) => self.send(seat, to, &message),
            Action::Timer {
                timeout,
                generation,
            } => {
                let duration = timeouts().duration_for(timeout);
                let delay = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
                let event = Event::Timer {
                    node: seat,
                    life: self.seats[seat].life,
                    timeout,
                    generation,
                };
                self.after(delay, event);
            }
        }
    }

    /// Loses, delays and doubles.
    fn send(&mut self, from: usize, to: usize, message: &Message) {
        let copies = if self.random.chance(self.scenario.loss_permille) {
            0
        } else if self.random.chance(self.scenario.duplicate_permille) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let delay = self.random.between(1_000, 40_000);
            let message = message.clone();
            self.after(delay, Event::Deliver { from, to, message });
        }
    }

    fn submit(&mut self) -> Result<(), Violation> {
        if self.submitted >= self.scenario.transactions {
            return Ok(());
        }
        self.after(SUBMIT_US, Event::Submit);
        let seat = self.random.index(self.seats.len());
        if self.seats[seat].node.is_none() {
            return Ok(());
        }
        let transaction = self.next_transaction();
        let Some(node) = &mut self.seats[seat].node else {
            return Ok(());
        };
        let answer = node.submit(transaction.to_bytes())?;
        let id = answer.map_err(|refusal| Violation::Ledger(refusal.code().to_owned()))?;
        self.submitted += 1;
        if self.first.is_none() {
            self.first = Some(id);
        } else if self.lease.is_none() {
            self.lease = Some(id);
        }
        self.acknowledged.insert(id);
        self.collect(seat)
    }

    fn next_transaction(&mut self) -> SignedTransaction {
        if let Some(ready) = self.ready.pop() {
            return ready;
        }
        match (self.first, self.lease) {
            (None, _) => self.client.register(),
            (Some(first), None) => self.client.lease(first),
            (Some(first), Some(lease)) => {
                let half = self.scenario.transactions / 2;
                if !self.scenario.rotates || self.submitted != half {
                    return self.client.any(self.random.next(), lease);
                }
                let validators = self.scenario.validators;
                let rotation = self.client.rotate(validators, first);
                let id = rotation.id(self.scenario.suite);
                self.ready = self.client.ready(validators, id);
                rotation
            }
        }
    }

    fn is_finished(&self) -> Result<bool, Violation> {
        let all_up = self.seats.iter().all(|seat| seat.node.is_some());
        let done = self.submitted >= self.scenario.transactions
            && self.crashes_are_over()
            && self.checker.height().0 >= self.scenario.heights;
        if !all_up || !done {
            return Ok(false);
        }
        for node in self.seats.iter().filter_map(|seat| seat.node.as_ref()) {
            let behind = node.app().head().height.0 + 1 < self.checker.height().0;
            if behind || !self.checker.all_final(node.app(), &self.acknowledged)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn crashes_are_over(&self) -> bool {
        let waiting = |event: &Event| matches!(event, Event::Crash(_) | Event::Restart(_));
        let lives: u64 = self.seats.iter().map(|seat| seat.life - 1).sum();
        let over = u64::try_from(self.scenario.crashes) == Ok(lives);
        over && !self.events.values().any(waiting)
    }

    fn report(self) -> Result<Report, Violation> {
        for (index, seat) in self.seats.iter().enumerate() {
            if let Some(node) = &seat.node {
                self.checker
                    .finished(index, node.app(), &self.acknowledged)?;
            }
        }
        Ok(Report {
            log: self.log.finish(),
            height: self.checker.height(),
            transactions: self.acknowledged.len(),
            crashes: self.crashes,
            epochs: self.checker.epochs(),
            virtual_ms: self.now_us / 1000,
        })
    }

    fn clock(&self, seat: usize) -> TimeMs {
        TimeMs(EPOCH_MS + self.now_us / 1000 + self.seats[seat].skew_ms)
    }

    fn after(&mut self, delay_us: u64, event: Event) {
        self.sequence += 1;
        let at = (self.now_us + delay_us, self.sequence);
        self.events.insert(at, event);
    }
}

/// The node's timeouts, shortened: virtual time is cheap, but events are not.
const fn timeouts() -> LinearTimeouts {
    LinearTimeouts {
        propose: Duration::from_millis(400),
        propose_delta: Duration::from_millis(200),
        prevote: Duration::from_millis(150),
        prevote_delta: Duration::from_millis(100),
        precommit: Duration::from_millis(150),
        precommit_delta: Duration::from_millis(100),
        rebroadcast: Duration::from_millis(600),
        max_timeout: Duration::from_secs(10),
    }
}
