//! Puts together what makes a document believable: everything proved under one header.
//!
//! The node's answers are not trusted: what is put together here is verified as any verifier
//! would, and what does not hold is not handed out. That spares holders a useless file; it
//! proves nothing to anyone.

use light_client::{
    bundle::{Document, InvoiceProofs, Origin, Proofs},
    cbor::{DecodeError, Wire},
    certificate::CertifiedHeader,
    hash::Digest,
    id::{Epoch, Height, IssuerId},
    key::PublicKey,
    record::{issuer_key, lease_key, record_key, status_key, used_key},
    state::{StateKey, StateProof, StateRoots},
};

use crate::{
    document::{State, StoredDocument, unreadable},
    error::ServiceError,
    invoice,
    ledger_client::LedgerError,
    outbox,
    service::Service,
};

mod self_check;

/// Why there are no proofs to hand out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofsError {
    /// What the node proved does not verify.
    #[error("proofs of the node do not verify: {0}")]
    Inconsistent(&'static str),
    /// The document is not on the ledger yet.
    #[error("document is not anchored yet")]
    NotAnchored,
    /// Not the caller's fault.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<DecodeError> for ProofsError {
    fn from(error: DecodeError) -> Self {
        Self::Service(error.into())
    }
}

impl From<LedgerError> for ProofsError {
    fn from(error: LedgerError) -> Self {
        Self::Service(error.into())
    }
}

impl From<sqlx::Error> for ProofsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Service(error.into())
    }
}

/// The document as it lies in a bundle; none while it is only offered.
pub fn bundled_document(document: &StoredDocument) -> Result<Option<Document>, ServiceError> {
    let Some(content) = &document.content else {
        return Ok(None);
    };
    Ok(Some(match &document.seed {
        None => {
            let text = String::from_utf8(content.clone());
            Document::Credential(text.map_err(|_| unreadable("credential"))?)
        }
        Some(seed) => Document::Invoice {
            content: content.clone(),
            seed: seed.as_slice().try_into().map_err(|_| unreadable("seed"))?,
        },
    }))
}

/// Everything that proves `document`, under the newest header.
///
/// A document that the ledger refused has no origin; the rest then shows why: that its issuer
/// is not in the registry, or has not the right.
///
/// # Errors
/// [`ProofsError`].
pub async fn assemble(service: &Service, document: &StoredDocument) -> Result<Proofs, ProofsError> {
    match document.state {
        State::Anchored | State::Failed => {}
        State::Offered | State::Queued | State::Submitted => return Err(ProofsError::NotAnchored),
    }
    let digest = document.digest.ok_or(ProofsError::NotAnchored)?;
    let bundled = bundled_document(document)?.ok_or(ProofsError::NotAnchored)?;
    let head = service.ledger.newest_header().await?;
    let mut collector = Collector::new(service, &head);
    let issuer = IssuerId::parse(&document.agency)?;
    let (suite, ledger) = (service.suite(), service.ledger_id());
    let registry = collector
        .state(&issuer_key(suite, &ledger, &issuer))
        .await?;
    let status_key = status_key(suite, &ledger, &issuer, &digest);
    let status = collector.state(&status_key).await?;
    let origin = collector.origin(document).await?;
    let invoice = collector.invoice(document, &digest).await?;
    let roots = collector
        .roots
        .ok_or(ProofsError::Inconsistent("no state roots"))?;
    let proofs = Proofs {
        ledger,
        handoffs: handoffs(service, &head).await?,
        succession: None,
        roots,
        origin,
        registry: Some(registry),
        status: Some(status),
        invoice,
        head,
    };
    self_check::check(service, bundled, &proofs)?;
    Ok(proofs)
}

/// The hand-offs from the beginning to the epoch of `head`.
pub async fn handoffs(
    service: &Service,
    head: &CertifiedHeader,
) -> Result<Vec<light_client::handoff::Handoff>, ServiceError> {
    let epoch = head.header.core.epoch;
    if epoch == Epoch(0) {
        return Ok(Vec::new());
    }
    Ok(service.ledger.handoffs_to(epoch).await?)
}

/// Collects proofs under one header.
struct Collector<'a> {
    service: &'a Service,
    at: Height,
    roots: Option<StateRoots>,
}

impl<'a> Collector<'a> {
    fn new(service: &'a Service, head: &CertifiedHeader) -> Self {
        Self {
            service,
            at: head.header.core.height,
            roots: None,
        }
    }

    async fn state<T: Wire>(&mut self, key: &StateKey) -> Result<StateProof<T>, ProofsError> {
        let answer = self.service.ledger.state(key, self.at).await?;
        let known = self.roots.get_or_insert_with(|| answer.roots.clone());
        if *known != answer.roots {
            return Err(ProofsError::Inconsistent("two sets of state roots"));
        }
        Ok(answer.typed()?)
    }

    /// None for a document that the ledger refused.
    async fn origin(&self, document: &StoredDocument) -> Result<Option<Origin>, ProofsError> {
        if document.state == State::Failed {
            return Ok(None);
        }
        let id = document
            .outbox
            .as_deref()
            .ok_or_else(|| unreadable("outbox"))?;
        let entry = outbox::find(&self.service.db, id).await?;
        let entry = entry.ok_or_else(|| unreadable("outbox"))?;
        let index = entry.log_index.ok_or_else(|| unreadable("log index"))?;
        if entry.height.is_none_or(|height| height > self.at) {
            // The node is behind the one that told us: its head does not have the document yet.
            return Err(ProofsError::NotAnchored);
        }
        let log = self.service.ledger.log_proof(index, self.at).await?;
        Ok(Some(Origin {
            signature: entry
                .batch_signature
                .ok_or_else(|| unreadable("batch signature"))?,
            batch_path: document
                .batch_path
                .clone()
                .ok_or_else(|| unreadable("batch path"))?,
            leaf: log.leaf,
            log_path: log.inclusion,
        }))
    }

    /// None for a credential.
    async fn invoice(
        &mut self,
        document: &StoredDocument,
        digest: &Digest,
    ) -> Result<Option<InvoiceProofs>, ProofsError> {
        let (Some(seed), Some(content)) = (&document.seed, &document.content) else {
            return Ok(None);
        };
        let seed = seed.as_slice().try_into().map_err(|_| unreadable("seed"))?;
        let invoice = invoice::read(content, seed)?;
        let (suite, ledger) = (self.service.suite(), self.service.ledger_id());
        if invoice.commitment(suite) != *digest {
            return Err(unreadable("commitment").into());
        }
        let first = document
            .lease_first
            .as_deref()
            .and_then(|first| first.parse().ok());
        let first = first.ok_or_else(|| unreadable("lease"))?;
        let seller_key = self.seller_key(document)?.id(suite);
        let used = used_key(suite, &ledger, &invoice.number());
        let record = record_key(suite, &ledger, &invoice.record_name(suite));
        Ok(Some(InvoiceProofs {
            lease: self
                .state(&lease_key(suite, &ledger, &seller_key, &first))
                .await?,
            used: self.state(&used).await?,
            record: self.state(&record).await?,
        }))
    }

    fn seller_key(&self, document: &StoredDocument) -> Result<&'a PublicKey, ServiceError> {
        let agency = self.service.directory.agency(&document.agency);
        let seller = document.seller.as_ref();
        let seller = agency
            .zip(seller)
            .and_then(|(agency, id)| agency.sellers.get(id));
        let seller = seller.ok_or_else(|| unreadable("seller"))?;
        Ok(seller.signer.public_key())
    }
}
