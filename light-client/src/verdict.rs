//! The answer: what was decided, on which grounds, and how new they are.
//!
//! Codes and data only; sentences are made at the edges, in Chinese and English.

mod conflict;
mod deposit;
mod evidence;
mod reason;

use alloc::vec::Vec;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

pub use conflict::{
    ConflictEvidence, ConflictHeadline, ConflictReason, ConflictVerdict, ConflictingHeader,
    FaultEvidence, PinnedLedger, Signatory,
};
pub use deposit::{
    DepositEvidence, DepositHeadline, DepositReason, DepositVerdict, ValidatorEvidence,
};
pub use evidence::{
    AnchorEvidence, DocumentEvidence, DocumentField, Evidence, InvoiceEvidence, IssuerEvidence,
    LedgerEvidence, StatusEvidence,
};
pub use reason::{Reason, Ruling};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// Genuine, issued with right, and in force as of a header that is new enough.
    Valid,
    /// Not to be relied on.
    Invalid(Reason),
    /// Could not be decided. Says nothing against the document.
    Undetermined(Reason),
}

impl Headline {
    /// `valid`, `invalid` or `undetermined`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(_) => "invalid",
            Self::Undetermined(_) => "undetermined",
        }
    }

    /// The reason, unless valid.
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Valid => None,
            Self::Invalid(reason) | Self::Undetermined(reason) => Some(*reason),
        }
    }
}

impl Serialize for Headline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut headline = serializer.serialize_struct("Headline", 2)?;
        headline.serialize_field("kind", self.kind())?;
        headline.serialize_field("reason", &self.reason())?;
        headline.end()
    }
}

/// The questions that are asked of every document, in the order in which they are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Is it one well-formed bundle?
    Format,
    /// Do we know the ledger, and how its validators changed?
    Ledger,
    /// Did a quorum of validators sign the header?
    Finality,
    /// Is the document well-formed by the rules of its kind?
    Content,
    /// Is it, unchanged, what was anchored?
    Origin,
    /// Had the issuer the right to issue it?
    Authority,
    /// Did the issuer sign it?
    Signature,
    /// Do the ledger's amounts agree (invoices)?
    Record,
    /// Is now within its period of validity?
    Period,
    /// Does it still stand?
    Status,
    /// Is the answer new enough?
    Freshness,
}

impl Check {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Format,
        Self::Ledger,
        Self::Finality,
        Self::Content,
        Self::Origin,
        Self::Authority,
        Self::Signature,
        Self::Record,
        Self::Period,
        Self::Status,
        Self::Freshness,
    ];
}

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed(Reason),
    /// It could not be decided.
    Unknown(Reason),
    /// It was not reached, or does not apply to this kind of document.
    NotChecked,
}

/// One check and its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckResult {
    /// The question.
    pub check: Check,
    /// The answer.
    pub outcome: Outcome,
}

impl Serialize for CheckResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (outcome, reason) = match self.outcome {
            Outcome::Passed => ("passed", None),
            Outcome::Failed(reason) => ("failed", Some(reason)),
            Outcome::Unknown(reason) => ("unknown", Some(reason)),
            Outcome::NotChecked => ("not_checked", None),
        };
        let mut result = serializer.serialize_struct("CheckResult", 3)?;
        result.serialize_field("check", &self.check)?;
        result.serialize_field("outcome", outcome)?;
        result.serialize_field("reason", &reason)?;
        result.end()
    }
}

/// How new the grounds of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// The signed time of the header that everything was proved under, in Unix milliseconds.
    pub as_of_ms: u64,
    /// Its age at the time of the verification, in milliseconds.
    pub age_ms: u64,
    /// The age that the policy allows, in milliseconds.
    pub max_age_ms: u64,
}

/// A decided document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The decision.
    pub headline: Headline,
    /// Every check, in order, none left out.
    pub checks: Vec<CheckResult>,
    /// What the checks established.
    pub evidence: Evidence,
    /// How new it is; none if no header was certified.
    pub freshness: Option<Freshness>,
}
