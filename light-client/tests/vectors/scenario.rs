//! One question to a verifier, and the ledger that most of them are about.

use light_client::{
    bundle::Bundle, cbor::to_bytes, header::Header, id::TimeMs, policy::Policy, record::Standing,
    suite::Suite, trust::TrustStore, verify,
};

use crate::support::{
    Ledger, Signer, Validators,
    documents::{Agency, Anchored, IDENTITY, INVOICE},
};

pub(crate) const DAY_MS: u64 = 24 * 3_600_000;
pub(crate) const SELLER: u16 = 600;

/// A file, what it is judged by, and what it was made to show.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// File of `docs/spec` and place in it.
    pub(crate) clause: &'static str,
    /// The headline's reason, or its kind.
    pub(crate) expect: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) trust: (&'static str, TrustStore),
    pub(crate) now: TimeMs,
    pub(crate) policy: Policy,
}

impl Scenario {
    /// Asked of a verifier that has just pinned the ledger, at the time of its newest header.
    pub(crate) fn new(
        ledger: &Ledger,
        name: &'static str,
        clause: &'static str,
        expect: &'static str,
        bytes: Vec<u8>,
    ) -> Self {
        Self {
            name,
            clause,
            expect,
            bytes,
            trust: ("test", ledger.trust()),
            now: ledger.now(),
            policy: Policy::default(),
        }
    }

    /// Asked of a verifier with another trust store.
    pub(crate) fn of(self, name: &'static str, trust: TrustStore) -> Self {
        let trust = (name, trust);
        Self { trust, ..self }
    }

    pub(crate) fn later(self, ms: u64) -> Self {
        let now = TimeMs(self.now.0 + ms);
        Self { now, ..self }
    }

    pub(crate) fn earlier(self, ms: u64) -> Self {
        let now = TimeMs(self.now.0 - ms);
        Self { now, ..self }
    }

    pub(crate) fn within(self, max_age_ms: u64) -> Self {
        let policy = Policy {
            max_age_ms,
            ..self.policy
        };
        Self { policy, ..self }
    }

    /// The answer as it is committed.
    pub(crate) fn answer(&self, source: &str) -> String {
        let verdict = verify(&self.bytes, &self.trust.1, &self.policy, self.now);
        let found = verdict.headline.reason();
        let found = found.map_or(verdict.headline.kind(), |reason| reason.code());
        assert_eq!(found, self.expect, "{}: {verdict:#?}", self.name);
        let json = serde_json::to_string(&verdict).expect("serialisable");
        format!(
            "{{\"source\":\"{source}\",\"clause\":\"{}\",\"expect\":\"{}\",\
             \"trust\":\"{}.trust\",\"max_age_ms\":{},\"now_ms\":{},\"verdict\":{json}}}\n",
            self.clause, self.expect, self.trust.0, self.policy.max_age_ms, self.now.0
        )
    }
}

/// A ledger of four validators in its second epoch, with a credential, an invoice, and a
/// credential that was revoked.
pub(crate) struct Scene {
    pub(crate) suite: Suite,
    pub(crate) ledger: Ledger,
    pub(crate) police: Agency,
    pub(crate) school: Agency,
    pub(crate) tax: Agency,
    pub(crate) seller: Signer,
    pub(crate) identity: Anchored,
    pub(crate) invoice: Anchored,
    pub(crate) revoked: Anchored,
}

impl Scene {
    pub(crate) fn new(suite: Suite) -> Self {
        let mut ledger = Ledger::new(suite, 4);
        let police = Agency::register(&mut ledger, "haizhou-police", 500, &[IDENTITY]);
        let tax = Agency::register(&mut ledger, "haizhou-tax", 501, &[INVOICE]);
        let school = Agency::register(&mut ledger, "haizhou-school", 502, &[INVOICE]);
        ledger.block();
        let texts: Vec<String> = (0..2)
            .map(|number| police.credential(&ledger, IDENTITY, number))
            .collect();
        let mut credentials = Anchored::credentials(&mut ledger, &police, &texts, IDENTITY);
        let seller = Signer::new(suite, SELLER);
        let invoice = Anchored::invoice(&mut ledger, &tax, &seller, "200");
        ledger.block_ending_epoch(Validators::new(suite, 1, 4));
        let revoked = credentials.remove(1);
        revoked.set_status(&mut ledger, Standing::Revoked);
        ledger.block();
        let identity = credentials.remove(0);
        Self {
            suite,
            ledger,
            police,
            school,
            tax,
            seller,
            identity,
            invoice,
            revoked,
        }
    }

    /// The suite that is not this ledger's.
    pub(crate) const fn other_suite(&self) -> Suite {
        match self.suite {
            Suite::Sm => Suite::Intl,
            Suite::Intl => Suite::Sm,
        }
    }

    /// The credential's bundle.
    pub(crate) fn bundle(&self) -> Bundle {
        self.identity.bundle(&self.ledger)
    }

    /// The credential's bundle with a change.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Bundle)) -> Vec<u8> {
        changed(&self.bundle(), change)
    }

    /// The credential's bundle with a change of its header, which the validators sign again.
    pub(crate) fn resigned(&self, change: impl FnOnce(&mut Header)) -> Vec<u8> {
        self.changed(|bundle| {
            let mut header = bundle.proofs.head.header.clone();
            change(&mut header);
            bundle.proofs.head = self.ledger.validators.certify(header);
        })
    }

    /// Asked at the time of the newest header.
    pub(crate) fn ask(
        &self,
        name: &'static str,
        clause: &'static str,
        expect: &'static str,
        bytes: Vec<u8>,
    ) -> Scenario {
        Scenario::new(&self.ledger, name, clause, expect, bytes)
    }

    /// The ledger two blocks on, in its third epoch.
    pub(crate) fn third_epoch(&self) -> Ledger {
        let mut ledger = self.ledger.clone();
        ledger.block_ending_epoch(Validators::new(self.suite, 2, 4));
        ledger.block();
        ledger
    }
}

/// A bundle's bytes after a change.
pub(crate) fn changed(bundle: &Bundle, change: impl FnOnce(&mut Bundle)) -> Vec<u8> {
    let mut bundle = bundle.clone();
    change(&mut bundle);
    to_bytes(&bundle)
}
