//! The bundle: a document with everything it takes to believe it, as one file (`.tally`).
//!
//! ```text
//! bundle   = ["tally/bundle/1", document, proofs]
//! document = [1, sd-jwt] | [2, invoice (JCS), seed]
//! proofs   = [1, ledger, head, [hand-off, …], succession | null, roots,
//!             origin | null, registry | null, status | null, invoice | null]
//! origin   = [batch signature, batch path, log leaf, log path]
//! invoice  = [lease, used number, record]
//! ```
//! Everything in it is proved under the *one* header `head`. A part that is missing makes the
//! answer `Undetermined`; a part that is there and does not hold makes it `Invalid`.
//! The form that fits one QR code is [`crate::compact`].

use alloc::{string::String, vec::Vec};

use crate::{
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    certificate::CertifiedHeader,
    handoff::Handoff,
    hash::{Digest, Tag, hash},
    id::LedgerId,
    merkle::Inclusion,
    record::{BatchSignature, InvoiceRecord, IssuerEntry, Lease, LogLeaf, StatusEntry, UsedNumber},
    state::{StateProof, StateRoots},
    suite::Suite,
};

/// The longest bundle there may be: an invoice of 100,000 lines fits.
pub const MAX_BYTES: usize = 64 << 20;
/// The longest document in a bundle.
const MAX_DOCUMENT_BYTES: usize = 48 << 20;
/// The most hand-offs in one bundle; each is one change of the validator set.
const MAX_HANDOFFS: usize = 10_000;

/// A document as it lies in a bundle: bytes, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// A credential: an SD-JWT in compact serialisation.
    Credential(String),
    /// An invoice with everything disclosed.
    Invoice {
        /// Its content, canonical JSON.
        content: Vec<u8>,
        /// The seed from which all its salts are made.
        seed: [u8; 32],
    },
}

/// How a document came to be on the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The issuer's signature over the batch.
    pub signature: BatchSignature,
    /// From the document to the batch's root.
    pub batch_path: Inclusion,
    /// The batch as the ledger recorded it.
    pub leaf: LogLeaf,
    /// From the leaf to the header's `log_root`.
    pub log_path: Inclusion,
}

/// What the ledger says of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceProofs {
    /// The seller's lease.
    pub lease: StateProof<Lease>,
    /// The invoice's number.
    pub used: StateProof<UsedNumber>,
    /// The invoice's amounts.
    pub record: StateProof<InvoiceRecord>,
}

/// Proof that an old epoch's header is part of the newest history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuccessionProof {
    /// A header of the newest epoch.
    pub newest: CertifiedHeader,
    /// From the old header to that one's `history_root`.
    pub path: Inclusion,
}

/// Everything but the document. What a portal hands out without ever seeing the document again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proofs {
    /// The ledger all of it is about.
    pub ledger: LedgerId,
    /// The one header under which everything is proved.
    pub head: CertifiedHeader,
    /// From the pinned set to the set of `head`.
    pub handoffs: Vec<Handoff>,
    /// If `head` is not of the newest epoch.
    pub succession: Option<SuccessionProof>,
    /// The state trees' roots, which hash to the header's `state_root`.
    pub roots: StateRoots,
    /// How the document came onto the ledger; none while it has not.
    pub origin: Option<Origin>,
    /// The issuer in the registry.
    pub registry: Option<StateProof<IssuerEntry>>,
    /// The document among those not in good standing.
    pub status: Option<StateProof<StatusEntry>>,
    /// For an invoice.
    pub invoice: Option<InvoiceProofs>,
}

/// A document and its proofs: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The document.
    pub document: Document,
    /// Its proofs.
    pub proofs: Proofs,
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical bundle, to the last byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }

    /// The bundle's identity: all of it but its certificates, since any quorum of a set may have
    /// signed the same header.
    pub fn id(&self, suite: Suite) -> Digest {
        let mut writer = Writer::default();
        writer.value(&self.document);
        self.proofs.write(&mut writer, Headers::Bare);
        hash(suite, Tag::BUNDLE, &[&writer.finish()])
    }
}

impl Proofs {
    /// Reads proofs that a portal handed out.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }

    /// The proofs' bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    fn write(&self, writer: &mut Writer, headers: Headers) {
        writer.array(10).uint(1u8).value(&self.ledger);
        headers.write(writer, &self.head);
        writer.array(self.handoffs.len());
        for handoff in &self.handoffs {
            writer.array(2);
            headers.write(writer, &handoff.last);
            writer.value(&handoff.next_set);
        }
        match &self.succession {
            Some(succession) => {
                writer.array(2);
                headers.write(writer, &succession.newest);
                writer.value(&succession.path);
            }
            None => {
                writer.null();
            }
        }
        writer.value(&self.roots).option(self.origin.as_ref());
        writer
            .option(self.registry.as_ref())
            .option(self.status.as_ref());
        writer.option(self.invoice.as_ref());
    }
}

/// How headers are written.
#[derive(Clone, Copy)]
enum Headers {
    /// As they came.
    Certified,
    /// Without their certificates.
    Bare,
}

impl Headers {
    fn write(self, writer: &mut Writer, header: &CertifiedHeader) {
        match self {
            Self::Certified => writer.value(header),
            Self::Bare => writer.value(&header.header),
        };
    }
}

impl Wire for Document {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Credential(text) => writer.array(2).uint(1u8).text(text),
            Self::Invoice { content, seed } => writer.array(3).uint(2u8).bytes(content).bytes(seed),
        };
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match (reader.array_up_to(3)?, reader.uint()?) {
            (2, 1) => Ok(Self::Credential(reader.text(MAX_DOCUMENT_BYTES)?)),
            (3, 2) => Ok(Self::Invoice {
                content: reader.bytes(MAX_DOCUMENT_BYTES)?.to_vec(),
                seed: reader.byte_array()?,
            }),
            _ => Err(DecodeError::WrongFormat),
        }
    }
}

impl Wire for Origin {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(4)
            .value(&self.signature)
            .value(&self.batch_path);
        writer.value(&self.leaf).value(&self.log_path);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        Ok(Self {
            signature: reader.value()?,
            batch_path: reader.value()?,
            leaf: reader.value()?,
            log_path: reader.value()?,
        })
    }
}

impl Wire for InvoiceProofs {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .value(&self.lease)
            .value(&self.used)
            .value(&self.record);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        Ok(Self {
            lease: reader.value()?,
            used: reader.value()?,
            record: reader.value()?,
        })
    }
}

impl Wire for SuccessionProof {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.newest).value(&self.path);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            newest: reader.value()?,
            path: reader.value()?,
        })
    }
}

impl Wire for Proofs {
    fn encode(&self, writer: &mut Writer) {
        self.write(writer, Headers::Certified);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(10)?;
        reader.version(1)?;
        Ok(Self {
            ledger: reader.value()?,
            head: reader.value()?,
            handoffs: reader.list(MAX_HANDOFFS)?,
            succession: reader.option()?,
            roots: reader.value()?,
            origin: reader.option()?,
            registry: reader.option()?,
            status: reader.option()?,
            invoice: reader.option()?,
        })
    }
}

impl Wire for Bundle {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(3)
            .text("tally/bundle/1")
            .value(&self.document)
            .value(&self.proofs);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.purpose("tally/bundle/1")?;
        Ok(Self {
            document: reader.value()?,
            proofs: reader.value()?,
        })
    }
}
