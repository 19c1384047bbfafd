//! Two hundred seeds over all mixes of faults, and every seed that ever failed.
//!
//! A failure names its seed: `cargo xtask sim --replay SEED` shows the run, event by event.

use ledger_sim::{Counted, Report, Scenario, Tally, run};

/// Every tenth seed is of the same mix, and one test takes one mix: they run side by side.
const SEEDS: u64 = 200;

fn must(seed: u64) -> Report {
    let scenario = Scenario::of_seed(seed);
    match run(&scenario) {
        Ok(report) => report,
        Err(violation) => unreachable!("seed {seed}: {violation}\n{scenario:#?}"),
    }
}

/// Runs all seeds of a mix, and returns what went wrong in them.
fn mix(last_digit: u64) -> Tally {
    let mut tally = Tally::default();
    for seed in (last_digit..SEEDS).step_by(10) {
        tally.add_all(&must(seed).tally);
    }
    tally
}

#[test]
fn crashes() {
    let tally = mix(0);
    for kind in [
        Counted::CrashAtEffect,
        Counted::CrashBeforeCommit,
        Counted::CrashAfterCommit,
        Counted::CrashInRecovery,
        Counted::WalEntryLost,
    ] {
        assert!(tally.of(kind) > 0, "no {} in the mix", kind.name());
    }
}

#[test]
fn a_bad_network() {
    let tally = mix(1);
    for kind in [
        Counted::MessageLost,
        Counted::MessageDoubled,
        Counted::MessageLate,
    ] {
        assert!(tally.of(kind) > 0, "no {} in the mix", kind.name());
    }
}

#[test]
fn partitions() {
    let tally = mix(2);
    for kind in [
        Counted::Partition,
        Counted::OneWayPartition,
        Counted::MessageCut,
        Counted::LateRound,
    ] {
        assert!(tally.of(kind) > 0, "no {} in the mix", kind.name());
    }
}

#[test]
fn wrong_clocks() {
    let tally = mix(3);
    assert!(tally.of(Counted::ClockStep) > 0);
}

#[test]
fn slow_and_frozen_validators() {
    let tally = mix(4);
    assert!(tally.of(Counted::Slowdown) > 0 && tally.of(Counted::Freeze) > 0);
}

#[test]
fn hand_overs_among_crashes_and_partitions() {
    let tally = mix(5);
    assert!(tally.crashes() > 0 && tally.of(Counted::MessageCut) > 0);
}

#[test]
fn everything_at_once() {
    let tally = mix(6);
    assert!(tally.crashes() > 0 && tally.of(Counted::MessageLost) > 0);
}

#[test]
fn a_byzantine_validator_first_third() {
    assert!(mix(7).of(Counted::Misdeed) > 0);
}

#[test]
fn a_byzantine_validator_second_third() {
    assert!(mix(8).of(Counted::Misdeed) > 0);
}

#[test]
fn a_byzantine_validator_last_third() {
    assert!(mix(9).of(Counted::Misdeed) > 0);
}

/// One line each: the seed, and why it failed once.
#[test]
fn every_seed_that_ever_failed() {
    let lines = include_str!("../seeds.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (seed, why) = line.split_once(' ').expect("a seed, and why it failed");
        assert!(!why.trim().is_empty(), "seed {seed} has no reason");
        must(seed.parse().expect("a number"));
    }
}
