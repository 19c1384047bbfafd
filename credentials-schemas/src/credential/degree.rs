//! The degree.

use super::claim::{Claim, ClaimKind, ClaimSpec, CodeName, Find, check_birth_date};
use super::error::CredentialError;
use crate::calendar::Date;
use crate::identity::ResidentId;

const NAME: &str = "name";
const BIRTH_DATE: &str = "birth_date";
const DOCUMENT_NUMBER: &str = "document_number";
const INSTITUTION: &str = "institution";
const DEGREE_LEVEL: &str = "degree_level";
const DISCIPLINE: &str = "discipline";
const MAJOR: &str = "major";
const CERTIFICATE_NUMBER: &str = "certificate_number";
const CONFERRED_ON: &str = "conferred_on";

static LEVELS: &[CodeName] = &[
    CodeName {
        code: "bachelor",
        name_zh: "学士",
        name_en: "Bachelor",
    },
    CodeName {
        code: "master",
        name_zh: "硕士",
        name_en: "Master",
    },
    CodeName {
        code: "doctor",
        name_zh: "博士",
        name_en: "Doctor",
    },
];

/// Everything can be withheld: all of it is about the person.
pub(super) static CLAIMS: &[ClaimSpec] = &[
    ClaimSpec::new(NAME, ("姓名", "Name"), ClaimKind::Text { max_chars: 100 }),
    ClaimSpec::new(BIRTH_DATE, ("出生日期", "Date of birth"), ClaimKind::Date),
    ClaimSpec::new(
        DOCUMENT_NUMBER,
        ("公民身份号码", "Resident identity number"),
        ClaimKind::DocumentNumber,
    )
    .optional(),
    ClaimSpec::new(
        INSTITUTION,
        ("学位授予单位", "Degree-granting institution"),
        ClaimKind::Text { max_chars: 200 },
    ),
    ClaimSpec::new(DEGREE_LEVEL, ("学位层次", "Level"), ClaimKind::Code(LEVELS)),
    ClaimSpec::new(
        DISCIPLINE,
        ("学科门类", "Discipline"),
        ClaimKind::Text { max_chars: 100 },
    ),
    ClaimSpec::new(MAJOR, ("专业", "Major"), ClaimKind::Text { max_chars: 100 }),
    ClaimSpec::new(
        CERTIFICATE_NUMBER,
        ("学位证书编号", "Certificate number"),
        ClaimKind::Text { max_chars: 40 },
    ),
    ClaimSpec::new(CONFERRED_ON, ("授予日期", "Conferred on"), ClaimKind::Date),
];

/// The claims of a degree; in a presentation, those that the holder disclosed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degree(Vec<Claim>);

impl Degree {
    pub(super) fn new(claims: Vec<Claim>) -> Result<Self, CredentialError> {
        check_birth_date(&claims, BIRTH_DATE, DOCUMENT_NUMBER)?;
        Ok(Self(claims))
    }

    /// Returns the claims that are there.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.0
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.text(NAME)
    }

    /// Returns the birth date.
    #[must_use]
    pub fn birth_date(&self) -> Option<Date> {
        self.0.date(BIRTH_DATE)
    }

    /// Returns the resident identity number.
    #[must_use]
    pub fn document_number(&self) -> Option<&ResidentId> {
        self.0.document_number(DOCUMENT_NUMBER)
    }

    /// Returns the institution that granted the degree.
    #[must_use]
    pub fn institution(&self) -> Option<&str> {
        self.0.text(INSTITUTION)
    }

    /// Returns the level.
    #[must_use]
    pub fn degree_level(&self) -> Option<&'static CodeName> {
        self.0.code(DEGREE_LEVEL)
    }

    /// Returns the discipline, for example 工学.
    #[must_use]
    pub fn discipline(&self) -> Option<&str> {
        self.0.text(DISCIPLINE)
    }

    /// Returns the major.
    #[must_use]
    pub fn major(&self) -> Option<&str> {
        self.0.text(MAJOR)
    }

    /// Returns the number of the certificate.
    #[must_use]
    pub fn certificate_number(&self) -> Option<&str> {
        self.0.text(CERTIFICATE_NUMBER)
    }

    /// Returns the day on which the degree was conferred.
    #[must_use]
    pub fn conferred_on(&self) -> Option<Date> {
        self.0.date(CONFERRED_ON)
    }
}
