//! The electrician's certificate.

use super::claim::{Claim, ClaimKind, ClaimSpec, CodeName, Find, check_period};
use super::error::CredentialError;
use crate::calendar::Date;
use crate::identity::ResidentId;

const NAME: &str = "name";
const DOCUMENT_NUMBER: &str = "document_number";
const CERTIFICATE_NUMBER: &str = "certificate_number";
const OPERATION: &str = "operation";
const ISSUING_AUTHORITY: &str = "issuing_authority";
const VALID_FROM: &str = "valid_from";
const VALID_UNTIL: &str = "valid_until";
const REVIEW_DUE: &str = "review_due";

/// The permitted operations of electrical work (电工作业) in the catalogue of special operations.
static OPERATIONS: &[CodeName] = &[
    operation("low-voltage", "低压电工作业", "Low-voltage work"),
    operation("high-voltage", "高压电工作业", "High-voltage work"),
    operation("power-cable", "电力电缆作业", "Power cable work"),
    operation("relay-protection", "继电保护作业", "Relay protection work"),
    operation("electrical-test", "电气试验作业", "Electrical testing"),
    operation(
        "explosion-proof",
        "防爆电气作业",
        "Explosion-proof electrical work",
    ),
];

const fn operation(code: &'static str, name_zh: &'static str, name_en: &'static str) -> CodeName {
    CodeName {
        code,
        name_zh,
        name_en,
    }
}

/// Who someone is can be withheld; what the certificate permits, and how long, cannot: without it
/// there is nothing to verify.
pub(super) static CLAIMS: &[ClaimSpec] = &[
    ClaimSpec::new(NAME, ("姓名", "Name"), ClaimKind::Text { max_chars: 100 }),
    ClaimSpec::new(
        DOCUMENT_NUMBER,
        ("公民身份号码", "Resident identity number"),
        ClaimKind::DocumentNumber,
    ),
    ClaimSpec::new(
        CERTIFICATE_NUMBER,
        ("证号", "Certificate number"),
        ClaimKind::Text { max_chars: 40 },
    ),
    ClaimSpec::new(
        OPERATION,
        ("准操项目", "Permitted operation"),
        ClaimKind::Code(OPERATIONS),
    )
    .in_the_open(),
    ClaimSpec::new(
        ISSUING_AUTHORITY,
        ("发证机关", "Issuing authority"),
        ClaimKind::Text { max_chars: 200 },
    )
    .in_the_open(),
    ClaimSpec::new(VALID_FROM, ("有效期起", "Valid from"), ClaimKind::Date).in_the_open(),
    ClaimSpec::new(VALID_UNTIL, ("有效期止", "Valid until"), ClaimKind::Date).in_the_open(),
    ClaimSpec::new(REVIEW_DUE, ("应复审日期", "Review due"), ClaimKind::Date)
        .in_the_open()
        .optional(),
];

/// The claims of an electrician's certificate; in a presentation, those that the holder disclosed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectricianCertificate(Vec<Claim>);

impl ElectricianCertificate {
    pub(super) fn new(claims: Vec<Claim>) -> Result<Self, CredentialError> {
        check_period(&claims, VALID_FROM, VALID_UNTIL)?;
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

    /// Returns the resident identity number.
    #[must_use]
    pub fn document_number(&self) -> Option<&ResidentId> {
        self.0.document_number(DOCUMENT_NUMBER)
    }

    /// Returns the number of the certificate.
    #[must_use]
    pub fn certificate_number(&self) -> Option<&str> {
        self.0.text(CERTIFICATE_NUMBER)
    }

    /// Returns the operation that is permitted.
    #[must_use]
    pub fn operation(&self) -> Option<&'static CodeName> {
        self.0.code(OPERATION)
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

    /// Returns the day by which the certificate must be reviewed.
    #[must_use]
    pub fn review_due(&self) -> Option<Date> {
        self.0.date(REVIEW_DUE)
    }
}
