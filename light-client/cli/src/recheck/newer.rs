//! Newer bundles of documents that were accepted before.

use std::{collections::HashMap, sync::atomic::AtomicBool};

use credentials_schemas::json::Limits;
use light_client::{
    bundle::{Bundle, Document},
    document::{Credential, CredentialLimits, InvoiceDocument},
    key::KnownKeys,
    trust::TrustStore,
    verdict::{Check, Headline, Outcome as Checked, Reason, Verdict},
};

use crate::{
    args::Failure, earlier::Ruled, input::Inputs, judged::Facts, judging::Judging, key::Key,
};

/// A document judged again.
pub(super) struct Outcome {
    pub(super) facts: Facts,
    /// The document, whether or not its header counts.
    document: Option<Key>,
    /// Whether its verdict speaks of the document itself, and not of what the file lacks.
    is_settled: bool,
}

impl Outcome {
    /// Judges a document again.
    pub(super) fn of(judging: &Judging, keys: &mut KnownKeys, bytes: &[u8]) -> Self {
        let verdict = judging.judge(bytes, keys);
        Self {
            facts: Facts::new(bytes, &verdict, None),
            document: document_key(bytes, &judging.trust),
            is_settled: is_settled(&verdict),
        }
    }
}

/// What newer bundles say, by document: the newest of each.
pub(super) struct Newer {
    known: HashMap<Key, (String, Ruled)>,
}

impl Newer {
    /// Judges the newer bundles.
    ///
    /// One that is itself damaged says nothing of its document: whoever delivers a broken bundle
    /// must not be able to take a good one back.
    pub(super) fn judge(
        judging: &Judging,
        inputs: &Inputs,
        stop: &AtomicBool,
    ) -> Result<Self, Failure> {
        let mut known = HashMap::<Key, (String, Ruled)>::new();
        let rejudge = |keys: &mut KnownKeys, bytes: &[u8]| Ok(Outcome::of(judging, keys, bytes));
        judging.each(inputs, stop, rejudge, |place, outcome| {
            let outcome = outcome?;
            let ruled = Ruled::from(&outcome.facts);
            if let (Some(document), true) = (outcome.document, outcome.is_settled) {
                let is_newest = known
                    .get(&document)
                    .is_none_or(|(_, known)| known.as_of_ms < ruled.as_of_ms);
                if is_newest {
                    known.insert(document, (inputs.name(place).to_owned(), ruled));
                }
            }
            Ok(())
        })?;
        Ok(Self { known })
    }

    /// What counts of a document: its own verdict, or that of a newer bundle, which is named.
    pub(super) fn outrank(&self, own: &Outcome) -> (Ruled, Option<&str>) {
        let ruled = Ruled::from(&own.facts);
        let newer = own.document.and_then(|document| self.known.get(&document));
        match newer.filter(|(_, newer)| !own.is_settled || newer.as_of_ms > ruled.as_of_ms) {
            Some((name, newer)) => (newer.clone(), Some(name)),
            None => (ruled, None),
        }
    }
}

/// A document by its digest under the suite of its ledger.
fn document_key(bytes: &[u8], trust: &TrustStore) -> Option<Key> {
    let bundle = Bundle::parse(bytes).ok()?;
    let ledger = trust.ledger(&bundle.proofs.ledger)?;
    let digest = match &bundle.document {
        Document::Credential(text) => {
            let credential = Credential::parse(text, CredentialLimits::default()).ok()?;
            credential.digest(ledger.suite())
        }
        Document::Invoice { content, seed } => {
            let invoice = InvoiceDocument::parse(content, *seed, Limits::default()).ok()?;
            invoice.commitment(ledger.suite())
        }
    };
    Some(Key::of_document(&ledger.id(), &digest))
}

/// Whether the document is proved genuine, and what is said against it is proved too.
fn is_settled(verdict: &Verdict) -> bool {
    let genuine = [
        Check::Finality,
        Check::Origin,
        Check::Authority,
        Check::Signature,
    ];
    let mut checks = verdict.checks.iter();
    let is_genuine =
        checks.all(|result| !genuine.contains(&result.check) || result.outcome == Checked::Passed);
    let is_proved = match verdict.headline {
        Headline::Valid => true,
        Headline::Invalid(reason) | Headline::Undetermined(reason) => matches!(
            reason,
            Reason::Revoked
                | Reason::Suspended
                | Reason::RedLettered
                | Reason::Expired
                | Reason::NotYetValid
        ),
    };
    is_genuine && is_proved
}
