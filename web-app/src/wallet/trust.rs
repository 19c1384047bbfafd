//! The trust anchors of this device: the trust store files it has pinned.
//!
//! # Security
//! The first file that a site hands out is kept (trust on first use). If the site later speaks of
//! another ledger, that one is not taken over; the user is warned and decides.

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
    /// Signed time of the newest header that this device has learned since.
    learned_ms: u64,
}

impl Pin {
    /// A pin for the trust store file `file`, which holds `anchors`.
    pub(crate) fn new(anchors: Vec<Anchor>, file: &[u8], from: String, pinned_at_ms: u64) -> Self {
        Self {
            anchors,
            file: Base64::encode_string(file),
            from,
            pinned_at_ms,
            learned_ms: 0,
        }
    }

    /// The pin with a file that has learned a header of `learned_ms`; none if it knows a newer one.
    pub(crate) fn learned(&self, file: &[u8], learned_ms: u64) -> Option<Self> {
        let newer = learned_ms > self.learned_ms;
        newer.then(|| Self {
            file: Base64::encode_string(file),
            learned_ms,
            ..self.clone()
        })
    }

    /// Whether a header of `time_ms` of `ledger` would be news.
    pub(crate) fn can_learn(&self, ledger: &str, time_ms: u64) -> bool {
        time_ms > self.learned_ms && self.anchors.iter().any(|anchor| anchor.ledger == ledger)
    }

    /// The trust store file.
    pub(crate) fn file(&self) -> Vec<u8> {
        Base64::decode_vec(&self.file).unwrap_or_default()
    }
}

/// What to do with a trust store file that a site hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The site has spoken of other ledgers before: warn, and keep the pins until the user decides.
    Conflict,
    /// Every ledger in it is pinned already.
    Known,
    /// Nothing is pinned from this site: pin it.
    New,
}

/// Judges a file with the ledgers `offered` that `site` hands out.
///
/// A ledger's id is a hash over its whole beginning, so the same id cannot stand for another
/// ledger; what a false portal can do is present a ledger of its own.
pub(crate) fn judge(pins: &[Pin], site: &str, offered: &[Anchor]) -> Judgement {
    let is_pinned = |anchor: &Anchor| {
        pins.iter()
            .any(|pin| pin.anchors.iter().any(|held| held.ledger == anchor.ledger))
    };
    if offered.iter().all(is_pinned) {
        Judgement::Known
    } else if pins.iter().any(|pin| pin.from == site) {
        Judgement::Conflict
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

    fn anchor(ledger: &str) -> Anchor {
        Anchor {
            ledger: ledger.to_owned(),
            name: String::new(),
            demo: true,
        }
    }

    #[test]
    fn a_site_cannot_replace_what_it_said_before() {
        let pins = [Pin::new(
            vec![anchor("a")],
            b"file",
            "https://h".to_owned(),
            1,
        )];
        assert_eq!(judge(&[], "https://h", &[anchor("a")]), Judgement::New);
        assert_eq!(judge(&pins, "https://h", &[anchor("a")]), Judgement::Known);
        assert_eq!(
            judge(&pins, "https://h", &[anchor("b")]),
            Judgement::Conflict
        );
        assert_eq!(
            judge(&pins, "https://h", &[anchor("a"), anchor("b")]),
            Judgement::Conflict
        );
        assert_eq!(
            judge(&pins, "https://other", &[anchor("a")]),
            Judgement::Known
        );
    }

    #[test]
    fn learning_only_moves_forward() {
        let pin = Pin::new(vec![anchor("a")], b"0", String::new(), 1);
        let newer = pin.learned(b"5", 5);
        assert_eq!(newer.as_ref().map(Pin::file).as_deref(), Some(&b"5"[..]));
        let newer = newer.unwrap_or(pin);
        assert_eq!(newer.learned(b"4", 4), None);
        assert!(newer.can_learn("a", 6) && !newer.can_learn("a", 5) && !newer.can_learn("b", 6));
    }

    #[test]
    fn a_pinned_file_comes_back() {
        assert_eq!(
            Pin::new(Vec::new(), b"\x00file", String::new(), 1).file(),
            b"\x00file"
        );
    }
}
