//! The desk: what an agency's clerks and their software do.

use axum::{Json, extract::State, http::StatusCode};
use credentials_schemas::{credential::CredentialType, json::Json as StrictValue};
use light_client::record::LegalBasis;
use serde::{Deserialize, Serialize};

use super::{
    ApiError,
    extract::{Desk, JsonBody, Params, QueryParams, StrictJson},
    offer::{offer_link, offer_url},
};
use crate::{
    catalogue,
    config::LeaseSeed,
    credential::{CheckedClaims, china_time},
    directory::Agency,
    document::{self, State as DocumentState, StoredDocument},
    error::ServiceError,
    invoice::{self, IssueError},
    lease::{self, LeaseError, LeaseView},
    offer::{self, OfferDraft},
    outbox,
    service::Service,
    standing::{self, StandingView},
};

#[derive(Serialize)]
pub(super) struct OfferedCredential {
    document_id: String,
    /// The link for the wallet, also as a QR code.
    offer_uri: String,
    /// Where the wallet fetches the offer.
    credential_offer_uri: String,
    qr_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tx_code: Option<String>,
    download_key: String,
}

/// `{"type": vct, "claims": {…}, "tx_code": true}`
pub(super) async fn offer_credential(
    State(service): State<Service>,
    Desk(agency): Desk,
    StrictJson(body): StrictJson,
) -> Result<(StatusCode, Json<OfferedCredential>), ApiError> {
    let request = read_offer(&body)?;
    let kind = CredentialType::find(request.document_type).ok_or(ApiError::TypeUnknown)?;
    if !agency
        .issues
        .iter()
        .any(|document_type| document_type.as_str() == kind.vct())
    {
        return Err(ApiError::TypeNotOffered);
    }
    let today = china_time(service.now()).ok_or(ServiceError::Clock)?.date();
    let checked = CheckedClaims::new(kind, request.claims, today)
        .and_then(|claims| claims.to_text())
        .map_err(|error| ApiError::ClaimsInvalid(error.to_string()))?;
    let draft = OfferDraft {
        agency: &agency.id,
        document_type: kind.vct(),
        configuration: catalogue::configuration_id(kind),
        claims: &checked,
        with_tx_code: request.with_tx_code,
    };
    let new = offer::create(&service.db, &draft, service.now()).await?;
    let url = offer_url(&service, &agency, &new.offer_id);
    Ok((
        StatusCode::CREATED,
        Json(OfferedCredential {
            offer_uri: offer_link(&service, &agency, &new.offer_id),
            qr_uri: format!("{url}/qr.svg"),
            credential_offer_uri: url,
            document_id: new.document_id,
            tx_code: new.tx_code,
            download_key: new.download_key,
        }),
    ))
}

struct OfferRequest<'a> {
    document_type: &'a str,
    claims: &'a StrictValue,
    with_tx_code: bool,
}

fn read_offer(body: &StrictValue) -> Result<OfferRequest<'_>, ApiError> {
    let malformed = |what: &str| ApiError::BodyMalformed(what.to_owned());
    let members = body.as_object().ok_or_else(|| malformed("not an object"))?;
    let known = ["type", "claims", "tx_code"];
    if let Some((name, _)) = members
        .iter()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        return Err(malformed(&format!("unknown member {name:?}")));
    }
    let with_tx_code = match body.member("tx_code") {
        None => Some(false),
        Some(value) => value.as_bool(),
    };
    Ok(OfferRequest {
        document_type: body
            .member("type")
            .and_then(StrictValue::as_str)
            .ok_or_else(|| malformed("type must be a text"))?,
        claims: body
            .member("claims")
            .ok_or_else(|| malformed("claims are missing"))?,
        with_tx_code: with_tx_code.ok_or_else(|| malformed("tx_code must be true or false"))?,
    })
}

#[derive(Serialize)]
pub(super) struct IssuedInvoice {
    document_id: String,
    number: String,
    digest: String,
    download_key: String,
    /// For the buyer, and never in a bundle: signs claims against the invoice.
    claim_secret: String,
}

/// The invoice without what the service fills in: see [`invoice::issue`].
pub(super) async fn issue_invoice(
    State(service): State<Service>,
    Desk(agency): Desk,
    StrictJson(draft): StrictJson,
) -> Result<(StatusCode, Json<IssuedInvoice>), ApiError> {
    if !agency.issues.iter().any(catalogue::is_invoice) {
        return Err(ApiError::TypeNotOffered);
    }
    let issued = invoice::issue(&service, &agency, draft).await?;
    service.outbox_bell.notify_one();
    Ok((
        StatusCode::CREATED,
        Json(IssuedInvoice {
            document_id: issued.document_id,
            number: issued.number.to_string(),
            digest: issued.digest.to_hex(),
            download_key: issued.download_key,
            claim_secret: hex::encode(issued.claim_secret),
        }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeaseRequest {
    seller: String,
    first: String,
    count: u64,
    quota_fen: u64,
}

pub(super) async fn lease_numbers(
    State(service): State<Service>,
    Desk(agency): Desk,
    JsonBody(request): JsonBody<LeaseRequest>,
) -> Result<StatusCode, ApiError> {
    let seller = agency
        .sellers
        .get(&request.seller)
        .ok_or(ApiError::SellerUnknown)?;
    let lease = LeaseSeed {
        first: request
            .first
            .parse()
            .map_err(|_| ApiError::LeaseInvalid("first number"))?,
        count: request.count,
        quota_fen: request.quota_fen,
    };
    lease::request(&service.db, &agency, seller, lease, service.now()).await?;
    service.outbox_bell.notify_one();
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn list_leases(
    State(service): State<Service>,
    Desk(agency): Desk,
) -> Result<Json<Vec<LeaseView>>, ApiError> {
    Ok(Json(lease::list(&service.db, &agency).await?))
}

#[derive(Serialize)]
pub(super) struct DocumentView {
    document_id: String,
    #[serde(rename = "type")]
    document_type: String,
    state: DocumentState,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    created_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation: Option<StandingView>,
    /// For an invoice, and shown to the desk alone: see [`IssuedInvoice`].
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_secret: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct DocumentParams {
    document: String,
}

pub(super) async fn show_document(
    State(service): State<Service>,
    Desk(agency): Desk,
    Params(DocumentParams { document }): Params<DocumentParams>,
) -> Result<Json<DocumentView>, ApiError> {
    let found = find(&service, &agency, &document).await?;
    Ok(Json(view(&service, found).await?))
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    limit: Option<u16>,
}

/// Documents at most in one answer.
const MAX_LISTED: u16 = 500;

pub(super) async fn list_documents(
    State(service): State<Service>,
    Desk(agency): Desk,
    QueryParams(ListQuery { limit }): QueryParams<ListQuery>,
) -> Result<Json<Vec<DocumentView>>, ApiError> {
    let limit = limit.unwrap_or(50).min(MAX_LISTED);
    let mut views = Vec::new();
    for found in document::newest(&service.db, &agency.id, i64::from(limit)).await? {
        views.push(view(&service, found).await?);
    }
    Ok(Json(views))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeRequest {
    reason: String,
    /// The law or order on which it rests, for everybody to read.
    basis: String,
}

pub(super) async fn revoke(
    State(service): State<Service>,
    Desk(agency): Desk,
    Params(DocumentParams { document }): Params<DocumentParams>,
    JsonBody(request): JsonBody<RevokeRequest>,
) -> Result<StatusCode, ApiError> {
    let found = find(&service, &agency, &document).await?;
    let reason = standing::parse_reason(&request.reason)
        .ok_or_else(|| ApiError::BodyMalformed("reason is not one of the list".to_owned()))?;
    let basis = LegalBasis::parse(&request.basis)
        .map_err(|_| ApiError::BodyMalformed("basis is not a legal basis".to_owned()))?;
    match found.state {
        // There is nothing yet that could be revoked, or never will be.
        DocumentState::Offered | DocumentState::Failed => return Err(ApiError::NotIssued),
        DocumentState::Queued | DocumentState::Submitted | DocumentState::Anchored => {}
    }
    if !standing::revoke(
        &service.db,
        &agency,
        &found,
        (reason, &basis),
        service.now(),
    )
    .await?
    {
        return Err(ApiError::DocumentRevoked);
    }
    service.outbox_bell.notify_one();
    Ok(StatusCode::ACCEPTED)
}

async fn find(
    service: &Service,
    agency: &Agency,
    document: &str,
) -> Result<StoredDocument, ApiError> {
    let found = document::find(&service.db, &agency.id, document).await?;
    found.ok_or(ApiError::DocumentUnknown)
}

async fn view(service: &Service, document: StoredDocument) -> Result<DocumentView, ApiError> {
    let entry = match &document.outbox {
        Some(id) => outbox::find(&service.db, id).await?,
        None => None,
    };
    Ok(DocumentView {
        revocation: standing::of(&service.db, &document.id).await?,
        document_id: document.id,
        document_type: document.document_type,
        state: document.state,
        failure: document.failure,
        digest: document.digest.map(light_client::hash::Digest::to_hex),
        number: document.number,
        height: entry.and_then(|entry| entry.height).map(|height| height.0),
        created_ms: document.created_ms,
        claim_secret: document.claim_secret.map(hex::encode),
    })
}

impl From<LeaseError> for ApiError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::OutOfRange => Self::LeaseInvalid("out of range"),
            LeaseError::Overlap => Self::LeaseInvalid("overlaps another lease"),
            LeaseError::Service(error) => error.into(),
        }
    }
}

impl From<IssueError> for ApiError {
    fn from(error: IssueError) -> Self {
        let detail = error.to_string();
        let invalid = |rule| Self::InvoiceInvalid { rule, detail };
        match error {
            IssueError::InFuture => invalid("TI-09"),
            IssueError::Invoice(error) => invalid(error.code()),
            IssueError::NoLease => Self::NoLease,
            IssueError::OtherNumber { .. } => invalid("TI-50"),
            IssueError::RedLetter => invalid("TI-40"),
            IssueError::SellerDid => invalid("TI-13"),
            IssueError::SellerUnknown => Self::SellerUnknown,
            IssueError::Service(error) => error.into(),
        }
    }
}
