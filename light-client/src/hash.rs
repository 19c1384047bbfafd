//! Domain-separated hashing: no two purposes ever hash the same bytes.
//!
//! ```text
//! H(tag, f1, f2, …) = hash( len8(tag) ‖ tag ‖ len32be(f1) ‖ f1 ‖ len32be(f2) ‖ f2 ‖ … )
//! ```
//! The hash is the suite's: SM3 or SHA-256. Every tag of the project is a constant of [`Tag`],
//! so that a reader can see at a glance that none is used twice.

mod pair;

pub(crate) use pair::{pair, pairs};

use alloc::{string::String, vec::Vec};
use core::fmt;

use sha2::Sha256;
use sm3::{Sm3, digest::Digest as _};

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    suite::Suite,
};

/// A 32-byte output of the suite's hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Takes 32 bytes that are already a digest.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`DecodeError::Malformed`] for anything else, upper case included.
    pub fn from_hex(text: &str) -> Result<Self, DecodeError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| DecodeError::Malformed)?;
        let digest = Self(bytes);
        if digest.to_hex() == text {
            Ok(digest)
        } else {
            Err(DecodeError::NotCanonical)
        }
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Wire for Digest {
    fn encode(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.byte_array().map(Self)
    }
}

/// The purpose of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(&'static str);

impl Tag {
    /// A leaf of a batch: one document.
    pub const BATCH_LEAF: Self = Self("tally/batch-leaf/1");
    /// A leaf of an invoice batch: number and commitment.
    pub const BATCH_INVOICE_LEAF: Self = Self("tally/batch-invoice-leaf/1");
    /// An inner node of a batch tree.
    pub const BATCH_NODE: Self = Self("tally/batch-node/1");
    /// The empty batch.
    pub const BATCH_EMPTY: Self = Self("tally/batch-empty/1");
    /// A transaction as a leaf of a block's body.
    pub const BODY_LEAF: Self = Self("tally/body-leaf/1");
    /// An inner node of a body tree.
    pub const BODY_NODE: Self = Self("tally/body-node/1");
    /// A block without transactions.
    pub const BODY_EMPTY: Self = Self("tally/body-empty/1");
    /// A bundle without the choice of certificate signers.
    pub const BUNDLE: Self = Self("tally/bundle-id/1");
    /// An issuer-signed credential.
    pub const CREDENTIAL: Self = Self("tally/credential/1");
    /// A deposited file.
    pub const EVIDENCE: Self = Self("tally/evidence/1");
    /// A disclosable field of an invoice.
    pub const FIELD_LEAF: Self = Self("tally/field-leaf/1");
    /// An inner node of an invoice's field tree.
    pub const FIELD_NODE: Self = Self("tally/field-node/1");
    /// A field tree without fields.
    pub const FIELD_EMPTY: Self = Self("tally/field-empty/1");
    /// A genesis record: its hash is the ledger's fingerprint.
    pub const GENESIS: Self = Self("tally/genesis/1");
    /// A header: core and rest.
    pub const HEADER: Self = Self("tally/header/1");
    /// The part of a header that the compact form replaces by its hash.
    pub const HEADER_REST: Self = Self("tally/header-rest/1");
    /// A header hash as a leaf of the history log.
    pub const HISTORY_LEAF: Self = Self("tally/history-leaf/1");
    /// An inner node of the history log.
    pub const HISTORY_NODE: Self = Self("tally/history-node/1");
    /// The history log before the first block.
    pub const HISTORY_EMPTY: Self = Self("tally/history-empty/1");
    /// An invoice: printed fields and field tree.
    pub const INVOICE: Self = Self("tally/invoice/1");
    /// The printed fields of an invoice.
    pub const INVOICE_PRINTED: Self = Self("tally/invoice-printed/1");
    /// The secret that leads from an invoice to its record.
    pub const INVOICE_SECRET: Self = Self("tally/invoice-secret/1");
    /// A public key.
    pub const KEY: Self = Self("tally/key/1");
    /// A record as a leaf of the anchor log.
    pub const LOG_LEAF: Self = Self("tally/log-leaf/1");
    /// An inner node of the anchor log.
    pub const LOG_NODE: Self = Self("tally/log-node/1");
    /// The anchor log before the first record.
    pub const LOG_EMPTY: Self = Self("tally/log-empty/1");
    /// The key of an invoice's record, made from its secret.
    pub const RECORD: Self = Self("tally/record/1");
    /// An invoice's seller, as the invoice's record names it.
    pub const RECORD_SELLER: Self = Self("tally/record-seller/1");
    /// The salt of one field, made from the document's seed.
    pub const SALT: Self = Self("tally/salt/1");
    /// A seller as an agency's lease names it.
    pub const SELLER: Self = Self("tally/seller/1");
    /// A validator set.
    pub const SET: Self = Self("tally/validator-set/1");
    /// All namespaces' roots together.
    pub const STATE: Self = Self("tally/state/1");
    /// A key of a state tree.
    pub const STATE_KEY: Self = Self("tally/state-key/1");
    /// A signed transaction.
    pub const TRANSACTION: Self = Self("tally/transaction-id/1");
}

/// The suite's hash over a tag and its fields.
pub fn hash(suite: Suite, tag: Tag, fields: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new(suite);
    frame(tag, fields, |bytes| hasher.update(bytes));
    hasher.finish()
}

/// The very bytes that [`hash`] hashes, for those who want to hash them by other means.
pub fn preimage(tag: Tag, fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame(tag, fields, |more| bytes.extend_from_slice(more));
    bytes
}

fn frame(tag: Tag, fields: &[&[u8]], mut append: impl FnMut(&[u8])) {
    // All tags are shorter than 256 bytes and fields shorter than 4 GiB (inputs are capped).
    append(&[u8::try_from(tag.0.len()).unwrap_or(u8::MAX)]);
    append(tag.0.as_bytes());
    for field in fields {
        append(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        append(field);
    }
}

/// The suite's hash, without tag: for foreign formats that bring their own framing.
#[derive(Debug, Clone)]
pub struct Hasher(State);

#[derive(Debug, Clone)]
enum State {
    Sm3(Sm3),
    Sha256(Sha256),
}

impl Hasher {
    /// Starts a hash of `suite`.
    pub fn new(suite: Suite) -> Self {
        Self(match suite {
            Suite::Sm => State::Sm3(Sm3::new()),
            Suite::Intl => State::Sha256(Sha256::new()),
        })
    }

    /// Appends bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sm3(hasher) => hasher.update(bytes),
            State::Sha256(hasher) => hasher.update(bytes),
        }
    }

    /// The digest of everything appended.
    pub fn finish(self) -> Digest {
        Digest(match self.0 {
            State::Sm3(hasher) => hasher.finalize().into(),
            State::Sha256(hasher) => hasher.finalize().into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        let one = hash(Suite::Sm, Tag::KEY, &[b"ab", b"c"]);
        let two = hash(Suite::Sm, Tag::KEY, &[b"a", b"bc"]);
        assert_ne!(one, two);
        assert_ne!(one, hash(Suite::Sm, Tag::SET, &[b"ab", b"c"]));
        assert_ne!(one, hash(Suite::Intl, Tag::KEY, &[b"ab", b"c"]));
    }

    #[test]
    fn the_preimage_is_what_is_hashed() {
        let fields: [&[u8]; 2] = [b"ab", b"c"];
        let bytes = preimage(Tag::KEY, &fields);
        assert_eq!(bytes, b"\x0btally/key/1\0\0\0\x02ab\0\0\0\x01c");
        let mut hasher = Hasher::new(Suite::Sm);
        hasher.update(&bytes);
        assert_eq!(hasher.finish(), hash(Suite::Sm, Tag::KEY, &fields));
    }

    #[test]
    fn sm3_of_the_standard() {
        // GB/T 32905-2016 annex A.1: "abc".
        let mut hasher = Hasher::new(Suite::Sm);
        hasher.update(b"abc");
        assert_eq!(
            hasher.finish().to_hex(),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
    }

    #[test]
    fn hex_has_one_form() {
        let digest = hash(Suite::Sm, Tag::KEY, &[]);
        assert_eq!(Digest::from_hex(&digest.to_hex()), Ok(digest));
        assert_eq!(
            Digest::from_hex(&digest.to_hex().to_uppercase()),
            Err(DecodeError::NotCanonical)
        );
        assert_eq!(Digest::from_hex("00"), Err(DecodeError::Malformed));
    }
}
