//! What goes wrong, when, and how it ends.

use super::{Standing, World};
use crate::{
    event::{Event, Fault},
    node::{Fuse, Node},
    report::Counted,
    store::CommitCrash,
    violation::Violation,
};

/// How long a node stays down.
const DOWN_US: (u64, u64) = (50_000, 1_200_000);
/// The same of one that misbehaves by dying: while the height is still undecided.
const BACK_SOON_US: (u64, u64) = (2_000, 60_000);
/// How long a cut lasts, a slowness, a freeze.
const CUT_US: (u64, u64) = (100_000, 1_200_000);
const SLOW_US: (u64, u64) = (200_000, 800_000);
const FREEZE_US: (u64, u64) = (100_000, 1_500_000);
const LATE_PROPOSAL_US: (u64, u64) = (50_000, 900_000);
/// How far a clock that is right may be off.
const RIGHT_MS: u64 = 300;
/// How long a slow node takes for anything.
const COST_US: (u64, u64) = (3_000, 25_000);

impl World {
    /// Draws times for all faults.
    pub(super) fn plan_faults(&mut self) {
        let faults = self.scenario.faults.clone();
        let until_us = faults.until_ms * 1000;
        self.fault_after(until_us, Fault::Quiet);
        for planned in &faults.commit_crashes {
            if let Some(node) = &mut self.seats[planned.node].node {
                node.light(Fuse::Commits(planned.after_commits, planned.side));
            }
        }
        if until_us == 0 {
            return;
        }
        for _ in 0..faults.crashes {
            let victim = self.victim();
            self.fault_in_time(until_us, Fault::Crash(victim));
        }
        if let Some(upgrade) = self.scenario.upgrade {
            self.fault_after(upgrade.until_ms * 1000, Fault::Upgrade);
        }
        for _ in 0..faults.power_cuts {
            self.fault_in_time(until_us, Fault::PowerCut);
        }
        for _ in 0..faults.partitions {
            self.fault_in_time(until_us, Fault::Cut);
        }
        for _ in 0..faults.clock_steps {
            let seat = self.random.index(self.seats.len());
            self.fault_in_time(until_us, Fault::ClockStep(seat));
        }
        for _ in 0..faults.slowdowns {
            let seat = self.random.index(self.seats.len());
            self.fault_in_time(until_us, Fault::Slow(seat));
        }
        for _ in 0..faults.freezes {
            let seat = self.random.index(self.seats.len());
            self.fault_in_time(until_us, Fault::Freeze(seat));
        }
        // Some misbehave by dying.
        if self
            .scenario
            .byzantine
            .is_some_and(|behaviour| behaviour.dies())
        {
            for _ in 0..8 {
                self.fault_in_time(until_us, Fault::Crash(self.seats.len() - 1));
            }
        }
    }

    /// Any honest validator.
    pub(super) fn victim(&mut self) -> usize {
        let honest: Vec<usize> = self.honest().map(|(index, _)| index).collect();
        honest[self.random.index(honest.len())]
    }

    fn fault_in_time(&mut self, until_us: u64, fault: Fault) {
        let delay_us = self.random.below(until_us);
        self.fault_after(delay_us, fault);
    }

    pub(super) fn befall(&mut self, fault: Fault) {
        match fault {
            Fault::ClockStep(seat) => {
                self.set_clock(seat, self.scenario.faults.skew_ms);
                self.tally.note(Counted::ClockStep);
            }
            Fault::Crash(seat) => {
                let fuse = self.fuse();
                if let Some(node) = &mut self.seats[seat].node {
                    node.light(fuse);
                }
            }
            Fault::Cut => {
                let (cut, is_one_way) = self.network.cut(self.seats.len(), &mut self.random);
                self.tally.note(match is_one_way {
                    true => Counted::OneWayPartition,
                    false => Counted::Partition,
                });
                let lasts_us = self.random.between(CUT_US.0, CUT_US.1);
                self.fault_after(lasts_us, Fault::Heal(cut));
            }
            Fault::Freeze(seat) => {
                let lasts_us = self.random.between(FREEZE_US.0, FREEZE_US.1);
                self.seats[seat].busy_until_us = self.now_us + lasts_us;
                self.tally.note(Counted::Freeze);
            }
            Fault::Upgrade => {
                for seat in 0..self.seats.len() {
                    let is_outdated = self.is_outdated(seat);
                    if let (true, Some(node)) = (is_outdated, &mut self.seats[seat].node) {
                        node.light(Fuse::Effects(0));
                    }
                }
                self.is_upgraded = true;
            }
            Fault::Heal(cut) => self.network.heal(cut),
            Fault::PowerCut => {
                self.tally.note(Counted::PowerCut);
                for seat in &mut self.seats {
                    if let Some(node) = &mut seat.node {
                        node.light(Fuse::Effects(self.random.below(10)));
                    }
                }
            }
            Fault::Quiet => self.quiet(),
            Fault::Slow(seat) => {
                self.seats[seat].cost_us = self.random.between(COST_US.0, COST_US.1);
                self.tally.note(Counted::Slowdown);
                let lasts_us = self.random.between(SLOW_US.0, SLOW_US.1);
                self.fault_after(lasts_us, Fault::Swift(seat));
            }
            Fault::Swift(seat) => self.seats[seat].cost_us = 0,
        }
    }

    /// Whether a validator runs older software.
    pub(super) fn is_outdated(&self, seat: usize) -> bool {
        let validators = usize::from(self.scenario.validators);
        let outdated = self.scenario.upgrade.map_or(0, |upgrade| upgrade.outdated);
        !self.is_upgraded && seat + usize::from(outdated) >= validators
    }

    /// Where the next crash falls: a few effects on, or on either side of one of the next commits.
    fn fuse(&mut self) -> Fuse {
        match self.random.below(4) {
            0 => Fuse::Commits(self.random.below(6), CommitCrash::Before),
            1 => Fuse::Commits(self.random.below(6), CommitCrash::After),
            _ => Fuse::Effects(self.random.below(60)),
        }
    }

    /// Sets a clock anew, unless it is the one that is hopeless.
    fn set_clock(&mut self, seat: usize, skew_ms: u64) {
        let skew_ms = self.random.around(skew_ms);
        let clock = &mut self.seats[seat].clock;
        let far = self.scenario.faults.far_clock_ms;
        if far == 0 || clock.skew_ms != far {
            clock.skew_ms = skew_ms;
        }
    }

    /// The end of all faults. Who is down comes back, clocks are right but for one that is
    /// hopeless; who misbehaves goes on doing so.
    fn quiet(&mut self) {
        self.is_quiet = true;
        self.network.heal_all();
        for seat in 0..self.seats.len() {
            self.set_clock(seat, RIGHT_MS);
        }
        for seat in &mut self.seats {
            seat.clock.drift_ppm = 0;
            seat.cost_us = 0;
            seat.busy_until_us = self.now_us;
            if let Some(node) = &mut seat.node {
                node.extinguish();
            }
        }
    }

    /// How long it takes to make a proposal: at once, or longer than others wait for it.
    pub(super) fn proposal_delay_us(&mut self) -> u64 {
        let is_late = self
            .random
            .chance(self.scenario.faults.late_proposal_permille);
        if !is_late || self.is_quiet {
            return 0;
        }
        self.tally.note(Counted::LateProposal);
        self.random.between(LATE_PROPOSAL_US.0, LATE_PROPOSAL_US.1)
    }

    /// Whether a node has no time for this now; if it has, this takes its time.
    pub(super) fn is_postponed(&mut self, event: &Event) -> bool {
        let Some(index) = event.works_on() else {
            return false;
        };
        let (now_us, seat) = (self.now_us, &mut self.seats[index]);
        if seat.node.is_none() {
            return false;
        }
        if seat.busy_until_us > now_us {
            return true;
        }
        seat.busy_until_us = now_us + seat.cost_us;
        false
    }

    pub(super) fn start(&mut self, seat: usize, fuse: Option<Fuse>) -> Result<(), Violation> {
        let (now, identity) = (self.clock(seat), self.identity(seat));
        let disk = core::mem::take(&mut self.seats[seat].disk);
        let node = Node::start(disk, identity, now, fuse)?;
        self.seats[seat].life += 1;
        self.seats[seat].node = Some(node);
        self.seats[seat].busy_until_us = 0;
        self.learn_head(seat)?;
        self.collect(seat, None)
    }

    /// Starts a node again; now and then it dies once more before it has recovered.
    pub(super) fn restart(&mut self, seat: usize) -> Result<(), Violation> {
        let may_die = !self.is_quiet && self.scenario.faults.crashes > 0;
        let dies = may_die && self.random.chance(200);
        let fuse = dies.then(|| Fuse::Effects(self.random.below(12)));
        let started = self.start(seat, fuse);
        if dies && self.seats[seat].node.is_none() {
            self.tally.note(Counted::CrashInRecovery);
        } else if let Some(node) = &mut self.seats[seat].node {
            node.extinguish();
        }
        match started {
            Err(violation) if self.seats[seat].standing == Standing::Byzantine => {
                self.log
                    .line(self.now_us, format_args!("{seat} stays down: {violation}"));
                Ok(())
            }
            started => started,
        }
    }

    /// Keeps what a crash leaves, and plans the restart.
    pub(super) fn bury(&mut self, seat: usize, node: &Node, how: Counted) -> Result<(), Violation> {
        self.tally.note(how);
        self.log
            .line(self.now_us, format_args!("{seat} dies: {}", how.name()));
        let mut disk = node.disk();
        let (wal, lost) = disk.wal.crash(&mut self.random);
        disk.wal = wal;
        self.tally
            .add(Counted::WalEntryLost, u64::try_from(lost).unwrap_or(0));
        let had_log = !disk.wal.entries().is_empty();
        let disk = self.tamper(seat, node, disk)?;
        if had_log && disk.wal.entries().is_empty() {
            self.tally.note(Counted::WalLost);
        }
        self.seats[seat].disk = disk;
        let down_us = match self.seats[seat].standing {
            Standing::Honest => DOWN_US,
            Standing::Byzantine => BACK_SOON_US,
        };
        let delay_us = self.random.between(down_us.0, down_us.1);
        self.after(delay_us, Event::Restart(seat));
        Ok(())
    }
}
