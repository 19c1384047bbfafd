//! Entries of the state that only execution reads. Those that verifiers read are the light
//! client's.
//!
//! ```text
//! frontier    key [1, ledger, 8, 1, "anchor" | "history"]   value [1, ledger, 8, 1, frontier]
//! members     key [1, ledger, 1, 1]                         value [1, ledger, 1, 1, [member, …]]
//! set         key [1, ledger, 1, 2, "current" | "next"]     value [1, ledger, 1, 2, set | waiting set]
//! validator's key   key [1, ledger, 1, 6, key id]           value [1, ledger, 1, 6, epoch]
//! taken       key [1, ledger, 7, 1, height]                 value [1, ledger, 7, 1, [taken, …]]
//! ```
//! What a block took, with the transaction's id, and until when no other may take it:
//! ```text
//! taken       = [replay key, expiry, transaction id]
//! replay key  = H("tally/state-key/1", [1, ledger, 7, 1, sender's key id, idempotency key])
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::Digest,
    id::{Height, IssuerId, LedgerId},
    key::KeyId,
    merkle::Frontier,
    state::{Kind, StateKey},
    suite::Suite,
    validator_set::ValidatorSet,
};

use crate::{
    limits::MAX_BLOCK_TRANSACTIONS,
    transaction::{Publication, TxId},
};

/// What is kept under one kind of key.
pub(crate) trait Kept: Wire {
    const KIND: Kind;
}

/// What there is one of: its kind alone says where it is.
pub(crate) trait Only: Kept {
    /// Where it is kept.
    fn key(suite: Suite, ledger: &LedgerId) -> StateKey {
        StateKey::new(suite, ledger, Self::KIND, &[])
    }
}

impl Kept for Frontier {
    const KIND: Kind = Kind::Frontier;
}

impl Kept for TakenKeys {
    const KIND: Kind = Kind::Sender;
}

impl Kept for ValidatorSet {
    const KIND: Kind = Kind::ValidatorSet;
}

/// A value with the prefix that every value of the state begins with.
pub(crate) struct Entry<T> {
    pub(crate) ledger: LedgerId,
    pub(crate) value: T,
}

/// An entry's bytes.
pub(crate) fn encode<T: Kept>(ledger: &LedgerId, value: T) -> Vec<u8> {
    to_bytes(&Entry {
        ledger: *ledger,
        value,
    })
}

impl<T: Kept> Wire for Entry<T> {
    fn encode(&self, writer: &mut Writer) {
        writer.array(5);
        T::KIND.write_prefix(writer, &self.ledger);
        writer.value(&self.value);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        Ok(Self {
            ledger: T::KIND.read_prefix(reader)?,
            value: reader.value()?,
        })
    }
}

/// A replay key: which transaction used it, and until when it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TakenKey {
    pub(crate) key: Digest,
    pub(crate) expiry: Height,
    pub(crate) transaction: TxId,
}

/// The replay keys that one block took. One entry per block, since each entry costs a node more
/// than all the rest of a small transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenKeys(pub(crate) Vec<TakenKey>);

impl Wire for TakenKeys {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(MAX_BLOCK_TRANSACTIONS).map(Self)
    }
}

impl Wire for TakenKey {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.key).value(&self.expiry);
        writer.value(&self.transaction);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            expiry: reader.value()?,
            transaction: reader.value()?,
        })
    }
}

/// Where the replay keys of the block at a height are kept.
pub(crate) fn taken_key(suite: Suite, ledger: &LedgerId, height: Height) -> StateKey {
    StateKey::new(suite, ledger, Kind::Sender, &[&height.0.to_be_bytes()])
}

/// Which validator set an entry is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SetRole {
    /// That of the present epoch.
    Current,
    /// Chosen to follow; gone as soon as it has.
    Next,
}

/// Where a validator set is kept.
pub(crate) fn set_key(suite: Suite, ledger: &LedgerId, role: SetRole) -> StateKey {
    let role: &[u8] = match role {
        SetRole::Current => b"current",
        SetRole::Next => b"next",
    };
    StateKey::new(suite, ledger, Kind::ValidatorSet, &[role])
}

/// Where it is noted that a key was once a validator's.
pub(crate) fn validator_key(suite: Suite, ledger: &LedgerId, key: &KeyId) -> StateKey {
    StateKey::new(suite, ledger, Kind::ValidatorKey, &[key.0.as_bytes()])
}

/// Who answers for an issuer's documents besides itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Successor(pub(crate) IssuerId);

impl Kept for Successor {
    const KIND: Kind = Kind::Successor;
}

impl Wire for Successor {
    fn encode(&self, writer: &mut Writer) {
        writer.value(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.value().map(Self)
    }
}

/// What members have published, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) publication: Publication,
    pub(crate) height: Height,
}

impl Kept for Published {
    const KIND: Kind = Kind::Published;
}

impl Wire for Published {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.publication).value(&self.height);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            publication: reader.value()?,
            height: reader.value()?,
        })
    }
}
