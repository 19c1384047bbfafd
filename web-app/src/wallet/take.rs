//! From an accepted offer to a document in the wallet, with its proofs.

use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use wording::clock::now_ms;

use super::documents::StoredDocument;
use super::openid4vci::MessageError;
use super::proofs::{self, FetchError};
use super::receive::{OpenOffer, ReceiveError, accept};
use crate::session::Session;

/// Registration takes about a second; after this many tries the wallet stops waiting.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(750);

/// A received document.
pub(crate) struct Taken {
    /// The document.
    pub(crate) document: StoredDocument,
    /// Whether its proofs came along.
    pub(crate) registered: bool,
}

/// Receives what `open` offers; calls `waiting` when the document is here and its proofs are not.
pub(crate) async fn take(
    session: &Session,
    open: &OpenOffer,
    tx_code: Option<&str>,
    waiting: impl Fn(),
) -> Result<Taken, ReceiveError> {
    let text = accept(open, tx_code).await?.into_bytes();
    let id = session
        .digest(text.clone())
        .await
        .map_err(|_| MessageError::Malformed)?;
    let proofs_from = origin_of(&open.offer.issuer).to_owned();
    waiting();
    let bundle = match wait_for_proofs(&proofs_from, &id).await {
        Some(proofs) => session.verifier.compose(text.clone(), proofs).await.ok(),
        None => None,
    };
    let registered = bundle.is_some();
    let content = Rc::new(bundle.unwrap_or(text));
    Ok(Taken {
        document: StoredDocument {
            id,
            content,
            proofs_from,
            added_at_ms: now_ms(),
        },
        registered,
    })
}

async fn wait_for_proofs(portal: &str, digest: &str) -> Option<Vec<u8>> {
    for _ in 0..TRIES {
        match proofs::fetch(portal, digest).await {
            Ok(proofs) => return Some(proofs),
            // Just after issuance a portal may not know the document yet.
            Err(FetchError::NotYet | FetchError::NotFound) => sleep(PAUSE).await,
            Err(FetchError::Refused | FetchError::Unreachable) => return None,
        }
    }
    None
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_ends_before_the_path() {
        assert_eq!(
            origin_of("http://127.0.0.1:7800/agencies/psb"),
            "http://127.0.0.1:7800"
        );
        assert_eq!(origin_of("https://h"), "https://h");
    }
}
