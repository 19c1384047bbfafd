//! Pre-authorized offers: made at the desk, redeemed once, turned into one credential.
//!
//! ```text
//! open ──token request──▶ redeemed ──credential request──▶ claimed
//!   │ five wrong transaction codes, or time: never redeemed
//! ```
//! The id in an offer's link and the code in the offer are secrets of the holder; the code is
//! derived from the id, so the database needs to keep neither.
//!
//! # Standard
//! OpenID4VCI 1.0 §4.1.1 (pre-authorized code grant), §6 (token endpoint).

use light_client::id::{IssuerId, TimeMs};
use sqlx::{Any, AnyPool, Row as _, Transaction};

use crate::{error::ServiceError, nonce::column_ms, random};

/// How long the holder has to come for the credential.
pub const OFFER_LIFETIME_MS: u64 = 7 * 24 * 60 * 60 * 1000;
/// How long an access token is good for.
pub const ACCESS_LIFETIME_MS: u64 = 10 * 60 * 1000;
/// How many transaction codes may be tried.
const MAX_TRIES: i64 = 5;

/// An offer that has just been made.
#[derive(Debug)]
pub struct NewOffer {
    /// The document that it will become.
    pub document_id: String,
    /// The secret in its link.
    pub offer_id: String,
    /// The code that the desk gives the holder by another way, if it asked for one.
    pub tx_code: Option<String>,
    /// The key that opens the bundle once it is anchored.
    pub download_key: String,
}

/// What the desk wants to offer.
#[derive(Debug, Clone, Copy)]
pub struct OfferDraft<'a> {
    /// The agency.
    pub agency: &'a IssuerId,
    /// The document type.
    pub document_type: &'a str,
    /// The credential configuration's id.
    pub configuration: &'a str,
    /// The claims, checked, as JSON.
    pub claims: &'a str,
    /// Whether a transaction code is to be asked for.
    pub with_tx_code: bool,
}

/// Makes an offer and the document that it will become, and forgets the claims of offers that
/// nobody came for in time: they are about people, and no longer needed.
///
/// # Errors
/// [`ServiceError`].
pub async fn create(
    db: &AnyPool,
    draft: &OfferDraft<'_>,
    now: TimeMs,
) -> Result<NewOffer, ServiceError> {
    let new = NewOffer {
        document_id: random::name()?,
        offer_id: random::token()?,
        tx_code: draft.with_tx_code.then(random::six_digits).transpose()?,
        download_key: random::token()?,
    };
    let mut tx = db.begin().await?;
    sqlx::query("UPDATE offer SET claims = NULL WHERE claims IS NOT NULL AND expires_ms <= $1")
        // Whoever redeemed the code at the last moment still has the time of the token.
        .bind(column_ms(now.0.saturating_sub(ACCESS_LIFETIME_MS)))
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT INTO document (id, agency, document_type, state, download_hash, created_ms) \
         VALUES ($1, $2, $3, 'offered', $4, $5)",
    )
    .bind(&new.document_id)
    .bind(draft.agency.as_str())
    .bind(draft.document_type)
    .bind(fingerprint("download", &new.download_key))
    .bind(column_ms(now.0))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO offer (id_hash, code_hash, agency, document, configuration, claims, \
         tx_code_hash, tries_left, state, expires_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)",
    )
    .bind(fingerprint("offer", &new.offer_id))
    .bind(fingerprint("code", &code(&new.offer_id)))
    .bind(draft.agency.as_str())
    .bind(&new.document_id)
    .bind(draft.configuration)
    .bind(draft.claims)
    .bind(
        new.tx_code
            .as_deref()
            .map(|tx_code| tx_code_hash(&code(&new.offer_id), tx_code)),
    )
    .bind(MAX_TRIES)
    .bind(column_ms(now.0.saturating_add(OFFER_LIFETIME_MS)))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(new)
}

/// An offer as its link shows it.
#[derive(Debug)]
pub struct OpenOffer {
    /// The credential configuration's id.
    pub configuration: String,
    /// The pre-authorized code.
    pub code: String,
    /// Whether a transaction code is asked for.
    pub wants_tx_code: bool,
}

/// Why there is no offer to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It was redeemed, or its time or tries are over.
    #[error("offer is closed")]
    Closed,
    /// There never was one.
    #[error("no such offer")]
    Unknown,
    /// Not the caller's fault.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Finds the offer of a link.
///
/// # Errors
/// [`OpenError`].
pub async fn open(
    db: &AnyPool,
    agency: &IssuerId,
    offer_id: &str,
    now: TimeMs,
) -> Result<OpenOffer, OpenError> {
    let row = sqlx::query(
        "SELECT configuration, tx_code_hash, state, tries_left, expires_ms FROM offer \
         WHERE id_hash = $1 AND agency = $2",
    )
    .bind(fingerprint("offer", offer_id))
    .bind(agency.as_str())
    .fetch_optional(db)
    .await
    .map_err(ServiceError::from)?
    .ok_or(OpenError::Unknown)?;
    let read = || -> Result<(bool, OpenOffer), sqlx::Error> {
        let state: String = row.try_get("state")?;
        let tries_left: i64 = row.try_get("tries_left")?;
        let expires_ms: i64 = row.try_get("expires_ms")?;
        let tx_code_hash: Option<Vec<u8>> = row.try_get("tx_code_hash")?;
        let is_open = state == "open" && tries_left > 0 && expires_ms > column_ms(now.0);
        let offer = OpenOffer {
            configuration: row.try_get("configuration")?,
            code: code(offer_id),
            wants_tx_code: tx_code_hash.is_some(),
        };
        Ok((is_open, offer))
    };
    match read().map_err(ServiceError::from)? {
        (true, offer) => Ok(offer),
        (false, _) => Err(OpenError::Closed),
    }
}

/// Why a code is not exchanged for an access token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedeemError {
    /// Unknown, used or expired code; wrong transaction code; too many tries.
    #[error("code is not accepted")]
    InvalidGrant,
    /// A transaction code is asked for and absent.
    #[error("transaction code is missing")]
    TxCodeMissing,
    /// A transaction code is there that was not asked for.
    #[error("transaction code was not asked for")]
    TxCodeUnexpected,
    /// Not the caller's fault.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<sqlx::Error> for RedeemError {
    fn from(error: sqlx::Error) -> Self {
        Self::Service(error.into())
    }
}

/// Exchanges a code for an access token: once, ever.
///
/// # Errors
/// [`RedeemError`].
///
/// # Security
/// The try is counted before the transaction code is looked at and in the same database
/// transaction, so concurrent guesses cannot share one.
pub async fn redeem(
    db: &AnyPool,
    agency: &IssuerId,
    code: &str,
    tx_code: Option<&str>,
    now: TimeMs,
) -> Result<String, RedeemError> {
    let code_hash = fingerprint("code", code);
    let mut tx = db.begin().await?;
    let row = sqlx::query(
        "UPDATE offer SET tries_left = tries_left - 1 WHERE code_hash = $1 AND agency = $2 \
         AND state = 'open' AND tries_left > 0 AND expires_ms > $3 RETURNING tx_code_hash",
    )
    .bind(code_hash.clone())
    .bind(agency.as_str())
    .bind(column_ms(now.0))
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(RedeemError::InvalidGrant)?;
    let expected: Option<Vec<u8>> = row.try_get("tx_code_hash")?;
    match (expected, tx_code) {
        (None, None) => {}
        // Neither is a guess: dropping the transaction gives the try back.
        (Some(_), None) => return Err(RedeemError::TxCodeMissing),
        (None, Some(_)) => return Err(RedeemError::TxCodeUnexpected),
        (Some(expected), Some(given)) => {
            if expected != tx_code_hash(code, given) {
                tx.commit().await?;
                return Err(RedeemError::InvalidGrant);
            }
        }
    }
    let token = random::token().map_err(ServiceError::from)?;
    sqlx::query(
        "UPDATE offer SET state = 'redeemed', access_hash = $1, access_expires_ms = $2 \
         WHERE code_hash = $3",
    )
    .bind(fingerprint("access", &token))
    .bind(column_ms(now.0.saturating_add(ACCESS_LIFETIME_MS)))
    .bind(code_hash)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// What an access token opens.
#[derive(Debug)]
pub struct Authorized {
    /// The document to make.
    pub document_id: String,
    /// The credential configuration's id.
    pub configuration: String,
    /// The claims, as JSON; none once the credential has been made.
    pub claims: Option<String>,
}

/// Finds what an access token opens; none if it opens nothing.
///
/// # Errors
/// [`ServiceError`].
pub async fn authorize(
    db: &AnyPool,
    agency: &IssuerId,
    token: &str,
    now: TimeMs,
) -> Result<Option<Authorized>, ServiceError> {
    let row = sqlx::query(
        "SELECT document, configuration, claims FROM offer \
         WHERE access_hash = $1 AND agency = $2 AND access_expires_ms > $3",
    )
    .bind(fingerprint("access", token))
    .bind(agency.as_str())
    .bind(column_ms(now.0))
    .fetch_optional(db)
    .await?;
    let read = |row: sqlx::any::AnyRow| {
        Ok(Authorized {
            document_id: row.try_get("document")?,
            configuration: row.try_get("configuration")?,
            claims: row.try_get("claims")?,
        })
    };
    row.map(read).transpose()
}

/// Marks the offer of a document as claimed and erases the claims; whether it was there to be
/// claimed. The caller stores the credential in the same database transaction.
///
/// # Errors
/// [`ServiceError`].
pub async fn claim(tx: &mut Transaction<'_, Any>, document_id: &str) -> Result<bool, ServiceError> {
    let outcome = sqlx::query(
        "UPDATE offer SET state = 'claimed', claims = NULL \
         WHERE document = $1 AND state = 'redeemed'",
    )
    .bind(document_id)
    .execute(&mut **tx)
    .await?;
    Ok(outcome.rows_affected() == 1)
}

/// The pre-authorized code of an offer.
fn code(offer_id: &str) -> String {
    random::fingerprint("pre-authorized code", offer_id).to_hex()
}

fn fingerprint(purpose: &str, secret: &str) -> Vec<u8> {
    random::fingerprint(purpose, secret).as_bytes().to_vec()
}

/// Bound to the offer, so that equal transaction codes do not have equal hashes.
fn tx_code_hash(code: &str, tx_code: &str) -> Vec<u8> {
    fingerprint(code, tx_code)
}
