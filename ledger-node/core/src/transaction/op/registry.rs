//! What members decide about issuers, schemas, releases and verifiers.
//!
//! ```text
//! issuer change = [issuer, [zh, en], [[key, type, to | null], …]]
//! publication   = [subject, name, digest, purposes: [text, …]]
//! ```

use light_client::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    id::{DocumentType, Height, IssuerId},
    key::PublicKey,
    record::DisplayName,
};

use crate::limits::{MAX_PURPOSES, MAX_RIGHTS};

/// An issuer as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerChange {
    /// The issuer.
    pub issuer: IssuerId,
    /// Its names.
    pub name: DisplayName,
    /// Rights to add, or to end.
    pub rights: Vec<RightChange>,
}

/// A right to add; in an amendment, one that holds already gets this end instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightChange {
    /// The key.
    pub key: PublicKey,
    /// The type.
    pub document_type: DocumentType,
    /// The first height at which it no longer holds; one in the past means "from now on".
    pub to: Option<Height>,
}

/// What is published besides issuers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A document type's schema, by the digest of its file.
    Schema,
    /// A release of the verifier, by the digest of its manifest.
    Release,
    /// Someone who may ask citizens for documents, and for what purposes; the digest names its
    /// key.
    Verifier,
}

/// A schema, a release or a verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// What it is.
    pub subject: Subject,
    /// Its name: a document type, a version, or a verifier's name.
    pub name: DocumentType,
    /// The digest.
    pub digest: Digest,
    /// A verifier's registered purposes; empty for the others.
    pub purposes: Vec<DocumentType>,
}

impl Wire for IssuerChange {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.issuer).value(&self.name);
        writer.list(&self.rights);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            issuer: reader.value()?,
            name: reader.value()?,
            rights: reader.list(MAX_RIGHTS)?,
        })
    }
}

impl Wire for RightChange {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).value(&self.key).value(&self.document_type);
        writer.option(self.to.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            key: reader.value()?,
            document_type: reader.value()?,
            to: reader.option()?,
        })
    }
}

impl Subject {
    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Release => "release",
            Self::Verifier => "verifier",
        }
    }

    pub(crate) const fn id(self) -> u8 {
        match self {
            Self::Schema => 1,
            Self::Release => 2,
            Self::Verifier => 3,
        }
    }
}

impl Wire for Subject {
    fn encode(&self, writer: &mut Writer) {
        writer.uint(self.id());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Schema),
            2 => Ok(Self::Release),
            3 => Ok(Self::Verifier),
            _ => Err(DecodeError::FieldOutOfRange("subject")),
        }
    }
}

impl Wire for Publication {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4).value(&self.subject).value(&self.name);
        writer.value(&self.digest).list(&self.purposes);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        Ok(Self {
            subject: reader.value()?,
            name: reader.value()?,
            digest: reader.value()?,
            purposes: reader.list(MAX_PURPOSES)?,
        })
    }
}
