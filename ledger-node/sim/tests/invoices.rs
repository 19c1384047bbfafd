//! Random operations on invoices through four validators, one of them faulty. What is final, what
//! is refused, and the state of every honest node after every block are what a reference says that
//! was written from the specification; `cargo xtask sim --invoices 100000` runs many more.

use ledger_sim::{Counted, Scenario, Tally, run};

/// Some of the operations of every second seed from one on.
fn trade(first: u64) -> Tally {
    let mut tally = Tally::default();
    for seed in (first..first + 12).step_by(2) {
        let scenario = Scenario {
            operations: 250,
            ..Scenario::of_invoices(seed)
        };
        match run(&scenario) {
            Ok(report) => tally.add_all(&report.tally),
            Err(violation) => unreachable!("{violation} in {scenario:#?}"),
        }
    }
    let count = |kind| tally.of(kind);
    assert!(count(Counted::OperationFinal) > 100, "{tally}");
    assert!(count(Counted::OperationRefused) > 100, "{tally}");
    tally
}

#[test]
fn amounts_are_conserved_while_validators_crash() {
    assert!(trade(0).crashes() > 20);
}

#[test]
fn amounts_are_conserved_while_one_validator_misbehaves() {
    assert!(trade(1).of(Counted::Misdeed) > 20);
}
