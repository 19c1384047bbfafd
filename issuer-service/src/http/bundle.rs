//! What verifiers need: proofs by digest, whole bundles for those who hold the key, trust.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use light_client::{
    bundle::Bundle,
    cbor::to_bytes,
    genesis::Purpose,
    hash::Digest,
    trust::{Profile, TrustStore},
};
use serde::Deserialize;

use super::{
    ApiError,
    extract::{Params, QueryParams, bearer, is_desk_token},
};
use crate::{
    document::{self, StoredDocument},
    error::ServiceError,
    proofs::{self, ProofsError},
    service::Service,
};

#[derive(Deserialize)]
pub(super) struct ProofsParams {
    digest: String,
}

#[derive(Deserialize)]
pub(super) struct BundleParams {
    document: String,
}

#[derive(Deserialize)]
pub(super) struct BundleQuery {
    key: Option<String>,
}

/// Everything but the document. A digest says nothing about what it is of, so no key is asked for.
pub(super) async fn proofs(
    State(service): State<Service>,
    Params(ProofsParams { digest }): Params<ProofsParams>,
) -> Result<impl IntoResponse, ApiError> {
    let digest = Digest::from_hex(&digest).map_err(|_| ApiError::ParameterMalformed)?;
    let found = document::by_digest(&service.db, &digest).await?;
    let proofs = proofs::assemble(&service, &found.ok_or(ApiError::DocumentUnknown)?).await?;
    Ok((
        [(header::CONTENT_TYPE, "application/cbor")],
        proofs.to_bytes(),
    ))
}

/// The whole bundle, for the desk or whoever was given the document's key.
pub(super) async fn bundle(
    State(service): State<Service>,
    Params(BundleParams { document }): Params<BundleParams>,
    QueryParams(BundleQuery { key }): QueryParams<BundleQuery>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let found = document::by_id(&service.db, &document).await?;
    let found = found.ok_or(ApiError::DocumentUnknown)?;
    if !may_download(&service, &found, key.as_deref(), bearer(&headers)).await? {
        return Err(ApiError::Unauthorized);
    }
    let proofs = proofs::assemble(&service, &found).await?;
    let document = proofs::bundled_document(&found)?.ok_or(ApiError::NotAnchored)?;
    let bundle = Bundle { document, proofs };
    let disposition = format!("attachment; filename=\"{}.tally\"", found.id);
    let content_type = "application/vnd.tallystick.bundle".to_owned();
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, to_bytes(&bundle)))
}

async fn may_download(
    service: &Service,
    document: &StoredDocument,
    key: Option<&str>,
    desk_token: Option<&str>,
) -> Result<bool, ApiError> {
    if let Some(key) = key {
        let given = document::download_fingerprint(key);
        return Ok(given.as_bytes().as_slice() == document.download_hash);
    }
    match (desk_token, service.directory.agency(&document.agency)) {
        (Some(token), Some(agency)) => is_desk_token(service, agency, token).await,
        _ => Ok(false),
    }
}

/// A trust store with this ledger pinned: what a new verifier starts from, if it takes this
/// portal's word for which ledger is the right one.
pub(super) async fn trust_store(
    State(service): State<Service>,
) -> Result<impl IntoResponse, ApiError> {
    let head = service
        .ledger
        .newest_header()
        .await
        .map_err(ServiceError::from)?;
    let handoffs = proofs::handoffs(&service, &head).await?;
    let profile = match service.genesis.purpose {
        Purpose::Production => Profile::Production,
        Purpose::Demo => Profile::Demo,
    };
    let mut store = TrustStore::new(profile);
    let advanced = store
        .pin(service.genesis.as_ref().clone())
        .and_then(|id| store.advance(&id, &handoffs, &head));
    advanced.map_err(|error| {
        tracing::error!(%error, "the node's newest header does not follow from the genesis");
        ApiError::ProofsInconsistent
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.tallystick.trust"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"ledger.trust\"",
        ),
    ];
    Ok((headers, store.to_bytes()))
}

impl From<ProofsError> for ApiError {
    fn from(error: ProofsError) -> Self {
        match error {
            ProofsError::Inconsistent(what) => {
                tracing::error!(what, "the node's proofs do not verify");
                Self::ProofsInconsistent
            }
            ProofsError::NotAnchored => Self::NotAnchored,
            ProofsError::Service(error) => error.into(),
        }
    }
}
