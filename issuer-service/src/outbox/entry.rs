//! The outbox's rows.

use credentials_schemas::invoice::InvoiceNumber;
use ledger_core::transaction::{IdempotencyKey, TxId};
use light_client::{
    cbor,
    hash::Hasher,
    id::{Height, IssuerId, LeafIndex, TimeMs},
    record::BatchSignature,
    suite::Suite,
};
use sqlx::{Any, AnyPool, Row as _, Transaction, any::AnyRow};

use crate::{document::unreadable, error::ServiceError, nonce::column_ms, random};

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anchors credentials.
    Anchor,
    /// Issues invoices.
    Invoice,
    /// Leases numbers.
    Lease,
    /// Changes a standing.
    Status,
}

/// How far a transaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// Decided, and without bytes.
    Open,
    /// Its bytes are stored and may or may not have left.
    Signed,
    /// The ledger has acknowledged it.
    Submitted,
    /// It is in a block.
    Final,
    /// It never will be.
    Refused,
}

/// A row.
#[derive(Debug, Clone)]
pub struct OutboxEntry {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub kind: Kind,
    /// The agency.
    pub agency: IssuerId,
    /// For invoices and leases: the seller.
    pub seller: Option<String>,
    /// For anchors: the type.
    pub document_type: Option<String>,
    /// For invoices and leases: the lease.
    pub lease_first: Option<InvoiceNumber>,
    /// How far it has come.
    pub state: EntryState,
    /// How many transactions have been made for it and expired.
    pub attempt: i64,
    /// The transaction's bytes.
    pub tx: Option<Vec<u8>>,
    /// Its name on the ledger.
    pub tx_id: Option<TxId>,
    /// The last height at which it can become final.
    pub expiry: Option<Height>,
    /// The batch signature, if it is a batch.
    pub batch_signature: Option<BatchSignature>,
    /// The height at which it became final.
    pub height: Option<Height>,
    /// The place of its leaf in the log.
    pub log_index: Option<LeafIndex>,
    /// Why it was refused.
    pub refusal: Option<String>,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Anchor, Self::Invoice, Self::Lease, Self::Status];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Anchor => "anchor",
            Self::Invoice => "invoice",
            Self::Lease => "lease",
            Self::Status => "status",
        }
    }
}

impl EntryState {
    const ALL: [Self; 5] = [
        Self::Open,
        Self::Signed,
        Self::Submitted,
        Self::Final,
        Self::Refused,
    ];

    /// The state's name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Signed => "signed",
            Self::Submitted => "submitted",
            Self::Final => "final",
            Self::Refused => "refused",
        }
    }
}

const COLUMNS: &str = "id, kind, agency, seller, document_type, lease_first, state, attempt, tx, \
     tx_id, expiry, batch_signature, height, log_index, refusal";

impl OutboxEntry {
    /// The name under which the ledger takes this intent once. Another attempt has another name,
    /// since the expired one stays known for a while.
    pub(super) fn idempotency_key(&self) -> IdempotencyKey {
        let mut hasher = Hasher::new(Suite::Sm);
        hasher.update(b"tallystick/issuer-outbox/1\0");
        hasher.update(self.id.as_bytes());
        hasher.update(&self.attempt.to_be_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finish().as_bytes()[..16]);
        IdempotencyKey(key)
    }

    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let kind: String = row.try_get("kind")?;
        let state: String = row.try_get("state")?;
        let agency: String = row.try_get("agency")?;
        let lease_first: Option<String> = row.try_get("lease_first")?;
        let tx_id: Option<String> = row.try_get("tx_id")?;
        let signature: Option<Vec<u8>> = row.try_get("batch_signature")?;
        let number = |name: &str| -> Result<Option<u64>, sqlx::Error> {
            let value: Option<i64> = row.try_get(name)?;
            Ok(value.and_then(|value| u64::try_from(value).ok()))
        };
        let bad = |_| unreadable("outbox entry");
        Ok(Self {
            id: row.try_get("id")?,
            kind: named(&Kind::ALL, &kind, Kind::as_str)?,
            agency: IssuerId::parse(&agency).map_err(bad)?,
            seller: row.try_get("seller")?,
            document_type: row.try_get("document_type")?,
            lease_first: lease_first
                .map(|first| first.parse().map_err(|_| unreadable("lease")))
                .transpose()?,
            state: named(&EntryState::ALL, &state, EntryState::as_str)?,
            attempt: row.try_get("attempt")?,
            tx: row.try_get("tx")?,
            tx_id: tx_id
                .map(|id| TxId::from_hex(&id).map_err(bad))
                .transpose()?,
            expiry: number("expiry")?.map(Height),
            batch_signature: signature
                .map(|bytes| cbor::parse(&bytes, bytes.len()).map_err(bad))
                .transpose()?,
            height: number("height")?.map(Height),
            log_index: number("log_index")?.map(LeafIndex),
            refusal: row.try_get("refusal")?,
        })
    }
}

fn named<T: Copy>(
    all: &[T],
    text: &str,
    name: impl Fn(T) -> &'static str,
) -> Result<T, sqlx::Error> {
    let mut all = all.iter().copied();
    all.find(|value| name(*value) == text)
        .ok_or_else(|| unreadable("outbox entry"))
}

/// A transaction to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// What it is for.
    pub kind: Kind,
    /// The agency.
    pub agency: &'a IssuerId,
    /// For invoices and leases: the seller.
    pub seller: Option<&'a str>,
    /// For anchors: the type.
    pub document_type: Option<&'a str>,
    /// For invoices and leases: the lease.
    pub lease_first: Option<InvoiceNumber>,
}

/// Enters a transaction to be made; returns its id.
pub(crate) async fn insert(
    tx: &mut Transaction<'_, Any>,
    entry: &NewEntry<'_>,
    now: TimeMs,
) -> Result<String, ServiceError> {
    let id = random::name()?;
    sqlx::query(
        "INSERT INTO outbox (id, kind, agency, seller, document_type, lease_first, state, \
         attempt, next_try_ms, created_ms) VALUES ($1, $2, $3, $4, $5, $6, 'open', 0, 0, $7)",
    )
    .bind(&id)
    .bind(entry.kind.as_str())
    .bind(entry.agency.as_str())
    .bind(entry.seller)
    .bind(entry.document_type)
    .bind(entry.lease_first.map(|first| first.to_string()))
    .bind(column_ms(now.0))
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Finds a row.
pub(crate) async fn find(db: &AnyPool, id: &str) -> Result<Option<OutboxEntry>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM outbox WHERE id = $1"));
    let row = sqlx::query(query).bind(id).fetch_optional(db).await?;
    row.as_ref().map(OutboxEntry::read).transpose()
}

/// The rows that are due, oldest first.
pub(super) async fn due(db: &AnyPool, now: TimeMs) -> Result<Vec<OutboxEntry>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM outbox WHERE state IN ('open', 'signed', 'submitted') \
         AND next_try_ms <= $1 ORDER BY created_ms, id LIMIT 256"
    ));
    let rows = sqlx::query(query)
        .bind(column_ms(now.0))
        .fetch_all(db)
        .await?;
    rows.iter().map(OutboxEntry::read).collect()
}

/// Whether anything is on its way.
pub(super) async fn is_any_active(db: &AnyPool) -> Result<bool, sqlx::Error> {
    let row =
        sqlx::query("SELECT id FROM outbox WHERE state IN ('open', 'signed', 'submitted') LIMIT 1");
    Ok(row.fetch_optional(db).await?.is_some())
}

/// What becomes of a row.
#[derive(Debug)]
pub(super) enum Change<'a> {
    /// Bytes were made.
    Signed {
        tx: &'a [u8],
        tx_id: TxId,
        expiry: Height,
        batch_signature: Option<&'a BatchSignature>,
    },
    /// The ledger acknowledged it, or it has to be sent again, or made anew.
    Move(EntryState),
    /// The bytes have expired: new ones, under a new name.
    Renew,
    /// It waits a moment.
    Wait { until: TimeMs },
    /// It is in a block.
    Final {
        height: Height,
        log_index: Option<LeafIndex>,
    },
    /// It never will be.
    Refused { code: &'a str },
}

/// Writes what becomes of a row.
pub(super) async fn apply(
    tx: &mut Transaction<'_, Any>,
    id: &str,
    change: &Change<'_>,
) -> Result<(), sqlx::Error> {
    let query = match change {
        Change::Signed {
            tx,
            tx_id,
            expiry,
            batch_signature,
        } => sqlx::query(
            "UPDATE outbox SET state = 'signed', tx = $1, tx_id = $2, expiry = $3, \
             batch_signature = $4 WHERE id = $5",
        )
        .bind(tx.to_vec())
        .bind(tx_id.to_string())
        .bind(column_ms(expiry.0))
        .bind(batch_signature.map(cbor::to_bytes)),
        Change::Move(state) => {
            sqlx::query("UPDATE outbox SET state = $1 WHERE id = $2").bind(state.as_str())
        }
        Change::Renew => {
            sqlx::query("UPDATE outbox SET state = 'open', attempt = attempt + 1 WHERE id = $1")
        }
        Change::Wait { until } => {
            sqlx::query("UPDATE outbox SET next_try_ms = $1 WHERE id = $2").bind(column_ms(until.0))
        }
        Change::Final { height, log_index } => sqlx::query(
            "UPDATE outbox SET state = 'final', height = $1, log_index = $2 WHERE id = $3",
        )
        .bind(column_ms(height.0))
        .bind(log_index.map(|index| column_ms(index.0))),
        Change::Refused { code } => {
            sqlx::query("UPDATE outbox SET state = 'refused', refusal = $1 WHERE id = $2")
                .bind((*code).to_owned())
        }
    };
    query.bind(id.to_owned()).execute(&mut **tx).await?;
    Ok(())
}
