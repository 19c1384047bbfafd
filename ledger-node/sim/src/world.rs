//! Virtual time and everything around the nodes: the loop of a run.

mod adversary;
mod facts;
mod faults;
mod network;
mod seat;
mod submission;
mod trade;

use std::{collections::BTreeMap, time::Duration};

use arc_malachitebft_core_types::LinearTimeouts;
use ledger_core::{App, Module, Versions};
use light_client::id::TimeMs;

use crate::{
    Report, Scenario,
    checker::Checker,
    client,
    clock::EPOCH_MS,
    event::{Event, Fault},
    invoices::Invoices,
    log::Log,
    message::Message,
    node::{Action, Identity, Node},
    random::Random,
    report::Tally,
    scenario::Mutation,
    signing::SimVerifier,
    store::SimStore,
    violation::Violation,
};

use network::Network;
use seat::{Seat, Standing};
use submission::Submission;

/// After how much virtual time without any fault a run that does not end has failed.
const PATIENCE_US: u64 = 60_000_000;
/// How often a node tells the others where it is.
const STATUS_US: u64 = 250_000;
/// How long a node rests between two heights.
const PAUSE_US: u64 = 30_000;
/// How often a misbehaving validator does something of its own accord.
const MEDDLE_US: u64 = 60_000;

/// A run.
pub(crate) struct World {
    scenario: Scenario,
    random: Random,
    now_us: u64,
    sequence: u64,
    events: BTreeMap<(u64, u64), Event>,
    seats: Vec<Seat>,
    verifier: SimVerifier,
    network: Network,
    submission: Submission,
    /// Operations on invoices, if there are to be any.
    invoices: Option<Invoices>,
    /// By how much all clocks have jumped together.
    jumped_ms: u64,
    /// Whether everyone has the newest software.
    is_upgraded: bool,
    checker: Checker,
    /// Whether faults are over.
    is_quiet: bool,
    tally: Tally,
    log: Log,
}

impl World {
    pub(crate) fn new(scenario: &Scenario, keeps_log: bool) -> Result<Self, Violation> {
        let mut random = Random::new(scenario.seed);
        let genesis = client::genesis(scenario.suite, scenario.validators, TimeMs(EPOCH_MS));
        let seats = Seat::all(scenario, &mut random);
        let mut world = Self {
            scenario: scenario.clone(),
            random,
            now_us: 0,
            sequence: 0,
            events: BTreeMap::new(),
            seats,
            verifier: SimVerifier::new(genesis.ledger_id(), scenario.suite),
            network: Network::default(),
            submission: Submission::new(&genesis),
            invoices: (scenario.operations > 0)
                .then(|| Invoices::new(&genesis, scenario.seed, scenario.operations)),
            jumped_ms: 0,
            is_upgraded: scenario.upgrade.is_none(),
            checker: Checker::new(&genesis.validators),
            is_quiet: false,
            tally: Tally::default(),
            log: Log::new(keeps_log),
        };
        for seat in 0..world.seats.len() {
            let app = App::found(SimStore::default(), &genesis);
            let app = app.map_err(|error| Violation::fault(&error))?;
            let store = app.store().survivor();
            world.seats[seat].disk.store = match scenario.mutation {
                Some(Mutation::LyingDisk) => store.lying(),
                Some(
                    Mutation::AnyLog
                    | Mutation::LowQuorum
                    | Mutation::NoLock
                    | Mutation::NoMark
                    | Mutation::NoSettling,
                )
                | None => store,
            };
            world.start(seat, None)?;
            world.after(STATUS_US, Event::Status(seat));
            if world.seats[seat].adversary.is_some() {
                world.after(MEDDLE_US, Event::Meddle(seat));
            }
        }
        world.after(submission::EVERY_US, Event::Submit);
        world.plan_faults();
        Ok(world)
    }

    /// Runs to the end: the height is reached, everything acknowledged is final everywhere, and
    /// everyone is up and at one height. Returns the log's lines, too, if they are kept.
    pub(crate) fn run(mut self) -> (Vec<String>, Result<Report, Violation>) {
        let outcome = self.go();
        let lines = self.log.lines();
        (lines, outcome.and_then(|()| self.report()))
    }

    fn go(&mut self) -> Result<(), Violation> {
        let give_up_us = self.scenario.faults.until_ms * 1000 + PATIENCE_US;
        while let Some(((time, _), event)) = self.events.pop_first() {
            self.now_us = time;
            if self.is_postponed(&event) {
                let seat = event.works_on().expect("only work is postponed");
                let until = self.seats[seat].busy_until_us;
                self.at(until, event);
                continue;
            }
            self.log.line(time, format_args!("{event}"));
            let may_end = matches!(event, Event::Status(_));
            self.happen(event)?;
            if may_end && self.is_finished()? {
                return Ok(());
            }
            if self.now_us > give_up_us {
                break;
            }
        }
        Err(Violation::NoProgress(self.checker.height()))
    }

    fn happen(&mut self, event: Event) -> Result<(), Violation> {
        match event {
            Event::Deliver { from, to, message } => {
                self.overhear(to, &message)?;
                let now = self.clock(to);
                let result = self.seats[to].node.as_mut();
                let result = result.map(|node| node.receive(now, from, message));
                self.collect(to, result)
            }
            Event::Fault(fault) => {
                self.befall(fault);
                Ok(())
            }
            Event::Meddle(seat) => {
                self.after(MEDDLE_US, Event::Meddle(seat));
                self.meddle(seat)
            }
            Event::NextHeight { node: seat, life } => {
                let now = self.clock(seat);
                let result = self.seats[seat].alive(life);
                let result = result.map(|node| node.next_height(now));
                self.collect(seat, result)
            }
            Event::Propose {
                node: seat,
                life,
                height,
                round,
            } => {
                let now = self.clock(seat);
                let result = self.seats[seat].alive(life);
                let result = result.map(|node| node.propose(now, height, round));
                self.collect(seat, result)
            }
            Event::Restart(seat) => self.restart(seat),
            Event::Status(seat) => {
                self.after(STATUS_US, Event::Status(seat));
                let node = self.seats[seat].node.as_mut();
                let result = node.map(|node| {
                    node.announce();
                    Ok(())
                });
                self.collect(seat, result)
            }
            Event::Submit => self.submit(),
            Event::Timer {
                node: seat,
                life,
                timeout,
                generation,
            } => {
                let now = self.clock(seat);
                let result = self.seats[seat].alive(life);
                let result = result.map(|node| node.timer(now, timeout, generation));
                self.collect(seat, result)
            }
        }
    }

    fn identity(&self, seat: usize) -> Identity {
        let key = self.seats[seat].key;
        Identity {
            pairs: client::validator_pairs(self.scenario.suite, key),
            verifier: self.verifier.clone(),
            mutation: self.scenario.mutation,
            versions: if self.is_outdated(seat) {
                Versions::supported().with(Module::Evidence, 1)
            } else {
                Versions::supported()
            },
        }
    }

    /// Does what a node wants done, and buries it if it died.
    fn collect(
        &mut self,
        seat: usize,
        result: Option<Result<(), Violation>>,
    ) -> Result<(), Violation> {
        let Some(mut node) = self.seats[seat].node.take() else {
            return Ok(());
        };
        let (actions, facts) = node.take();
        for fact in facts {
            self.learn(seat, &node, fact)?;
        }
        for action in actions {
            self.act(seat, &node, action)?;
        }
        match result {
            None | Some(Ok(())) => {}
            Some(Err(violation)) if self.seats[seat].standing == Standing::Honest => {
                return Err(violation);
            }
            // Whoever misbehaves may come to grief by it.
            Some(Err(violation)) => {
                self.log
                    .line(self.now_us, format_args!("{seat} fails: {violation}"));
                return Ok(());
            }
        }
        match node.death() {
            Some(how) => self.bury(seat, &node, how),
            None => {
                self.seats[seat].node = Some(node);
                Ok(())
            }
        }
    }

    fn act(&mut self, seat: usize, node: &Node, action: Action) -> Result<(), Violation> {
        match action {
            Action::Broadcast(message) => self.broadcast(seat, node, message)?,
            Action::NextHeight => {
                let life = self.seats[seat].life;
                self.after(PAUSE_US, Event::NextHeight { node: seat, life });
            }
            Action::Propose(height, round) => {
                let event = Event::Propose {
                    node: seat,
                    life: self.seats[seat].life,
                    height,
                    round,
                };
                let delay_us = self.proposal_delay_us();
                self.after(delay_us, event);
            }
            Action::Send(to, message) => self.send_one(seat, node, to, message)?,
            Action::Timer {
                timeout,
                generation,
            } => {
                let duration = timeouts().duration_for(timeout);
                let shown_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
                let delay_us = self.seats[seat].clock.really_us(shown_us);
                let event = Event::Timer {
                    node: seat,
                    life: self.seats[seat].life,
                    timeout,
                    generation,
                };
                self.after(delay_us, event);
            }
        }
        Ok(())
    }

    fn is_finished(&self) -> Result<bool, Violation> {
        let is_done = self.is_quiet
            && self.invoices.as_ref().is_none_or(Invoices::is_done)
            && self.submission.is_done(&self.scenario)
            && self.checker.height().0 >= self.scenario.heights;
        let all_up = self.honest().all(|(_, seat)| seat.node.is_some());
        if !is_done || !all_up {
            return Ok(false);
        }
        for node in self.honest().filter_map(|(_, seat)| seat.node.as_ref()) {
            let behind = node.app().head().height.0 + 1 < self.checker.height().0;
            if behind
                || !self
                    .checker
                    .all_final(node.app(), self.submission.acknowledged())?
            {
                return Ok(false);
            }
            if let Some(invoices) = &self.invoices
                && !invoices.finished(node.app())?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn honest(&self) -> impl Iterator<Item = (usize, &Seat)> {
        let seats = self.seats.iter().enumerate();
        seats.filter(|(_, seat)| seat.standing == Standing::Honest)
    }

    fn report(self) -> Result<Report, Violation> {
        for (index, seat) in self.honest() {
            if let Some(node) = &seat.node {
                let acknowledged = self.submission.acknowledged();
                self.checker.finished(index, node.app(), acknowledged)?;
                if let Some(invoices) = &self.invoices {
                    invoices.compare(node.app(), None)?;
                }
            }
        }
        let (_, first) = self.honest().next().ok_or(Violation::NoAnswer)?;
        let upgrade = self.submission.upgrade();
        let is_upgraded = match (&first.node, upgrade) {
            (Some(node), Some(id)) => self.checker.all_final(node.app(), &[id].into())?,
            (_, None) | (None, _) => false,
        };
        Ok(Report {
            is_upgraded,
            height: self.checker.height(),
            transactions: self.submission.acknowledged().len(),
            epochs: self.checker.epochs(),
            virtual_ms: self.now_us / 1000,
            tally: self.tally,
            log: self.log.finish(),
        })
    }

    fn clock(&self, seat: usize) -> TimeMs {
        let shown = self.seats[seat].clock.read(self.now_us);
        TimeMs(shown.0 + self.jumped_ms)
    }

    fn after(&mut self, delay_us: u64, event: Event) {
        self.at(self.now_us + delay_us, event);
    }

    fn at(&mut self, time_us: u64, event: Event) {
        self.sequence += 1;
        self.events.insert((time_us, self.sequence), event);
    }

    fn fault_after(&mut self, delay_us: u64, fault: Fault) {
        self.after(delay_us, Event::Fault(fault));
    }

    fn deliver(&mut self, from: usize, to: usize, message: Message, delay_us: u64) {
        self.after(delay_us, Event::Deliver { from, to, message });
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
