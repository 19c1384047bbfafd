//! Errors of the token and credential endpoints, in the words of their standards.

use axum::{
    Json,
    extract::rejection::{FormRejection, JsonRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{error::ServiceError, http::ApiError};

/// An error code of RFC 6749 §5.2, RFC 6750 §3.1 or OpenID4VCI 1.0 §8.3.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OAuthError {
    /// The request is not what the standard says.
    InvalidCredentialRequest(&'static str),
    /// The credential of this token has been handed out.
    CredentialRequestDenied(&'static str),
    /// Encryption is asked for, which the metadata does not offer.
    InvalidEncryptionParameters,
    /// Code or transaction code is not accepted.
    InvalidGrant,
    /// The nonce was not given out here, was used, or is too old.
    InvalidNonce,
    /// The proof of possession is absent or does not hold.
    InvalidProof(&'static str),
    /// A parameter is missing, superfluous or malformed.
    InvalidRequest(&'static str),
    /// The access token opens nothing.
    InvalidToken,
    /// Something failed in here.
    ServerError,
    /// The grant type is not the pre-authorized code.
    UnsupportedGrantType,
    /// No such credential configuration.
    UnknownCredentialConfiguration,
    /// No such credential identifier: none are given out.
    UnknownCredentialIdentifier,
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'static str>,
}

impl OAuthError {
    const fn code(self) -> &'static str {
        match self {
            Self::InvalidCredentialRequest(_) => "invalid_credential_request",
            Self::CredentialRequestDenied(_) => "credential_request_denied",
            Self::InvalidEncryptionParameters => "invalid_encryption_parameters",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidNonce => "invalid_nonce",
            Self::InvalidProof(_) => "invalid_proof",
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::ServerError => "server_error",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnknownCredentialConfiguration => "unknown_credential_configuration",
            Self::UnknownCredentialIdentifier => "unknown_credential_identifier",
        }
    }

    const fn description(self) -> Option<&'static str> {
        match self {
            Self::InvalidCredentialRequest(text)
            | Self::CredentialRequestDenied(text)
            | Self::InvalidProof(text)
            | Self::InvalidRequest(text) => Some(text),
            Self::InvalidEncryptionParameters
            | Self::InvalidGrant
            | Self::InvalidNonce
            | Self::InvalidToken
            | Self::ServerError
            | Self::UnsupportedGrantType
            | Self::UnknownCredentialConfiguration
            | Self::UnknownCredentialIdentifier => None,
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = Body {
            error: self.code(),
            error_description: self.description(),
        };
        let mut response = (status, Json(body)).into_response();
        if self == Self::InvalidToken {
            let challenge = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<ServiceError> for OAuthError {
    fn from(error: ServiceError) -> Self {
        // Logs the detail, which callers do not see.
        let ApiError::Internal = ApiError::from(error) else {
            return Self::ServerError;
        };
        Self::ServerError
    }
}

impl From<FormRejection> for OAuthError {
    fn from(_: FormRejection) -> Self {
        Self::InvalidRequest("body is not the form that the token endpoint takes")
    }
}

impl From<JsonRejection> for OAuthError {
    fn from(_: JsonRejection) -> Self {
        Self::InvalidCredentialRequest("body is not the JSON that the credential endpoint takes")
    }
}
