//! The trust anchors of this device: one pinned file per ledger.
//!
//! # Security
//! The first file seen for a ledger is kept (trust on first use). A later file that says otherwise
//! about the same ledger is never taken over; the user is warned.

use std::rc::Rc;

use base64ct::{Base64, Encoding as _};
use gloo_storage::{LocalStorage, Storage as _};
use serde::{Deserialize, Serialize};

use crate::verification::Anchor;

const STORAGE_KEY: &str = "tally.trust";

/// A trust store file and the ledgers it speaks about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    /// What the file pins.
    pub(crate) anchors: Vec<Anchor>,
    /// The file, in base64.
    file: String,
    /// The site it came from.
    pub(crate) from: String,
    /// When it was pinned.
    pub(crate) pinned_at_ms: u64,
}

impl Pin {
    /// A pin for the trust store file `file`, which holds `anchors`.
    pub(crate) fn new(anchors: Vec<Anchor>, file: &[u8], from: String, pinned_at_ms: u64) -> Self {
        Self { anchors, file: Base64::encode_string(file), from, pinned_at_ms }
    }

    /// The trust store file.
    pub(crate) fn file(&self) -> Vec<u8> {
        Base64::decode_vec(&self.file).unwrap_or_default()
    }

    fn speaks_of(&self, ledger: &str) -> Option<&Anchor> {
        self.anchors.iter().find(|anchor| anchor.ledger == ledger)
    }
}

/// What to do with a trust store file that a site hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It says otherwise about a pinned ledger: warn, keep the pin.
    Conflict,
    /// Everything in it is pinned already.
    Known,
    /// It brings only ledgers that are not pinned: pin it.
    New,
}

/// Judges a file that holds `offered` against the pins of this device.
pub(crate) fn judge(pins: &[Pin], offered: &[Anchor]) -> Judgement {
    let pinned: Vec<Option<&Anchor>> =
        offered.iter().map(|anchor| pins.iter().find_map(|pin| pin.speaks_of(&anchor.ledger))).collect();
    let differs = |(anchor, pinned): (&Anchor, &Option<&Anchor>)| pinned.is_some_and(|pinned| pinned != anchor);
    if offered.iter().zip(&pinned).any(differs) {
        Judgement::Conflict
    } else if pinned.iter().all(Option::is_some) {
        Judgement::Known
    } else {
        Judgement::New
    }
}

/// The pins of this device.
pub(crate) fn load() -> Rc<Vec<Pin>> {
    Rc::new(LocalStorage::get(STORAGE_KEY).unwrap_or_default())
}

/// Stores the pins. A browser that stores nothing pins for this visit only.
pub(crate) fn save(pins: &[Pin]) {
    LocalStorage::set(STORAGE_KEY, pins).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(ledger: &str, fingerprint: &str) -> Anchor {
        Anchor { ledger: ledger.to_owned(), fingerprint: fingerprint.to_owned() }
    }

    #[test]
    fn a_pinned_ledger_is_never_replaced() {
        let pins = [Pin::new(vec![anchor("a", "1")], b"file", "https://h".to_owned(), 1)];
        assert_eq!(judge(&pins, &[anchor("a", "1")]), Judgement::Known);
        assert_eq!(judge(&pins, &[anchor("a", "2")]), Judgement::Conflict);
        assert_eq!(judge(&pins, &[anchor("b", "2")]), Judgement::New);
        assert_eq!(judge(&pins, &[anchor("b", "2"), anchor("a", "2")]), Judgement::Conflict);
        assert_eq!(judge(&[], &[anchor("a", "2")]), Judgement::New);
    }
}
