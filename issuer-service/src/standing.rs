//! Revocations: decided at the desk, on their way to the ledger through the outbox.

use light_client::{
    id::TimeMs,
    record::{LegalBasis, StatusReason},
};
use serde::Serialize;
use sqlx::{AnyPool, Row as _};

use crate::{
    directory::Agency,
    document::StoredDocument,
    error::ServiceError,
    nonce::column_ms,
    outbox::{self, Kind, NewEntry},
};

/// The reasons, and their names in the API.
const REASONS: [(StatusReason, &str); 6] = [
    (StatusReason::Unspecified, "unspecified"),
    (StatusReason::IssuedInError, "issued_in_error"),
    (StatusReason::Superseded, "superseded"),
    (StatusReason::KeyCompromised, "key_compromised"),
    (StatusReason::NoLongerEntitled, "no_longer_entitled"),
    (StatusReason::LegalOrder, "legal_order"),
];

/// Reads a reason's name.
pub fn parse_reason(text: &str) -> Option<StatusReason> {
    let mut reasons = REASONS.into_iter();
    reasons
        .find(|(_, name)| *name == text)
        .map(|(reason, _)| reason)
}

/// The newest revocation of a document, as the desk sees it.
#[derive(Debug, Serialize)]
pub struct StandingView {
    /// Why.
    pub reason: String,
    /// The law or order on which it rests.
    pub basis: String,
    /// From when it counts.
    pub effective_ms: i64,
    /// `open`, `signed`, `submitted`, `final` or `refused`.
    pub state: String,
    /// The height at which it became final.
    pub height: Option<i64>,
    /// Why the ledger refused it.
    pub refusal: Option<String>,
}

/// Revokes a document, unless it is revoked already; whether it was not.
///
/// # Errors
/// [`ServiceError`].
pub async fn revoke(
    db: &AnyPool,
    agency: &Agency,
    document: &StoredDocument,
    (reason, basis): (StatusReason, &LegalBasis),
    now: TimeMs,
) -> Result<bool, ServiceError> {
    let mut tx = db.begin().await?;
    let entry = NewEntry {
        kind: Kind::Status,
        agency: &agency.id,
        seller: None,
        document_type: None,
        lease_first: None,
    };
    let outbox = outbox::insert(&mut tx, &entry, now).await?;
    // After the insert, which makes concurrent requests wait for each other.
    let standing = sqlx::query(
        "SELECT standing.outbox FROM standing JOIN outbox ON outbox.id = standing.outbox \
         WHERE standing.document = $1 AND outbox.state <> 'refused'",
    )
    .bind(&document.id)
    .fetch_optional(&mut *tx)
    .await?;
    if standing.is_some() {
        return Ok(false);
    }
    let name = REASONS.iter().find(|(known, _)| *known == reason);
    sqlx::query(
        "INSERT INTO standing (outbox, document, reason, basis, effective_ms) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(outbox)
    .bind(&document.id)
    .bind(name.map_or("unspecified", |(_, name)| *name))
    .bind(basis.as_str())
    .bind(column_ms(now.0))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// The newest revocation of a document, if there is one.
///
/// # Errors
/// As the database says.
pub async fn of(db: &AnyPool, document_id: &str) -> Result<Option<StandingView>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT standing.reason, standing.basis, standing.effective_ms, outbox.state, outbox.height, \
         outbox.refusal FROM standing JOIN outbox ON outbox.id = standing.outbox \
         WHERE standing.document = $1 ORDER BY outbox.created_ms DESC, outbox.id LIMIT 1",
    )
    .bind(document_id)
    .fetch_optional(db)
    .await?;
    let read = |row: sqlx::any::AnyRow| {
        Ok(StandingView {
            reason: row.try_get("reason")?,
            basis: row.try_get("basis")?,
            effective_ms: row.try_get("effective_ms")?,
            state: row.try_get("state")?,
            height: row.try_get("height")?,
            refusal: row.try_get("refusal")?,
        })
    };
    row.map(read).transpose()
}
