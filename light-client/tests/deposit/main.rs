//! Deposited files: what proves them, what does not, and why.

mod attacks;
mod bit_flips;
#[path = "../support/mod.rs"]
mod support;
mod vectors;

use light_client::{
    deposit::Deposit,
    id::IssuerId,
    policy::Policy,
    suite::Suite,
    verdict::{DepositHeadline, DepositReason, DepositVerdict, Reason},
    verify_deposit,
};
use support::{
    BLOCK_MS, GENESIS_MS, Ledger, Validators,
    deposits::{FILE, SALT, deposit, proof},
    documents::Agency,
};

const DAY_MS: u64 = 24 * 3_600_000;

/// A ledger on which [`FILE`] was deposited among other files.
struct Scene {
    ledger: Ledger,
    agency: IssuerId,
}

impl Scene {
    fn new() -> Self {
        Self::of(Suite::Intl, 4)
    }

    fn of(suite: Suite, validators: u16) -> Self {
        let mut ledger = Ledger::new(suite, validators);
        let agency = Agency::register(&mut ledger, "haizhou-notary", 700, &[]).id;
        ledger.block();
        deposit(&mut ledger, &agency, &SALT, FILE);
        for number in 0..20 {
            deposit(&mut ledger, &agency, &[number; 32], b"another file");
        }
        ledger.block();
        Self { ledger, agency }
    }

    fn proof(&self) -> Deposit {
        proof(&self.ledger, &SALT, FILE)
    }

    fn verdict(&self, file: &[u8], proof: &Deposit, later_ms: u64) -> DepositVerdict {
        let (trust, mut now) = (self.ledger.trust(), self.ledger.now());
        now.0 += later_ms;
        verify_deposit(file, &proof.to_bytes(), &trust, &Policy::default(), now)
    }

    fn decide(&self, file: &[u8], proof: &Deposit) -> DepositHeadline {
        self.verdict(file, proof, 0).headline
    }
}

const fn invalid(reason: Reason) -> DepositHeadline {
    DepositHeadline::Invalid(DepositReason::Chain(reason))
}

const fn undetermined(reason: Reason) -> DepositHeadline {
    DepositHeadline::Undetermined(DepositReason::Chain(reason))
}

#[test]
fn a_deposited_file() {
    for suite in [Suite::Sm, Suite::Intl] {
        let scene = Scene::of(suite, 4);
        let verdict = scene.verdict(FILE, &scene.proof(), 0);
        assert_eq!(verdict.headline, DepositHeadline::Deposited);
        let found = verdict.deposit.expect("deposited");
        assert_eq!(found.agency, scene.agency);
        assert_eq!(found.name.expect("registered").zh, "机构700");
        assert_eq!(found.recorded_height, 2);
        assert_eq!(found.recorded_ms, GENESIS_MS + 2 * BLOCK_MS);
        let signed: Vec<bool> = verdict.validators.iter().map(|v| v.signed).collect();
        assert_eq!(signed, [true, true, true, false]);
    }
}

#[test]
fn a_deposit_does_not_age() {
    let scene = Scene::new();
    let verdict = scene.verdict(FILE, &scene.proof(), 300 * DAY_MS);
    assert_eq!(verdict.headline, DepositHeadline::Deposited);
    assert_eq!(
        verdict.freshness.expect("certified").age_ms,
        300 * DAY_MS,
        "its age is told all the same"
    );
}

#[test]
fn an_old_deposit_under_a_new_header() {
    let mut scene = Scene::new();
    scene
        .ledger
        .block_ending_epoch(Validators::new(Suite::Intl, 1, 7));
    scene.ledger.block();
    let verdict = scene.verdict(FILE, &scene.proof(), 0);
    assert_eq!(verdict.headline, DepositHeadline::Deposited);
    assert_eq!(verdict.deposit.expect("deposited").recorded_height, 2);
    assert_eq!(verdict.validators.len(), 7);
}

#[test]
fn a_file_that_was_not_deposited() {
    let scene = Scene::new();
    let absent = proof(&scene.ledger, &SALT, b"a draft");
    let verdict = scene.verdict(b"a draft", &absent, 0);
    assert_eq!(verdict.headline, DepositHeadline::NotDeposited);
    assert_eq!(verdict.deposit, None);
    assert!(verdict.digest.is_some());
    assert_eq!(
        scene.verdict(b"a draft", &absent, 2 * DAY_MS).headline,
        DepositHeadline::Undetermined(DepositReason::AbsenceStale),
        "it may have been deposited since"
    );
}

#[test]
fn an_agency_without_its_registry_proof_has_no_name() {
    let scene = Scene::new();
    let mut nameless = scene.proof();
    nameless.proofs.agency = None;
    let verdict = scene.verdict(FILE, &nameless, 0);
    assert_eq!(verdict.headline, DepositHeadline::Deposited);
    assert_eq!(verdict.deposit.expect("deposited").name, None);
}
