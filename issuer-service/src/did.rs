//! `did:key` of the keys held here, and its DID document, resolved by ssi.

use did_method_key::DIDKey;
use light_client::key::{PublicKey, did_key};
use ssi_dids_core::{DIDBuf, DIDResolver as _};

/// Why there is no DID document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DidError {
    /// The resolver does not know the key's DID.
    #[error("did:key of the key cannot be resolved")]
    Unresolvable,
    /// The document names another key: the two implementations disagree.
    #[error("resolved document is of another key")]
    KeyMismatch,
}

/// A key's DID: `did:key:z…`.
pub fn did_key(key: &PublicKey) -> String {
    did_key::format(key)
}

/// The DID document of a key, as JSON.
///
/// ssi resolves the DID to a Multikey, whatever its codec; whether that is our SM2 key is checked
/// here, since ssi knows no SM2.
///
/// # Errors
/// [`DidError`].
pub async fn document(key: &PublicKey) -> Result<Vec<u8>, DidError> {
    let did = DIDBuf::from_string(did_key(key)).map_err(|_| DidError::Unresolvable)?;
    let resolved = DIDKey
        .resolve(&did)
        .await
        .map_err(|_| DidError::Unresolvable)?;
    let document = resolved.document.document();
    let method = document.verification_method.first();
    let multibase = method
        .and_then(|method| method.properties.get("publicKeyMultibase"))
        .and_then(|value| value.as_str())
        .ok_or(DidError::KeyMismatch)?;
    match did_key::parse(&format!("did:key:{multibase}")) {
        Ok(named) if named == *key => Ok(resolved.document.to_bytes()),
        _ => Err(DidError::KeyMismatch),
    }
}
