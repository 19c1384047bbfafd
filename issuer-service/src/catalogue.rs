//! The types of documents that can be issued here, and what OpenID4VCI calls them.

use credentials_schemas::{credential::CredentialType, invoice};
use light_client::id::DocumentType;

/// Whether `document_type` is one of ours.
pub fn is_known(document_type: &DocumentType) -> bool {
    is_invoice(document_type) || CredentialType::find(document_type.as_str()).is_some()
}

/// Whether `document_type` is the invoice's.
pub fn is_invoice(document_type: &DocumentType) -> bool {
    document_type.as_str() == invoice::DOCUMENT_TYPE
}

/// The id of a type's credential configuration in issuer metadata and offers.
pub const fn configuration_id(kind: CredentialType) -> &'static str {
    match kind {
        CredentialType::ResidentIdentity => "resident-identity",
        CredentialType::ElectricianCertificate => "electrician-certificate",
        CredentialType::Degree => "degree",
    }
}

/// The type of a credential configuration.
pub fn find_configuration(id: &str) -> Option<CredentialType> {
    let mut all = CredentialType::ALL.into_iter();
    all.find(|kind| configuration_id(*kind) == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_credential_type_has_a_configuration() {
        for kind in CredentialType::ALL {
            assert_eq!(find_configuration(configuration_id(kind)), Some(kind));
        }
        assert_eq!(find_configuration("passport"), None);
    }
}
