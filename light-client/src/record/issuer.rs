//! An issuer in the registry: its names, and its rights as intervals of height.
//!
//! ```text
//! key   = [1, ledger, 2, 1, issuer]
//! value = [1, ledger, 2, 1, [zh, en], [[key, document type, from, to | null], …]]
//! ```
//! A right is judged at the height at which a document was anchored: from ≤ height < to.

use alloc::{string::String, vec::Vec};

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    id::{DocumentType, Height, IssuerId, LedgerId},
    key::{KeyId, PublicKey},
    state::{Kind, StateKey},
    suite::Suite,
};

/// What people read; shown only when it comes out of a proved registry entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DisplayName {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Leave to issue one type of document with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The key.
    pub key: PublicKey,
    /// The type.
    pub document_type: DocumentType,
    /// The first height at which it holds.
    pub from: Height,
    /// The first height at which it no longer holds; none while it lasts.
    pub to: Option<Height>,
}

impl Right {
    /// Whether the right holds at `height`.
    pub fn holds_at(&self, height: Height) -> bool {
        self.from <= height && self.to.is_none_or(|to| height < to)
    }
}

/// An issuer's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerEntry {
    /// The ledger.
    pub ledger: LedgerId,
    /// Its names.
    pub name: DisplayName,
    /// Everything it may or might once issue.
    pub rights: Vec<Right>,
}

/// Where an issuer's entry is kept.
pub fn issuer_key(suite: Suite, ledger: &LedgerId, issuer: &IssuerId) -> StateKey {
    StateKey::new(suite, ledger, Kind::Issuer, &[issuer.as_str().as_bytes()])
}

impl IssuerEntry {
    /// The right by which a key of this id issued `document_type` at `height`.
    pub fn right(
        &self,
        suite: Suite,
        key: &KeyId,
        document_type: &DocumentType,
        height: Height,
    ) -> Option<&Right> {
        self.rights.iter().find(|right| {
            right.document_type == *document_type
                && right.holds_at(height)
                && right.key.id(suite) == *key
        })
    }

    /// Whether any key of the issuer had the right to `document_type` at `height`.
    pub fn may_issue(&self, document_type: &DocumentType, height: Height) -> bool {
        self.rights
            .iter()
            .any(|right| right.document_type == *document_type && right.holds_at(height))
    }

    /// The issuer's key of this id, whatever its rights.
    pub fn key(&self, suite: Suite, id: &KeyId) -> Option<&PublicKey> {
        self.rights
            .iter()
            .map(|right| &right.key)
            .find(|key| key.id(suite) == *id)
    }
}

impl Wire for DisplayName {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).text(&self.zh).text(&self.en);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            zh: reader.text(256)?,
            en: reader.text(256)?,
        })
    }
}

impl Wire for Right {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4).value(&self.key).value(&self.document_type);
        writer.value(&self.from).option(self.to.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        Ok(Self {
            key: reader.value()?,
            document_type: reader.value()?,
            from: reader.value()?,
            to: reader.option()?,
        })
    }
}

impl Wire for IssuerEntry {
    fn encode(&self, writer: &mut Writer) {
        writer.array(6);
        Kind::Issuer.write_prefix(writer, &self.ledger);
        writer.value(&self.name).list(&self.rights);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        let ledger = Kind::Issuer.read_prefix(reader)?;
        Ok(Self {
            ledger,
            name: reader.value()?,
            rights: reader.list(1000)?,
        })
    }
}
