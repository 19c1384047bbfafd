//! The shapes as data: JSON Schemas (2020-12) and SD-JWT VC Type Metadata.
//!
//! They are for others: for desks, wallets and validators that know nothing of this program. No
//! decision of ours rests on them; tests keep them true to the code.

use crate::credential::CredentialType;

/// JSON Schema of the invoice.
pub const INVOICE: &str = include_str!("../schemas/invoice.schema.json");
/// JSON Schema of the resident identity's payload.
pub const RESIDENT_IDENTITY: &str = include_str!("../schemas/resident-identity.schema.json");
/// JSON Schema of the electrician's certificate's payload.
pub const ELECTRICIAN_CERTIFICATE: &str =
    include_str!("../schemas/electrician-certificate.schema.json");
/// JSON Schema of the degree's payload.
pub const DEGREE: &str = include_str!("../schemas/degree.schema.json");

/// Returns the JSON Schema of the payload that a `vct` names.
#[must_use]
pub fn for_vct(vct: &str) -> Option<&'static str> {
    CredentialType::find(vct).map(|kind| match kind {
        CredentialType::ResidentIdentity => RESIDENT_IDENTITY,
        CredentialType::ElectricianCertificate => ELECTRICIAN_CERTIFICATE,
        CredentialType::Degree => DEGREE,
    })
}

/// Returns the type metadata document of a `vct`.
///
/// # Standard
/// SD-JWT VC draft 19, "SD-JWT VC Type Metadata".
#[must_use]
pub fn type_metadata(vct: &str) -> Option<&'static str> {
    CredentialType::find(vct).map(|kind| match kind {
        CredentialType::ResidentIdentity => include_str!("../schemas/resident-identity.vct.json"),
        CredentialType::ElectricianCertificate => {
            include_str!("../schemas/electrician-certificate.vct.json")
        }
        CredentialType::Degree => include_str!("../schemas/degree.vct.json"),
    })
}
