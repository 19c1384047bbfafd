//! The resident identity.

use super::claim::{Claim, ClaimKind, ClaimSpec, Find, check_birth_date, check_period};
use super::error::{ClaimProblem, CredentialError};
use crate::calendar::Date;
use crate::identity::ResidentId;

const NAME: &str = "name";
const PORTRAIT: &str = "portrait";
const BIRTH_DATE: &str = "birth_date";
const DOCUMENT_NUMBER: &str = "document_number";
const ADDRESS: &str = "address";
const ISSUING_AUTHORITY: &str = "issuing_authority";
const VALID_FROM: &str = "valid_from";
const VALID_UNTIL: &str = "valid_until";
const AGE_OVER_18: &str = "age_over_18";

/// Everything can be withheld: authority and dates narrow down who someone is.
pub(super) static CLAIMS: &[ClaimSpec] = &[
    ClaimSpec::new(NAME, ("姓名", "Name"), ClaimKind::Text { max_chars: 100 }),
    ClaimSpec::new(PORTRAIT, ("照片", "Portrait"), ClaimKind::Portrait).optional(),
    ClaimSpec::new(BIRTH_DATE, ("出生日期", "Date of birth"), ClaimKind::Date),
    ClaimSpec::new(
        DOCUMENT_NUMBER,
        ("公民身份号码", "Resident identity number"),
        ClaimKind::DocumentNumber,
    ),
    ClaimSpec::new(
        ADDRESS,
        ("住址", "Address"),
        ClaimKind::Text { max_chars: 300 },
    ),
    ClaimSpec::new(
        ISSUING_AUTHORITY,
        ("签发机关", "Issuing authority"),
        ClaimKind::Text { max_chars: 200 },
    ),
    ClaimSpec::new(VALID_FROM, ("有效期起", "Valid from"), ClaimKind::Date),
    // Absent on a long-term document (长期).
    ClaimSpec::new(VALID_UNTIL, ("有效期止", "Valid until"), ClaimKind::Date).optional(),
    ClaimSpec::new(AGE_OVER_18, ("年满十八周岁", "Over 18"), ClaimKind::Flag),
];

/// The claims of a resident identity; in a presentation, those that the holder disclosed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidentIdentity(Vec<Claim>);

impl ResidentIdentity {
    pub(super) fn new(claims: Vec<Claim>) -> Result<Self, CredentialError> {
        check_birth_date(&claims, BIRTH_DATE, DOCUMENT_NUMBER)?;
        check_period(&claims, VALID_FROM, VALID_UNTIL)?;
        Ok(Self(claims))
    }

    /// Checks that `age_over_18` follows from the birth date on the day of issuance, where both
    /// are there. The flag is about that day: who was 17 then stays `false` in this credential.
    ///
    /// # Errors
    /// `Age`.
    pub fn check_age(&self, issued_on: Date) -> Result<(), CredentialError> {
        match (self.age_over_18(), self.birth_date()) {
            (Some(stated), Some(born)) if stated != (born.age_on(issued_on) >= 18) => {
                Err(ClaimProblem::Age.of(AGE_OVER_18))
            }
            _ => Ok(()),
        }
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

    /// Returns the portrait as a `data:` URL.
    #[must_use]
    pub fn portrait(&self) -> Option<&str> {
        self.0.text(PORTRAIT)
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

    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.0.text(ADDRESS)
    }

    /// Returns the issuing authority.
    #[must_use]
    pub fn issuing_authority(&self) -> Option<&str> {
        self.0.text(ISSUING_AUTHORITY)
    }

    /// Returns the first day of validity.
    #[must_use]
    pub fn valid_from(&self) -> Option<Date> {
        self.0.date(VALID_FROM)
    }

    /// Returns the last day of validity.
    #[must_use]
    pub fn valid_until(&self) -> Option<Date> {
        self.0.date(VALID_UNTIL)
    }

    /// Tells whether the subject was 18 or older on the day of issuance.
    #[must_use]
    pub fn age_over_18(&self) -> Option<bool> {
        self.0.flag(AGE_OVER_18)
    }
}
