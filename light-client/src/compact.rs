//! The compact proof: what is printed of an invoice, with its origin, in one QR code.
//!
//! ```text
//! compact = ["tally/compact/1", ledger, figures, batch, head, siblings]
//! batch   = [issuer, blocks before, ms before, count, index, log index, key, blocks to expiry, signature]
//! head    = [height, epoch, time_ms, log_size, rest hash, round, signers, signatures]
//! ```
//! Nothing is in it that its reader can compute: roots follow from the paths, the set's hash from
//! the epoch, the key's id from the key. So a wrong byte anywhere leads to another header, which
//! nobody has signed. Hand-offs, registry and status are not in it: its reader must have followed
//! the ledger, and hears that right and standing were not checked.

mod figures;
mod make;
mod wire;

use alloc::vec::Vec;

pub use figures::Figures;
pub use make::CompactError;

use crate::{
    cbor::{self, DecodeError, to_bytes},
    certificate::Certificate,
    hash::Digest,
    header::HeaderCore,
    id::{DocumentType, Epoch, Height, IssuerId, LedgerId, TimeMs, TreeSize},
    merkle::{Inclusion, MerkleError, Tree},
    record::{BatchSignature, LogLeaf, Module, invoice_leaf},
    suite::Suite,
};

/// The longest compact proof there may be: 100 validators, the longest names, two full paths.
pub const MAX_BYTES: usize = 16 << 10;
/// What fits into one QR code of the largest version, of the lowest level of error correction.
pub const MAX_QR_BYTES: usize = 2_953;

/// The head of the purpose text and the text itself.
const PURPOSE: &[u8] = b"\x6ftally/compact/1";

/// An invoice's printed figures with their origin: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compact {
    /// The ledger all of it is about.
    pub ledger: LedgerId,
    /// What is printed, and what binds it to the invoice's commitment.
    pub figures: Figures,
    /// How the invoice came onto the ledger.
    pub batch: CompactBatch,
    /// The header under which it is proved.
    pub head: CompactHead,
}

/// The batch of the invoice, without what follows from the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactBatch {
    /// The agency under whose lease the seller issued.
    pub issuer: IssuerId,
    /// The height at which the batch was anchored.
    pub height: Height,
    /// The time of that block.
    pub time_ms: TimeMs,
    /// How many invoices are in the batch.
    pub count: TreeSize,
    /// From the invoice to the batch's root.
    pub batch_path: Inclusion,
    /// From the batch's leaf to the log's root.
    pub log_path: Inclusion,
    /// The seller's signature over the batch.
    pub signature: BatchSignature,
}

/// The header, without what follows from the rest, and its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactHead {
    /// The block's number.
    pub height: Height,
    /// The epoch whose set decided it.
    pub epoch: Epoch,
    /// Its time.
    pub time_ms: TimeMs,
    /// Leaves in the anchor log.
    pub log_size: TreeSize,
    /// The hash of the header's second part.
    pub rest: Digest,
    /// The certificate, unchecked.
    pub certificate: Certificate,
}

impl Compact {
    /// Whether the bytes begin as a compact proof does.
    pub fn is_compact(bytes: &[u8]) -> bool {
        bytes
            .split_first()
            .is_some_and(|(_, rest)| rest.starts_with(PURPOSE))
    }

    /// Reads a compact proof.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical compact proof, to the last byte, its paths of
    /// exactly the lengths that indexes and sizes imply.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// The leaf of the anchor log that the invoice's batch must be.
    ///
    /// # Errors
    /// [`MerkleError`] if the batch's path is not one; of what was parsed it is.
    pub fn leaf(&self, suite: Suite) -> Result<LogLeaf, MerkleError> {
        let batch = &self.batch;
        let number = &self.figures.printed.parts().number;
        let leaf = invoice_leaf(suite, number, &self.figures.commitment(suite));
        let path = &batch.batch_path;
        Ok(LogLeaf {
            ledger: self.ledger,
            height: batch.height,
            time_ms: batch.time_ms,
            module: Module::Invoice,
            issuer: batch.issuer.clone(),
            key_id: batch.signature.key.id(suite),
            document_type: DocumentType::invoice(),
            count: batch.count,
            batch_root: path.root(Tree::Batch, suite, leaf, batch.count)?,
        })
    }

    /// The first part of the header that it must be, its log's root being where the path of `leaf`
    /// leads.
    ///
    /// # Errors
    /// [`MerkleError`] if the log's path is not one; of what was parsed it is.
    pub fn core(
        &self,
        suite: Suite,
        leaf: &LogLeaf,
        set_hash: Digest,
    ) -> Result<HeaderCore, MerkleError> {
        let (head, path) = (&self.head, &self.batch.log_path);
        Ok(HeaderCore {
            suite,
            ledger: self.ledger,
            height: head.height,
            epoch: head.epoch,
            time_ms: head.time_ms,
            log_size: head.log_size,
            log_root: path.root(Tree::Log, suite, leaf.hash(suite), head.log_size)?,
            set_hash,
        })
    }
}
