//! What the ledger says about documents: leaves of its log and entries of its state.

mod batch;
mod evidence;
mod invoice;
mod issuer;
mod lease;
mod log_leaf;
mod status;

pub use batch::{BatchSignature, BatchStatement, document_leaf, invoice_leaf};
pub use evidence::{
    EvidenceEntry, MAX_EVIDENCE_BYTES, evidence_digest, evidence_key, evidence_key_preimage,
};
pub use invoice::{Booking, InvoiceRecord, UsedNumber, record_key, record_name, used_key};
pub use issuer::{DisplayName, IssuerEntry, Right, issuer_key};
pub use lease::{Lease, lease_key, seller_digest};
pub use log_leaf::{LogLeaf, Module};
pub use status::{DecidingRole, LegalBasis, Standing, StatusEntry, StatusReason, status_key};
