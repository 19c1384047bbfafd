//! What the ledger says about documents: leaves of its log and entries of its state.

mod batch;
mod booking;
mod claim;
mod confirmation;
mod evidence;
mod invoice;
mod issuer;
mod lease;
mod log_leaf;
mod permission;
mod status;

pub use batch::{BatchSignature, BatchStatement, document_leaf, invoice_leaf};
pub use booking::{Booking, BookingPeriod};
pub use claim::{Claim, claim_place};
pub use confirmation::{Confirmation, ConfirmationState, Obstacle, Side, confirmation_key};
pub use evidence::{
    EvidenceEntry, MAX_EVIDENCE_BYTES, evidence_digest, evidence_key, evidence_key_preimage,
};
pub use invoice::{
    InvoiceRecord, Pledge, UsedNumber, record_key, record_name, record_seller, used_key,
};
pub use issuer::{DisplayName, IssuerEntry, Right, issuer_key};
pub use lease::{Lease, lease_key, seller_digest};
pub use log_leaf::{LogLeaf, Module};
pub use permission::{Answer, ClaimKeyUse, ConsentUse, KeyStatement};
pub use status::{DecidingRole, LegalBasis, Standing, StatusEntry, StatusReason, status_key};
