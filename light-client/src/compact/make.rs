//! Makes a compact proof from a bundle.

use credentials_schemas::invoice::LARGE_INVOICE_LIMITS;

use crate::{
    bundle::{Bundle, Document},
    document::{DocumentError, InvoiceDocument},
};

use super::{Compact, CompactBatch, CompactHead, Figures};

/// Why there is no compact proof of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompactError {
    /// The invoice breaks a rule.
    #[error("not an invoice")]
    Document(#[source] DocumentError),
    /// The bundle's parts do not lead to its own header.
    #[error("the bundle's parts do not fit together")]
    Inconsistent,
    /// The document is a credential: its JWT, byte for byte, with its disclosures does not fit
    /// beside the certificate of many validators.
    #[error("only an invoice has a compact form")]
    NotAnInvoice,
    /// The bundle does not show that the invoice is on the ledger.
    #[error("no proof that the invoice was anchored")]
    NotAnchored,
    /// The header is of an epoch that has ended, and the form has no place for the proof that it
    /// still counts.
    #[error("the bundle's header is of an epoch that has ended: fetch new proofs")]
    Superseded,
}

impl Compact {
    /// The compact proof of an invoice's bundle. No signature is looked at: it says what the bundle
    /// says, and is verified as that is.
    ///
    /// # Errors
    /// [`CompactError`].
    pub fn from_bundle(bundle: &Bundle) -> Result<Self, CompactError> {
        let (proofs, head) = (&bundle.proofs, &bundle.proofs.head);
        let (core, suite) = (&head.header.core, head.header.core.suite);
        if proofs.succession.is_some() {
            return Err(CompactError::Superseded);
        }
        let figures = Figures::from_bundle(bundle)?;
        let origin = proofs.origin.as_ref().ok_or(CompactError::NotAnchored)?;
        let compact = Self {
            ledger: proofs.ledger,
            figures,
            batch: CompactBatch {
                issuer: origin.leaf.issuer.clone(),
                height: origin.leaf.height,
                time_ms: origin.leaf.time_ms,
                count: origin.leaf.count,
                batch_path: origin.batch_path.clone(),
                log_path: origin.log_path.clone(),
                signature: origin.signature.clone(),
            },
            head: CompactHead {
                height: core.height,
                epoch: core.epoch,
                time_ms: core.time_ms,
                log_size: core.log_size,
                rest: head.header.rest.hash(suite),
                certificate: head.certificate.clone(),
            },
        };
        let leaf = compact.leaf(suite).ok();
        let rebuilt = leaf
            .as_ref()
            .and_then(|leaf| compact.core(suite, leaf, core.set_hash).ok());
        let fits = leaf.as_ref() == Some(&origin.leaf) && rebuilt.as_ref() == Some(core);
        // What its own reader would refuse is not made.
        if fits && Self::parse(&compact.to_bytes()).as_ref() == Ok(&compact) {
            Ok(compact)
        } else {
            Err(CompactError::Inconsistent)
        }
    }
}

impl Figures {
    /// The printed figures of a bundle's invoice, on the ledger that the bundle is about.
    ///
    /// # Errors
    /// [`CompactError::Document`], [`CompactError::NotAnInvoice`].
    pub fn from_bundle(bundle: &Bundle) -> Result<Self, CompactError> {
        let document = invoice(&bundle.document)?;
        Ok(Self::of(&document, bundle.proofs.head.header.core.suite))
    }
}

fn invoice(document: &Document) -> Result<InvoiceDocument, CompactError> {
    match document {
        Document::Credential(_) => Err(CompactError::NotAnInvoice),
        Document::Invoice { content, seed } => {
            InvoiceDocument::parse(content, *seed, LARGE_INVOICE_LIMITS)
                .map_err(CompactError::Document)
        }
    }
}
