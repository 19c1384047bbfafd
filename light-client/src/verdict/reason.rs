//! Why a document is not plainly valid: stable codes, ordered by what people must hear first.

use serde::{Serialize, Serializer};

/// What a reason makes of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// The document is not to be relied on.
    Invalid,
    /// Nothing was decided.
    Undetermined,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $ruling:ident;)*) => {
        /// A reason. Declared in the order of rank: of several failures the first declared is
        /// the headline, so that a detail never hides what it follows from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// All reasons, by rank.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What the reason makes of a document.
            pub const fn ruling(self) -> Ruling {
                match self { $(Self::$name => Ruling::$ruling,)* }
            }
        }
    };
}

reasons! {
    // The bundle as bytes.
    /// The file is not a bundle, or not in its one form.
    Malformed = "malformed", Invalid;
    /// The bundle has a part that its kind of document has no use for.
    UnexpectedPart = "unexpected_part", Invalid;
    /// Parts of the bundle speak of different ledgers.
    LedgerMismatch = "ledger_mismatch", Invalid;

    // The chain of trust.
    /// A hand-off to the next validator set does not hold.
    HandoffInvalid = "handoff_invalid", Invalid;
    /// A hand-off differs from the one this client verified before.
    HandoffConflict = "handoff_conflict", Invalid;
    /// The certificate is for another epoch than the header's.
    CertificateEpoch = "certificate_epoch", Invalid;
    /// The header names another validator set.
    CertificateSet = "certificate_set", Invalid;
    /// Not exactly a quorum of signatures.
    CertificateQuorum = "certificate_quorum", Invalid;
    /// A signer twice, or out of order.
    CertificateSigners = "certificate_signers", Invalid;
    /// A signer outside the set.
    CertificateUnknownSigner = "certificate_unknown_signer", Invalid;
    /// A signature of the certificate does not hold.
    CertificateSignature = "certificate_signature", Invalid;
    /// A key of another suite than the ledger's.
    CertificateSuite = "certificate_suite", Invalid;
    /// The header lies beyond its epoch's last height.
    BeyondEpoch = "beyond_epoch", Invalid;
    /// The proof that the header belongs to the newest history does not hold.
    HistoryMismatch = "history_mismatch", Invalid;
    /// Another header of this height has been certified: the ledger has forked.
    ConflictingHeader = "conflicting_header", Invalid;
    /// The namespaces' roots are not those of the header.
    StateRootMismatch = "state_root_mismatch", Invalid;

    // The document and its origin.
    /// The content is not what was anchored or signed.
    DocumentAltered = "document_altered", Invalid;
    /// The content breaks the rules of its kind.
    DocumentMalformed = "document_malformed", Invalid;
    /// The anchored batch is not in the ledger's log.
    OriginMismatch = "origin_mismatch", Invalid;
    /// The document names another issuer or key than the anchored batch.
    IssuerMismatch = "issuer_mismatch", Invalid;
    /// The document is of another type than the anchored batch.
    TypeMismatch = "type_mismatch", Invalid;
    /// The issuer is not in the registry.
    IssuerUnknown = "issuer_unknown", Invalid;
    /// The issuer had no right to issue this type.
    IssuerNotAuthorised = "issuer_not_authorised", Invalid;
    /// The proof of the issuer's registry entry does not hold.
    RegistryProofInvalid = "registry_proof_invalid", Invalid;
    /// The seller's lease does not cover the invoice.
    LeaseMismatch = "lease_mismatch", Invalid;
    /// The issuer's signature over the batch does not hold.
    BatchSignatureInvalid = "batch_signature_invalid", Invalid;
    /// The issuer's signature on the document does not hold.
    IssuerSignatureInvalid = "issuer_signature_invalid", Invalid;
    /// The invoice's number belongs to another invoice.
    NumberReused = "number_reused", Invalid;
    /// The amounts differ from the ledger's record.
    AmountMismatch = "amount_mismatch", Invalid;
    /// A proof of the invoice's entries does not hold.
    InvoiceProofInvalid = "invoice_proof_invalid", Invalid;

    // Standing.
    /// The proof of the document's standing does not hold.
    StatusProofInvalid = "status_proof_invalid", Invalid;
    /// Revoked.
    Revoked = "revoked", Invalid;
    /// Suspended.
    Suspended = "suspended", Invalid;
    /// Taken back in full by a red letter.
    RedLettered = "red_lettered", Invalid;
    /// Its period of validity is over.
    Expired = "expired", Invalid;
    /// Its period of validity has not begun.
    NotYetValid = "not_yet_valid", Invalid;

    // What could not be decided.
    /// The issuer is a bare key that no ledger vouches for.
    BareDidKey = "bare_did_key", Undetermined;
    /// The ledger is not in the trust store.
    LedgerUnknown = "ledger_unknown", Undetermined;
    /// The client has heard nothing of the ledger for too long.
    PinTooOld = "pin_too_old", Undetermined;
    /// The header is of an epoch that no hand-off here leads to.
    EpochUnknown = "epoch_unknown", Undetermined;
    /// The header is of an epoch that has been superseded.
    SupersededEpoch = "superseded_epoch", Undetermined;
    /// The header is from the future by this clock.
    FutureHeader = "future_header", Undetermined;
    /// No proof that the document was anchored.
    NotAnchored = "not_anchored", Undetermined;
    /// The invoice's number is not registered yet.
    NotYetRegistered = "not_yet_registered", Undetermined;
    /// No proof about the issuer.
    RegistryUnchecked = "registry_unchecked", Undetermined;
    /// No proof about the document's standing.
    StatusUnchecked = "status_unchecked", Undetermined;
    /// The newest proof is older than the policy allows.
    StatusStale = "status_stale", Undetermined;
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_invalid_ranks_before_undetermined() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        let rulings = Reason::ALL
            .iter()
            .map(|reason| reason.ruling() == Ruling::Undetermined);
        assert!(rulings.is_sorted());
    }
}
