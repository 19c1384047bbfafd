//! The nonces of OpenID4VCI proofs: handed out freely, accepted once, for a short time.

use light_client::id::TimeMs;
use sqlx::AnyPool;

use crate::{error::ServiceError, random};

/// How long a nonce is good for.
const LIFETIME_MS: u64 = 5 * 60 * 1000;

/// Makes a nonce, and forgets those that have expired.
///
/// # Errors
/// [`ServiceError`].
pub async fn issue(db: &AnyPool, now: TimeMs) -> Result<String, ServiceError> {
    let nonce = random::token()?;
    sqlx::query("DELETE FROM nonce WHERE expires_ms <= $1")
        .bind(column_ms(now.0))
        .execute(db)
        .await?;
    sqlx::query("INSERT INTO nonce (hash, expires_ms) VALUES ($1, $2)")
        .bind(hash(&nonce))
        .bind(column_ms(now.0.saturating_add(LIFETIME_MS)))
        .execute(db)
        .await?;
    Ok(nonce)
}

/// Uses a nonce up; whether it was there to be used.
///
/// # Errors
/// [`ServiceError`].
pub async fn consume(db: &AnyPool, nonce: &str, now: TimeMs) -> Result<bool, ServiceError> {
    let outcome = sqlx::query("DELETE FROM nonce WHERE hash = $1 AND expires_ms > $2")
        .bind(hash(nonce))
        .bind(column_ms(now.0))
        .execute(db)
        .await?;
    Ok(outcome.rows_affected() == 1)
}

fn hash(nonce: &str) -> Vec<u8> {
    random::fingerprint("nonce", nonce).as_bytes().to_vec()
}

/// A time for its column.
pub(crate) fn column_ms(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
