//! A validator's place: up or down, with its disk, its clock, and its standing.

use crate::{
    Scenario,
    byzantine::{Adversary, Behaviour},
    checker::Rules,
    clock::Clock,
    node::{Disk, Node},
    random::Random,
};

/// Whether a validator is one of those for which all promises must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Honest,
    Byzantine,
}

/// A validator, up or down.
pub(super) struct Seat {
    pub(super) node: Option<Node>,
    pub(super) disk: Disk,
    /// Counts starts, so that an earlier life's timers mean nothing.
    pub(super) life: u64,
    pub(super) clock: Clock,
    /// Whose keys it has: twins have one name.
    pub(super) key: u8,
    pub(super) standing: Standing,
    pub(super) rules: Rules,
    pub(super) adversary: Option<Box<dyn Adversary>>,
    /// Until when it has no time for anything else.
    pub(super) busy_until_us: u64,
    /// How long everything takes it.
    pub(super) cost_us: u64,
}

impl Seat {
    /// The seats of a run: the last is misbehaving, if any is.
    pub(super) fn all(scenario: &Scenario, random: &mut Random) -> Vec<Self> {
        let mut seats: Vec<Self> = (0..scenario.validators)
            .map(|key| Self::new(scenario, key, random))
            .collect();
        if scenario.byzantine == Some(Behaviour::Twins) {
            seats.push(Self::new(scenario, scenario.validators - 1, random));
        }
        let far = scenario.faults.far_clock_ms;
        if far != 0 {
            let index = random.index(seats.len());
            seats[index].clock.skew_ms = far;
        }
        seats
    }

    fn new(scenario: &Scenario, key: u8, random: &mut Random) -> Self {
        let behaviour = scenario
            .byzantine
            .filter(|_| scenario.is_byzantine(usize::from(key)));
        let honest = Rules {
            signs_once: true,
            keeps_lock: true,
        };
        let ahead_ms = i64::try_from(scenario.faults.all_clocks_ahead_ms).unwrap_or(0);
        Self {
            node: None,
            disk: Disk::default(),
            life: 0,
            clock: Clock {
                skew_ms: ahead_ms + random.around(scenario.faults.skew_ms),
                drift_ppm: random.around(scenario.faults.drift_ppm),
            },
            key,
            standing: behaviour.map_or(Standing::Honest, |_| Standing::Byzantine),
            rules: behaviour.map_or(honest, Behaviour::rules),
            adversary: behaviour.map(Behaviour::adversary),
            busy_until_us: 0,
            cost_us: 0,
        }
    }

    /// The node, if it is still in the life in which it asked for something.
    pub(super) fn alive(&mut self, life: u64) -> Option<&mut Node> {
        self.node.as_mut().filter(|_| self.life == life)
    }
}
