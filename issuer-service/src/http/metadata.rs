//! What wallets need to know before they ask.
//!
//! # Standard
//! OpenID4VCI 1.0 §12.2 (credential issuer), RFC 8414 (authorization server).

use axum::{Json, extract::State};
use credentials_schemas::credential::{ClaimSpec, CredentialType};
use serde_json::{Map, Value, json};

use super::extract::AgencyPath;
use crate::{catalogue, directory::Agency, holder_proof, service::Service};

pub(super) async fn credential_issuer(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
) -> Json<Value> {
    let issuer = service.credential_issuer(&agency);
    Json(json!({
        "credential_issuer": issuer,
        "authorization_servers": [issuer],
        "credential_endpoint": format!("{issuer}/credential"),
        "nonce_endpoint": format!("{issuer}/nonce"),
        "display": display(&agency.name.zh, &agency.name.en),
        "credential_configurations_supported": configurations(&agency),
    }))
}

pub(super) async fn authorization_server(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
) -> Json<Value> {
    let issuer = service.credential_issuer(&agency);
    Json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/token"),
        "grant_types_supported": ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": true,
    }))
}

fn configurations(agency: &Agency) -> Map<String, Value> {
    let types = agency.issues.iter();
    let kinds = types.filter_map(|document_type| CredentialType::find(document_type.as_str()));
    kinds
        .map(|kind| {
            (
                catalogue::configuration_id(kind).to_owned(),
                configuration(agency, kind),
            )
        })
        .collect()
}

fn configuration(agency: &Agency, kind: CredentialType) -> Value {
    let signing = light_client::document::Algorithm::of(agency.signer.public_key().kind());
    let proving = holder_proof::ALGORITHMS.map(light_client::document::Algorithm::name);
    json!({
        "format": "dc+sd-jwt",
        "vct": kind.vct(),
        "credential_signing_alg_values_supported": [signing.name()],
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": {
            "jwt": { "proof_signing_alg_values_supported": proving },
        },
        "credential_metadata": {
            "display": display(kind.name_zh(), kind.name_en()),
            "claims": kind.claims().iter().map(claim).collect::<Vec<_>>(),
        },
    })
}

fn claim(spec: &ClaimSpec) -> Value {
    json!({
        "path": [spec.name],
        "mandatory": spec.is_mandatory,
        "display": display(spec.label_zh, spec.label_en),
    })
}

fn display(zh: &str, en: &str) -> Value {
    json!([
        { "name": zh, "locale": "zh-CN" },
        { "name": en, "locale": "en" },
    ])
}
