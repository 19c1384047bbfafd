//! The attack catalogue, as far as it concerns the light client: each by its own reason.
//!
//! `docs/threat-model.md` says of every attack which test it has; the vectors named `tNN-…` show
//! one case of each to every other reader. Proofs by themselves, outside of a bundle, are attacked
//! in `tests/log_proofs.rs` and `tests/state_proofs.rs`.

#![expect(
    clippy::panic,
    reason = "a scene that is not as built is a failed test"
)]

mod certificates;
mod clocks;
mod documents;
mod epochs;
mod proofs;
#[path = "../support/mod.rs"]
mod support;
mod trust;

use light_client::{
    bundle::Bundle,
    cbor::to_bytes,
    header::Header,
    policy::Policy,
    suite::Suite,
    trust::TrustStore,
    verdict::{Headline, Reason},
    verify,
};
use support::{
    Ledger,
    documents::{Agency, Anchored, IDENTITY},
};

struct Scene {
    ledger: Ledger,
    agency: Agency,
    documents: Vec<Anchored>,
}

impl Scene {
    fn new() -> Self {
        Self::of(Suite::Intl, 4)
    }

    fn of(suite: Suite, validators: u16) -> Self {
        let mut ledger = Ledger::new(suite, validators);
        let agency = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        ledger.block();
        let texts: Vec<String> = (0..3)
            .map(|number| agency.credential(&ledger, IDENTITY, number))
            .collect();
        let documents = Anchored::credentials(&mut ledger, &agency, &texts, IDENTITY);
        ledger.block();
        Self {
            ledger,
            agency,
            documents,
        }
    }

    fn bundle(&self) -> Bundle {
        self.documents[1].bundle(&self.ledger)
    }

    fn decide(&self, bundle: &Bundle) -> Headline {
        self.decide_by(&self.ledger.trust(), bundle)
    }

    /// The verdict of a client that knows more than the genesis.
    fn decide_by(&self, trust: &TrustStore, bundle: &Bundle) -> Headline {
        let now = self.ledger.now();
        verify(&to_bytes(bundle), trust, &Policy::default(), now).headline
    }

    /// The verdict after `change` to an otherwise genuine bundle.
    fn after(&self, change: impl FnOnce(&mut Bundle)) -> Headline {
        let mut bundle = self.bundle();
        assert_eq!(self.decide(&bundle), Headline::Valid);
        change(&mut bundle);
        self.decide(&bundle)
    }

    /// The verdict after `change` to the header, which the validators sign again.
    fn resigned(&self, change: impl FnOnce(&mut Header)) -> Headline {
        self.after(|bundle| {
            let mut header = bundle.proofs.head.header.clone();
            change(&mut header);
            bundle.proofs.head = self.ledger.validators.certify(header);
        })
    }
}

const fn invalid(reason: Reason) -> Headline {
    Headline::Invalid(reason)
}

const fn undetermined(reason: Reason) -> Headline {
    Headline::Undetermined(reason)
}
