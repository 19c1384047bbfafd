//! Leases, invoices, red letters, claims.
//!
//! ```text
//! invoice.lease        = [5, 1, agency, seller key, seller, first number, count, quota, to]
//! invoice.issue        = [5, 2, agency, lease's first number, [[number, commitment], …],
//!                         [[record, gross, claim key | null], …], batch expiry, batch signature]
//! invoice.end_lease    = [5, 3, seller's key id, first number]
//! invoice.red_letter   = [5, 4, agency, lease's first number, [number, commitment], record, blue record,
//!                         amount, reason, confirmation | null, batch expiry, batch signature,
//!                         consent | null]
//! invoice.enter_red    = [5, 5, record, party, amount, reason, consent | null]
//! invoice.answer_red   = [5, 6, record, confirmation, party, answer, amount, consent | null]
//! invoice.withdraw_red = [5, 7, record, confirmation, party]
//! invoice.block_red    = [5, 8, record, confirmation, obstacle]
//! invoice.claim        = [5, 9, record, amount, key use, consent | null]
//! invoice.release      = [5, 10, record, sequence, amount]
//! invoice.pledge       = [5, 11, record, key use]
//! invoice.unpledge     = [5, 12, record]
//! invoice.book         = [5, 13, record, booking, period, key use]
//!
//! party   = [0, lease's first number] / [1, key use]      the seller, the buyer
//! key use = [claim key, sequence, signature]
//! consent = [funder, sequence, signature]
//! ```

mod claim;
mod confirmation;
mod issue;
mod lease;
mod permission;
mod red;

use credentials_schemas::invoice::{DOCUMENT_TYPE, InvoiceNumber};
use light_client::{
    cbor::{DecodeError, Reader},
    id::DocumentType,
};

pub use claim::{BookingChange, ClaimRelease, ClaimRequest, PledgeEnd, PledgeRequest};
pub use confirmation::{RedAnswer, RedBlock, RedEntry, RedWithdrawal};
pub use issue::{InvoiceIssue, RecordLine, UsedLine};
pub use lease::{LeaseEnd, LeaseGrant};
pub use permission::{Consent, KeyUse, Party};
pub use red::RedLetter;

/// The document type of invoices.
pub(crate) fn invoice_type() -> DocumentType {
    DocumentType::parse(DOCUMENT_TYPE).expect("the schema's name is a document type")
}

/// A number as the text of its 20 digits.
fn read_number(reader: &mut Reader<'_>) -> Result<InvoiceNumber, DecodeError> {
    reader
        .text(20)?
        .parse()
        .map_err(|_| DecodeError::FieldOutOfRange("invoice number"))
}
