//! Times one verification beside one SM2 signature, in one process.
//!
//! Prints medians over interleaved rounds; `cargo xtask bench` runs it in release.

#![expect(clippy::print_stdout, reason = "printing is its purpose")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use light_client::{policy::Policy, suite::Suite, trust::TrustStore, verdict::Headline, verify};
use support::{
    Ledger, Signer,
    documents::{Agency, Anchored, IDENTITY, INVOICE},
};

const ROUNDS: usize = 41;

struct Case<'a> {
    name: &'static str,
    times: Vec<Duration>,
    run: Box<dyn Fn() -> bool + 'a>,
}

impl<'a> Case<'a> {
    fn new(name: &'static str, run: impl Fn() -> bool + 'a) -> Self {
        Self {
            name,
            times: Vec::new(),
            run: Box::new(run),
        }
    }

    fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        times[times.len() / 2]
    }
}

fn main() {
    for validators in [1, 4, 30] {
        let mut ledger = Ledger::new(Suite::Sm, validators);
        let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
        ledger.block();
        let texts: Vec<String> = (0..16)
            .map(|number| police.credential(&ledger, IDENTITY, number))
            .collect();
        let identity = Anchored::credentials(&mut ledger, &police, &texts, IDENTITY).remove(3);
        let invoice = Anchored::invoice(&mut ledger, &tax, &Signer::new(Suite::Sm, 600), "200");
        let head = ledger.block();
        let cold = ledger.trust();
        let mut warm = cold.clone();
        warm.advance(&ledger.id, &[], &head).expect("it follows");
        compare(
            &ledger,
            &[identity.bytes(&ledger), invoice.bytes(&ledger)],
            &cold,
            &warm,
        );
    }
}

fn compare(ledger: &Ledger, bundles: &[Vec<u8>], cold: &TrustStore, warm: &TrustStore) {
    let valid = |bytes: &[u8], trust: &TrustStore| {
        verify(bytes, trust, &Policy::default(), ledger.now()).headline == Headline::Valid
    };
    let signer = Signer::new(Suite::Sm, 1);
    let (key, signature) = (signer.public(), signer.sign(b"message"));
    let mut cases = [
        Case::new("one SM2 signature", || {
            key.verify(b"message", &signature).is_ok()
        }),
        Case::new("credential, new header", || valid(&bundles[0], cold)),
        Case::new("credential, known header", || valid(&bundles[0], warm)),
        Case::new("invoice, new header", || valid(&bundles[1], cold)),
        Case::new("invoice, known header", || valid(&bundles[1], warm)),
    ];
    for _ in 0..ROUNDS {
        for case in &mut cases {
            let start = Instant::now();
            let held = (case.run)();
            case.times.push(start.elapsed());
            assert!(held, "{}", case.name);
        }
    }
    let count = ledger.validators.set.validators().len();
    println!(
        "{count} validators, quorum {}",
        ledger.validators.set.quorum()
    );
    let one = cases[0].median();
    for case in &cases {
        let ratio = case.median().as_secs_f64() / one.as_secs_f64();
        println!(
            "  {:<28} {:>9.1} µs  {ratio:>6.2} × one",
            case.name,
            case.median().as_secs_f64() * 1e6
        );
    }
    println!(
        "  bundle bytes: credential {}, invoice {}",
        bundles[0].len(),
        bundles[1].len()
    );
}
