//! Leases of invoice numbers: asked for here, granted by the ledger.

use credentials_schemas::invoice::InvoiceNumber;
use light_client::id::TimeMs;
use serde::Serialize;
use sqlx::{Any, AnyPool, Row as _, Transaction, any::AnyRow};

use crate::{
    config::LeaseSeed,
    directory::{Agency, Seller},
    document::unreadable,
    error::ServiceError,
    nonce::column_ms,
    outbox::{self, Kind, NewEntry},
};

/// Why a lease is not asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LeaseError {
    /// No numbers, too many, or a sequence that does not exist.
    #[error("out of range")]
    OutOfRange,
    /// It has numbers of another lease.
    #[error("overlaps another lease")]
    Overlap,
    /// Not the caller's fault.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<sqlx::Error> for LeaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::Service(error.into())
    }
}

/// A lease as the desk sees it.
#[derive(Debug, Serialize)]
pub struct LeaseView {
    /// The seller.
    pub seller: String,
    /// The first number.
    pub first: String,
    /// How many numbers.
    pub count: i64,
    /// How many have been given out.
    pub used: i64,
    /// The most that may be invoiced, in fen.
    pub quota_fen: i64,
    /// What has been invoiced, in fen.
    pub reserved_fen: i64,
    /// `open`, `signed`, `submitted`, `final` or `refused`.
    pub state: String,
    /// Why the ledger refused it.
    pub refusal: Option<String>,
}

/// Asks the ledger for a lease, through the outbox.
///
/// # Errors
/// [`LeaseError`].
pub async fn request(
    db: &AnyPool,
    agency: &Agency,
    seller: &Seller,
    lease: LeaseSeed,
    now: TimeMs,
) -> Result<(), LeaseError> {
    if !lease.is_in_range() || number_at(&lease.first, lease.count - 1).is_none() {
        return Err(LeaseError::OutOfRange);
    }
    let mut tx = db.begin().await?;
    let entry = NewEntry {
        kind: Kind::Lease,
        agency: &agency.id,
        seller: Some(&seller.id),
        document_type: None,
        lease_first: Some(lease.first),
    };
    let outbox = outbox::insert(&mut tx, &entry, now).await?;
    // After the insert, which makes concurrent requests wait for each other.
    if overlaps(&mut tx, lease).await? {
        return Err(LeaseError::Overlap);
    }
    sqlx::query(
        "INSERT INTO lease (agency, seller, first_number, number_count, used, quota_fen, \
         reserved_fen, outbox) VALUES ($1, $2, $3, $4, 0, $5, 0, $6)",
    )
    .bind(agency.id.as_str())
    .bind(&seller.id)
    .bind(lease.first.as_str())
    .bind(column_ms(lease.count))
    .bind(column_ms(lease.quota_fen))
    .bind(outbox)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// An agency's leases.
///
/// # Errors
/// As the database says.
pub async fn list(db: &AnyPool, agency: &Agency) -> Result<Vec<LeaseView>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT lease.seller, lease.first_number, number_count, used, quota_fen, reserved_fen, \
         outbox.state, outbox.refusal FROM lease JOIN outbox ON outbox.id = lease.outbox \
         WHERE lease.agency = $1 ORDER BY lease.first_number",
    )
    .bind(agency.id.as_str())
    .fetch_all(db)
    .await?;
    let read = |row: AnyRow| {
        Ok(LeaseView {
            seller: row.try_get("seller")?,
            first: row.try_get("first_number")?,
            count: row.try_get("number_count")?,
            used: row.try_get("used")?,
            quota_fen: row.try_get("quota_fen")?,
            reserved_fen: row.try_get("reserved_fen")?,
            state: row.try_get("state")?,
            refusal: row.try_get("refusal")?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The number that a seller's next invoice will have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextNumber {
    pub(crate) lease_first: InvoiceNumber,
    pub(crate) number: InvoiceNumber,
    used: i64,
}

/// Finds a seller's next number; none if its leases are used up.
pub(crate) async fn next_number(
    db: &AnyPool,
    agency: &Agency,
    seller: &Seller,
) -> Result<Option<NextNumber>, ServiceError> {
    let row = sqlx::query(
        "SELECT first_number, used FROM lease JOIN outbox ON outbox.id = lease.outbox \
         WHERE lease.agency = $1 AND lease.seller = $2 AND used < number_count \
         AND outbox.state <> 'refused' ORDER BY first_number LIMIT 1",
    )
    .bind(agency.id.as_str())
    .bind(&seller.id)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let first: String = row.try_get("first_number")?;
    let used: i64 = row.try_get("used")?;
    let lease_first = first.parse().map_err(|_| unreadable("lease"))?;
    let offset = u64::try_from(used).map_err(|_| unreadable("lease"))?;
    let number = number_at(&lease_first, offset).ok_or_else(|| unreadable("lease"))?;
    Ok(Some(NextNumber {
        lease_first,
        number,
        used,
    }))
}

/// How taking a number went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is this invoice's.
    Yes,
    /// Another took it in between.
    Lost,
    /// The quota does not suffice.
    NoQuota,
}

/// Takes a number and its amount, if the number is still the next one.
pub(crate) async fn take(
    tx: &mut Transaction<'_, Any>,
    agency: &Agency,
    seller: &Seller,
    next: &NextNumber,
    gross_fen: i64,
) -> Result<Taken, ServiceError> {
    let outcome = sqlx::query(
        "UPDATE lease SET used = used + 1, reserved_fen = reserved_fen + $1 \
         WHERE agency = $2 AND seller = $3 AND first_number = $4 AND used = $5 \
         AND reserved_fen + $1 <= quota_fen",
    )
    .bind(gross_fen)
    .bind(agency.id.as_str())
    .bind(&seller.id)
    .bind(next.lease_first.as_str())
    .bind(next.used)
    .execute(&mut **tx)
    .await?;
    if outcome.rows_affected() == 1 {
        return Ok(Taken::Yes);
    }
    let row = sqlx::query(
        "SELECT used FROM lease WHERE agency = $1 AND seller = $2 AND first_number = $3",
    )
    .bind(agency.id.as_str())
    .bind(&seller.id)
    .bind(next.lease_first.as_str())
    .fetch_one(&mut **tx)
    .await?;
    let used: i64 = row.try_get("used")?;
    Ok(if used == next.used {
        Taken::NoQuota
    } else {
        Taken::Lost
    })
}

async fn overlaps(tx: &mut Transaction<'_, Any>, lease: LeaseSeed) -> Result<bool, LeaseError> {
    // Numbers are 20 digits, so the order of texts is the order of numbers.
    let last = number_at(&lease.first, lease.count - 1).ok_or(LeaseError::OutOfRange)?;
    let rows = sqlx::query(
        "SELECT first_number, number_count FROM lease JOIN outbox ON outbox.id = lease.outbox \
         WHERE first_number <= $1 AND outbox.state <> 'refused'",
    )
    .bind(last.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let first: String = row.try_get("first_number")?;
        let count: i64 = row.try_get("number_count")?;
        let first: InvoiceNumber = first.parse().map_err(|_| unreadable("lease"))?;
        let count = u64::try_from(count).map_err(|_| unreadable("lease"))?;
        let end = number_at(&first, count.saturating_sub(1));
        if end.is_none_or(|end| end >= lease.first) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The number `offset` after `first`, of the same year, region and channel.
fn number_at(first: &InvoiceNumber, offset: u64) -> Option<InvoiceNumber> {
    let sequence = first.sequence().checked_add(offset)?;
    InvoiceNumber::new(first.year(), first.region_code(), first.channel(), sequence).ok()
}
