//! Errors as callers see them: RFC 9457 problems with stable codes, and no internal detail.

use axum::{
    Json,
    extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::error::{ServiceError, chain};

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// There is no such agency here.
    #[error("no such agency")]
    AgencyUnknown,
    /// The body is not what the route takes.
    #[error("body is not the JSON this takes: {0}")]
    BodyMalformed(String),
    /// The body is too long.
    #[error("body is too long")]
    BodyTooLarge,
    /// The claims do not fit the type.
    #[error("claims do not fit the type: {0}")]
    ClaimsInvalid(String),
    /// Another content type than JSON.
    #[error("content type is not application/json")]
    ContentTypeUnsupported,
    /// The document has been revoked already.
    #[error("the document is revoked already, or about to be")]
    DocumentRevoked,
    /// There is no such document.
    #[error("no such document")]
    DocumentUnknown,
    /// Something failed in here.
    #[error("internal error")]
    Internal,
    /// The invoice breaks a rule.
    #[error("{detail}")]
    InvoiceInvalid {
        /// The rule's code.
        rule: &'static str,
        /// Where and what.
        detail: String,
    },
    /// The lease overlaps one that is there, or is out of range.
    #[error("lease cannot be granted: {0}")]
    LeaseInvalid(&'static str),
    /// The ledger's node cannot be reached.
    #[error("the ledger cannot be reached")]
    LedgerUnavailable,
    /// The route has other methods.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The seller has no number or no quota left.
    #[error("the seller has no leased number or quota left")]
    NoLease,
    /// There is no document yet, or the ledger refused it.
    #[error("the document has not been issued")]
    NotIssued,
    /// The document is not on the ledger yet.
    #[error("the document is not anchored yet")]
    NotAnchored,
    /// There is nothing here.
    #[error("nothing is here")]
    NotFound,
    /// The offer was used, or its time is over.
    #[error("the offer is closed")]
    OfferClosed,
    /// There is no such offer.
    #[error("no such offer")]
    OfferUnknown,
    /// What the node proved does not verify, so it is not handed out.
    #[error("proofs of the node do not verify")]
    ProofsInconsistent,
    /// A query or path parameter is malformed.
    #[error("malformed parameter in the address")]
    ParameterMalformed,
    /// No such seller under this agency.
    #[error("no such seller")]
    SellerUnknown,
    /// The agency's desk does not offer this type.
    #[error("the agency does not offer this type of document")]
    TypeNotOffered,
    /// There is no such type.
    #[error("no such type of document")]
    TypeUnknown,
    /// The desk token is absent or wrong.
    #[error("desk token is absent or wrong")]
    Unauthorized,
}

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    status: u16,
    code: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
}

impl ApiError {
    /// The code by which programs tell errors apart; it never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AgencyUnknown => "agency_unknown",
            Self::BodyMalformed(_) => "body_malformed",
            Self::BodyTooLarge => "body_too_large",
            Self::ClaimsInvalid(_) => "claims_invalid",
            Self::ContentTypeUnsupported => "content_type_unsupported",
            Self::DocumentRevoked => "document_revoked",
            Self::DocumentUnknown => "document_unknown",
            Self::Internal => "internal",
            Self::InvoiceInvalid { .. } => "invoice_invalid",
            Self::LeaseInvalid(_) => "lease_invalid",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NoLease => "no_lease",
            Self::NotAnchored => "not_anchored",
            Self::NotFound => "not_found",
            Self::NotIssued => "not_issued",
            Self::OfferClosed => "offer_closed",
            Self::OfferUnknown => "offer_unknown",
            Self::ParameterMalformed => "parameter_malformed",
            Self::ProofsInconsistent => "proofs_inconsistent",
            Self::SellerUnknown => "seller_unknown",
            Self::TypeNotOffered => "type_not_offered",
            Self::TypeUnknown => "type_unknown",
            Self::Unauthorized => "unauthorized",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::BodyMalformed(_) | Self::ParameterMalformed => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::AgencyUnknown | Self::DocumentUnknown | Self::NotFound | Self::OfferUnknown => {
                StatusCode::NOT_FOUND
            }
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::DocumentRevoked | Self::NoLease | Self::NotIssued => StatusCode::CONFLICT,
            Self::OfferClosed => StatusCode::GONE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ContentTypeUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ClaimsInvalid(_)
            | Self::InvoiceInvalid { .. }
            | Self::LeaseInvalid(_)
            | Self::SellerUnknown
            | Self::TypeNotOffered
            | Self::TypeUnknown => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotAnchored => StatusCode::TOO_EARLY,
            Self::Internal | Self::ProofsInconsistent => StatusCode::INTERNAL_SERVER_ERROR,
            Self::LedgerUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let rule = match &self {
            Self::InvoiceInvalid { rule, .. } => Some(*rule),
            _ => None,
        };
        let problem = Problem {
            kind: "about:blank",
            status: status.as_u16(),
            code: self.code(),
            title: self.to_string(),
            rule,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        let content_type = header::HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, content_type);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = header::HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        tracing::error!(error = chain(&error), "request failed");
        match error {
            ServiceError::Ledger(_) => Self::LedgerUnavailable,
            ServiceError::Clock
            | ServiceError::Credential(_)
            | ServiceError::Database(_)
            | ServiceError::Document(_)
            | ServiceError::Interrupted
            | ServiceError::Decode(_)
            | ServiceError::NoRandomness(_)
            | ServiceError::Sign(_) => Self::Internal,
        }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        ServiceError::from(error).into()
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            _ => Self::BodyMalformed(rejection.body_text()),
        }
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::MissingJsonContentType(_) => Self::ContentTypeUnsupported,
            JsonRejection::BytesRejection(rejection) => rejection.into(),
            other => Self::BodyMalformed(other.body_text()),
        }
    }
}

impl From<PathRejection> for ApiError {
    fn from(_: PathRejection) -> Self {
        Self::ParameterMalformed
    }
}

impl From<QueryRejection> for ApiError {
    fn from(_: QueryRejection) -> Self {
        Self::ParameterMalformed
    }
}
