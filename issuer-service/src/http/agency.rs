//! Who issues here, and with which keys. None of it is evidence: the registry on the ledger is.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Serialize;

use super::{ApiError, extract::AgencyPath};
use crate::{
    did,
    directory::{Agency, Seller},
    service::Service,
    signing::Signer,
};

#[derive(Serialize)]
pub(super) struct AgencyView {
    id: String,
    name: light_client::record::DisplayName,
    did: String,
    credential_issuer: String,
    issues: Vec<String>,
    key: KeyView,
    sellers: Vec<SellerView>,
}

#[derive(Serialize)]
struct SellerView {
    id: String,
    name: String,
    key: KeyView,
}

#[derive(Serialize)]
struct KeyView {
    /// The id of the key on the ledger, in hexadecimal.
    id: String,
    /// The key's wire form, in hexadecimal.
    public: String,
    did: String,
}

pub(super) async fn list(State(service): State<Service>) -> Json<Vec<AgencyView>> {
    let agencies = service.directory.agencies();
    Json(
        agencies
            .map(|agency| AgencyView::new(&service, agency))
            .collect(),
    )
}

pub(super) async fn show(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
) -> Json<AgencyView> {
    Json(AgencyView::new(&service, &agency))
}

pub(super) async fn did_document(
    AgencyPath(agency): AgencyPath,
) -> Result<impl IntoResponse, ApiError> {
    let document = did::document(agency.signer.public_key()).await;
    let document = document.map_err(|error| {
        tracing::error!(%error, agency = %agency.id, "no DID document");
        ApiError::Internal
    })?;
    Ok((
        [(header::CONTENT_TYPE, "application/did+ld+json")],
        document,
    ))
}

impl AgencyView {
    fn new(service: &Service, agency: &Agency) -> Self {
        let sellers = agency.sellers.values();
        Self {
            id: agency.id.to_string(),
            name: agency.name.clone(),
            did: agency.id.did(&service.ledger_id()),
            credential_issuer: service.credential_issuer(agency),
            issues: agency.issues.iter().map(ToString::to_string).collect(),
            key: KeyView::new(service, agency.signer.as_ref()),
            sellers: sellers
                .map(|seller| SellerView::new(service, seller))
                .collect(),
        }
    }
}

impl SellerView {
    fn new(service: &Service, seller: &Seller) -> Self {
        Self {
            id: seller.id.clone(),
            name: seller.name.clone(),
            key: KeyView::new(service, seller.signer.as_ref()),
        }
    }
}

impl KeyView {
    fn new(service: &Service, signer: &dyn Signer) -> Self {
        let key = signer.public_key();
        Self {
            id: key.id(service.suite()).0.to_hex(),
            public: hex::encode(key.to_bytes()),
            did: did::did_key(key),
        }
    }
}
