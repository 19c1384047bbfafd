//! Asks the light client about a bundle before anyone gets it.

use light_client::{
    bundle::{Bundle, Document, Proofs},
    cbor::to_bytes,
    policy::Policy,
    trust::{Profile, TrustStore},
    verdict::{Outcome, Reason},
    verify,
};

use super::ProofsError;
use crate::service::Service;

/// Checks that proofs hold. They may say that the document does not stand, or, where the ledger
/// refused it, why; they may not fail to prove it.
pub(super) fn check(
    service: &Service,
    document: Document,
    proofs: &Proofs,
) -> Result<(), ProofsError> {
    let refused = proofs.origin.is_none();
    let bundle = Bundle {
        document,
        proofs: proofs.clone(),
    };
    // The profile decides which ledgers a user accepts; here it is about this one.
    let mut trust = TrustStore::new(Profile::Demo);
    trust
        .pin(service.genesis.as_ref().clone())
        .map_err(|_| ProofsError::Inconsistent("genesis"))?;
    let verdict = verify(
        &to_bytes(&bundle),
        &trust,
        &Policy::default(),
        service.now(),
    );
    for result in &verdict.checks {
        if let Outcome::Failed(reason) | Outcome::Unknown(reason) = result.outcome
            && !is_said_of_the_document(reason)
            && !(refused && is_why_it_was_refused(reason))
        {
            return Err(ProofsError::Inconsistent(reason.code()));
        }
    }
    Ok(())
}

/// What sound proofs may say of a document, or of the time.
const fn is_said_of_the_document(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Expired
            | Reason::FutureHeader
            | Reason::NotYetValid
            | Reason::PinTooOld
            | Reason::RedLettered
            | Reason::Revoked
            | Reason::StatusStale
            | Reason::Suspended
    )
}

/// What sound proofs may say of a document that the ledger does not have.
const fn is_why_it_was_refused(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::IssuerMismatch
            | Reason::IssuerNotAuthorised
            | Reason::IssuerUnknown
            | Reason::NotAnchored
            | Reason::NotYetRegistered
            | Reason::NumberReused
    )
}
