//! Whether the service lives, and whether it can work.

use axum::{Json, extract::State};
use serde::Serialize;

use super::ApiError;
use crate::{error::ServiceError, ledger_client::LedgerHead, service::Service};

#[derive(Serialize)]
pub(super) struct Health {
    status: &'static str,
}

pub(super) async fn alive() -> Json<Health> {
    Json(Health { status: "alive" })
}

/// Ready: the database answers, and the node answers for the ledger this service belongs to.
pub(super) async fn ready(State(service): State<Service>) -> Result<Json<Health>, ApiError> {
    sqlx::query("SELECT 1").execute(&service.db).await?;
    let head = service.ledger.head().await.map_err(ServiceError::from)?;
    if head.ledger_id == service.ledger_id().to_string() {
        Ok(Json(Health { status: "ready" }))
    } else {
        tracing::error!(found = head.ledger_id, "the node is of another ledger");
        Err(ApiError::LedgerUnavailable)
    }
}

/// Relays the node's word on where the ledger is. It is not evidence.
pub(super) async fn ledger_head(
    State(service): State<Service>,
) -> Result<Json<LedgerHead>, ApiError> {
    let head = service.ledger.head().await.map_err(ServiceError::from)?;
    Ok(Json(head))
}
