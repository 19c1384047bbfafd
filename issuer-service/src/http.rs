//! The HTTP surface: OpenID4VCI for wallets, the desk for agencies, proofs for everyone, and the
//! web app's files.
//!
//! ```text
//! /.well-known/openid-credential-issuer/agencies/{agency}      metadata
//! /.well-known/oauth-authorization-server/agencies/{agency}
//! /agencies/{agency}/…      did.json, offers/{offer}[/qr.svg], token, nonce, credential
//! /api/agencies[/{agency}]  who there is
//! /api/agencies/{agency}/…  the desk: credentials, invoices, leases, documents
//! /api/…                    proofs/{digest}, bundles/{document}, trust, ledger/head
//! /healthz /readyz
//! ```

mod agency;
mod assets;
mod bundle;
mod credential;
mod desk;
mod error;
mod extract;
mod health;
mod metadata;
mod nonce;
mod oauth_error;
mod offer;
mod request_log;
mod token;

use std::path::Path;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware,
    routing::{get, post},
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::service::Service;

pub use error::ApiError;

/// The longest body of a request, unless its route says otherwise.
const MAX_BODY_BYTES: usize = 64 * 1024;
/// The longest body of a request with claims: a portrait fits.
const MAX_CLAIMS_BYTES: usize = 512 * 1024;
/// The longest body of a request with an invoice.
const MAX_INVOICE_BYTES: usize = 4 << 20;

/// All routes; `web` is the folder of the web app, if it is served here.
pub fn router(service: Service, web: Option<&Path>) -> Router {
    let api = Router::new()
        .merge(wallet_routes())
        .merge(desk_routes())
        .merge(public_routes())
        .layer(header_layer(header::CACHE_CONTROL, "no-store"));
    assets::add(api, web)
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(
            service.clone(),
            request_log::log,
        ))
        .layer(header_layer(
            header::CONTENT_SECURITY_POLICY,
            assets::POLICY,
        ))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "no-referrer"))
        .layer(header_layer(header::X_FRAME_OPTIONS, "DENY"))
        .with_state(service)
}

fn wallet_routes() -> Router<Service> {
    Router::new()
        .route(
            "/.well-known/openid-credential-issuer/agencies/{agency}",
            get(metadata::credential_issuer),
        )
        .route(
            "/.well-known/oauth-authorization-server/agencies/{agency}",
            get(metadata::authorization_server),
        )
        .route("/agencies/{agency}/did.json", get(agency::did_document))
        .route("/agencies/{agency}/offers/{offer}", get(offer::show))
        .route(
            "/agencies/{agency}/offers/{offer}/qr.svg",
            get(offer::qr_code),
        )
        .route("/agencies/{agency}/token", post(token::exchange))
        .route("/agencies/{agency}/nonce", post(nonce::issue))
        .route("/agencies/{agency}/credential", post(credential::issue))
}

fn desk_routes() -> Router<Service> {
    Router::new()
        .route(
            "/api/agencies/{agency}/credentials",
            post(desk::offer_credential).layer(DefaultBodyLimit::max(MAX_CLAIMS_BYTES)),
        )
        .route(
            "/api/agencies/{agency}/invoices",
            post(desk::issue_invoice).layer(DefaultBodyLimit::max(MAX_INVOICE_BYTES)),
        )
        .route(
            "/api/agencies/{agency}/leases",
            get(desk::list_leases).post(desk::lease_numbers),
        )
        .route(
            "/api/agencies/{agency}/documents",
            get(desk::list_documents),
        )
        .route(
            "/api/agencies/{agency}/documents/{document}",
            get(desk::show_document),
        )
        .route(
            "/api/agencies/{agency}/documents/{document}/revoke",
            post(desk::revoke),
        )
}

fn public_routes() -> Router<Service> {
    Router::new()
        .route("/api/agencies", get(agency::list))
        .route("/api/agencies/{agency}", get(agency::show))
        .route("/api/proofs/{digest}", get(bundle::proofs))
        .route("/api/bundles/{document}", get(bundle::bundle))
        .route("/api/trust", get(bundle::trust_store))
        .route("/api/ledger/head", get(health::ledger_head))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

fn header_layer(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
