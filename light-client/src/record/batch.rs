//! What an issuer signs: a tree of documents, once for all of them.
//!
//! ```text
//! statement    = ["tally/batch/1", ledger, issuer, key id, document type, count, root, expiry height]
//! leaf         = H("tally/batch-leaf/1", document digest)
//! invoice leaf = H("tally/batch-invoice-leaf/1", number, commitment)
//! ```

use alloc::vec::Vec;

use credentials_schemas::invoice::InvoiceNumber;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::{Digest, Tag, hash},
    id::{DocumentType, Height, IssuerId, LedgerId, TreeSize},
    key::{KeyId, PublicKey, Signature},
    suite::Suite,
};

/// The leaf of a batch for a credential or other file.
pub fn document_leaf(suite: Suite, document: &Digest) -> Digest {
    hash(suite, Tag::BATCH_LEAF, &[document.as_bytes()])
}

/// The leaf of a batch for an invoice; nodes compute it too, from the numbers they record.
pub fn invoice_leaf(suite: Suite, number: &InvoiceNumber, commitment: &Digest) -> Digest {
    hash(
        suite,
        Tag::BATCH_INVOICE_LEAF,
        &[number.as_bytes(), commitment.as_bytes()],
    )
}

/// The content of a batch signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchStatement {
    /// The ledger on which the batch may be anchored.
    pub ledger: LedgerId,
    /// The agency in whose right the documents are issued.
    pub issuer: IssuerId,
    /// The signing key: the issuer's, or for invoices the seller's.
    pub key_id: KeyId,
    /// The documents' type.
    pub document_type: DocumentType,
    /// How many documents.
    pub count: TreeSize,
    /// Root of the batch tree.
    pub root: Digest,
    /// The last height at which the batch may be anchored.
    pub expiry: Height,
}

impl BatchStatement {
    /// The bytes to sign.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer
            .array(8)
            .text("tally/batch/1")
            .value(&self.ledger)
            .value(&self.issuer);
        writer
            .value(&self.key_id)
            .value(&self.document_type)
            .value(&self.count);
        writer.value(&self.root).value(&self.expiry);
        writer.finish()
    }
}

/// A batch signature as a bundle carries it; everything else of the statement is in the log leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchSignature {
    /// The signing key; its id must be the leaf's.
    pub key: PublicKey,
    /// The statement's expiry.
    pub expiry: Height,
    /// Over the statement's bytes.
    pub signature: Signature,
}

impl Wire for BatchSignature {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .value(&self.key)
            .value(&self.expiry)
            .value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            expiry: reader.value()?,
            signature: reader.value()?,
        })
    }
}
