//! The credential endpoint: a proved key for a credential bound to it.
//!
//! # Standard
//! OpenID4VCI 1.0 §8.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    extract::{AgencyPath, bearer},
    oauth_error::OAuthError,
};
use crate::{
    catalogue,
    credential::{self, CheckedClaims, SignedCredential},
    directory::Agency,
    error::ServiceError,
    holder_proof::{HolderProof, ProofError},
    nonce,
    offer::{self, Authorized},
    service::Service,
};

#[derive(Deserialize)]
pub(super) struct Request {
    credential_identifier: Option<String>,
    credential_configuration_id: Option<String>,
    proofs: Option<Proofs>,
    credential_response_encryption: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proofs {
    jwt: Option<Vec<String>>,
    di_vp: Option<Value>,
    attestation: Option<Value>,
}

#[derive(Serialize)]
pub(super) struct Answer {
    credentials: [IssuedCredential; 1],
}

#[derive(Serialize)]
struct IssuedCredential {
    credential: String,
}

pub(super) async fn issue(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
    headers: HeaderMap,
    request: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, OAuthError> {
    let token = bearer(&headers).ok_or(OAuthError::InvalidToken)?;
    let authorized = offer::authorize(&service.db, &agency.id, token, service.now()).await?;
    let authorized = authorized.ok_or(OAuthError::InvalidToken)?;
    let Json(request) = request?;
    let proof_jwt = request.check(&agency, &authorized)?;
    let audience = service.credential_issuer(&agency);
    let proof = HolderProof::parse(proof_jwt, &audience, service.now())?;
    if !nonce::consume(&service.db, &proof.nonce, service.now()).await? {
        return Err(OAuthError::InvalidNonce);
    }
    let signed = make(&service, &agency, &authorized, &proof).await?;
    store(&service, &authorized.document_id, &signed).await?;
    service.outbox_bell.notify_one();
    let credential = signed.text;
    Ok(Json(Answer {
        credentials: [IssuedCredential { credential }],
    }))
}

impl Request {
    /// Checks everything but the proof itself, and returns that.
    fn check(&self, agency: &Agency, authorized: &Authorized) -> Result<&str, OAuthError> {
        let invalid = OAuthError::InvalidCredentialRequest;
        let id = match (
            &self.credential_identifier,
            &self.credential_configuration_id,
        ) {
            (None, Some(id)) => id,
            (Some(_), None) => return Err(OAuthError::UnknownCredentialIdentifier),
            (Some(_), Some(_)) => return Err(invalid("two names for one credential")),
            (None, None) => return Err(invalid("credential_configuration_id is missing")),
        };
        let offered = catalogue::find_configuration(id).is_some_and(|kind| {
            agency
                .issues
                .iter()
                .any(|document_type| document_type.as_str() == kind.vct())
        });
        if !offered {
            return Err(OAuthError::UnknownCredentialConfiguration);
        }
        if *id != authorized.configuration {
            return Err(invalid("the token is for another credential"));
        }
        if self.credential_response_encryption.is_some() {
            return Err(OAuthError::InvalidEncryptionParameters);
        }
        self.proof()
    }

    fn proof(&self) -> Result<&str, OAuthError> {
        let missing = OAuthError::InvalidProof("proofs with one jwt are missing");
        let proofs = self.proofs.as_ref().ok_or(missing)?;
        if proofs.di_vp.is_some() || proofs.attestation.is_some() {
            return Err(OAuthError::InvalidProof("only jwt proofs are supported"));
        }
        match proofs.jwt.as_deref() {
            Some([jwt]) => Ok(jwt),
            Some([_, _, ..]) => Err(OAuthError::InvalidProof("one key at a time")),
            Some([]) | None => Err(missing),
        }
    }
}

async fn make(
    service: &Service,
    agency: &Agency,
    authorized: &Authorized,
    proof: &HolderProof,
) -> Result<SignedCredential, OAuthError> {
    let denied = OAuthError::CredentialRequestDenied("the credential was handed out before");
    let text = authorized.claims.as_deref().ok_or(denied)?;
    let kind = catalogue::find_configuration(&authorized.configuration);
    let kind = kind.ok_or(OAuthError::UnknownCredentialConfiguration)?;
    let now = service.now();
    let today = credential::china_time(now)
        .ok_or(ServiceError::Clock)?
        .date();
    // The holder's eighteenth birthday may lie between the desk and now.
    let claims = CheckedClaims::parse(kind, text, today).map_err(|_| {
        OAuthError::CredentialRequestDenied("the claims are no longer true; ask the desk")
    })?;
    let ledger = (service.ledger_id(), service.suite());
    let signed = credential::make(agency, ledger, &claims, &proof.key, now).await;
    Ok(signed.map_err(ServiceError::from)?)
}

/// Claims the offer and queues the credential, both or neither.
async fn store(
    service: &Service,
    document_id: &str,
    signed: &SignedCredential,
) -> Result<(), OAuthError> {
    let mut tx = service.db.begin().await.map_err(ServiceError::from)?;
    if !offer::claim(&mut tx, document_id).await? {
        let reason = "the credential was handed out before";
        return Err(OAuthError::CredentialRequestDenied(reason));
    }
    sqlx::query("UPDATE document SET state = 'queued', digest = $1, content = $2 WHERE id = $3")
        .bind(signed.digest.as_bytes().to_vec())
        .bind(signed.text.as_bytes())
        .bind(document_id)
        .execute(&mut *tx)
        .await
        .map_err(ServiceError::from)?;
    tx.commit().await.map_err(ServiceError::from)?;
    Ok(())
}

impl From<ProofError> for OAuthError {
    fn from(error: ProofError) -> Self {
        Self::InvalidProof(match error {
            ProofError::Algorithm => "algorithm is not supported, or not that of the key",
            ProofError::Audience => "aud is not this issuer",
            ProofError::ClientNamed => "iss must be absent",
            ProofError::Key => "header must have exactly one public key, as jwk",
            ProofError::Malformed => "not a jwt",
            ProofError::NonceMissing => "nonce is missing",
            ProofError::Signature => "signature does not hold",
            ProofError::Time => "iat is out of range",
            ProofError::Type => "typ is not openid4vci-proof+jwt, or crit is there",
        })
    }
}
