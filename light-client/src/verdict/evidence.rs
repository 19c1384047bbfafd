//! What the checks established, for people and for machines.

use alloc::{string::String, vec::Vec};

use serde::Serialize;

use crate::{
    hash::Digest,
    id::{DocumentType, IssuerId, LedgerId},
    key::{KeyId, KeyKind},
    record::{
        Booking, BookingPeriod, DecidingRole, DisplayName, LegalBasis, Standing, StatusReason,
    },
};

/// Everything that was established, part by part; a part that was not is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The document itself, as read.
    pub document: Option<DocumentEvidence>,
    /// The ledger and the header under which everything is proved.
    pub ledger: Option<LedgerEvidence>,
    /// When and where the document was anchored.
    pub anchor: Option<AnchorEvidence>,
    /// The issuer, from the certified registry: the only name to show.
    pub issuer: Option<IssuerEvidence>,
    /// The document's standing, if it is not simply in force.
    pub status: Option<StatusEvidence>,
    /// The invoice's record.
    pub invoice: Option<InvoiceEvidence>,
}

/// The document as read. Whether it may be believed is the verdict's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentEvidence {
    /// Its type.
    pub document_type: String,
    /// Its digest, by which status and proofs are found.
    pub digest: Option<Digest>,
    /// What it says, in its own order.
    pub fields: Vec<DocumentField>,
    /// How many claims were not disclosed.
    pub undisclosed: usize,
    /// The rule it breaks, as a code, if it breaks one.
    pub broken_rule: Option<String>,
    /// The DID of its issuer as the document itself claims.
    pub claimed_issuer: Option<String>,
}

/// One thing a document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentField {
    /// Claim name or JSON pointer.
    pub path: String,
    /// Text, or canonical JSON where it is not a text.
    pub value: String,
}

/// The header that a quorum signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerEvidence {
    /// The ledger.
    pub ledger: LedgerId,
    /// Its name, from the pinned genesis.
    pub name: String,
    /// Whether documents on it are for demonstration only.
    pub demo: bool,
    /// The header's height.
    pub height: u64,
    /// The header's epoch.
    pub epoch: u64,
    /// The header's time, in Unix milliseconds.
    pub time_ms: u64,
    /// The header's hash.
    pub header_hash: Digest,
    /// How many validators signed.
    pub signers: usize,
    /// How many validators there are.
    pub validators: usize,
}

/// When and where the document was anchored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnchorEvidence {
    /// The block.
    pub height: u64,
    /// Its time, in Unix milliseconds.
    pub time_ms: u64,
    /// The leaf's place in the log.
    pub log_index: u64,
    /// How many documents were anchored together.
    pub batch_size: u64,
    /// The key that signed the batch.
    pub key_id: KeyId,
    /// Its kind.
    pub key_kind: KeyKind,
}

/// The issuer as the certified registry has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuerEvidence {
    /// Its id.
    pub id: IssuerId,
    /// Its names.
    pub name: DisplayName,
    /// The types that it may issue, now or once.
    pub document_types: Vec<DocumentType>,
}

/// A standing that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusEvidence {
    /// The standing.
    pub standing: Standing,
    /// Why.
    pub reason: StatusReason,
    /// The law or order on which it rests.
    pub basis: LegalBasis,
    /// In which role the agency decided.
    pub role: DecidingRole,
    /// Who decided.
    pub by: IssuerId,
    /// The height at which it was recorded.
    pub recorded_height: u64,
    /// When it was recorded, in Unix milliseconds.
    pub recorded_ms: u64,
    /// From when it counts, in Unix milliseconds.
    pub effective_ms: u64,
}

/// An invoice's record on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceEvidence {
    /// Gross amount as registered, in fen.
    pub gross_fen: u64,
    /// What is left to claim, in fen.
    pub remaining_fen: u64,
    /// What red letters have taken back, in fen.
    pub red_fen: u64,
    /// Whether it is pledged to a funder.
    pub pledged: bool,
    /// Booked or not.
    pub booking: Booking,
    /// The month for which it was last booked, or the booking withdrawn.
    pub period: Option<BookingPeriod>,
}
