//! Rules taken away: the simulator must notice within five hundred seeds, and say what is broken.
//! The same seeds with the rule in place show nothing, so it is the rule that makes the difference.

use ledger_sim::{Behaviour, Faults, Mutation, Scenario, Violation, run};

const SEEDS: u64 = 500;

/// The first seed in which the mutated nodes break a promise, and how.
fn found(mutation: Mutation, scenario: impl Fn(u64) -> Scenario) -> (u64, Violation) {
    let mutated = |seed| {
        let scenario = Scenario {
            mutation: Some(mutation),
            ..scenario(seed)
        };
        Some((seed, run(&scenario).err()?))
    };
    let (seed, violation) = (0..SEEDS)
        .find_map(mutated)
        .unwrap_or_else(|| unreachable!("{mutation:?} goes unnoticed in {SEEDS} seeds"));
    println!("{mutation:?} is noticed in seed {seed}: {violation}");
    // With the rule: the same seed, and those around it.
    for seed in seed.saturating_sub(2)..=seed + 2 {
        let honest = run(&scenario(seed));
        assert!(
            honest.is_ok(),
            "seed {seed} without {mutation:?}: {honest:?}"
        );
    }
    (seed, violation)
}

/// Deleting the lock rule: whoever has precommitted one block votes for the next one proposed.
#[test]
fn without_the_lock_rule_a_lock_is_broken() {
    let (seed, violation) = found(Mutation::NoLock, |seed| Scenario {
        seed,
        heights: 6,
        transactions: 6,
        byzantine: Some(Behaviour::Withholder),
        faults: Faults {
            until_ms: 1_500,
            loss_permille: 150,
            partitions: 4,
            ..Faults::default()
        },
        ..Scenario::default()
    });
    assert!(
        matches!(violation, Violation::LockBroken { .. }),
        "seed {seed}: {violation}"
    );
}

/// Deleting the crash mark: who loses its log and has no mark signs twice.
#[test]
fn without_the_mark_a_validator_that_lost_its_log_signs_twice() {
    let (seed, violation) = found(Mutation::NoMark, |seed| Scenario {
        seed,
        heights: 6,
        transactions: 6,
        byzantine: Some(Behaviour::Amnesiac),
        faults: Faults {
            until_ms: 1_500,
            loss_permille: 50,
            ..Faults::default()
        },
        ..Scenario::default()
    });
    assert!(
        matches!(violation, Violation::DoubleSign { .. }),
        "seed {seed}: {violation}"
    );
}

/// Deleting the quorum check: two of four decide, and the certificate falls short.
#[test]
fn without_the_quorum_check_a_decision_has_no_quorum() {
    let (seed, violation) = found(Mutation::LowQuorum, |seed| Scenario {
        seed,
        heights: 6,
        transactions: 6,
        ..Scenario::default()
    });
    assert!(
        matches!(violation, Violation::NoQuorum(_)),
        "seed {seed}: {violation}"
    );
}

/// A disk that acknowledges what it has not written: a block is decided and its body is gone, a
/// height is decided anew, or an acknowledged transaction is lost.
#[test]
fn on_a_disk_that_lies_a_promise_is_broken() {
    let (seed, violation) = found(Mutation::LyingDisk, |seed| Scenario {
        seed,
        heights: 6,
        transactions: 12,
        faults: Faults {
            until_ms: 1_500,
            crashes: 6,
            ..Faults::default()
        },
        ..Scenario::default()
    });
    let is_expected = matches!(
        violation,
        Violation::DoubleSign { .. }
            | Violation::Ledger(_)
            | Violation::Lost { .. }
            | Violation::NoProgress(_)
    );
    assert!(is_expected, "seed {seed}: {violation}");
}
