//! Finality: a header that a quorum of its epoch's set has signed.
//!
//! ```text
//! certificate = [round, [[signer index, signature], …]]      exactly q, ascending
//! ```
//! [`Certificate::check`] is the only maker of a [`FinalizedHeader`], and with
//! [`Certificate::check_core`] of a [`FinalizedCore`]; whatever needs a header that counts asks for
//! one of these types.

pub(crate) mod packed;

use alloc::vec::Vec;

use crate::{
    cbor::{DecodeError, Reader, Wire, Writer},
    hash::Digest,
    header::{Header, HeaderCore},
    id::Round,
    key::{KeyError, KnownKeys, PublicKey, Signature, Signed},
    suite::Suite,
    validator_set::ValidatorSet,
    vote::{Ballot, precommit},
};

/// One validator's precommit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitSignature {
    /// The validator's place in its set.
    pub signer: u8,
    /// Over the precommit bytes of [`crate::vote`].
    pub signature: Signature,
}

/// A quorum's precommits for one header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The attempt in which the header was decided.
    pub round: Round,
    /// Exactly a quorum of them, ascending by signer.
    pub signatures: Vec<CommitSignature>,
}

/// Why a certificate does not make its header final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The header is of another epoch than the set.
    #[error("header of another epoch than the set")]
    EpochMismatch,
    /// Fewer or more signatures than exactly a quorum.
    #[error("{found} signatures where exactly {quorum} are asked for")]
    QuorumMismatch {
        /// The signatures there are.
        found: usize,
        /// The signatures there must be.
        quorum: usize,
    },
    /// The header names another validator set.
    #[error("header names another validator set")]
    SetMismatch,
    /// A signature does not hold.
    #[error("signature of validator {signer} does not hold")]
    SignatureMismatch {
        /// The signer's index.
        signer: u8,
        /// What is wrong with it.
        source: KeyError,
    },
    /// Signers are not strictly ascending: one is there twice, or out of order.
    #[error("signers are not strictly ascending")]
    SignersNotAscending,
    /// A key of the set is of another suite than the header's.
    #[error("a signer's key is of another suite")]
    SuiteMismatch,
    /// A signer is not in the set.
    #[error("signer {signer} is not in the set")]
    UnknownSigner {
        /// The signer's index.
        signer: u8,
    },
}

/// A header that a quorum of its epoch's set has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalizedHeader {
    header: Header,
    hash: Digest,
    signers: usize,
}

/// The first part of a header that a quorum of its epoch's set has signed, where of the second
/// only the hash is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalizedCore {
    core: HeaderCore,
    hash: Digest,
    signers: usize,
}

impl FinalizedCore {
    /// The header's first part.
    pub const fn core(&self) -> &HeaderCore {
        &self.core
    }

    /// The header's hash.
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// How many validators signed.
    pub const fn signers(&self) -> usize {
        self.signers
    }
}

impl FinalizedHeader {
    /// Its first part, as final as the whole.
    pub fn to_core(&self) -> FinalizedCore {
        FinalizedCore {
            core: self.header.core.clone(),
            hash: self.hash,
            signers: self.signers,
        }
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Its hash.
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// How many validators signed.
    pub const fn signers(&self) -> usize {
        self.signers
    }
}

impl Certificate {
    /// Checks that a quorum of `set` decided `header`: form first, then each signature.
    ///
    /// The caller must have `set` from a source it trusts: a pin, or a hand-off.
    ///
    /// # Errors
    /// [`CertificateError`], the cheapest first.
    ///
    /// # Security
    /// The signed bytes bind ledger, height, round, header and signer; the header binds epoch and
    /// set. A signature thus counts for nothing else.
    pub fn check(
        &self,
        header: &Header,
        set: &ValidatorSet,
    ) -> Result<FinalizedHeader, CertificateError> {
        self.check_with(header, set, &mut KnownKeys::none())
    }

    /// [`Self::check`], sooner where the validators' keys are known.
    ///
    /// # Errors
    /// The same.
    pub fn check_with(
        &self,
        header: &Header,
        set: &ValidatorSet,
        keys: &mut KnownKeys,
    ) -> Result<FinalizedHeader, CertificateError> {
        let hash = header.hash();
        self.check_hash(&header.core, &hash, set, keys)?;
        Ok(FinalizedHeader {
            header: header.clone(),
            hash,
            signers: self.signatures.len(),
        })
    }

    /// [`Self::check_with`] for a header of which only the first part is at hand, and the hash of
    /// the rest.
    ///
    /// # Errors
    /// The same.
    pub fn check_core(
        &self,
        core: HeaderCore,
        rest: &Digest,
        set: &ValidatorSet,
        keys: &mut KnownKeys,
    ) -> Result<FinalizedCore, CertificateError> {
        let hash = core.header_hash(rest);
        self.check_hash(&core, &hash, set, keys)?;
        Ok(FinalizedCore {
            core,
            hash,
            signers: self.signatures.len(),
        })
    }

    fn check_hash(
        &self,
        core: &HeaderCore,
        hash: &Digest,
        set: &ValidatorSet,
        keys: &mut KnownKeys,
    ) -> Result<(), CertificateError> {
        if core.epoch != set.epoch() {
            return Err(CertificateError::EpochMismatch);
        }
        if core.set_hash != set.hash(core.suite) {
            return Err(CertificateError::SetMismatch);
        }
        self.check_signers(set)?;
        let ballot = Ballot {
            ledger: core.ledger,
            height: core.height,
            round: self.round,
        };
        let precommits = self.signatures.iter();
        let precommits: Vec<Precommit<'_>> = precommits
            .map(|commit| commit.precommit(&ballot, hash, set, core.suite))
            .collect::<Result<_, _>>()?;
        let signed: Vec<Signed<'_>> = precommits.iter().map(Precommit::signed).collect();
        keys.verify_all(&signed).map_err(|(place, source)| {
            let signer = precommits[place].signer;
            CertificateError::SignatureMismatch { signer, source }
        })
    }

    fn check_signers(&self, set: &ValidatorSet) -> Result<(), CertificateError> {
        let (found, quorum) = (self.signatures.len(), set.quorum());
        if found != quorum {
            return Err(CertificateError::QuorumMismatch { found, quorum });
        }
        let signers = self.signatures.iter().map(|commit| commit.signer);
        if !signers.clone().zip(signers.skip(1)).all(|(a, b)| a < b) {
            return Err(CertificateError::SignersNotAscending);
        }
        Ok(())
    }
}

/// A precommit with the bytes it is over and the key it must be by.
struct Precommit<'a> {
    signer: u8,
    key: &'a PublicKey,
    message: Vec<u8>,
    signature: &'a Signature,
}

impl Precommit<'_> {
    fn signed(&self) -> Signed<'_> {
        Signed {
            key: self.key,
            message: &self.message,
            signature: self.signature,
        }
    }
}

impl CommitSignature {
    fn precommit<'a>(
        &'a self,
        ballot: &Ballot,
        header: &Digest,
        set: &'a ValidatorSet,
        suite: Suite,
    ) -> Result<Precommit<'a>, CertificateError> {
        let signer = self.signer;
        let validator = set
            .validators()
            .get(usize::from(signer))
            .ok_or(CertificateError::UnknownSigner { signer })?;
        if validator.key.kind().suite() != suite {
            return Err(CertificateError::SuiteMismatch);
        }
        Ok(Precommit {
            signer,
            key: &validator.key,
            message: precommit(ballot, Some(header), &validator.key.id(suite)),
            signature: &self.signature,
        })
    }
}

impl Wire for CommitSignature {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).uint(self.signer).value(&self.signature);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            signer: reader.small("signer")?,
            signature: reader.value()?,
        })
    }
}

impl Wire for Certificate {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.round).list(&self.signatures);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            round: reader.value()?,
            signatures: reader.list(100)?,
        })
    }
}

/// A header with the certificate that makes it final, as nodes hand it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifiedHeader {
    /// The header.
    pub header: Header,
    /// Its certificate, unchecked.
    pub certificate: Certificate,
}

impl CertifiedHeader {
    /// See [`Certificate::check`].
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn check(&self, set: &ValidatorSet) -> Result<FinalizedHeader, CertificateError> {
        self.certificate.check(&self.header, set)
    }

    /// See [`Certificate::check_with`].
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn check_with(
        &self,
        set: &ValidatorSet,
        keys: &mut KnownKeys,
    ) -> Result<FinalizedHeader, CertificateError> {
        self.certificate.check_with(&self.header, set, keys)
    }
}

impl Wire for CertifiedHeader {
    fn encode(&self, writer: &mut Writer) {
        writer.array(2).value(&self.header).value(&self.certificate);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self {
            header: reader.value()?,
            certificate: reader.value()?,
        })
    }
}
