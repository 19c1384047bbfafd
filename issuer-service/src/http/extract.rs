//! What handlers take out of requests, each with its typed refusal.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, RawPathParams, Request},
    http::{HeaderMap, header, request::Parts},
};
use credentials_schemas::json;
use serde::de::DeserializeOwned;
use sqlx::Row as _;

use super::ApiError;
use crate::{directory::Agency, random, service::Service};

/// The agency that the path names.
pub(super) struct AgencyPath(pub(super) Agency);

impl FromRequestParts<Service> for AgencyPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, service)
            .await
            .map_err(|_| ApiError::ParameterMalformed)?;
        let (_, id) = params
            .iter()
            .find(|(name, _)| *name == "agency")
            .ok_or(ApiError::AgencyUnknown)?;
        let agency = service
            .directory
            .agency(id)
            .ok_or(ApiError::AgencyUnknown)?;
        Ok(Self(agency.clone()))
    }
}

/// The agency that the path names and whose desk token the request carries.
pub(super) struct Desk(pub(super) Agency);

impl FromRequestParts<Service> for Desk {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, ApiError> {
        let AgencyPath(agency) = AgencyPath::from_request_parts(parts, service).await?;
        let token = bearer(&parts.headers).ok_or(ApiError::Unauthorized)?;
        if is_desk_token(service, &agency, token).await? {
            Ok(Self(agency))
        } else {
            Err(ApiError::Unauthorized)
        }
    }
}

/// Whether `token` opens the desk of `agency`.
pub(super) async fn is_desk_token(
    service: &Service,
    agency: &Agency,
    token: &str,
) -> Result<bool, ApiError> {
    let row = sqlx::query("SELECT token_hash FROM desk WHERE agency = $1")
        .bind(agency.id.as_str())
        .fetch_optional(&service.db)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let expected: Vec<u8> = row.try_get("token_hash")?;
    // Hashes are compared: how long that takes says nothing about the token.
    Ok(random::fingerprint("desk", token).as_bytes().as_slice() == expected)
}

/// The bearer token of a request.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A JSON body of a known shape.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// A JSON body as documents need it: no duplicate names, numbers as they are written.
pub(super) struct StrictJson(pub(super) json::Json);

impl<S: Send + Sync> FromRequest<S> for StrictJson {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::ContentTypeUnsupported);
        }
        let bytes = Bytes::from_request(request, state).await?;
        json::parse(&bytes, json::Limits::default())
            .map(Self)
            .map_err(|error| ApiError::BodyMalformed(error.to_string()))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next());
    media_type.is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"))
}

/// Parameters of the path.
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(params) = Path::from_request_parts(parts, state).await?;
        Ok(Self(params))
    }
}

/// Parameters of the query.
pub(super) struct QueryParams<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for QueryParams<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(params) = Query::from_request_parts(parts, state).await?;
        Ok(Self(params))
    }
}
