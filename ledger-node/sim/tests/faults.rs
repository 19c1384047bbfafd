//! One kind of fault after another. A failure names its seed, which reproduces it.

use ledger_sim::{
    CommitCrash, Counted, Faults, Mutation, PlannedCrash, Report, Scenario, Upgrade, replay, run,
};
use light_client::suite::Suite;

fn must(scenario: &Scenario) -> Report {
    match run(scenario) {
        Ok(report) => report,
        Err(violation) => unreachable!("{violation} in {scenario:#?}"),
    }
}

#[test]
fn nothing_goes_wrong() {
    for (seed, validators) in [(0, 1), (1, 4), (2, 7)] {
        let report = must(&Scenario {
            seed,
            validators,
            ..Scenario::default()
        });
        assert_eq!((report.transactions, report.tally.crashes()), (20, 0));
        assert!(report.height.0 >= 10);
    }
}

#[test]
fn sm2_votes() {
    let report = must(&Scenario {
        seed: 300,
        suite: Suite::Sm,
        heights: 5,
        transactions: 8,
        ..Scenario::default()
    });
    assert_eq!(report.transactions, 8);
}

#[test]
fn the_same_seed_is_the_same_run_and_another_is_another() {
    for seed in 10..20 {
        let scenario = Scenario::of_seed(seed);
        let (lines, first) = replay(&scenario).expect("a world");
        let first = first.expect("no violation");
        assert_eq!(first, must(&scenario), "with its log kept or not");
        assert!(lines.len() > 100);
        let other = Scenario {
            seed: seed + 1000,
            ..scenario
        };
        assert_ne!(first.log, must(&other).log);
    }
}

/// Kill -9 at every fsync of the store (T64): on either side of each of the first commits of one
/// validator, which is a proposer in some of them and commits blocks in others.
#[test]
fn a_crash_on_either_side_of_every_commit() {
    for after_commits in 0..30 {
        for side in [CommitCrash::Before, CommitCrash::After] {
            let report = must(&Scenario {
                seed: 40 + after_commits,
                heights: 4,
                transactions: 5,
                faults: Faults {
                    until_ms: 1_500,
                    commit_crashes: vec![PlannedCrash {
                        node: 1,
                        after_commits,
                        side,
                    }],
                    ..Faults::default()
                },
                ..Scenario::default()
            });
            let kind = match side {
                CommitCrash::Before => Counted::CrashBeforeCommit,
                CommitCrash::After => Counted::CrashAfterCommit,
            };
            assert_eq!(report.tally.of(kind), 1, "commit {after_commits}");
        }
    }
}

/// All die at once, each somewhere between marking a vote and sending it: nobody else is there to
/// go on without those whose mark then forbids another vote.
#[test]
fn after_a_power_cut_of_all_the_ledger_goes_on() {
    let mut crashes = 0;
    for seed in 60..80 {
        let report = must(&Scenario {
            seed,
            heights: 6,
            transactions: 6,
            faults: Faults {
                until_ms: 1_500,
                power_cuts: 3,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert_eq!(report.tally.of(Counted::PowerCut), 3, "seed {seed}");
        crashes += report.tally.crashes();
    }
    assert!(crashes > 60, "only {crashes}");
}

/// One validator alone has nobody to ask: everything must be on its own disk.
#[test]
fn one_validator_alone_recovers_from_a_crash_at_any_commit() {
    for after_commits in 0..20 {
        for side in [CommitCrash::Before, CommitCrash::After] {
            let report = must(&Scenario {
                seed: 80 + after_commits,
                validators: 1,
                heights: 4,
                transactions: 5,
                faults: Faults {
                    until_ms: 1_500,
                    commit_crashes: vec![PlannedCrash {
                        node: 0,
                        after_commits,
                        side,
                    }],
                    ..Faults::default()
                },
                ..Scenario::default()
            });
            assert_eq!(report.tally.crashes(), 1, "commit {after_commits}");
        }
    }
}

/// Alone, it votes for nil whenever its own proposal is late, and for the block when it is not: it
/// dies between marking the one and sending it, comes to the other, and dies over that.
#[test]
fn one_validator_alone_may_die_over_its_vote_again_and_again() {
    let mut crashes = 0;
    for seed in 2_000..2_100 {
        let report = must(&Scenario {
            seed,
            validators: 1,
            heights: 6,
            transactions: 4,
            faults: Faults {
                until_ms: 4_000,
                power_cuts: 12,
                late_proposal_permille: 500,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        crashes += report.tally.crashes();
    }
    assert!(crashes > 300, "only {crashes}");
}

#[test]
fn many_crashes_and_a_bad_network_lose_nothing() {
    let mut crashes = 0;
    for seed in 100..104 {
        let report = must(&Scenario {
            seed,
            transactions: 30,
            faults: Faults {
                until_ms: 2_500,
                crashes: 10,
                loss_permille: 80,
                duplicate_permille: 80,
                straggler_permille: 40,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        crashes += report.tally.crashes();
    }
    assert!(crashes >= 16, "only {crashes}");
}

#[test]
fn partitions_heal_and_nobody_has_decided_anything_else() {
    let mut late_rounds = 0;
    for seed in 120..128 {
        let report = must(&Scenario {
            seed,
            faults: Faults {
                until_ms: 2_500,
                partitions: 6,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        let tally = &report.tally;
        let cuts = tally.of(Counted::Partition) + tally.of(Counted::OneWayPartition);
        assert_eq!(cuts, 6, "seed {seed}");
        late_rounds += tally.of(Counted::LateRound);
    }
    assert!(late_rounds > 0, "no partition ever cost a round");
}

#[test]
fn messages_arrive_in_any_order_twice_and_seconds_late() {
    for seed in 140..144 {
        let report = must(&Scenario {
            seed,
            faults: Faults {
                until_ms: 2_000,
                duplicate_permille: 500,
                straggler_permille: 150,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert!(report.tally.of(Counted::MessageLate) > 20, "seed {seed}");
    }
}

#[test]
fn slow_and_frozen_validators_catch_up() {
    for seed in 160..164 {
        let report = must(&Scenario {
            seed,
            faults: Faults {
                until_ms: 2_500,
                slowdowns: 4,
                freezes: 4,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert_eq!(report.tally.of(Counted::Freeze), 4, "seed {seed}");
    }
}

/// A proposal that takes longer than others wait for it costs a round, also if its maker dies.
#[test]
fn late_proposals_among_crashes_cost_rounds_and_nothing_else() {
    for seed in 180..188 {
        let report = must(&Scenario {
            seed,
            heights: 6,
            transactions: 6,
            faults: Faults {
                until_ms: 2_500,
                crashes: 6,
                late_proposal_permille: 600,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert!(report.tally.of(Counted::LateRound) > 0, "seed {seed}");
    }
}

#[test]
fn the_set_hands_over_to_fresh_keys_among_crashes_and_partitions() {
    for seed in 200..204 {
        let report = must(&Scenario {
            seed,
            rotates: true,
            faults: Faults {
                until_ms: 2_500,
                crashes: 4,
                partitions: 2,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert_eq!(report.epochs, 2, "seed {seed}");
    }
}

#[test]
fn without_faults_a_mutation_shows_nothing() {
    for mutation in [Mutation::LyingDisk, Mutation::NoLock, Mutation::NoMark] {
        must(&Scenario {
            mutation: Some(mutation),
            ..Scenario::default()
        });
    }
}

/// T67: a validator that lacks the version in force neither proposes nor votes for a block; the
/// others go on, and with newer software it catches up.
#[test]
fn one_validator_with_older_software_waits_for_the_newer() {
    for seed in 240..244 {
        let report = must(&Scenario {
            seed,
            heights: 40,
            upgrade: Some(Upgrade {
                outdated: 1,
                until_ms: 7_000,
            }),
            faults: Faults {
                until_ms: 7_500,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert!(report.is_upgraded, "seed {seed}");
        let late = report.tally.of(Counted::LateRound);
        assert!(late > 0, "seed {seed}: its turns are lost");
        assert_eq!(report.tally.crashes(), 1, "it was started again");
    }
}

/// T67: what a quorum cannot execute is not scheduled, and the ledger goes on.
#[test]
fn a_version_that_a_quorum_lacks_is_not_scheduled() {
    for seed in 244..247 {
        let report = must(&Scenario {
            seed,
            heights: 40,
            upgrade: Some(Upgrade {
                outdated: 2,
                until_ms: 5_000,
            }),
            faults: Faults {
                until_ms: 5_500,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert!(!report.is_upgraded, "seed {seed}");
    }
}

/// More than it can take: a full block is judged only when all who wait for it have given up. Later
/// rounds' blocks are lighter, so the pool empties; nothing is late for good.
#[test]
fn a_pool_that_is_too_heavy_empties_all_the_same() {
    for seed in 250..252 {
        let report = must(&Scenario {
            seed,
            transactions: 600,
            at_once: 200,
            faults: Faults {
                until_ms: 60_000,
                transaction_us: 20_000,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        let late = report.tally.of(Counted::LateRound);
        assert!(late > 0, "seed {seed}: it was never too much");
        assert_eq!(report.transactions, 600);
    }
}

/// T19: one clock that is hours behind stops nobody.
#[test]
fn one_clock_hours_behind_stops_nobody() {
    for (seed, far_clock_ms) in [(224, -6_000), (225, -3_600_000)] {
        let report = must(&Scenario {
            seed,
            faults: Faults {
                until_ms: 1_500,
                skew_ms: 300,
                far_clock_ms,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert_eq!(report.transactions, 20, "seed {seed}");
    }
}

/// T19: one clock that is hours ahead costs its owner's turns, and nothing else.
#[test]
fn one_clock_hours_ahead_stops_nobody() {
    for (seed, far_clock_ms) in [(220, 6_000), (221, 3_600_000), (222, 86_400_000)] {
        let report = must(&Scenario {
            seed,
            faults: Faults {
                until_ms: 1_500,
                skew_ms: 300,
                far_clock_ms,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert!(report.tally.of(Counted::LateRound) > 0, "seed {seed}");
    }
}

/// T19: clocks that run ahead and are then set right leave a head that is ahead of everyone: the
/// ledger's time creeps until it is overtaken, and the ledger goes on meanwhile.
#[test]
fn all_clocks_hours_ahead_and_set_right_again_do_not_wedge_the_ledger() {
    for (seed, all_clocks_ahead_ms) in [(230, 20_000), (231, 3_600_000)] {
        let report = must(&Scenario {
            seed,
            heights: 40,
            faults: Faults {
                until_ms: 1_500,
                skew_ms: 300,
                all_clocks_ahead_ms,
                ..Faults::default()
            },
            ..Scenario::default()
        });
        assert!(report.virtual_ms < 20_000, "it waited: {report:?}");
    }
}
