//! OpenID4VCI 1.0, pre-authorized code flow: the messages, without the network.
//!
//! # Standard
//! OpenID for Verifiable Credential Issuance 1.0 (Final, 2025-09-16). The wallet is anonymous
//! (§6.1), so its proofs carry no `iss` (App. F.1).

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wallet::holder_key::HolderKey;

mod link;
mod metadata;

pub(crate) use link::{OfferLink, parse_link};
pub(crate) use metadata::{AuthorizationServer, CredentialIssuer};

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// The JOSE name of SM2 with SM3 in this project's profile.
pub(crate) const SM2_ALGORITHM: &str = "SGD_SM3_SM2";
/// The credential format this wallet holds.
pub(crate) const SD_JWT_VC: &str = "dc+sd-jwt";

/// Why a message of an issuer was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum MessageError {
    /// The offer is by a flow other than pre-authorized codes.
    #[error("the offer has no pre-authorized code")]
    NoPreAuthorizedCode,
    /// None of the offered credentials is one this wallet can hold.
    #[error("nothing offered fits this wallet")]
    NothingFits,
    /// The message is not what the standard says.
    #[error("the message is malformed")]
    Malformed,
    /// The metadata names another issuer than the offer.
    #[error("the metadata is another issuer's")]
    OtherIssuer,
    /// The link is not a credential offer.
    #[error("the link is not a credential offer")]
    NotAnOffer,
    /// An address is neither https nor on this device.
    #[error("an address is not safe to contact")]
    UnsafeUrl,
}

/// A credential offer (§4.1.1), reduced to the pre-authorized flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Credential issuer identifier.
    pub(crate) issuer: String,
    /// Ids of the offered credential configurations, in the issuer's order.
    pub(crate) configurations: Vec<String>,
    /// The single-use code.
    pub(crate) code: String,
    /// The second code that the issuer gave by another way, if it wants one.
    pub(crate) tx_code: Option<TxCode>,
}

/// What the issuer says about its transaction code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct TxCode {
    /// `numeric` (the default) or `text`.
    #[serde(default)]
    pub(crate) input_mode: Option<String>,
    /// Length of the code.
    #[serde(default)]
    pub(crate) length: Option<u32>,
    /// Where the user finds it.
    #[serde(default)]
    pub(crate) description: Option<String>,
}

impl Offer {
    /// Reads a credential offer object.
    pub(crate) fn parse(text: &str) -> Result<Self, MessageError> {
        let wire: OfferWire = serde_json::from_str(text).map_err(|_| MessageError::Malformed)?;
        let grant = wire
            .grants
            .and_then(|grants| grants.pre_authorized)
            .ok_or(MessageError::NoPreAuthorizedCode)?;
        if wire.credential_configuration_ids.is_empty() || grant.code.is_empty() {
            return Err(MessageError::Malformed);
        }
        Ok(Self {
            issuer: wire.credential_issuer,
            configurations: wire.credential_configuration_ids,
            code: grant.code,
            tx_code: grant.tx_code,
        })
    }

    /// The body of the token request (§6.1), `application/x-www-form-urlencoded`.
    pub(crate) fn token_request(&self, tx_code: Option<&str>) -> String {
        let mut body = format!(
            "grant_type={}&pre-authorized_code={}",
            link::encode(PRE_AUTHORIZED),
            link::encode(&self.code)
        );
        if let Some(tx_code) = tx_code {
            body.push_str("&tx_code=");
            body.push_str(&link::encode(tx_code));
        }
        body
    }
}

/// The token response (§6.2).
#[derive(Deserialize)]
pub(crate) struct TokenResponse {
    /// Opens the credential endpoint.
    pub(crate) access_token: String,
}

/// The nonce response (§7.2).
#[derive(Deserialize)]
pub(crate) struct NonceResponse {
    /// The value the next proof must carry.
    pub(crate) c_nonce: String,
}

/// The error of any endpoint (RFC 6749 §5.2, §8.3.1.2).
#[derive(Debug, Deserialize)]
pub(crate) struct ErrorResponse {
    /// The code, such as `invalid_grant`.
    pub(crate) error: String,
}

/// The credential response (§8.3).
#[derive(Deserialize)]
struct CredentialResponse {
    #[serde(default)]
    credentials: Vec<IssuedCredential>,
}

#[derive(Deserialize)]
struct IssuedCredential {
    credential: String,
}

/// The one SD-JWT of a credential response.
pub(crate) fn parse_credential(text: &str) -> Result<String, MessageError> {
    let response: CredentialResponse =
        serde_json::from_str(text).map_err(|_| MessageError::Malformed)?;
    match <[IssuedCredential; 1]>::try_from(response.credentials) {
        Ok([only]) => Ok(only.credential),
        Err(_) => Err(MessageError::Malformed),
    }
}

/// The body of the credential request (§8.2) with one `jwt` proof.
pub(crate) fn credential_request(configuration: &str, proof: &str) -> String {
    let request = CredentialRequest {
        credential_configuration_id: configuration,
        proofs: Proofs { jwt: [proof] },
    };
    serde_json::to_string(&request).expect("strings always serialise")
}

/// A `jwt` proof of possession of `key` (App. F.1).
pub(crate) fn key_proof(key: &HolderKey, issuer: &str, nonce: Option<&str>, now_s: u64) -> String {
    let header = ProofHeader {
        alg: SM2_ALGORITHM,
        typ: "openid4vci-proof+jwt",
        jwk: key.jwk(),
    };
    let claims = ProofClaims {
        aud: issuer,
        iat: now_s,
        nonce,
    };
    let part = |json: serde_json::Result<String>| {
        Base64UrlUnpadded::encode_string(
            json.expect("strings and numbers always serialise")
                .as_bytes(),
        )
    };
    let signed = format!(
        "{}.{}",
        part(serde_json::to_string(&header)),
        part(serde_json::to_string(&claims))
    );
    let signature = Base64UrlUnpadded::encode_string(&key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[derive(Deserialize)]
struct OfferWire {
    credential_issuer: String,
    credential_configuration_ids: Vec<String>,
    grants: Option<Grants>,
}

#[derive(Deserialize)]
struct Grants {
    #[serde(rename = "urn:ietf:params:oauth:grant-type:pre-authorized_code")]
    pre_authorized: Option<PreAuthorized>,
}

#[derive(Deserialize)]
struct PreAuthorized {
    #[serde(rename = "pre-authorized_code")]
    code: String,
    tx_code: Option<TxCode>,
}

#[derive(Serialize)]
struct ProofHeader<'a> {
    alg: &'a str,
    typ: &'a str,
    jwk: crate::wallet::holder_key::Jwk,
}

#[derive(Serialize)]
struct ProofClaims<'a> {
    aud: &'a str,
    iat: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

#[derive(Serialize)]
struct CredentialRequest<'a> {
    credential_configuration_id: &'a str,
    proofs: Proofs<'a>,
}

#[derive(Serialize)]
struct Proofs<'a> {
    jwt: [&'a str; 1],
}

#[cfg(test)]
mod tests;
