//! Short names of files, contents and numbers, by which duplicates are found.

use std::fmt;

use light_client::{
    hash::{Digest, Hasher},
    id::LedgerId,
    suite::Suite,
    verdict::DocumentEvidence,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 128 bits of a SHA-256: no two of 10⁹ meet by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key([u8; 16]);

impl Key {
    /// Of a file's bytes: the first half of what `sha256sum` prints.
    pub(crate) fn of_file(sha256: &Digest) -> Self {
        Self::first_half(sha256)
    }

    /// Of an invoice's number, as the document has it.
    pub(crate) fn of_number(number: &str) -> Self {
        Self::of("tally/seen/number/1", [number.as_bytes()])
    }

    /// Of what a document says, for comparison within a run. It must not leave the machine: whoever
    /// knows most of an invoice could find the rest by trying.
    pub(crate) fn of_content(document: &DocumentEvidence) -> Self {
        let fields = document.fields.iter();
        let fields = fields.flat_map(|field| [field.path.as_bytes(), field.value.as_bytes()]);
        let kind = [document.document_type.as_bytes()].into_iter();
        Self::of("tally/seen/fields/1", kind.chain(fields))
    }

    /// Of a document by its digest on its ledger, which is made with salts: nothing of the content
    /// can be found out from it by trying.
    pub(crate) fn of_document(ledger: &LedgerId, digest: &Digest) -> Self {
        Self::of(
            "tally/seen/document/1",
            [&ledger.0.as_bytes()[..], &digest.as_bytes()[..]],
        )
    }

    /// Reads 32 lower-case hexadecimal digits.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        let key = Self(bytes);
        (key.to_string() == text).then_some(key)
    }

    fn of<'a>(purpose: &'a str, fields: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = Hasher::new(Suite::Intl);
        for field in [purpose.as_bytes()].into_iter().chain(fields) {
            let length = u64::try_from(field.len()).unwrap_or(u64::MAX);
            hasher.update(&length.to_be_bytes());
            hasher.update(field);
        }
        Self::first_half(&hasher.finish())
    }

    fn first_half(digest: &Digest) -> Self {
        let mut half = [0; 16];
        for (to, from) in half.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        Self(half)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not 32 hexadecimal digits"))
    }
}

/// The SHA-256 of a file, as `sha256sum` prints it.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    let mut hasher = Hasher::new(Suite::Intl);
    hasher.update(bytes);
    hasher.finish()
}
