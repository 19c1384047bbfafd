//! A leaf of the anchor log: one batch of documents, by whom, when, and in which role.
//!
//! ```text
//! leaf      = [1, ledger, height, time_ms, module, issuer, key id, document type, count, batch root]
//! leaf hash = H("tally/log-leaf/1", leaf)
//! ```

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer, to_bytes},
    hash::{Digest, Tag, hash},
    id::{DocumentType, Height, IssuerId, LedgerId, TimeMs, TreeSize},
    key::KeyId,
    suite::Suite,
};

/// Which module of the ledger wrote a leaf, and thereby which rules it kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Module {
    /// The issuer had the right to the type; the batch root is the issuer's word.
    Anchor,
    /// Numbers were leased and unused; nodes computed the batch root themselves.
    Invoice,
}

impl Wire for Module {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(match self {
            Self::Anchor => 1u8,
            Self::Invoice => 2,
        });
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Anchor),
            2 => Ok(Self::Invoice),
            _ => Err(DecodeError::FieldOutOfRange("module")),
        }
    }
}

/// One anchored batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLeaf {
    /// The ledger.
    pub ledger: LedgerId,
    /// The height at which it was anchored.
    pub height: Height,
    /// The time of that block.
    pub time_ms: TimeMs,
    /// The module that wrote it.
    pub module: Module,
    /// The agency in whose right the documents are issued.
    pub issuer: IssuerId,
    /// The key that signed the batch.
    pub key_id: KeyId,
    /// The documents' type.
    pub document_type: DocumentType,
    /// How many documents.
    pub count: TreeSize,
    /// Root of the batch tree.
    pub batch_root: Digest,
}

impl LogLeaf {
    /// The leaf's hash in the anchor log.
    pub fn hash(&self, suite: Suite) -> Digest {
        hash(suite, Tag::LOG_LEAF, &[&to_bytes(self)])
    }
}

impl Wire for LogLeaf {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(10)
            .uint(1u8)
            .value(&self.ledger)
            .value(&self.height)
            .value(&self.time_ms);
        writer
            .value(&self.module)
            .value(&self.issuer)
            .value(&self.key_id);
        writer
            .value(&self.document_type)
            .value(&self.count)
            .value(&self.batch_root);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(10)?;
        reader.version(1)?;
        Ok(Self {
            ledger: reader.value()?,
            height: reader.value()?,
            time_ms: reader.value()?,
            module: reader.value()?,
            issuer: reader.value()?,
            key_id: reader.value()?,
            document_type: reader.value()?,
            count: reader.value()?,
            batch_root: reader.value()?,
        })
    }
}
