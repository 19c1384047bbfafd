//! Why a payload is not a credential of its type.

use crate::identity::BadIdentity;

/// A problem with one claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("claim \"{claim}\" {problem}")]
pub struct CredentialError {
    /// What is wrong.
    pub problem: ClaimProblem,
    /// The name of the claim; empty for the payload itself.
    pub claim: String,
}

impl CredentialError {
    /// Returns the stable code of the problem, for example `claim-missing`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.problem.code()
    }
}

/// What can be wrong with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimProblem {
    /// `age_over_18` does not follow from the birth date.
    #[error("contradicts the birth date")]
    Age,
    /// The birth date is not the one in the document number.
    #[error("differs from the birth date in the document number")]
    BirthDate,
    /// Not one of the codes of the claim.
    #[error("is not one of its codes")]
    Code,
    /// Not a real day.
    #[error("is not a real date")]
    Date,
    /// Not a resident identity number.
    #[error("is not a resident identity number: {0}")]
    DocumentNumber(BadIdentity),
    /// The claim must be there.
    #[error("is missing")]
    Missing,
    /// Not a JPEG or PNG as a data URL, or too large.
    #[error("is not a small jpeg or png as a data url")]
    Portrait,
    /// Empty, too long, or with a hidden character.
    #[error("is empty, too long or has a hidden character")]
    Text,
    /// Of another JSON type.
    #[error("is of the wrong type")]
    Type,
    /// No claim of this type has this name.
    #[error("is unknown")]
    Unknown,
    /// `vct` names no type that this program knows.
    #[error("names an unknown credential type")]
    UnknownType,
    /// The period ends before it begins.
    #[error("ends before it begins")]
    Validity,
}

impl ClaimProblem {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Age => "claim-age",
            Self::BirthDate => "claim-birth-date",
            Self::Code => "claim-code",
            Self::Date => "claim-date",
            Self::DocumentNumber(_) => "claim-document-number",
            Self::Missing => "claim-missing",
            Self::Portrait => "claim-portrait",
            Self::Text => "claim-text",
            Self::Type => "claim-type",
            Self::Unknown => "claim-unknown",
            Self::UnknownType => "credential-type-unknown",
            Self::Validity => "claim-validity",
        }
    }

    pub(super) fn of(self, claim: &str) -> CredentialError {
        CredentialError {
            problem: self,
            claim: claim.to_owned(),
        }
    }
}
