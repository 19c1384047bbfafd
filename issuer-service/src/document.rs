//! Documents as the service keeps them: their state on the way to the ledger.

use light_client::{
    cbor::{self, to_bytes},
    hash::Digest,
    id::IssuerId,
    merkle::Inclusion,
};
use serde::Serialize;
use sqlx::{Any, AnyPool, Executor, Row as _, any::AnyRow};

use crate::random;

/// Where a document is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The holder has not come for it yet.
    Offered,
    /// Made, and waiting for the next batch.
    Queued,
    /// In a transaction that the ledger has acknowledged.
    Submitted,
    /// Final.
    Anchored,
    /// Refused by the ledger; the reason is beside it.
    Failed,
}

impl State {
    /// The state's name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Queued => "queued",
            Self::Submitted => "submitted",
            Self::Anchored => "anchored",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::Offered,
            Self::Queued,
            Self::Submitted,
            Self::Anchored,
            Self::Failed,
        ];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// A document's row.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Its id in this service.
    pub id: String,
    /// The agency that issued it.
    pub agency: String,
    /// Its type.
    pub document_type: String,
    /// How far it has come.
    pub state: State,
    /// Why the ledger refused it.
    pub failure: Option<String>,
    /// What the ledger knows it by; none while it is offered.
    pub digest: Option<Digest>,
    /// The SD-JWT or the invoice; none while it is offered.
    pub content: Option<Vec<u8>>,
    /// For an invoice: the seller.
    pub seller: Option<String>,
    /// For an invoice: the first number of its lease.
    pub lease_first: Option<String>,
    /// For an invoice: its number.
    pub number: Option<String>,
    /// For an invoice: its seed.
    pub seed: Option<Vec<u8>>,
    /// For an invoice: the secret by which the buyer signs claims.
    pub claim_secret: Option<Vec<u8>>,
    /// The hash of the key that opens its bundle.
    pub download_hash: Vec<u8>,
    /// The transaction it is part of.
    pub outbox: Option<String>,
    /// Its place in the batch.
    pub batch_path: Option<Inclusion>,
    /// When it was entered.
    pub created_ms: i64,
}

const COLUMNS: &str = "id, agency, document_type, state, failure, digest, content, seller, \
     lease_first, number, seed, claim_secret, download_hash, outbox, batch_path, created_ms";

/// The fingerprint under which a bundle's download key is kept.
pub fn download_fingerprint(key: &str) -> Digest {
    random::fingerprint("download", key)
}

impl StoredDocument {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let state: String = row.try_get("state")?;
        let digest: Option<Vec<u8>> = row.try_get("digest")?;
        let batch_path: Option<Vec<u8>> = row.try_get("batch_path")?;
        Ok(Self {
            id: row.try_get("id")?,
            agency: row.try_get("agency")?,
            document_type: row.try_get("document_type")?,
            state: State::parse(&state).ok_or_else(|| unreadable("state"))?,
            failure: row.try_get("failure")?,
            digest: digest.map(|bytes| read_digest(&bytes)).transpose()?,
            content: row.try_get("content")?,
            seller: row.try_get("seller")?,
            lease_first: row.try_get("lease_first")?,
            number: row.try_get("number")?,
            seed: row.try_get("seed")?,
            claim_secret: row.try_get("claim_secret")?,
            download_hash: row.try_get("download_hash")?,
            outbox: row.try_get("outbox")?,
            batch_path: batch_path.map(|bytes| read_path(&bytes)).transpose()?,
            created_ms: row.try_get("created_ms")?,
        })
    }
}

/// Finds a document of an agency.
///
/// # Errors
/// As the database says.
pub async fn find(
    db: &AnyPool,
    agency: &IssuerId,
    id: &str,
) -> Result<Option<StoredDocument>, sqlx::Error> {
    let found = by_id(db, id).await?;
    Ok(found.filter(|document| document.agency == agency.as_str()))
}

/// Finds a document of any agency.
///
/// # Errors
/// As the database says.
pub async fn by_id(db: &AnyPool, id: &str) -> Result<Option<StoredDocument>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM document WHERE id = $1"));
    let row = sqlx::query(query).bind(id).fetch_optional(db).await?;
    row.as_ref().map(StoredDocument::read).transpose()
}

/// Finds a document by what the ledger knows it by.
///
/// # Errors
/// As the database says.
pub async fn by_digest(
    db: &AnyPool,
    digest: &Digest,
) -> Result<Option<StoredDocument>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM document WHERE digest = $1"));
    let bytes = digest.as_bytes().to_vec();
    let row = sqlx::query(query).bind(bytes).fetch_optional(db).await?;
    row.as_ref().map(StoredDocument::read).transpose()
}

/// An agency's newest documents.
///
/// # Errors
/// As the database says.
pub async fn newest(
    db: &AnyPool,
    agency: &IssuerId,
    limit: i64,
) -> Result<Vec<StoredDocument>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document WHERE agency = $1 ORDER BY created_ms DESC, id LIMIT $2"
    ));
    let query = sqlx::query(query).bind(agency.as_str()).bind(limit);
    let rows = query.fetch_all(db).await?;
    rows.iter().map(StoredDocument::read).collect()
}

/// Moves all documents of a transaction to `state`.
///
/// # Errors
/// As the database says.
pub async fn move_all<'a>(
    db: impl Executor<'a, Database = Any>,
    outbox: &str,
    state: State,
    failure: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE document SET state = $1, failure = $2 WHERE outbox = $3")
        .bind(state.as_str())
        .bind(failure)
        .bind(outbox)
        .execute(db)
        .await?;
    Ok(())
}

/// A digest out of a column.
pub(crate) fn read_digest(bytes: &[u8]) -> Result<Digest, sqlx::Error> {
    let bytes = bytes.try_into().map_err(|_| unreadable("digest"))?;
    Ok(Digest::from_bytes(bytes))
}

fn read_path(bytes: &[u8]) -> Result<Inclusion, sqlx::Error> {
    cbor::parse(bytes, bytes.len()).map_err(|_| unreadable("batch path"))
}

/// A batch path for its column.
pub(crate) fn write_path(path: &Inclusion) -> Vec<u8> {
    to_bytes(path)
}

/// A row that this program did not write, or that was damaged since.
pub(crate) fn unreadable(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{what} in the database is unreadable").into())
}
