//! The token endpoint: a pre-authorized code for an access token.
//!
//! # Standard
//! OpenID4VCI 1.0 §6, RFC 6749 §5.

use axum::{Form, Json, extract::State, extract::rejection::FormRejection};
use serde::{Deserialize, Serialize};

use super::{extract::AgencyPath, oauth_error::OAuthError};
use crate::{
    offer::{self, RedeemError},
    service::Service,
};

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

#[derive(Deserialize)]
pub(super) struct Request {
    grant_type: Option<String>,
    #[serde(rename = "pre-authorized_code")]
    code: Option<String>,
    tx_code: Option<String>,
    authorization_details: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Answer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
}

pub(super) async fn exchange(
    State(service): State<Service>,
    AgencyPath(agency): AgencyPath,
    form: Result<Form<Request>, FormRejection>,
) -> Result<Json<Answer>, OAuthError> {
    let Form(request) = form?;
    let grant_type = request.grant_type.as_deref();
    if grant_type.ok_or(OAuthError::InvalidRequest("grant_type is missing"))? != PRE_AUTHORIZED {
        return Err(OAuthError::UnsupportedGrantType);
    }
    let code = request.code.as_deref();
    let code = code.ok_or(OAuthError::InvalidRequest("pre-authorized_code is missing"))?;
    // Answering it would need credential identifiers, which the metadata does not promise.
    if request.authorization_details.is_some() {
        return Err(OAuthError::InvalidRequest(
            "authorization_details is not supported",
        ));
    }
    let tx_code = request.tx_code.as_deref();
    let redeemed = offer::redeem(&service.db, &agency.id, code, tx_code, service.now()).await;
    let access_token = redeemed.map_err(|error| match error {
        RedeemError::InvalidGrant => OAuthError::InvalidGrant,
        RedeemError::TxCodeMissing => OAuthError::InvalidRequest("tx_code is missing"),
        RedeemError::TxCodeUnexpected => OAuthError::InvalidRequest("tx_code was not asked for"),
        RedeemError::Service(error) => error.into(),
    })?;
    Ok(Json(Answer {
        access_token,
        token_type: "Bearer",
        expires_in: offer::ACCESS_LIFETIME_MS / 1000,
    }))
}
