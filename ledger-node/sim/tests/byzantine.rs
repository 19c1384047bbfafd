//! One validator of four misbehaves. The honest ones agree, go on, and prove what can be proven.
//!
//! Safety and progress are the simulator's: a run that ends at all ends well. What is asserted
//! here is that there was something to withstand, and what was found out about it.

use ledger_sim::{Behaviour, Counted, Faults, Report, Scenario, Tally, run};
use light_client::suite::Suite;

const SEEDS: u64 = 8;

fn scenario(seed: u64, behaviour: Behaviour) -> Scenario {
    Scenario {
        seed,
        transactions: 12,
        byzantine: Some(behaviour),
        faults: Faults {
            until_ms: 1_500,
            skew_ms: 200,
            loss_permille: 40,
            duplicate_permille: 50,
            straggler_permille: 10,
            ..Faults::default()
        },
        ..Scenario::default()
    }
}

fn must(scenario: &Scenario) -> Report {
    match run(scenario) {
        Ok(report) => report,
        Err(violation) => unreachable!("{violation} in {scenario:#?}"),
    }
}

/// Runs some seeds, sees that there was misbehaviour in each, and sums up.
fn withstand(behaviour: Behaviour) -> Tally {
    let mut tally = Tally::default();
    for seed in 0..SEEDS {
        let report = must(&scenario(seed, behaviour));
        assert!(
            report.tally.of(Counted::Misdeed) > 0,
            "seed {seed}: nothing to withstand"
        );
        assert!(report.height.0 >= 10 && report.transactions == 12);
        tally.add_all(&report.tally);
    }
    tally
}

fn proven(tally: &Tally) -> (bool, bool) {
    let some = |kind| tally.of(kind) > 0;
    (
        some(Counted::DoubleVoteProven),
        some(Counted::DoubleProposalProven),
    )
}

#[test]
fn an_equivocator_is_proven_to_have_voted_twice() {
    assert_eq!(proven(&withstand(Behaviour::Equivocator)), (true, false));
}

#[test]
fn a_conflicting_proposer_is_proven_to_have_proposed_twice() {
    let tally = withstand(Behaviour::ConflictingProposer);
    assert_eq!(proven(&tally), (true, true));
    assert!(tally.of(Counted::LateRound) > 0, "it never cost a round");
}

#[test]
fn a_withholder_delays_and_leaves_nothing_to_prove() {
    let tally = withstand(Behaviour::Withholder);
    assert_eq!(proven(&tally), (false, false));
    assert!(tally.of(Counted::LateRound) > 0, "it never cost a round");
}

#[test]
fn what_an_outdated_validator_says_again_changes_nothing_and_bad_blocks_are_refused() {
    let mut tally = withstand(Behaviour::Outdated);
    assert_eq!(proven(&tally), (false, false));
    // Nodes that were down ask it for blocks, and must not believe what they get.
    for seed in 0..SEEDS {
        let mut scenario = scenario(100 + seed, Behaviour::Outdated);
        scenario.faults.crashes = 4;
        scenario.faults.until_ms = 2_500;
        tally.add_all(&must(&scenario).tally);
    }
    assert!(tally.of(Counted::SyncRefused) > 0, "nobody ever asked it");
}

#[test]
fn votes_of_an_earlier_epoch_s_keys_change_nothing() {
    for seed in 0..4 {
        let report = must(&Scenario {
            rotates: true,
            ..scenario(200 + seed, Behaviour::Outdated)
        });
        assert_eq!(report.epochs, 2);
        assert_eq!(proven(&report.tally), (false, false));
    }
}

/// T20, T15: whoever runs twice is caught where it says two things.
#[test]
fn t15_t20_twins_are_caught() {
    let tally = withstand(Behaviour::Twins);
    assert_eq!(proven(&tally), (true, true));
}

/// T15, amnesia: without the engine's log a lock is forgotten; the mark still lets nobody sign
/// twice, so there is no evidence, and one of four does no harm.
#[test]
fn t15_an_amnesiac_never_signs_twice() {
    let mut tally = withstand(Behaviour::Amnesiac);
    // On a worse network heights last longer, and it comes back before they are decided.
    for seed in 0..SEEDS {
        let mut scenario = scenario(500 + seed, Behaviour::Amnesiac);
        scenario.faults.loss_permille = 150;
        tally.add_all(&must(&scenario).tally);
    }
    assert_eq!(proven(&tally), (false, false));
    assert!(tally.of(Counted::WalLost) > 0 && tally.of(Counted::RefusedSignature) > 0);
}

/// T15, back to the past: a node restored from a backup, mark and all, is as bad as two.
#[test]
fn t15_one_restored_from_a_backup_is_harmless_alone() {
    let tally = withstand(Behaviour::Restored);
    assert!(tally.crashes() > 0);
}

/// T17: the last round and the last height there are, and a round that is none (CVE-2022-26534).
#[test]
fn t17_votes_for_rounds_and_heights_beyond_all_others_change_nothing() {
    // Whether what it says of one far round in two real ones is kept as evidence is nobody's duty.
    withstand(Behaviour::FarAhead);
}

/// T18: blocks that break a rule, in every field, are voted down; the next proposer is better.
#[test]
fn t18_a_forger_s_blocks_are_voted_down() {
    let tally = withstand(Behaviour::Forger);
    assert_eq!(proven(&tally), (false, false));
    assert!(tally.of(Counted::LateRound) >= SEEDS);
}

#[test]
fn among_seven_validators_that_sign_with_sm2() {
    for behaviour in [Behaviour::ConflictingProposer, Behaviour::Equivocator] {
        let report = must(&Scenario {
            suite: Suite::Sm,
            validators: 7,
            heights: 8,
            transactions: 4,
            ..scenario(300, behaviour)
        });
        assert_ne!(proven(&report.tally), (false, false), "{behaviour}");
    }
}

/// Honest validators die, too, and the network falls apart, while one misbehaves.
#[test]
fn every_behaviour_among_crashes_and_partitions() {
    for behaviour in Behaviour::ALL {
        let mut misdeeds = 0;
        for seed in 400..403 {
            let mut scenario = scenario(seed, behaviour);
            scenario.faults.crashes = 3;
            scenario.faults.partitions = 2;
            misdeeds += must(&scenario).tally.of(Counted::Misdeed);
        }
        assert!(misdeeds > 0, "{behaviour}");
    }
}
