//! The worker's side: the only place where the light client decides.

use credentials_schemas::invoice::LARGE_INVOICE_LIMITS;
use gloo_worker::oneshot::oneshot;
use light_client::bundle::{Bundle, Document, Proofs};
use light_client::cbor::to_bytes;
use light_client::document::{Credential, CredentialIssuer, CredentialLimits, InvoiceDocument};
use light_client::genesis::Purpose;
use light_client::hash::Digest;
use light_client::id::{LedgerId, TimeMs};
use light_client::policy::Policy;
use light_client::suite::Suite;
use light_client::trust::{Profile, TrustStore};
use light_client::verify;

use super::protocol::{Anchor, Answer, Command};

/// The oldest header that "still in force" may rest on: ten minutes.
const MAX_AGE_MS: u64 = 10 * 60 * 1000;

/// Answers one [`Command`] in the worker.
#[oneshot]
pub async fn VerifyTask(command: Command) -> Answer {
    answer(command)
}

fn answer(command: Command) -> Answer {
    match command {
        Command::Compose { file, proofs } => {
            compose(&file, &proofs).map_or(Answer::Malformed, Answer::Bundle)
        }
        Command::Describe { trust_file } => {
            describe(&trust_file).map_or(Answer::Malformed, Answer::Anchors)
        }
        Command::Digest { file, trust_files } => digest(&file, &stores(&trust_files))
            .map_or(Answer::Malformed, |digest| Answer::Digest(digest.to_hex())),
        Command::Learn { file, trust_file } => {
            learn(&file, &trust_file).map_or(Answer::Malformed, Answer::TrustFile)
        }
        Command::Verify {
            file,
            trust_files,
            now_ms,
        } => {
            decide(&file, &stores(&trust_files), now_ms).map_or(Answer::Malformed, Answer::Verdict)
        }
    }
}

/// Decides with the store that knows the bundle's ledger; without one, with a store that knows none.
fn decide(file: &[u8], stores: &[TrustStore], now_ms: u64) -> Option<String> {
    let empty = TrustStore::new(Profile::Production);
    let ledger = Bundle::parse(file).ok().map(|bundle| bundle.proofs.ledger);
    let store = ledger
        .and_then(|ledger| knowing(stores, &ledger))
        .unwrap_or(&empty);
    let verdict = verify(file, store, &policy(), TimeMs(now_ms));
    serde_json::to_string(&verdict).ok()
}

/// A portal may hold back what is new and show what was true a while ago: how long a while is what
/// this page tells its reader, in minutes, not in an office's day.
fn policy() -> Policy {
    Policy {
        max_age_ms: MAX_AGE_MS,
        ..Policy::default()
    }
}

fn describe(trust_file: &[u8]) -> Option<Vec<Anchor>> {
    let store = TrustStore::parse(trust_file).ok()?;
    let anchor = |ledger: &light_client::trust::TrustedLedger| Anchor {
        ledger: ledger.id().0.to_hex(),
        name: ledger.genesis().name.clone(),
        demo: ledger.genesis().purpose == Purpose::Demo,
    };
    Some(store.ledgers().map(anchor).collect())
}

fn learn(file: &[u8], trust_file: &[u8]) -> Option<Vec<u8>> {
    let mut store = TrustStore::parse(trust_file).ok()?;
    let proofs = Bundle::parse(file).ok()?.proofs;
    store
        .advance(&proofs.ledger, &proofs.handoffs, &proofs.head)
        .ok()?;
    Some(store.to_bytes())
}

fn compose(file: &[u8], proofs: &[u8]) -> Option<Vec<u8>> {
    let document = document(file)?;
    let proofs = Proofs::parse(proofs).ok()?;
    Some(to_bytes(&Bundle { document, proofs }))
}

fn document(file: &[u8]) -> Option<Document> {
    match Bundle::parse(file) {
        Ok(bundle) => Some(bundle.document),
        Err(_) => {
            let text = core::str::from_utf8(file).ok()?;
            credential(text).map(|_| Document::Credential(text.to_owned()))
        }
    }
}

/// The digest by the suite of the document's ledger; of a ledger that is not known here, by the
/// suite that the document itself uses.
fn digest(file: &[u8], stores: &[TrustStore]) -> Option<Digest> {
    let suite_of = |ledger: &LedgerId| {
        knowing(stores, ledger)?
            .ledger(ledger)
            .map(|known| known.suite())
    };
    if let Ok(bundle) = Bundle::parse(file) {
        let suite = suite_of(&bundle.proofs.ledger);
        return match bundle.document {
            Document::Credential(text) => {
                credential(&text).map(|read| read.digest(suite.unwrap_or(read.suite())))
            }
            Document::Invoice { content, seed } => {
                let invoice = InvoiceDocument::parse(&content, seed, LARGE_INVOICE_LIMITS).ok()?;
                Some(invoice.commitment(suite.unwrap_or(Suite::Sm)))
            }
        };
    }
    let read = credential(core::str::from_utf8(file).ok()?)?;
    let suite = match read.issuer() {
        CredentialIssuer::Ledger { ledger, .. } => suite_of(ledger),
        CredentialIssuer::DidKey(_) => None,
    };
    Some(read.digest(suite.unwrap_or(read.suite())))
}

fn credential(text: &str) -> Option<Credential> {
    Credential::parse(text, CredentialLimits::default()).ok()
}

/// The stores that hold; a file that does not is as if it were not there.
fn stores(trust_files: &[Vec<u8>]) -> Vec<TrustStore> {
    trust_files
        .iter()
        .filter_map(|file| TrustStore::parse(file).ok())
        .collect()
}

fn knowing<'a>(stores: &'a [TrustStore], ledger: &LedgerId) -> Option<&'a TrustStore> {
    stores.iter().find(|store| store.ledger(ledger).is_some())
}

#[cfg(test)]
mod tests {
    use light_client::verdict::Reason;
    use wording::report::{Kind, Report};

    use super::*;

    fn verdict(file: &[u8]) -> Report {
        let command = Command::Verify {
            file: file.to_vec(),
            trust_files: vec![b"junk".to_vec()],
            now_ms: 1,
        };
        let Answer::Verdict(json) = answer(command) else {
            unreachable!("a verdict on any bytes")
        };
        Report::parse(json).expect("the light client's own JSON")
    }

    #[test]
    fn any_bytes_get_a_verdict_and_none_of_them_is_valid() {
        for file in [
            &b""[..],
            b"%PDF-1.7",
            b"eyJ",
            b"eyJhbGciOiJub25lIn0.e30.~",
            &[0x83; 99],
            &[0xff; 999],
        ] {
            assert_eq!(verdict(file).headline.kind, Kind::Invalid, "{file:?}");
        }
        assert_eq!(
            verdict(b"%PDF-1.7").headline.reason,
            Some(Reason::Malformed)
        );
    }

    #[test]
    fn what_is_no_document_has_no_digest_and_no_bundle() {
        let file = b"not a document".to_vec();
        let digest = Command::Digest {
            file: file.clone(),
            trust_files: Vec::new(),
        };
        assert!(matches!(answer(digest), Answer::Malformed));
        assert!(matches!(
            answer(Command::Compose {
                file,
                proofs: Vec::new()
            }),
            Answer::Malformed
        ));
    }

    #[test]
    fn nothing_is_learned_from_what_is_no_bundle() {
        let trust_file = TrustStore::new(Profile::Demo).to_bytes();
        let learned = answer(Command::Learn {
            file: b"junk".to_vec(),
            trust_file,
        });
        assert!(matches!(learned, Answer::Malformed));
    }

    #[test]
    fn a_trust_file_is_described_or_refused() {
        let empty = TrustStore::new(Profile::Demo).to_bytes();
        let described = answer(Command::Describe { trust_file: empty });
        assert!(matches!(described, Answer::Anchors(anchors) if anchors.is_empty()));
        assert!(matches!(
            answer(Command::Describe {
                trust_file: b"junk".to_vec()
            }),
            Answer::Malformed
        ));
    }
}
