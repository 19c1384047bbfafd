//! Makes the transaction of an outbox row: what it asks for, its batch signature, its signature.

use std::sync::Arc;

use ledger_core::transaction::{
    AnchorBatch, Body, InvoiceIssue, LeaseGrant, Op, RecordLine, SignedTransaction, StatusChange,
    TxId, UsedLine,
};
use light_client::{
    hash::Digest,
    id::{DocumentType, Height, TimeMs, TreeSize},
    key::{PublicKey, Signature},
    merkle::{self, Tree},
    record::{BatchSignature, LegalBasis, Standing, document_leaf, seller_digest},
};
use sqlx::Row as _;

use super::entry::{Kind, OutboxEntry};
use crate::{
    directory::{Agency, Seller},
    document::{read_digest, unreadable},
    error::ServiceError,
    invoice,
    service::Service,
    signing::Signer,
    standing,
};

/// For how many blocks a transaction is good. The ledger allows 1,000; it makes about 20 a
/// second under load, so this is three quarters of a minute at least.
const LIFETIME_BLOCKS: u64 = 900;
/// For how many blocks a lease holds: at one a second about a year, at most.
const LEASE_BLOCKS: u64 = 31_536_000;

/// A transaction that can be sent.
pub(super) struct Made {
    pub(super) tx: Vec<u8>,
    pub(super) tx_id: TxId,
    pub(super) expiry: Height,
    pub(super) batch_signature: Option<BatchSignature>,
}

/// Makes the transaction of `entry`, good from `head` on.
pub(super) async fn make(
    service: &Service,
    entry: &OutboxEntry,
    head: Height,
) -> Result<Made, ServiceError> {
    let agency = service.directory.agency(entry.agency.as_str());
    let agency = agency.ok_or_else(|| unreadable("agency"))?;
    let expiry = Height(head.0.saturating_add(LIFETIME_BLOCKS));
    let (signer, op, batch) = match entry.kind {
        Kind::Anchor => {
            let (batch, signature) = anchor(service, agency, entry, expiry).await?;
            (&agency.signer, Op::Anchor(batch), Some(signature))
        }
        Kind::Invoice => {
            let seller = seller(agency, entry)?;
            let (issue, signature) = invoices(service, agency, seller, entry, expiry).await?;
            (&seller.signer, Op::Issue(issue), Some(signature))
        }
        Kind::Lease => {
            let grant = lease(service, agency, entry, head).await?;
            (&agency.signer, Op::Lease(grant), None)
        }
        Kind::Status => {
            let change = status(service, agency, entry).await?;
            (&agency.signer, Op::SetStatus(change), None)
        }
    };
    let body = Body {
        ledger: service.ledger_id(),
        sender: signer.public_key().clone(),
        idempotency_key: entry.idempotency_key(),
        expiry,
        after: None,
        op,
    };
    let signature = signer.sign(&body.signing_bytes()).await?;
    let transaction = SignedTransaction { body, signature };
    Ok(Made {
        tx: transaction.to_bytes(),
        tx_id: transaction.id(service.suite()),
        expiry,
        batch_signature: batch,
    })
}

fn seller<'a>(agency: &'a Agency, entry: &OutboxEntry) -> Result<&'a Seller, ServiceError> {
    let seller = entry.seller.as_ref().and_then(|id| agency.sellers.get(id));
    Ok(seller.ok_or_else(|| unreadable("seller"))?)
}

async fn anchor(
    service: &Service,
    agency: &Agency,
    entry: &OutboxEntry,
    expiry: Height,
) -> Result<(AnchorBatch, BatchSignature), ServiceError> {
    let suite = service.suite();
    let rows = sqlx::query("SELECT digest FROM document WHERE outbox = $1 ORDER BY digest")
        .bind(&entry.id)
        .fetch_all(&service.db)
        .await?;
    let mut leaves = Vec::new();
    for row in rows {
        let digest: Vec<u8> = row.try_get("digest")?;
        leaves.push(document_leaf(suite, &read_digest(&digest)?));
    }
    let document_type = entry.document_type.as_deref().unwrap_or_default();
    let mut batch = AnchorBatch {
        issuer: agency.id.clone(),
        document_type: DocumentType::parse(document_type)?,
        count: TreeSize(u64::try_from(leaves.len()).unwrap_or(u64::MAX)),
        root: merkle::root(Tree::Batch, suite, &leaves),
        expiry,
        signature: Signature([0; 64]),
    };
    let key = agency.signer.public_key();
    let statement = batch.statement(&service.ledger_id(), key.id(suite));
    let signature = sign_batch(&agency.signer, &statement.to_bytes(), expiry).await?;
    batch.signature = signature.signature;
    Ok((batch, signature))
}

async fn invoices(
    service: &Service,
    agency: &Agency,
    seller: &Seller,
    entry: &OutboxEntry,
    expiry: Height,
) -> Result<(InvoiceIssue, BatchSignature), ServiceError> {
    let suite = service.suite();
    let (used, mut records) = lines(service, entry).await?;
    records.sort_by_key(|line| line.name);
    let mut issue = InvoiceIssue {
        agency: agency.id.clone(),
        lease_first: entry.lease_first.ok_or_else(|| unreadable("lease"))?,
        used,
        records,
        expiry,
        signature: Signature([0; 64]),
    };
    let key = seller.signer.public_key();
    let statement = issue.statement(suite, &service.ledger_id(), key.id(suite));
    let signature = sign_batch(&seller.signer, &statement.to_bytes(), expiry).await?;
    issue.signature = signature.signature;
    Ok((issue, signature))
}

/// The two lists of a batch of invoices: numbers in order, and amounts.
async fn lines(
    service: &Service,
    entry: &OutboxEntry,
) -> Result<(Vec<UsedLine>, Vec<RecordLine>), ServiceError> {
    let rows = sqlx::query(
        "SELECT number, digest, content, seed, claim_key FROM document WHERE outbox = $1 \
         ORDER BY number",
    )
    .bind(&entry.id)
    .fetch_all(&service.db)
    .await?;
    let (mut used, mut records) = (Vec::new(), Vec::new());
    for row in rows {
        let (content, seed): (Vec<u8>, Vec<u8>) = (row.try_get("content")?, row.try_get("seed")?);
        let seed = seed.try_into().map_err(|_| unreadable("seed"))?;
        let document = invoice::read(&content, seed)?;
        let digest: Vec<u8> = row.try_get("digest")?;
        let claim_key: Option<Vec<u8>> = row.try_get("claim_key")?;
        let gross_fen = document.invoice().gross().get();
        used.push(UsedLine {
            number: document.number(),
            commitment: read_digest(&digest)?,
        });
        records.push(RecordLine {
            name: document.record_name(service.suite()),
            gross_fen: u64::try_from(gross_fen).map_err(|_| unreadable("amount"))?,
            claim_key: claim_key
                .map(|bytes| PublicKey::parse(&bytes))
                .transpose()?,
        });
    }
    Ok((used, records))
}

async fn sign_batch(
    signer: &Arc<dyn Signer>,
    statement: &[u8],
    expiry: Height,
) -> Result<BatchSignature, ServiceError> {
    Ok(BatchSignature {
        key: signer.public_key().clone(),
        expiry,
        signature: signer.sign(statement).await?,
    })
}

async fn lease(
    service: &Service,
    agency: &Agency,
    entry: &OutboxEntry,
    head: Height,
) -> Result<LeaseGrant, ServiceError> {
    let seller = seller(agency, entry)?;
    let row = sqlx::query("SELECT number_count, quota_fen FROM lease WHERE outbox = $1")
        .bind(&entry.id)
        .fetch_one(&service.db)
        .await?;
    let number = |name: &str| -> Result<u64, ServiceError> {
        let value: i64 = row.try_get(name)?;
        Ok(u64::try_from(value).map_err(|_| unreadable("lease"))?)
    };
    Ok(LeaseGrant {
        agency: agency.id.clone(),
        seller_key: seller.signer.public_key().clone(),
        seller: seller_digest(service.suite(), &seller.id, &seller.name),
        first: entry.lease_first.ok_or_else(|| unreadable("lease"))?,
        count: number("number_count")?,
        quota_fen: number("quota_fen")?,
        to: Height(head.0.saturating_add(LEASE_BLOCKS)),
    })
}

async fn status(
    service: &Service,
    agency: &Agency,
    entry: &OutboxEntry,
) -> Result<StatusChange, ServiceError> {
    let row = sqlx::query(
        "SELECT standing.reason, standing.basis, standing.effective_ms, document.digest \
         FROM standing \
         JOIN document ON document.id = standing.document WHERE standing.outbox = $1",
    )
    .bind(&entry.id)
    .fetch_one(&service.db)
    .await?;
    let reason: String = row.try_get("reason")?;
    let basis: String = row.try_get("basis")?;
    let effective_ms: i64 = row.try_get("effective_ms")?;
    let digest: Vec<u8> = row.try_get("digest")?;
    let document: Digest = read_digest(&digest)?;
    Ok(StatusChange {
        issuer: agency.id.clone(),
        document,
        standing: Standing::Revoked,
        reason: standing::parse_reason(&reason).ok_or_else(|| unreadable("reason"))?,
        basis: LegalBasis::parse(&basis).map_err(|_| unreadable("basis"))?,
        effective_ms: TimeMs(u64::try_from(effective_ms).map_err(|_| unreadable("time"))?),
    })
}
