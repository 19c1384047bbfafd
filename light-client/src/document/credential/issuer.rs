//! Who issued a credential: `iss` and `kid`.

use alloc::string::String;

use crate::{
    document::DocumentError,
    hash::Digest,
    id::{IssuerId, LedgerId},
    key::{KeyId, PublicKey, did_key},
};

/// Who claims to have issued a credential, and with which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialIssuer {
    /// `did:key`: whoever holds the key, and nothing more.
    DidKey(PublicKey),
    /// `did:tally`: an agency, whose registry entry says which key that is.
    Ledger {
        /// The ledger.
        ledger: LedgerId,
        /// The agency.
        issuer: IssuerId,
        /// The key.
        key_id: KeyId,
    },
}

impl CredentialIssuer {
    /// The issuer's DID.
    pub fn did(&self) -> String {
        match self {
            Self::DidKey(key) => did_key::format(key),
            Self::Ledger { ledger, issuer, .. } => issuer.did(ledger),
        }
    }

    /// The DID URL of the key: what `kid` must say.
    pub fn key_url(&self) -> String {
        let fragment = match self {
            Self::DidKey(key) => did_key::multibase(key),
            Self::Ledger { key_id, .. } => key_id.0.to_hex(),
        };
        let mut url = self.did();
        url.push('#');
        url.push_str(&fragment);
        url
    }

    pub(super) fn parse(did: &str, kid: &str) -> Result<Self, DocumentError> {
        let (url, fragment) = kid.split_once('#').ok_or(DocumentError::KeyIdMismatch)?;
        if url != did {
            return Err(DocumentError::KeyIdMismatch);
        }
        let issuer = if did.starts_with("did:key:") {
            Self::DidKey(did_key::parse(did).map_err(|_| DocumentError::Issuer)?)
        } else {
            let (ledger, issuer) = IssuerId::from_did(did).map_err(|_| DocumentError::Issuer)?;
            let key_id = Digest::from_hex(fragment).map_err(|_| DocumentError::KeyIdMismatch)?;
            Self::Ledger {
                ledger,
                issuer,
                key_id: KeyId(key_id),
            }
        };
        if issuer.key_url() == kid {
            Ok(issuer)
        } else {
            Err(DocumentError::KeyIdMismatch)
        }
    }
}
