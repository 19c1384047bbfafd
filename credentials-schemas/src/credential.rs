//! The credentials (SD-JWT VC): which claims they have, what each may hold, who may withhold it.
//!
//! One table per type says all of it; the typed views, the type metadata, the JSON Schemas and
//! the forms of the desk follow the table, and tests hold them together. Signatures, disclosures
//! and holder keys are the light client's concern: this module reads the payload that remains
//! when the disclosures are put back.

mod claim;
mod degree;
mod electrician;
mod envelope;
mod error;
mod resident_identity;

use crate::json::Json;

pub use claim::{Claim, ClaimKind, ClaimSpec, ClaimValue, CodeName, Disclosure};
pub use degree::Degree;
pub use electrician::ElectricianCertificate;
pub use envelope::{ENVELOPE_CLAIMS, Envelope};
pub use error::{ClaimProblem, CredentialError};
pub use resident_identity::ResidentIdentity;

/// `vct` of the resident identity (居民身份凭证).
pub const RESIDENT_IDENTITY: &str = "urn:tallystick:vct:resident-identity:1";
/// `vct` of the electrician's certificate (特种作业操作证·电工作业).
pub const ELECTRICIAN_CERTIFICATE: &str = "urn:tallystick:vct:electrician-certificate:1";
/// `vct` of the degree (学位证书).
pub const DEGREE: &str = "urn:tallystick:vct:degree:1";

/// The types of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialType {
    /// 居民身份凭证
    ResidentIdentity,
    /// 特种作业操作证（电工作业）
    ElectricianCertificate,
    /// 学位证书
    Degree,
}

impl CredentialType {
    /// Every type.
    pub const ALL: [Self; 3] = [
        Self::ResidentIdentity,
        Self::ElectricianCertificate,
        Self::Degree,
    ];

    /// Finds the type of a `vct`.
    #[must_use]
    pub fn find(vct: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.vct() == vct)
    }

    /// Returns the `vct`, which is also the document type that the ledger knows.
    #[must_use]
    pub const fn vct(self) -> &'static str {
        match self {
            Self::ResidentIdentity => RESIDENT_IDENTITY,
            Self::ElectricianCertificate => ELECTRICIAN_CERTIFICATE,
            Self::Degree => DEGREE,
        }
    }

    /// Returns the name in Chinese.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::ResidentIdentity => "居民身份凭证",
            Self::ElectricianCertificate => "特种作业操作证（电工作业）",
            Self::Degree => "学位证书",
        }
    }

    /// Returns the name in English.
    #[must_use]
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::ResidentIdentity => "Resident identity",
            Self::ElectricianCertificate => "Electrician's certificate",
            Self::Degree => "Degree certificate",
        }
    }

    /// Returns the claims about the subject, in the order in which they are shown.
    #[must_use]
    pub const fn claims(self) -> &'static [ClaimSpec] {
        match self {
            Self::ResidentIdentity => resident_identity::CLAIMS,
            Self::ElectricianCertificate => electrician::CLAIMS,
            Self::Degree => degree::CLAIMS,
        }
    }

    /// Tells whether a claim is sent so that the holder can withhold it. Claims of the envelope
    /// and unknown claims never are.
    #[must_use]
    pub fn is_selectively_disclosable(self, claim: &str) -> bool {
        let spec = self.claims().iter().find(|spec| spec.name == claim);
        spec.is_some_and(|spec| spec.disclosure == Disclosure::Always)
    }
}

/// Which claims a payload must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// All mandatory claims, as at issuance.
    Whole,
    /// Those that cannot be withheld, as in a presentation.
    Presented,
}

/// A credential's claims about its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A resident identity.
    ResidentIdentity(ResidentIdentity),
    /// An electrician's certificate.
    ElectricianCertificate(ElectricianCertificate),
    /// A degree.
    Degree(Degree),
}

impl Credential {
    /// Reads the payload of an SD-JWT VC after its disclosures are put back: the envelope and the
    /// claims of the type that `vct` names.
    ///
    /// # Errors
    /// [`CredentialError`] with the claim: unknown type or claim, a mandatory claim missing, a
    /// value of the wrong form, or claims that contradict each other.
    pub fn parse(
        payload: &Json,
        completeness: Completeness,
    ) -> Result<(Envelope, Self), CredentialError> {
        let envelope = Envelope::parse(payload)?;
        let kind = envelope.credential_type();
        let of_subject = |name: &str| !ENVELOPE_CLAIMS.contains(&name);
        let members = payload.as_object().unwrap_or_default();
        let subject = members.iter().filter(|(name, _)| of_subject(name));
        Ok((envelope, Self::from_members(kind, subject, completeness)?))
    }

    /// Reads the claims about the subject alone, as the desk enters them.
    ///
    /// # Errors
    /// As [`Credential::parse`]; a claim of the envelope is `Unknown` here.
    pub fn from_claims(
        kind: CredentialType,
        claims: &Json,
        completeness: Completeness,
    ) -> Result<Self, CredentialError> {
        let Some(members) = claims.as_object() else {
            return Err(ClaimProblem::Type.of(""));
        };
        Self::from_members(kind, members.iter(), completeness)
    }

    fn from_members<'a>(
        kind: CredentialType,
        members: impl Iterator<Item = &'a (String, Json)>,
        completeness: Completeness,
    ) -> Result<Self, CredentialError> {
        let claims = claim::read(kind.claims(), members, completeness)?;
        Ok(match kind {
            CredentialType::ResidentIdentity => {
                Self::ResidentIdentity(ResidentIdentity::new(claims)?)
            }
            CredentialType::ElectricianCertificate => {
                Self::ElectricianCertificate(ElectricianCertificate::new(claims)?)
            }
            CredentialType::Degree => Self::Degree(Degree::new(claims)?),
        })
    }

    /// Returns the type.
    #[must_use]
    pub const fn credential_type(&self) -> CredentialType {
        match self {
            Self::ResidentIdentity(_) => CredentialType::ResidentIdentity,
            Self::ElectricianCertificate(_) => CredentialType::ElectricianCertificate,
            Self::Degree(_) => CredentialType::Degree,
        }
    }

    /// Returns the claims that are there, in the order in which they are shown.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        match self {
            Self::ResidentIdentity(credential) => credential.claims(),
            Self::ElectricianCertificate(credential) => credential.claims(),
            Self::Degree(credential) => credential.claims(),
        }
    }
}

#[cfg(test)]
mod tests;
