//! What the page knows and decides by.

use light_client::bundle::Bundle;
use light_client::genesis::Purpose;
use light_client::id::{LedgerId, TimeMs};
use light_client::key::KnownKeys;
use light_client::policy::Policy;
use light_client::trust::{Profile, TrustStore, TrustedLedger};
use light_client::verdict::{Reason, Verdict};
use light_client::verify_with;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// Keys with tables that a page may keep: validators and as many agencies, under 2.5 MB.
const KNOWN_KEYS: usize = 48;

/// How every trust store file begins: an array of three whose first member names the format.
const TRUST_FILE: &[u8] = b"\x83\x6dtally/trust/1";

/// What became of a file that may be a trust store.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is something else: a document, for instance.
    NoTrustStore,
    /// It says that it is a trust store, and does not hold.
    Refused,
    /// It is believed from now on.
    Taken,
}

/// The trust stores that somebody gave this page, and what they have learned since.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Checker {
    stores: Vec<TrustStore>,
    keys: KnownKeys,
}

/// A ledger that the page starts from.
#[derive(Serialize)]
struct Anchor {
    /// Its id in hex, which is its fingerprint too.
    ledger: String,
    name: String,
    demo: bool,
    /// Of the newest header that was verified.
    height: Option<u64>,
}

#[wasm_bindgen]
impl Checker {
    /// Believes nothing yet.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "JavaScript has no `Default`")]
    pub fn new() -> Self {
        Self {
            stores: Vec::new(),
            keys: KnownKeys::with_tables(KNOWN_KEYS),
        }
    }

    /// Takes a trust store file.
    pub fn take_trust(&mut self, file: &[u8]) -> Taken {
        if !file.starts_with(TRUST_FILE) {
            return Taken::NoTrustStore;
        }
        match TrustStore::parse(file) {
            Ok(store) => {
                if !self.stores.contains(&store) {
                    self.stores.push(store);
                }
                Taken::Taken
            }
            Err(_) => Taken::Refused,
        }
    }

    /// Learns what a bundle proves of its ledger, as [`TrustStore::learn`]; whether it did.
    pub fn learn(&mut self, file: &[u8], now_ms: u64) -> bool {
        let Ok(bundle) = Bundle::parse(file) else {
            return false;
        };
        let place = self.place_of(&bundle.proofs.ledger);
        let store = place.and_then(|place| self.stores.get_mut(place));
        store.is_some_and(|store| {
            let (policy, now) = (Policy::default(), TimeMs(now_ms));
            store.learn(&bundle.proofs, &policy, now, &mut self.keys)
        })
    }

    /// Decides a file; the verdict as JSON.
    pub fn verify(&mut self, file: &[u8], now_ms: u64) -> String {
        let verdict = self.decide(file, &Policy::default(), TimeMs(now_ms));
        // Writing plain data as JSON does not fail; an empty answer would be shown as none.
        serde_json::to_string(&verdict).unwrap_or_default()
    }

    /// The ledgers that are believed, as JSON: `[{"ledger", "name", "demo", "height"}]`.
    pub fn anchors(&self) -> String {
        let ledgers = self.stores.iter().flat_map(TrustStore::ledgers);
        let anchors: Vec<Anchor> = ledgers.map(Anchor::from).collect();
        serde_json::to_string(&anchors).unwrap_or_default()
    }

    /// How many trust store files were taken.
    pub fn stores(&self) -> usize {
        self.stores.len()
    }

    /// The bytes of a trust store with what it has learned since, to be kept as a file.
    pub fn trust_file(&self, place: usize) -> Vec<u8> {
        let store = self.stores.get(place);
        store.map(TrustStore::to_bytes).unwrap_or_default()
    }
}

impl Checker {
    /// Decides by the store that knows the bundle's ledger. Of what is no bundle the light client
    /// alone knows the ledger: any store that knows it, too, then decides.
    fn decide(&mut self, file: &[u8], policy: &Policy, now: TimeMs) -> Verdict {
        let ledger = Bundle::parse(file).ok().map(|bundle| bundle.proofs.ledger);
        let first = ledger.and_then(|ledger| self.place_of(&ledger));
        let first = first.and_then(|place| self.stores.get(place));
        for store in first.into_iter().chain(&self.stores) {
            let verdict = verify_with(file, store, policy, now, &mut self.keys);
            if verdict.headline.reason() != Some(Reason::LedgerUnknown) {
                return verdict;
            }
        }
        let none = TrustStore::new(Profile::Production);
        verify_with(file, &none, policy, now, &mut self.keys)
    }

    /// The store that knows the ledger; of several, the one that has seen most of it.
    fn place_of(&self, id: &LedgerId) -> Option<usize> {
        let knowing = self.stores.iter().enumerate();
        let knowing =
            knowing.filter_map(|(place, store)| Some((progress(store.ledger(id)?), place)));
        knowing.max().map(|(_, place)| place)
    }
}

/// The newest epoch and height that a store has verified of a ledger.
fn progress(ledger: &TrustedLedger) -> (u64, Option<u64>) {
    (ledger.newest_set().epoch().0, height(ledger))
}

fn height(ledger: &TrustedLedger) -> Option<u64> {
    let newest = ledger.newest_header();
    newest.map(|newest| newest.header().core.height.0)
}

impl From<&TrustedLedger> for Anchor {
    fn from(ledger: &TrustedLedger) -> Self {
        Self {
            ledger: ledger.id().0.to_hex(),
            name: ledger.genesis().name.clone(),
            demo: ledger.genesis().purpose == Purpose::Demo,
            height: height(ledger),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test is the point")]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_790_000_003_000;

    fn vector(name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../light-client/vectors");
        std::fs::read(format!("{folder}/bundle/sm/{name}")).unwrap()
    }

    fn reason(verdict: &str) -> Option<String> {
        let verdict: serde_json::Value = serde_json::from_str(verdict).unwrap();
        let reason = verdict.pointer("/headline/reason").unwrap();
        reason.as_str().map(str::to_owned)
    }

    #[test]
    fn files_are_told_apart_by_what_they_begin_with() {
        let mut checker = Checker::new();
        let trust = vector("test.trust");
        assert_eq!(checker.take_trust(&trust), Taken::Taken);
        assert_eq!(
            checker.take_trust(&trust[..trust.len() - 1]),
            Taken::Refused
        );
        assert_eq!(
            checker.take_trust(&vector("identity.tally")),
            Taken::NoTrustStore
        );
        assert_eq!(checker.take_trust(b"eyJ"), Taken::NoTrustStore);
        assert_eq!(checker.stores(), 1);
    }

    #[test]
    fn nothing_is_believed_before_a_trust_store_is_given() {
        let mut checker = Checker::new();
        let bundle = vector("identity.tally");
        let unknown = checker.verify(&bundle, NOW_MS);
        assert_eq!(reason(&unknown).as_deref(), Some("ledger_unknown"));
        checker.take_trust(&vector("test.trust"));
        assert_eq!(reason(&checker.verify(&bundle, NOW_MS)), None);
    }

    #[test]
    fn what_was_learned_is_in_the_file_to_keep() {
        let mut checker = Checker::new();
        let trust = vector("test.trust");
        checker.take_trust(&trust);
        assert_eq!(checker.trust_file(0), trust);
        assert!(checker.learn(&vector("identity.tally"), NOW_MS));
        let kept = checker.trust_file(0);
        assert_ne!(kept, trust);
        let mut later = Checker::new();
        assert_eq!(later.take_trust(&kept), Taken::Taken);
        assert_eq!(later.anchors(), checker.anchors());
        // Of two stores of one ledger the one that has seen more decides and learns.
        later.take_trust(&trust);
        assert!(!later.learn(&vector("identity.tally"), NOW_MS));
    }

    #[test]
    fn what_does_not_hold_teaches_nothing() {
        let mut checker = Checker::new();
        checker.take_trust(&vector("test.trust"));
        for name in ["t04-commit-forged.tally", "t01-quorum-less-one.tally"] {
            assert!(!checker.learn(&vector(name), NOW_MS), "{name}");
        }
        let (an_hour, a_day) = (3_600_000, 86_400_000);
        assert!(!checker.learn(&vector("identity.tally"), NOW_MS - an_hour));
        // Nothing renews a pin that is too old.
        assert!(!checker.learn(&vector("identity.tally"), NOW_MS + 401 * a_day));
        assert!(checker.learn(&vector("identity.tally"), NOW_MS + 399 * a_day));
    }
}
