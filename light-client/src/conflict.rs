//! Two certified headers that cannot be of one history, as one file (`.conflict`).
//!
//! ```text
//! conflict = ["tally/conflict/1", validator set, certified header, certified header]
//! ```
//! Both headers are certified by the one set that is in the file, so the file proves by itself
//! that this set broke its promise. Whose keys they are it does not prove: anybody can make up
//! keys and give them names. That is settled by a trust store: [`crate::verify_conflict`].
//!
//! What the two prove is no matter of opinion:
//!
//! | the two headers | prove |
//! |---|---|
//! | of one height and one round | each signer of both broke the first rule of voting: [`Fault::Equivocation`] |
//! | of one height, of different rounds | more than f faults in the set: [`Fault::Fork`] |
//! | the first ends the epoch, the second is beyond it | the same |
//! | the second is the next after the first, and names another before it | the same |
//! | exclude each other, by different sets | that something is wrong, but not with whom: no conflict file |
//! | anything else | nothing by themselves |

mod contradiction;
mod search;
mod source;

use alloc::vec::Vec;
use core::mem;

pub use contradiction::{Contradiction, Unproven};
pub use search::{SearchError, find};
pub use source::{Source, SourceError};

use crate::{
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    certificate::{CertificateError, CertifiedHeader, FinalizedHeader},
    hash::Digest,
    id::{Height, Round},
    key::KnownKeys,
    validator_set::{Validator, ValidatorSet},
};

use contradiction::{Entry, relation};

/// How a conflict file begins.
pub const PURPOSE: &str = "tally/conflict/1";
/// The longest conflict file that is read: a set of a hundred with the longest names fits.
pub const MAX_BYTES: usize = 32 << 10;

/// Two certified headers and the set that is to have certified both: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    set: ValidatorSet,
    first: CertifiedHeader,
    second: CertifiedHeader,
}

/// Why a conflict file proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConflictError {
    /// A header is not certified by the set.
    #[error("header is not certified")]
    Certificate(#[source] CertificateError),
    /// The two headers do not exclude each other.
    #[error("the two headers prove nothing")]
    Unproven(#[source] Unproven),
}

/// What a set did, and what is known of who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Two headers of one height and round. No validator may sign both, whatever it has seen.
    Equivocation {
        /// Who signed both: proven, more of them than a set may have faulty ones.
        culprits: Vec<Validator>,
    },
    /// Two headers that only a set with more faults than it tolerates can certify.
    ///
    /// # Security
    /// This accuses nobody by name. An honest validator may have signed both, having moved its
    /// lock as the rules allow: it may prevote another value on a polka of the very round of its
    /// lock, so that even all of the suspects can be honest. Each is to be asked for the polka
    /// that released its lock or, where the heights differ, for the header that it committed at
    /// the first one's height.
    Fork {
        /// How the headers exclude each other.
        contradiction: Contradiction,
        /// Who signed both.
        suspects: Vec<Validator>,
    },
}

/// A conflict that has been checked: every signature in it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenConflict {
    headers: [FinalizedHeader; 2],
    rounds: [Round; 2],
    fault: Fault,
}

impl ProvenConflict {
    /// The headers, ascending by height, round and hash.
    pub const fn headers(&self) -> &[FinalizedHeader; 2] {
        &self.headers
    }

    /// The rounds in which they were decided.
    pub const fn rounds(&self) -> &[Round; 2] {
        &self.rounds
    }

    /// What the set did.
    pub const fn fault(&self) -> &Fault {
        &self.fault
    }
}

impl Conflict {
    /// Puts two headers into the one order that the file has.
    pub fn new(set: ValidatorSet, one: CertifiedHeader, other: CertifiedHeader) -> Self {
        let (mut first, mut second) = (one, other);
        if place(&first) > place(&second) {
            mem::swap(&mut first, &mut second);
        }
        Self { set, first, second }
    }

    /// Reads a conflict file.
    ///
    /// # Errors
    /// [`DecodeError`]: what is not one canonical file, to the last byte; headers in the other
    /// order are [`DecodeError::NotCanonical`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        let conflict: Self = cbor::parse(bytes, MAX_BYTES)?;
        if place(&conflict.first) > place(&conflict.second) {
            return Err(DecodeError::NotCanonical);
        }
        Ok(conflict)
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// The set, as the file has it.
    pub const fn set(&self) -> &ValidatorSet {
        &self.set
    }

    /// Checks that the headers exclude each other, then every signature. Needs nothing else.
    ///
    /// # Errors
    /// [`ConflictError`], the cheapest first.
    ///
    /// # Security
    /// What comes out is about keys. Whose they are is the caller's to establish.
    pub fn check(&self) -> Result<ProvenConflict, ConflictError> {
        let mut keys = KnownKeys::none();
        let (first, second) = (Entry::new(&self.first), Entry::new(&self.second));
        let contradiction = relation(&first, &second).map_err(ConflictError::Unproven)?;
        let mut finalized = |certified: &CertifiedHeader| {
            let checked = certified.check_with(&self.set, &mut keys);
            checked.map_err(ConflictError::Certificate)
        };
        let headers = [finalized(&self.first)?, finalized(&self.second)?];
        let rounds = [self.first.certificate.round, self.second.certificate.round];
        Ok(ProvenConflict {
            fault: self.fault(contradiction, rounds),
            headers,
            rounds,
        })
    }

    fn fault(&self, contradiction: Contradiction, [one, other]: [Round; 2]) -> Fault {
        let both = self.signers_of_both();
        match contradiction {
            Contradiction::SameHeight if one == other => Fault::Equivocation { culprits: both },
            Contradiction::SameHeight | Contradiction::PastEnd | Contradiction::OtherPrevious => {
                Fault::Fork {
                    contradiction,
                    suspects: both,
                }
            }
        }
    }

    fn signers_of_both(&self) -> Vec<Validator> {
        let has_signed = |certified: &CertifiedHeader, place: usize| {
            let mut signatures = certified.certificate.signatures.iter();
            signatures.any(|commit| usize::from(commit.signer) == place)
        };
        let validators = self.set.validators().iter().enumerate();
        validators
            .filter(|(place, _)| has_signed(&self.first, *place))
            .filter(|(place, _)| has_signed(&self.second, *place))
            .map(|(_, validator)| validator.clone())
            .collect()
    }
}

/// The order of the two headers in a file.
fn place(certified: &CertifiedHeader) -> (Height, Round, Digest) {
    let height = certified.header.core.height;
    (height, certified.certificate.round, certified.header.hash())
}

impl Wire for Conflict {
    fn encode(&self, writer: &mut Writer) {
        writer.array(4).text(PURPOSE).value(&self.set);
        writer.value(&self.first).value(&self.second);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.purpose(PURPOSE)?;
        Ok(Self {
            set: reader.value()?,
            first: reader.value()?,
            second: reader.value()?,
        })
    }
}
