//! Makes an invoice: a number from the seller's lease, the missing members, a seed, a claim key.

use std::sync::Arc;

use credentials_schemas::{
    invoice::{CompletedInvoice, InvoiceDraft, InvoiceError, InvoiceNumber, Kind},
    json::Json,
};
use light_client::{document::InvoiceDocument, hash::Digest, key::PublicKey};
use sqlx::{Any, Transaction};

use crate::{
    credential::china_time,
    did,
    directory::{Agency, Seller},
    document,
    error::ServiceError,
    lease::{self, Taken},
    nonce::column_ms,
    random,
    service::Service,
    signing::{Signer as _, SoftwareKey},
};

/// How far an invoice's time may lie ahead (TI-09).
const MAX_AHEAD_S: i64 = 5 * 60;

/// An invoice that has just been issued.
#[derive(Debug)]
pub struct IssuedInvoice {
    /// Its id in this service.
    pub document_id: String,
    /// Its number.
    pub number: InvoiceNumber,
    /// Its commitment.
    pub digest: Digest,
    /// The key that opens its bundle.
    pub download_key: String,
    /// The secret by which the buyer signs claims.
    pub claim_secret: [u8; 32],
}

/// Why no invoice is issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// It says it was issued in the future.
    #[error("TI-09 at \"/issuedAt\": later than now")]
    InFuture,
    /// It breaks a rule.
    #[error("{0}")]
    Invoice(#[from] InvoiceError),
    /// There is no number or no quota left.
    #[error("no leased number or quota left")]
    NoLease,
    /// It states another number than the lease's next.
    #[error("TI-50 at \"/number\": the next leased number is {next}")]
    OtherNumber {
        /// The next one.
        next: InvoiceNumber,
    },
    /// Red letters need their blue invoice, and are not issued here yet.
    #[error("TI-40 at \"/kind\": red-letter invoices are not issued here")]
    RedLetter,
    /// It names another key for the seller than the one that will sign.
    #[error("TI-13 at \"/seller/did\": not the key that signs")]
    SellerDid,
    /// The seller is not one of this agency's, or has another name.
    #[error("no such seller")]
    SellerUnknown,
    /// Not the caller's fault.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<sqlx::Error> for IssueError {
    fn from(error: sqlx::Error) -> Self {
        Self::Service(error.into())
    }
}

/// Issues the invoice of a draft and queues it.
///
/// A seller's invoices are made one after the other, and the database is not locked meanwhile:
/// an invoice of many lines keeps nobody else waiting.
///
/// # Errors
/// [`IssueError`]; no number is used up then.
pub async fn issue(
    service: &Service,
    agency: &Agency,
    draft: Json,
) -> Result<IssuedInvoice, IssueError> {
    let seller = find_seller(agency, &draft)?;
    let _turn = seller.issuing.lock().await;
    let draft = Arc::new(draft);
    loop {
        let next = lease::next_number(&service.db, agency, seller).await?;
        let next = next.ok_or(IssueError::NoLease)?;
        let work = {
            let (service, agency, seller) = (service.clone(), agency.clone(), seller.clone());
            let (draft, number) = (draft.clone(), next.number);
            move || make(&service, &agency, &seller, &draft, number)
        };
        let made = tokio::task::spawn_blocking(work).await;
        let made = made.map_err(|_| ServiceError::Interrupted)??;
        let gross_fen = made.completed.invoice.gross().get();
        let mut tx = service.db.begin().await?;
        match lease::take(&mut tx, agency, seller, &next, gross_fen).await? {
            Taken::Yes => {}
            Taken::NoQuota => return Err(IssueError::NoLease),
            // Another process of this installation was faster.
            Taken::Lost => continue,
        }
        store(service, agency, &mut tx, &made, &next.lease_first).await?;
        tx.commit().await?;
        return Ok(made.issued);
    }
}

/// An invoice that lacks nothing but its place in the database.
struct Made {
    completed: CompletedInvoice,
    seed: [u8; 32],
    claim_key: PublicKey,
    issued: IssuedInvoice,
}

fn make(
    service: &Service,
    agency: &Agency,
    seller: &Seller,
    draft: &Json,
    number: InvoiceNumber,
) -> Result<Made, IssueError> {
    let completed = complete(service, agency, seller, draft, number)?;
    let seed = random::bytes().map_err(ServiceError::from)?;
    let document = read(&completed.bytes, seed)?;
    let claim_key = SoftwareKey::generate().map_err(|_| random::NoRandomness);
    let claim_key = claim_key.map_err(ServiceError::from)?;
    let issued = IssuedInvoice {
        document_id: random::name().map_err(ServiceError::from)?,
        number,
        digest: document.commitment(service.suite()),
        download_key: random::token().map_err(ServiceError::from)?,
        claim_secret: claim_key.secret(),
    };
    Ok(Made {
        completed,
        seed,
        claim_key: claim_key.public_key().clone(),
        issued,
    })
}

fn find_seller<'a>(agency: &'a Agency, draft: &Json) -> Result<&'a Seller, IssueError> {
    let text = |pointer| draft.at(pointer).and_then(Json::as_str);
    let seller = text("/seller/id").and_then(|id| agency.sellers.get(id));
    // The lease names the seller by number and name together.
    seller
        .filter(|seller| text("/seller/name") == Some(&seller.name))
        .ok_or(IssueError::SellerUnknown)
}

fn complete(
    service: &Service,
    agency: &Agency,
    seller: &Seller,
    draft: &Json,
    number: InvoiceNumber,
) -> Result<CompletedInvoice, IssueError> {
    let text = |name| draft.member(name).and_then(Json::as_str);
    if draft.member("number").is_some() && text("number") != Some(number.as_str()) {
        return Err(IssueError::OtherNumber { next: number });
    }
    let now = china_time(service.now()).ok_or(ServiceError::Clock)?;
    let suite = service.suite();
    let mut whole = InvoiceDraft::from_json(draft.clone())?
        .numbered(number)
        .with("seller", with_did(seller, draft)?);
    if draft.member("issuedAt").is_none() {
        whole = whole.issued_at(now);
    }
    if draft.member("agency").is_none() {
        let did = agency.id.did(&service.ledger_id());
        whole = whole.with("agency", Json::object([("did", did.into())]));
    }
    if draft.member("keyId").is_none() {
        let key_id = seller.signer.public_key().id(suite);
        whole = whole.with("keyId", key_id.0.to_hex());
    }
    let completed = whole.complete()?;
    if completed.invoice.kind() == Kind::Red {
        return Err(IssueError::RedLetter);
    }
    let ahead_s = completed.invoice.issued_at().unix_seconds() - now.unix_seconds();
    if ahead_s > MAX_AHEAD_S {
        return Err(IssueError::InFuture);
    }
    Ok(completed)
}

/// The draft's seller with the DID of the key that signs.
fn with_did(seller: &Seller, draft: &Json) -> Result<Json, IssueError> {
    let did = did::did_key(seller.signer.public_key());
    let stated = draft.at("/seller/did");
    if stated.is_some_and(|stated| stated.as_str() != Some(&did)) {
        return Err(IssueError::SellerDid);
    }
    let mut members = match draft.member("seller") {
        Some(Json::Object(members)) => members.clone(),
        _ => return Err(IssueError::SellerUnknown),
    };
    if stated.is_none() {
        members.push(("did".to_owned(), did.into()));
    }
    Ok(Json::Object(members))
}

async fn store(
    service: &Service,
    agency: &Agency,
    tx: &mut Transaction<'_, Any>,
    made: &Made,
    lease_first: &InvoiceNumber,
) -> Result<(), IssueError> {
    let (issued, invoice) = (&made.issued, &made.completed.invoice);
    let download_hash = document::download_fingerprint(&issued.download_key);
    sqlx::query(
        "INSERT INTO document (id, agency, document_type, state, digest, content, seller, \
         lease_first, number, seed, gross_fen, claim_key, claim_secret, download_hash, created_ms) \
         VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&issued.document_id)
    .bind(agency.id.as_str())
    .bind(credentials_schemas::invoice::DOCUMENT_TYPE)
    .bind(issued.digest.as_bytes().to_vec())
    .bind(made.completed.bytes.clone())
    .bind(invoice.seller().id().as_str())
    .bind(lease_first.as_str())
    .bind(issued.number.as_str())
    .bind(made.seed.to_vec())
    .bind(invoice.gross().get())
    .bind(made.claim_key.to_bytes())
    .bind(issued.claim_secret.to_vec())
    .bind(download_hash.as_bytes().to_vec())
    .bind(column_ms(service.now().0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Reads an invoice made here.
pub(crate) fn read(bytes: &[u8], seed: [u8; 32]) -> Result<InvoiceDocument, ServiceError> {
    let limits = credentials_schemas::invoice::LARGE_INVOICE_LIMITS;
    Ok(InvoiceDocument::parse(bytes, seed, limits)?)
}
