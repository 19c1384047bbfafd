//! The network: it loses, doubles, delays and reorders, and falls apart.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::{message::Message, random::Random, report::Counted};

/// How long a message takes: longer and shorter, so that many overtake others.
const DELAY_US: (u64, u64) = (1_000, 40_000);
/// How late a straggler is.
const LATE_US: (u64, u64) = (300_000, 3_000_000);

/// The links that are cut, by the number of the cut.
#[derive(Debug, Default)]
pub(super) struct Network {
    cuts: BTreeMap<u64, BTreeSet<(usize, usize)>>,
    count: u64,
}

impl Network {
    /// Cuts the network somewhere; returns the cut's number, and whether it is one-way.
    pub(super) fn cut(&mut self, seats: usize, random: &mut Random) -> (u64, bool) {
        let is_alone = random.chance(400);
        let alone = random.index(seats);
        let side: Vec<bool> = (0..seats)
            .map(|seat| {
                if is_alone {
                    seat == alone
                } else {
                    random.chance(500)
                }
            })
            .collect();
        let one_way = random.chance(400);
        let crosses = |from: usize, to: usize| {
            if one_way {
                side[from] && !side[to]
            } else {
                side[from] != side[to]
            }
        };
        let all = (0..seats).flat_map(|from| (0..seats).map(move |to| (from, to)));
        let links = all.filter(|(from, to)| crosses(*from, *to)).collect();
        self.count += 1;
        self.cuts.insert(self.count, links);
        (self.count, one_way)
    }

    pub(super) fn heal(&mut self, cut: u64) {
        self.cuts.remove(&cut);
    }

    pub(super) fn heal_all(&mut self) {
        self.cuts.clear();
    }

    fn is_cut(&self, from: usize, to: usize) -> bool {
        self.cuts.values().any(|links| links.contains(&(from, to)))
    }
}

impl World {
    /// How long a block takes for what is in it.
    fn judging_us(&self, message: &Message) -> u64 {
        let Message::Body(block, _) = message else {
            return 0;
        };
        let transactions = u64::try_from(block.body.transactions().len());
        transactions.unwrap_or(u64::MAX) * self.scenario.faults.transaction_us
    }

    /// Sends one message, `later_us` from now.
    pub(super) fn transmit(&mut self, from: usize, to: usize, message: Message, later_us: u64) {
        if self.network.is_cut(from, to) {
            return self.tally.note(Counted::MessageCut);
        }
        let later_us = later_us + self.judging_us(&message);
        let random = &mut self.random;
        let mut delay_us = later_us + random.between(DELAY_US.0, DELAY_US.1);
        if !self.is_quiet {
            let faults = &self.scenario.faults;
            if random.chance(faults.loss_permille) {
                return self.tally.note(Counted::MessageLost);
            }
            if random.chance(faults.straggler_permille) {
                delay_us += random.between(LATE_US.0, LATE_US.1);
                self.tally.note(Counted::MessageLate);
            }
            if random.chance(faults.duplicate_permille) {
                let again_us = later_us + random.between(DELAY_US.0, 4 * DELAY_US.1);
                self.tally.note(Counted::MessageDoubled);
                self.deliver(from, to, message.clone(), again_us);
            }
        }
        self.deliver(from, to, message, delay_us);
    }
}
