//! Rules taken away: the very seeds of every test run notice it, the first within five hundred,
//! and say what is broken. With the rule in place the same seeds show nothing, so it is the rule
//! that makes the difference.

use ledger_sim::{Behaviour, Faults, Mutation, Scenario, Violation, run};

const SEEDS: u64 = 500;

/// The first seed in which the mutated nodes break a promise, and how.
fn found(mutation: Mutation, matters: impl Fn(&Scenario) -> bool) -> (u64, Violation) {
    let mutated = |seed| {
        let mutation = Some(mutation);
        let scenario = Scenario {
            mutation,
            ..Scenario::of_seed(seed)
        };
        // A seed in which the rule is never asked runs as it does with the rule.
        let outcome = matters(&scenario).then(|| run(&scenario));
        Some((seed, outcome?.err()?))
    };
    let (seed, violation) = (0..SEEDS)
        .find_map(mutated)
        .unwrap_or_else(|| unreachable!("{mutation:?} goes unnoticed in {SEEDS} seeds"));
    let honest = run(&Scenario::of_seed(seed));
    assert!(
        honest.is_ok(),
        "seed {seed} without {mutation:?}: {honest:?}"
    );
    (seed, violation)
}

/// Deleting the lock rule: whoever has precommitted one block votes for the next one proposed.
#[test]
fn without_the_lock_rule_a_lock_is_broken() {
    let (seed, violation) = found(Mutation::NoLock, |_| true);
    let expected = matches!(violation, Violation::LockBroken { .. });
    assert!(expected, "seed {seed}: {violation}");
}

/// Deleting the crash mark: who loses its log and has no mark signs twice.
#[test]
fn without_the_mark_a_validator_that_lost_its_log_signs_twice() {
    let loses_its_log = |scenario: &Scenario| scenario.byzantine == Some(Behaviour::Amnesiac);
    let (seed, violation) = found(Mutation::NoMark, loses_its_log);
    let expected = matches!(violation, Violation::DoubleSign { .. });
    assert!(expected, "seed {seed}: {violation}");
}

/// Believing a log that was begun after another was lost: whoever then dies before its first vote
/// finds all its earlier ones unsent.
#[test]
fn believing_any_log_a_validator_that_lost_its_log_signs_twice() {
    let loses_its_log = |scenario: &Scenario| scenario.byzantine == Some(Behaviour::Amnesiac);
    let (seed, violation) = found(Mutation::AnyLog, loses_its_log);
    let expected = matches!(violation, Violation::DoubleSign { .. });
    assert!(expected, "seed {seed}: {violation}");
}

/// Deleting the quorum check: two of four decide, and the certificate falls short.
#[test]
fn without_the_quorum_check_a_decision_has_no_quorum() {
    let (seed, violation) = found(Mutation::LowQuorum, |_| true);
    let expected = matches!(violation, Violation::NoQuorum(_));
    assert!(expected, "seed {seed}: {violation}");
}

/// Keeping marks of votes that never left the process: two of four that come to another vote stop
/// the ledger. Here all of them die at once, as in a power cut.
#[test]
fn without_settling_the_mark_a_power_cut_stops_the_ledger() {
    let scenario = |seed, mutation| Scenario {
        seed,
        heights: 6,
        transactions: 6,
        faults: Faults {
            until_ms: 1_500,
            power_cuts: 3,
            ..Faults::default()
        },
        mutation,
        ..Scenario::default()
    };
    let stops = |seed: &u64| {
        let outcome = run(&scenario(*seed, Some(Mutation::NoSettling)));
        matches!(outcome, Err(Violation::NoProgress(_)))
    };
    let seed = (30..SEEDS).find(stops).expect("a seed that stops");
    assert!(run(&scenario(seed, None)).is_ok(), "seed {seed}");
}

/// A disk that acknowledges what it has not written: a decided block has no body any more, or a
/// height that is decided is not to be had from anybody.
#[test]
fn on_a_disk_that_lies_a_promise_is_broken() {
    let dies = |scenario: &Scenario| scenario.faults.crashes > 0;
    let (seed, violation) = found(Mutation::LyingDisk, dies);
    let expected = matches!(
        violation,
        Violation::Ledger(_)
            | Violation::LockBroken { .. }
            | Violation::Lost { .. }
            | Violation::NoProgress(_)
    );
    assert!(expected, "seed {seed}: {violation}");
}
