//! The answer for a deposited file.

use alloc::vec::Vec;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use super::{Freshness, LedgerEvidence, Reason, Ruling};
use crate::{
    hash::Digest,
    id::IssuerId,
    key::{KeyId, PublicKey, did_key},
    record::DisplayName,
};

/// What was decided about a file and the proof of its deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositHeadline {
    /// This file's digest was on the ledger at the recorded time. Stays true for ever.
    Deposited,
    /// The digest of this file *with this salt* was not on the ledger at the header's time.
    NotDeposited,
    /// The proof does not hold for this file.
    Invalid(DepositReason),
    /// Could not be decided. Says nothing against the file.
    Undetermined(DepositReason),
}

impl DepositHeadline {
    /// `deposited`, `not_deposited`, `invalid` or `undetermined`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Deposited => "deposited",
            Self::NotDeposited => "not_deposited",
            Self::Invalid(_) => "invalid",
            Self::Undetermined(_) => "undetermined",
        }
    }

    /// The reason, unless decided either way.
    pub const fn reason(&self) -> Option<DepositReason> {
        match self {
            Self::Deposited | Self::NotDeposited => None,
            Self::Invalid(reason) | Self::Undetermined(reason) => Some(*reason),
        }
    }
}

impl From<DepositReason> for DepositHeadline {
    fn from(reason: DepositReason) -> Self {
        match reason.ruling() {
            Ruling::Invalid => Self::Invalid(reason),
            Ruling::Undetermined => Self::Undetermined(reason),
        }
    }
}

/// Why a proof is not good for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositReason {
    /// The header is older than the policy allows for an absence: the digest may have been
    /// deposited since.
    AbsenceStale,
    /// The proof about the agency does not hold.
    AgencyProofInvalid,
    /// The way from the pinned ledger to the header, by the reasons that documents share.
    Chain(Reason),
    /// The entry is of another ledger, or later than the header it is proved under.
    EntryMismatch,
    /// The proof is of another digest: the file or the salt was changed, or they do not belong
    /// to this proof.
    FileMismatch,
    /// The file is longer than [`crate::record::MAX_EVIDENCE_BYTES`].
    FileTooLong,
    /// Not the proof of a deposit, or not in its one form.
    Malformed,
    /// A proof about an agency where there is no deposit.
    UnexpectedPart,
}

impl DepositReason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AbsenceStale => "absence_stale",
            Self::AgencyProofInvalid => "agency_proof_invalid",
            Self::Chain(reason) => reason.code(),
            Self::EntryMismatch => "entry_mismatch",
            Self::FileMismatch => "file_mismatch",
            Self::FileTooLong => "file_too_long",
            Self::Malformed => "malformed",
            Self::UnexpectedPart => "unexpected_part",
        }
    }

    /// What the reason makes of the proof.
    pub const fn ruling(self) -> Ruling {
        match self {
            Self::AbsenceStale | Self::FileTooLong => Ruling::Undetermined,
            Self::Chain(reason) => reason.ruling(),
            Self::AgencyProofInvalid
            | Self::EntryMismatch
            | Self::FileMismatch
            | Self::Malformed
            | Self::UnexpectedPart => Ruling::Invalid,
        }
    }
}

impl Serialize for DepositReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Serialize for DepositHeadline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut headline = serializer.serialize_struct("DepositHeadline", 2)?;
        headline.serialize_field("kind", self.kind())?;
        headline.serialize_field("reason", &self.reason())?;
        headline.end()
    }
}

/// The decision on a deposited file. A part that was not established is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositVerdict {
    /// The decision.
    pub headline: DepositHeadline,
    /// The digest that was looked for.
    pub digest: Option<Digest>,
    /// What the ledger recorded.
    pub deposit: Option<DepositEvidence>,
    /// The ledger and the header under which it is proved.
    pub ledger: Option<LedgerEvidence>,
    /// The header's validators, in the order of their set, and which of them signed.
    pub validators: Vec<ValidatorEvidence>,
    /// How new the header is. A deposit does not age: only an absence needs a new one.
    pub freshness: Option<Freshness>,
}

/// What the ledger recorded of a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositEvidence {
    /// The agency that deposited it.
    pub agency: IssuerId,
    /// Its names, if its place in the registry is proved too.
    pub name: Option<DisplayName>,
    /// The block in which it was recorded.
    pub recorded_height: u64,
    /// That block's time, in Unix milliseconds.
    pub recorded_ms: u64,
}

/// One validator of the header's set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValidatorEvidence {
    /// The agency that answers for it.
    pub agency: IssuerId,
    /// Its key, as a `did:key`.
    #[serde(serialize_with = "as_did_key")]
    pub key: PublicKey,
    /// The key's name on the ledger.
    pub key_id: KeyId,
    /// Whether its signature is in the certificate. A quorum is enough.
    pub signed: bool,
}

pub(super) fn as_did_key<S: Serializer>(key: &PublicKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&did_key::format(key))
}
