//! Conservation under any interleaving: random moves against a reference that was written from
//! the rules (`docs/spec/invoice.md`) and knows nothing of the code.
//!
//! `TALLYSTICK_OPERATIONS=1000000` makes the pure run longer than the 10⁵ of an ordinary test.

mod ledger;
mod pure;

use std::{collections::BTreeMap, env};

use crate::scene::Scene;
use ledger::World;
use ledger_reference::{Dice, Move, OUTCOMES, Reference};
use light_client::suite::Suite;
use pure::Pure;

/// Moves before everything begins anew, so that histories stay short and starts are frequent.
const MOVES_PER_WORLD: u64 = 400;

fn operations() -> u64 {
    env::var("TALLYSTICK_OPERATIONS").map_or(100_000, |text| {
        text.parse().expect("TALLYSTICK_OPERATIONS is a number")
    })
}

/// How often each kind of move had each outcome.
#[derive(Default)]
struct Tally(BTreeMap<(&'static str, &'static str), u64>);

impl Tally {
    fn count(&mut self, attempt: &Move, outcome: Result<(), &'static str>) {
        let outcome = outcome.err().unwrap_or("done");
        *self.0.entry((attempt.name(), outcome)).or_default() += 1;
    }

    /// Every kind of move was made.
    fn assert_each_done(&self) {
        for (name, _) in OUTCOMES {
            let done = self.0.get(&(*name, "done")).copied();
            assert!(done.unwrap_or_default() > 0, "{name} never done");
        }
    }

    /// Every outcome that a rule can have was met, so that no rule went untried.
    fn assert_complete(&self) {
        for (name, outcomes) in OUTCOMES {
            for outcome in *outcomes {
                let met = self.0.get(&(*name, *outcome)).copied();
                assert!(met.unwrap_or_default() > 0, "{name}: {outcome} never met");
            }
        }
        for (name, outcome) in self.0.keys() {
            let listed = OUTCOMES.iter().find(|(listed, _)| listed == name);
            let known = listed.is_some_and(|(_, outcomes)| outcomes.contains(outcome));
            assert!(known, "{name}: {outcome} is not in the list");
        }
    }
}

#[test]
fn the_rules_do_what_the_reference_does() {
    let mut tally = Tally::default();
    for world in 0..operations().div_ceil(MOVES_PER_WORLD) {
        let mut dice = Dice::new(world);
        let mut reference = Reference::new(&mut dice);
        let mut rules = Pure::new(&reference);
        for step in 0..MOVES_PER_WORLD {
            let attempt = reference.choose(&mut dice);
            let expected = reference.apply(&attempt);
            let found = rules.apply(&attempt);
            assert_eq!(found, expected, "world {world}, step {step}: {attempt:?}");
            rules.assert_conserved(attempt.invoice());
            rules.assert_same(&reference, attempt.invoice());
            tally.count(&attempt, expected);
        }
        rules.assert_same(&reference, None);
    }
    tally.assert_complete();
}

/// Runs `rounds` of up to five moves each.
fn run(seed: u64, rounds: u64, tally: &mut Tally) {
    let mut dice = Dice::new(seed);
    let suite = if dice.rarely(4) {
        Suite::Sm
    } else {
        Suite::Intl
    };
    let reference = Reference::new(&mut dice);
    let mut world = World::new(Scene::new(suite), reference);
    for _ in 0..rounds {
        for _ in 0..=dice.below(5) {
            let attempt = world.reference.choose(&mut dice);
            world.submit(attempt);
        }
        while world.block() {}
        world.assert_same();
    }
    for attempt in &world.done {
        tally.count(attempt, Ok(()));
    }
}

#[test]
fn the_ledger_does_what_the_reference_does() {
    let mut tally = Tally::default();
    for world in 0..12 {
        run(world, 40, &mut tally);
    }
    tally.assert_each_done();
}
