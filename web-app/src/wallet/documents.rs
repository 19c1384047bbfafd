//! The documents that the wallet holds.
//!
//! What is stored is only bytes and where they came from. Every verdict is computed again from the
//! bytes, so a changed storage can lose a document but never make one genuine.

use std::rc::Rc;

use base64ct::Base64;
use gloo_storage::{LocalStorage, Storage as _, errors::StorageError};
use serde::{Deserialize, Serialize};

const STORAGE_KEY: &str = "tally.documents";

/// A document in the wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredDocument {
    /// The document's digest in hex: the same document is held once.
    pub(crate) id: String,
    /// A bundle, or the text of an SD-JWT that has no proofs yet.
    #[serde(with = "base64")]
    pub(crate) content: Rc<Vec<u8>>,
    /// The site that hands out this document's proofs.
    pub(crate) proofs_from: String,
    /// When the wallet took it in.
    pub(crate) added_at_ms: u64,
}

/// Adds `document`, or puts it in the place of the same document's older bytes.
pub(crate) fn put(documents: &[StoredDocument], document: StoredDocument) -> Vec<StoredDocument> {
    let mut documents = documents.to_vec();
    match documents.iter_mut().find(|held| held.id == document.id) {
        Some(held) => held.content = document.content,
        None => documents.insert(0, document),
    }
    documents
}

/// Reads the stored documents; a damaged entry is left out, the others stay.
pub(crate) fn load() -> Vec<StoredDocument> {
    let entries: Vec<serde_json::Value> = LocalStorage::get(STORAGE_KEY).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect()
}

/// Stores the documents in place of what was stored.
pub(crate) fn save(documents: &[StoredDocument]) -> Result<(), StorageError> {
    LocalStorage::set(STORAGE_KEY, documents)
}

mod base64 {
    use super::{Base64, Deserialize, Rc};
    use base64ct::Encoding as _;
    use serde::{Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        bytes: &Rc<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Rc<Vec<u8>>, D::Error> {
        let text = String::deserialize(deserializer)?;
        Base64::decode_vec(&text)
            .map(Rc::new)
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test is the point")]

    use super::*;

    fn document(id: &str, content: &[u8]) -> StoredDocument {
        StoredDocument {
            id: id.to_owned(),
            content: Rc::new(content.to_vec()),
            proofs_from: "https://h".to_owned(),
            added_at_ms: 1,
        }
    }

    #[test]
    fn the_same_document_is_held_once() {
        let held = put(&[], document("a", b"old"));
        let held = put(&held, document("b", b"other"));
        let held = put(&held, document("a", b"new"));
        let ids: Vec<_> = held.iter().map(|d| d.id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
        assert_eq!(*held[1].content, b"new");
    }

    #[test]
    fn stored_bytes_come_back() {
        let stored = serde_json::to_string(&document("a", &[0, 255])).unwrap();
        assert_eq!(
            serde_json::from_str::<StoredDocument>(&stored).unwrap(),
            document("a", &[0, 255])
        );
        assert!(serde_json::from_str::<StoredDocument>(&stored.replace("AP8=", "AP8")).is_err());
    }
}
