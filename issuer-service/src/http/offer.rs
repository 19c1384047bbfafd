//! Offers by reference, and their QR codes.
//!
//! # Standard
//! OpenID4VCI 1.0 §4.1.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ApiError,
    extract::{AgencyPath, Params},
};
use crate::{
    directory::Agency,
    offer::{self, OpenError},
    service::Service,
};

#[derive(Deserialize)]
pub(super) struct OfferParams {
    offer: String,
}

/// Where an offer is fetched.
pub(super) fn offer_url(service: &Service, agency: &Agency, offer_id: &str) -> String {
    format!("{}/offers/{offer_id}", service.credential_issuer(agency))
}

/// The link that wallets follow.
pub(super) fn offer_link(service: &Service, agency: &Agency, offer_id: &str) -> String {
    let url = offer_url(service, agency, offer_id);
    format!(
        "openid-credential-offer://?credential_offer_uri={}",
        percent_encode(&url)
    )
}

pub(super) async fn show(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
    Params(OfferParams { offer }): Params<OfferParams>,
) -> Result<Json<Value>, ApiError> {
    let open = offer::open(&service.db, &agency.id, &offer, service.now()).await?;
    let mut grant = json!({ "pre-authorized_code": open.code });
    if open.wants_tx_code {
        grant["tx_code"] = json!({
            "input_mode": "numeric",
            "length": 6,
            "description": "发证机关另行告知的六位数字 · six digits given to you by the issuer",
        });
    }
    Ok(Json(json!({
        "credential_issuer": service.credential_issuer(&agency),
        "credential_configuration_ids": [open.configuration],
        "grants": { "urn:ietf:params:oauth:grant-type:pre-authorized_code": grant },
    })))
}

pub(super) async fn qr_code(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
    Params(OfferParams { offer }): Params<OfferParams>,
) -> Result<impl IntoResponse, ApiError> {
    offer::open(&service.db, &agency.id, &offer, service.now()).await?;
    let link = offer_link(&service, &agency, &offer);
    let code = QrCode::encode_text(&link, QrCodeEcc::Medium).map_err(|_| ApiError::Internal)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg(&code)))
}

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Closed => Self::OfferClosed,
            OpenError::Unknown => Self::OfferUnknown,
            OpenError::Service(error) => error.into(),
        }
    }
}

/// One path of unit squares, with the quiet zone of four modules that ISO/IEC 18004 asks for.
fn svg(code: &QrCode) -> String {
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + 4, y + 4));
        }
    }
    let side = size + 8;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0,0h{side}v{side}h-{side}z\"/>\
         <path d=\"{path}\"/></svg>"
    )
}

/// RFC 3986 §2.1: everything but unreserved characters.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_being_a_parameter() {
        assert_eq!(percent_encode("http://h:1/a~b"), "http%3A%2F%2Fh%3A1%2Fa~b");
    }

    #[test]
    fn a_code_is_an_image() {
        let code = QrCode::encode_text("x", QrCodeEcc::Medium).expect("short");
        let svg = svg(&code);
        assert!(
            svg.contains("viewBox=\"0 0 29 29\""),
            "version 1 has 21 modules a side"
        );
        assert!(
            svg.contains("M4,4h1v1h-1z"),
            "the corner of a finder pattern is dark"
        );
    }
}
