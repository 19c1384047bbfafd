//! Batches of documents.
//!
//! ```text
//! anchor.batch = [8, 1, issuer, type, count, root, batch expiry, batch signature]
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Writer},
    hash::Digest,
    id::{DocumentType, Height, IssuerId, LedgerId, TreeSize},
    key::{KeyId, Signature},
    record::BatchStatement,
};

use super::Payload;

/// A batch of documents to anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorBatch {
    /// The issuer.
    pub issuer: IssuerId,
    /// The documents' type.
    pub document_type: DocumentType,
    /// How many documents.
    pub count: TreeSize,
    /// Root of the batch tree.
    pub root: Digest,
    /// The last height at which the batch may be anchored.
    pub expiry: Height,
    /// Over [`AnchorBatch::statement`], by the transaction's sender.
    pub signature: Signature,
}

impl AnchorBatch {
    /// What the batch signature is over.
    pub fn statement(&self, ledger: &LedgerId, key_id: KeyId) -> BatchStatement {
        BatchStatement {
            ledger: *ledger,
            issuer: self.issuer.clone(),
            key_id,
            document_type: self.document_type.clone(),
            count: self.count,
            root: self.root,
            expiry: self.expiry,
        }
    }
}

impl Payload for AnchorBatch {
    const ID: u8 = 1;
    const FIELDS: usize = 6;

    fn write(&self, writer: &mut Writer) {
        writer.value(&self.issuer).value(&self.document_type);
        writer.value(&self.count).value(&self.root);
        writer.value(&self.expiry).value(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            issuer: reader.value()?,
            document_type: reader.value()?,
            count: reader.value()?,
            root: reader.value()?,
            expiry: reader.value()?,
            signature: reader.value()?,
        })
    }
}
