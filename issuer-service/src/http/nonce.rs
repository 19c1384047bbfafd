//! The nonce endpoint.
//!
//! # Standard
//! OpenID4VCI 1.0 §7.

use axum::{Json, extract::State};
use serde::Serialize;

use super::{ApiError, extract::AgencyPath};
use crate::{nonce, service::Service};

#[derive(Serialize)]
pub(super) struct Answer {
    c_nonce: String,
}

pub(super) async fn issue(
    State(service): State<Service>,
    AgencyPath(_): AgencyPath,
) -> Result<Json<Answer>, ApiError> {
    let c_nonce = nonce::issue(&service.db, service.now()).await?;
    Ok(Json(Answer { c_nonce }))
}
