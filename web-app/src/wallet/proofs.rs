//! Fetching what only a portal has: proofs and the trust store. Nothing here is believed.

use gloo_net::http::Request;
use thiserror::Error;

/// Larger answers are not read.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Why a portal gave no proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum FetchError {
    /// The portal does not know the document.
    #[error("not known there")]
    NotFound,
    /// The document is not registered yet.
    #[error("not registered yet")]
    NotYet,
    /// The portal answers something else.
    #[error("an unexpected answer")]
    Refused,
    /// The portal cannot be reached.
    #[error("not reachable")]
    Unreachable,
}

/// The proofs of the document with `digest`, from `portal`.
pub(crate) async fn fetch(portal: &str, digest: &str) -> Result<Vec<u8>, FetchError> {
    binary(&format!("{portal}/api/proofs/{digest}")).await
}

/// The trust store file that this site hands out.
pub(crate) async fn trust_file() -> Result<Vec<u8>, FetchError> {
    binary("/api/trust").await
}

/// A file of this site, such as a sample of the demo.
pub(crate) async fn site_file(path: &str) -> Result<Vec<u8>, FetchError> {
    binary(path).await
}

/// Whether this site answers.
pub(crate) async fn site_answers() -> bool {
    binary("/api/ledger/head").await != Err(FetchError::Unreachable)
}

async fn binary(url: &str) -> Result<Vec<u8>, FetchError> {
    let response = Request::get(url)
        .send()
        .await
        .map_err(|_| FetchError::Unreachable)?;
    match response.status() {
        200 => {}
        404 => return Err(FetchError::NotFound),
        425 => return Err(FetchError::NotYet),
        _ => return Err(FetchError::Refused),
    }
    let bytes = response
        .binary()
        .await
        .map_err(|_| FetchError::Unreachable)?;
    if bytes.len() > MAX_ANSWER_BYTES {
        Err(FetchError::Refused)
    } else {
        Ok(bytes)
    }
}
