//! Taking newer proofs for a document.
//!
//! # Security
//! A portal can hand out old or false proofs. They replace what the wallet holds only if the light
//! client itself certifies from them a header at least as new as the one it knows.

use std::rc::Rc;

use super::documents::StoredDocument;
use super::proofs::{self, FetchError};
use crate::session::Session;
use crate::verification::Report;

/// What came of asking for newer proofs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Renewal {
    /// What came did not convince the light client, or was older: the wallet keeps what it has.
    Kept,
    /// The document is not registered yet.
    NotYet,
    /// The document with newer proofs.
    Renewed(StoredDocument),
    /// The portal does not know the document.
    Unknown,
    /// The portal cannot be reached.
    Unreachable,
}

/// Asks the document's portal for proofs, and judges them.
pub(crate) async fn renew(session: &Session, document: &StoredDocument) -> Renewal {
    let proofs = match proofs::fetch(&document.proofs_from, &document.id).await {
        Ok(proofs) => proofs,
        Err(FetchError::NotFound) => return Renewal::Unknown,
        Err(FetchError::NotYet) => return Renewal::NotYet,
        Err(FetchError::Refused) => return Renewal::Kept,
        Err(FetchError::Unreachable) => return Renewal::Unreachable,
    };
    let held = document.content.to_vec();
    let Ok(bundle) = session.verifier.compose(held.clone(), proofs).await else { return Renewal::Kept };
    let (new, old) = (session.check(bundle.clone()).await, session.check(held).await);
    if is_newer(new.ok().as_deref(), old.ok().as_deref()) {
        Renewal::Renewed(StoredDocument { content: Rc::new(bundle), ..document.clone() })
    } else {
        Renewal::Kept
    }
}

fn is_newer(new: Option<&Report>, old: Option<&Report>) -> bool {
    let certified = |report: Option<&Report>| report.and_then(|report| report.freshness).map(|f| f.as_of_ms);
    certified(new).is_some_and(|new| certified(old).is_none_or(|old| new >= old))
}
