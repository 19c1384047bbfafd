//! The header: everything a verifier needs of a block, in two parts.
//!
//! ```text
//! core        = [1, suite, ledger, height, epoch, time_ms, log_size, log_root, set_hash]
//! rest        = [previous, body_root, state_root, history_root, next_set_hash | null]
//! header hash = H("tally/header/1", core, H("tally/header-rest/1", rest))
//! ```
//! The compact form ships the rest's hash only. There is no round in it: which attempt decided
//! is the certificate's business.

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::{Digest, Tag, hash},
    id::{Epoch, Height, LedgerId, TimeMs, TreeSize},
    suite::Suite,
};

/// The part of a header that every proof needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderCore {
    /// The ledger's suite.
    pub suite: Suite,
    /// The ledger.
    pub ledger: LedgerId,
    /// The block's number.
    pub height: Height,
    /// The epoch whose set decides this block.
    pub epoch: Epoch,
    /// The block's time, strictly increasing.
    pub time_ms: TimeMs,
    /// Leaves in the anchor log after this block.
    pub log_size: TreeSize,
    /// Root of the anchor log after this block.
    pub log_root: Digest,
    /// Hash of the set that decides this block.
    pub set_hash: Digest,
}

/// The part of a header that origin proofs do not need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRest {
    /// Hash of the header before; the ledger id in the first block.
    pub previous: Digest,
    /// Root over the block's transactions.
    pub body_root: Digest,
    /// Root over all state namespaces *after* this block.
    pub state_root: Digest,
    /// Root over the hashes of all earlier headers.
    pub history_root: Digest,
    /// In an epoch's last block: the hash of the next epoch's set.
    pub next_set_hash: Option<Digest>,
}

/// A header that nobody has vouched for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The first part.
    pub core: HeaderCore,
    /// The second part.
    pub rest: HeaderRest,
}

impl HeaderRest {
    /// The hash by which the compact form replaces this part.
    pub fn hash(&self, suite: Suite) -> Digest {
        hash(suite, Tag::HEADER_REST, &[&to_bytes(self)])
    }
}

impl HeaderCore {
    /// The hash of the header of which this is the first part, `rest` being the hash of the other.
    pub fn header_hash(&self, rest: &Digest) -> Digest {
        let parts: [&[u8]; 2] = [&to_bytes(self), rest.as_bytes()];
        hash(self.suite, Tag::HEADER, &parts)
    }
}

impl Header {
    /// What validators sign.
    pub fn hash(&self) -> Digest {
        self.core.header_hash(&self.rest.hash(self.core.suite))
    }

    /// Whether the next block belongs to the next epoch.
    pub const fn ends_epoch(&self) -> bool {
        self.rest.next_set_hash.is_some()
    }
}

/// A header hash as a leaf of the history log.
pub fn history_leaf(suite: Suite, header: &Digest) -> Digest {
    hash(suite, Tag::HISTORY_LEAF, &[header.as_bytes()])
}

impl Wire for HeaderCore {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(9)
            .uint(1u8)
            .value(&self.suite)
            .value(&self.ledger)
            .value(&self.height);
        writer
            .value(&self.epoch)
            .value(&self.time_ms)
            .value(&self.log_size);
        writer.value(&self.log_root).value(&self.set_hash);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(9)?;
        reader.version(1)?;
        Ok(Self {
            suite: reader.value()?,
            ledger: reader.value()?,
            height: reader.value()?,
            epoch: reader.value()?,
            time_ms: reader.value()?,
            log_size: reader.value()?,
            log_root: reader.value()?,
            set_hash: reader.value()?,
        })
    }
}

impl Wire for HeaderRest {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(5)
            .value(&self.previous)
            .value(&self.body_root)
            .value(&self.state_root);
        writer
            .value(&self.history_root)
            .option(self.next_set_hash.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        Ok(Self {
            previous: reader.value()?,
            body_root: reader.value()?,
            state_root: reader.value()?,
            history_root: reader.value()?,
            next_set_hash: reader.option()?,
        })
    }
}

impl Wire for Header {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.core).value(&self.rest);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            core: reader.value()?,
            rest: reader.value()?,
        })
    }
}
