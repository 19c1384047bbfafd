//! Whole runs. A failure names its seed, which reproduces it.

use ledger_sim::{Report, Scenario, Violation, WalLoss, run};
use light_client::suite::Suite;

fn must(scenario: &Scenario) -> Report {
    match run(scenario) {
        Ok(report) => report,
        Err(violation) => unreachable!("{violation} in {scenario:?}"),
    }
}

#[test]
fn one_of_four_crashes_and_catches_up() {
    for seed in 0..24 {
        let report = must(&Scenario {
            seed,
            ..Scenario::default()
        });
        assert_eq!((report.crashes, report.transactions), (1, 20));
        assert!(report.height.0 >= 10);
    }
}

#[test]
fn the_same_seed_is_the_same_run_and_another_is_another() {
    for seed in [3, 4] {
        let scenario = Scenario {
            seed,
            crashes: 2,
            loss_permille: 30,
            ..Scenario::default()
        };
        let report = must(&scenario);
        assert_eq!(report, must(&scenario));
        let other = Scenario {
            seed: seed + 100,
            ..scenario
        };
        assert_ne!(report.log, must(&other).log);
    }
}

#[test]
fn many_crashes_and_a_bad_network_lose_nothing() {
    for seed in 100..108 {
        let report = must(&Scenario {
            seed,
            crashes: 6,
            loss_permille: 50,
            duplicate_permille: 50,
            transactions: 30,
            ..Scenario::default()
        });
        assert_eq!((report.crashes, report.transactions), (6, 30));
    }
}

#[test]
fn the_set_hands_over_to_fresh_keys_while_nodes_crash() {
    for seed in 200..208 {
        let report = must(&Scenario {
            seed,
            crashes: 3,
            rotates: true,
            ..Scenario::default()
        });
        assert_eq!(report.epochs, 2);
    }
}

#[test]
fn sm2_votes() {
    for seed in 300..302 {
        let report = must(&Scenario {
            seed,
            suite: Suite::Sm,
            heights: 5,
            transactions: 8,
            ..Scenario::default()
        });
        assert_eq!(report.transactions, 8);
    }
}

#[test]
fn one_validator_and_seven() {
    for validators in [1, 7] {
        let report = must(&Scenario {
            seed: 400,
            validators,
            ..Scenario::default()
        });
        assert_eq!(report.transactions, 20);
    }
}

#[test]
fn the_checker_notices_validators_that_forget_what_they_signed() {
    let forgets = |seed| {
        run(&Scenario {
            seed,
            crashes: 8,
            wal_loss: WalLoss::Everything,
            ..Scenario::default()
        })
    };
    let mut found = (0..40).map(forgets);
    let noticed = found.any(|result| {
        matches!(
            result,
            Err(Violation::DoubleSign { .. }
                | Violation::Evidence(_)
                | Violation::LockBroken { .. })
        )
    });
    assert!(noticed, "no seed of forty shows it");
}
