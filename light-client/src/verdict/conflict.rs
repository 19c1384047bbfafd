//! The answer for a conflict file.

use alloc::{string::String, vec::Vec};

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use super::{Reason, Ruling, deposit::as_did_key};
use crate::{
    conflict::Contradiction,
    hash::Digest,
    id::{IssuerId, LedgerId},
    key::{KeyId, PublicKey},
};

/// What was decided about a conflict file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictHeadline {
    /// Keys of the pinned ledger signed two headers of one height and round.
    Equivocation,
    /// A set of the pinned ledger had more faults than it tolerates. Accuses nobody by name.
    Fork,
    /// The file proves nothing of the pinned ledger.
    Invalid(ConflictReason),
    /// Not decided. The file may hold by itself: whose keys it is about is not known.
    Undetermined(ConflictReason),
}

impl ConflictHeadline {
    /// `equivocation`, `fork`, `invalid` or `undetermined`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Equivocation => "equivocation",
            Self::Fork => "fork",
            Self::Invalid(_) => "invalid",
            Self::Undetermined(_) => "undetermined",
        }
    }

    /// The reason, unless proven.
    pub const fn reason(&self) -> Option<ConflictReason> {
        match self {
            Self::Equivocation | Self::Fork => None,
            Self::Invalid(reason) | Self::Undetermined(reason) => Some(*reason),
        }
    }
}

impl From<ConflictReason> for ConflictHeadline {
    fn from(reason: ConflictReason) -> Self {
        match reason.ruling() {
            Ruling::Invalid => Self::Invalid(reason),
            Ruling::Undetermined => Self::Undetermined(reason),
        }
    }
}

/// Why a conflict file proves nothing of the pinned ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictReason {
    /// A certificate, or the ledger, by the reasons that documents share.
    Chain(Reason),
    /// The headers exclude each other, but name different sets: whose fault it is, an earlier
    /// hand-off tells.
    DifferentSets,
    /// Not a conflict file, or not in its one form.
    Malformed,
    /// No trust store was given: whose keys these are is not known.
    NoTrustStore,
    /// The headers may belong to one history.
    OneHistory,
    /// The pinned ledger's set of that epoch is another one.
    OtherSet,
    /// One and the same header, twice.
    SameHeader,
}

impl ConflictReason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chain(reason) => reason.code(),
            Self::DifferentSets => "different_sets",
            Self::Malformed => "malformed",
            Self::NoTrustStore => "no_trust_store",
            Self::OneHistory => "one_history",
            Self::OtherSet => "other_set",
            Self::SameHeader => "same_header",
        }
    }

    /// What the reason makes of the file.
    pub const fn ruling(self) -> Ruling {
        match self {
            Self::NoTrustStore => Ruling::Undetermined,
            Self::Chain(reason) => reason.ruling(),
            Self::DifferentSets
            | Self::Malformed
            | Self::OneHistory
            | Self::OtherSet
            | Self::SameHeader => Ruling::Invalid,
        }
    }
}

impl Serialize for ConflictReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Serialize for ConflictHeadline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut headline = serializer.serialize_struct("ConflictHeadline", 2)?;
        headline.serialize_field("kind", self.kind())?;
        headline.serialize_field("reason", &self.reason())?;
        headline.end()
    }
}

/// The decision on a conflict file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictVerdict {
    /// The decision.
    pub headline: ConflictHeadline,
    /// What the file proves by itself, of keys that carry the file's own names: none unless every
    /// signature in it holds.
    pub conflict: Option<ConflictEvidence>,
    /// The pinned ledger, if the set is its own.
    pub pinned: Option<PinnedLedger>,
}

/// The ledger as a trust store names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PinnedLedger {
    /// Its name.
    pub name: String,
    /// Whether it is for demonstration only.
    pub demo: bool,
}

/// Two headers that exclude each other, both certified by one set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictEvidence {
    /// What the set did.
    pub fault: FaultEvidence,
    /// The ledger that the headers name.
    pub ledger: LedgerId,
    /// The set's epoch.
    pub epoch: u64,
    /// The set's hash, by which it can be compared without a trust store.
    pub set_hash: Digest,
    /// How many validators the set has.
    pub validators: usize,
    /// How many of them were faulty, at the least.
    pub faulty_at_least: usize,
    /// The two headers, ascending by height, round and hash.
    pub headers: [ConflictingHeader; 2],
}

/// What a set did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultEvidence {
    /// Two headers of one height and round were signed.
    Equivocation {
        /// Who signed both: proven.
        culprits: Vec<Signatory>,
    },
    /// More faults than the set tolerates; not by whom.
    Fork {
        /// How the headers exclude each other.
        contradiction: Contradiction,
        /// Who signed both, and is to be asked why. An honest validator may have.
        suspects: Vec<Signatory>,
    },
}

/// One of the two headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictingHeader {
    /// The block's number.
    pub height: u64,
    /// The round of its certificate.
    pub round: u32,
    /// Its hash.
    pub header_hash: Digest,
    /// Its time, in Unix milliseconds.
    pub time_ms: u64,
}

/// A validator whose key is under both headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signatory {
    /// The agency that the set names.
    pub agency: IssuerId,
    /// Its key, as a `did:key`.
    #[serde(serialize_with = "as_did_key")]
    pub key: PublicKey,
    /// The key's name on the ledger.
    pub key_id: KeyId,
}
