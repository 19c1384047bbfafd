//! What a file says of certified headers: a bundle, a node's answer, a trust store.

use alloc::{vec, vec::Vec};

use crate::{
    bundle::{Bundle, Proofs, SuccessionProof},
    cbor::{self, DecodeError, Reader, Wire, Writer},
    certificate::CertifiedHeader,
    deposit::{self, Deposit, DepositProofs},
    handoff::Handoff,
    trust::{Checkpoint, TrustError, TrustStore},
    validator_set::ValidatorSet,
};

/// The longest list of hand-offs that is read.
const MAX_HANDOFFS_BYTES: usize = 32 << 20;
/// The most hand-offs in one list.
const MAX_HANDOFFS: usize = 10_000;

/// The certified headers of a file, and the validator sets that it names: unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Every header with a certificate, wherever in the file it stands.
    pub headers: Vec<CertifiedHeader>,
    /// Every validator set.
    pub sets: Vec<ValidatorSet>,
}

/// Why a file is no source of certified headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// It is of one of the formats by its first bytes, and not well-formed.
    #[error("not well-formed")]
    Decode(#[source] DecodeError),
    /// A trust store of which a part does not hold.
    #[error("trust store does not hold")]
    Trust(#[source] TrustError),
    /// It is of no format that has certified headers.
    #[error("no file with certified headers")]
    Unknown,
}

impl Source {
    /// Reads a bundle, the proof of a deposit, a trust store, or what a node answers about
    /// documents, deposited digests, headers and hand-offs.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SourceError> {
        match cbor::purpose_of(bytes) {
            Some("tally/bundle/1") => Bundle::parse(bytes)
                .map(|bundle| Self::from(&bundle.proofs))
                .map_err(SourceError::Decode),
            Some("tally/deposit/1") => Deposit::parse(bytes)
                .map(|deposit| Self::from(&deposit.proofs))
                .map_err(SourceError::Decode),
            Some("tally/trust/1") => TrustStore::parse(bytes)
                .map(|store| Self::from(&store))
                .map_err(SourceError::Trust),
            Some(_) => Err(SourceError::Unknown),
            None => Self::from_answer(bytes).ok_or(SourceError::Unknown),
        }
    }

    /// A node's answer has no purpose text in front: its form tells which it is.
    fn from_answer(bytes: &[u8]) -> Option<Self> {
        if let Ok(header) = cbor::parse::<CertifiedHeader>(bytes, deposit::MAX_BYTES) {
            let headers = vec![header];
            return Some(Self {
                headers,
                ..Self::default()
            });
        }
        if let Ok(proofs) = Proofs::parse(bytes) {
            return Some(Self::from(&proofs));
        }
        if let Ok(proofs) = DepositProofs::parse(bytes) {
            return Some(Self::from(&proofs));
        }
        let handoffs = cbor::parse::<Handoffs>(bytes, MAX_HANDOFFS_BYTES).ok()?;
        let mut source = Self::default();
        source.add_handoffs(&handoffs.0);
        Some(source)
    }

    fn add_handoffs(&mut self, handoffs: &[Handoff]) {
        let headers = handoffs.iter().map(|handoff| handoff.last.clone());
        self.headers.extend(headers);
        let sets = handoffs.iter().map(|handoff| handoff.next_set.clone());
        self.sets.extend(sets);
    }

    fn of_chain(
        head: &CertifiedHeader,
        handoffs: &[Handoff],
        succession: Option<&SuccessionProof>,
    ) -> Self {
        let mut source = Self::default();
        source.headers.push(head.clone());
        source.add_handoffs(handoffs);
        let newest = succession.map(|succession| succession.newest.clone());
        source.headers.extend(newest);
        source
    }
}

impl From<&Proofs> for Source {
    fn from(proofs: &Proofs) -> Self {
        Self::of_chain(&proofs.head, &proofs.handoffs, proofs.succession.as_ref())
    }
}

impl From<&DepositProofs> for Source {
    fn from(proofs: &DepositProofs) -> Self {
        Self::of_chain(&proofs.head, &proofs.handoffs, proofs.succession.as_ref())
    }
}

impl From<&TrustStore> for Source {
    fn from(store: &TrustStore) -> Self {
        let mut source = Self::default();
        for ledger in store.ledgers() {
            source.sets.push(ledger.genesis().validators.clone());
            let pinned = ledger.checkpoint().map(Checkpoint::next_set);
            source.sets.extend(pinned.cloned());
            source.add_handoffs(ledger.handoffs());
            source.headers.extend(ledger.newest_certified().cloned());
        }
        source
    }
}

/// Hand-offs as a node lists them.
struct Handoffs(Vec<Handoff>);

impl Wire for Handoffs {
    fn encode(&self, writer: &mut Writer) {
        writer.list(&self.0);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.list(MAX_HANDOFFS).map(Self)
    }
}
