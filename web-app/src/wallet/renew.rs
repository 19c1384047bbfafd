//! Taking newer proofs for a document.
//!
//! # Security
//! A portal can hand out old or false proofs. They replace what the wallet holds only if they decide
//! something, under a certified header at least as new as the one the wallet knows: that the
//! document is in force, or that it no longer is.

use std::rc::Rc;

use light_client::verdict::Reason;
use wording::report::Report;

use super::documents::StoredDocument;
use super::proofs::{self, FetchError};
use crate::browser::origin;
use crate::session::Session;

/// What came of asking for newer proofs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Renewal {
    /// What came did not convince the light client, or was older: the wallet keeps what it has.
    Kept,
    /// The document is not registered yet.
    NotYet,
    /// The document with newer proofs, and the verdict they lead to.
    Renewed(StoredDocument, Rc<Report>),
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
    match better(session, &document.content, proofs).await {
        Some((bundle, report)) => Renewal::Renewed(
            StoredDocument {
                content: Rc::new(bundle),
                ..document.clone()
            },
            report,
        ),
        None => Renewal::Kept,
    }
}

/// A file that this site itself hands out, with the newest proofs that this site has for it: the
/// sample was made a while ago. A file the reader brings is not looked up; that would tell the
/// portal what is being checked.
pub(crate) async fn with_newest_proofs(session: &Session, file: Vec<u8>) -> Vec<u8> {
    let Ok(digest) = session.digest(file.clone()).await else {
        return file;
    };
    let Ok(proofs) = proofs::fetch(&origin(), &digest).await else {
        return file;
    };
    let better = better(session, &file, proofs).await;
    better.map_or(file, |(bundle, _)| bundle)
}

/// The document with these proofs, if they decide and are no older than those it has.
async fn better(session: &Session, held: &[u8], proofs: Vec<u8>) -> Option<(Vec<u8>, Rc<Report>)> {
    let bundle = session.verifier.compose(held.to_vec(), proofs).await.ok()?;
    let (new, old) = (
        session.check(bundle.clone()).await.ok()?,
        session.check(held.to_vec()).await,
    );
    is_better(&new, old.ok().as_deref()).then_some((bundle, new))
}

fn is_better(new: &Report, old: Option<&Report>) -> bool {
    let certified = |report: &Report| report.freshness.map(|freshness| freshness.as_of_ms);
    let decides = match new.headline.reason {
        None => true,
        Some(reason) => matches!(
            reason,
            Reason::Revoked | Reason::Suspended | Reason::RedLettered | Reason::Expired
        ),
    };
    decides
        && certified(new).is_some_and(|new| old.and_then(certified).is_none_or(|old| new >= old))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(kind: &str, reason: Option<Reason>, as_of_ms: Option<u64>) -> Report {
        let reason = reason.map_or_else(
            || "null".to_owned(),
            |reason| format!("\"{}\"", reason.code()),
        );
        let freshness =
            as_of_ms.map_or_else(|| "null".to_owned(), |ms| format!("{{\"as_of_ms\":{ms}}}"));
        let json = format!(
            r#"{{"headline":{{"kind":"{kind}","reason":{reason}}},"checks":[],"evidence":{{}},"freshness":{freshness}}}"#
        );
        Report::parse(json).expect("a verdict")
    }

    #[test]
    fn newer_proofs_that_decide_are_taken() {
        let held = report("valid", None, Some(10));
        assert!(is_better(&report("valid", None, Some(11)), Some(&held)));
        assert!(is_better(
            &report("invalid", Some(Reason::Revoked), Some(11)),
            Some(&held)
        ));
        let waiting = report("undetermined", Some(Reason::NotAnchored), None);
        assert!(is_better(&report("valid", None, Some(1)), Some(&waiting)));
        assert!(is_better(&report("valid", None, Some(1)), None));
    }

    #[test]
    fn older_false_or_empty_proofs_are_not_taken() {
        let held = report("valid", None, Some(10));
        for offered in [
            report("valid", None, Some(9)),
            report("invalid", Some(Reason::DocumentAltered), Some(11)),
            report("invalid", Some(Reason::CertificateSignature), None),
            report("undetermined", Some(Reason::StatusUnchecked), Some(11)),
            report("undetermined", Some(Reason::LedgerUnknown), None),
        ] {
            assert!(!is_better(&offered, Some(&held)), "{:?}", offered.headline);
        }
        let revoked = report("invalid", Some(Reason::Revoked), Some(10));
        assert!(
            !is_better(&report("valid", None, Some(9)), Some(&revoked)),
            "a portal cannot undo a revocation"
        );
    }
}
