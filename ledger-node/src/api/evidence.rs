//! `GET /v1/evidence/{digest}`: what the ledger says of one deposited digest.
//!
//! Only for those who know the digest, and so have file and salt: there is no way to list any,
//! and neither file nor salt ever comes here.

use axum::extract::{Path, State};
use axum::response::Response;
use tokio::task::block_in_place;

use super::{Answer, Api, cbor_response, changing, digest};

/// Answers with `deposit-proofs`, of presence or of absence, under the newest header.
pub(super) async fn deposit(State(api): State<Api>, Path(name): Path<String>) -> Answer<Response> {
    let digest = digest(&name)?;
    let proofs = block_in_place(|| api.ledger.view().deposit(&digest))?;
    Ok(changing(cbor_response(&proofs)))
}
