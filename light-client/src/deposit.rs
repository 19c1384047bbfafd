//! The proof of a deposited file, as one file beside it (`.deposit`).
//!
//! ```text
//! deposit = ["tally/deposit/1", salt (32 bytes), proofs]
//! proofs  = [1, ledger, head, [hand-off, …], succession | null, roots, entry, agency | null]
//! ```
//! The file itself is not in it: the two together are the evidence. The proofs are what a node
//! answers to whoever knows the digest; the salt is the depositor's own and no node ever sees it.

use alloc::vec::Vec;

use crate::{
    bundle::SuccessionProof,
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    certificate::CertifiedHeader,
    handoff::Handoff,
    id::LedgerId,
    record::{EvidenceEntry, IssuerEntry},
    state::{StateProof, StateRoots},
};

/// The longest proof that is read: a thousand changes of a set of a hundred validators fit.
pub const MAX_BYTES: usize = 32 << 20;
/// The most hand-offs in one proof.
const MAX_HANDOFFS: usize = 10_000;

/// What the ledger says of one digest: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositProofs {
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
    /// The digest among those deposited, or that it is not there.
    pub entry: StateProof<EvidenceEntry>,
    /// The agency in the registry, for its name.
    pub agency: Option<StateProof<IssuerEntry>>,
}

/// A salt and the proofs about the digest that it makes with a file: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// What went into the digest before the file.
    pub salt: [u8; 32],
    /// What the ledger says of the digest.
    pub proofs: DepositProofs,
}

impl DepositProofs {
    /// Reads a node's answer.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical answer, to the last byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }
}

impl Deposit {
    /// Reads the proof of a deposit.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical proof, to the last byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }

    /// The proof's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }
}

impl Wire for DepositProofs {
    fn encode(&self, writer: &mut Writer) {
        writer.array(8).uint(1u8).value(&self.ledger);
        writer.value(&self.head).list(&self.handoffs);
        writer.option(self.succession.as_ref()).value(&self.roots);
        writer.value(&self.entry).option(self.agency.as_ref());
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        reader.version(1)?;
        Ok(Self {
            ledger: reader.value()?,
            head: reader.value()?,
            handoffs: reader.list(MAX_HANDOFFS)?,
            succession: reader.option()?,
            roots: reader.value()?,
            entry: reader.value()?,
            agency: reader.option()?,
        })
    }
}

impl Wire for Deposit {
    fn encode(&self, writer: &mut Writer) {
        writer.array(3).text("tally/deposit/1");
        writer.bytes(&self.salt).value(&self.proofs);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.purpose("tally/deposit/1")?;
        Ok(Self {
            salt: reader.byte_array()?,
            proofs: reader.value()?,
        })
    }
}
