//! Taking transactions in: one or many from clients, many from other nodes.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::MethodRouter;
use ledger_core::Refusal;
use ledger_core::transaction::TxId;
use light_client::cbor;
use serde_json::{Value, json};
use tokio::task::block_in_place;

use super::{Answer, Api, cbor_response};
use crate::batch::{Batch, MAX_BATCH_BYTES, Receipt, Witness, receipt_bytes};
use crate::problem::Problem;

/// A route that takes batches.
pub(super) fn longer(route: MethodRouter<Api>) -> MethodRouter<Api> {
    route.layer(DefaultBodyLimit::max(MAX_BATCH_BYTES))
}

/// Takes a client's transaction; accepted once this node and f + 1 others keep it.
pub(super) async fn one(
    State(api): State<Api>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let body = cbor_body(&headers, body)?;
    let outcome = api.intake.submit(body.to_vec()).await;
    let outcome = outcome.map_err(|error| Problem::internal(&error))?;
    let id = outcome
        .map_err(|refusal| Problem::new(status_of(refusal), refusal.code(), refusal.to_string()))?;
    let kept = copied(&api, &[(id, body)]).await;
    if kept != [true] {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Err(Problem::new(status, TOO_FEW_COPIES, TOO_FEW_COPIES_DETAIL));
    }
    let accepted = Json(json!({ "tx_id": id.to_string() }));
    Ok((StatusCode::ACCEPTED, accepted).into_response())
}

/// Takes a client's transactions: one answer each, as if each had come alone.
pub(super) async fn batch(
    State(api): State<Api>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let transactions = parsed(&cbor_body(&headers, body)?)?;
    let bodies: Vec<Bytes> = transactions
        .iter()
        .map(|one| Bytes::copy_from_slice(one))
        .collect();
    let outcomes = api.intake.submit_all(transactions).await;
    let outcomes = outcomes.map_err(|error| Problem::internal(&error))?;
    let accepted = outcomes.iter().zip(bodies);
    let accepted: Vec<(TxId, Bytes)> = accepted
        .filter_map(|(outcome, body)| Some((outcome.ok()?, body)))
        .collect();
    let mut kept = copied(&api, &accepted).await.into_iter();
    let answers = outcomes.into_iter().map(|outcome| match outcome {
        Ok(id) if kept.next() == Some(true) => json!({ "status": 202, "tx_id": id.to_string() }),
        Ok(_) => refused(
            StatusCode::SERVICE_UNAVAILABLE,
            TOO_FEW_COPIES,
            TOO_FEW_COPIES_DETAIL,
        ),
        Err(refusal) => refused(status_of(refusal), refusal.code(), &refusal.to_string()),
    });
    Ok(Json(answers.collect::<Value>()).into_response())
}

/// Takes transactions that another node was given, and signs for those that it keeps.
pub(super) async fn take(
    State(api): State<Api>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Response> {
    let transactions = parsed(&cbor_body(&headers, body)?)?;
    let outcomes = api.intake.submit_all(transactions).await;
    let outcomes = outcomes.map_err(|error| Problem::internal(&error))?;
    let stored: Vec<TxId> = outcomes.iter().filter_map(|outcome| outcome.ok()).collect();
    Ok(cbor_response(&Receipt {
        stored: outcomes.iter().map(Result::is_ok).collect(),
        by: block_in_place(|| witness(&api, &stored)),
    }))
}

/// Whether enough other validators keep each of these.
async fn copied(api: &Api, transactions: &[(TxId, Bytes)]) -> Vec<bool> {
    let own = api.node.voter.borrow().as_ref().map(|key| key.public_key());
    let needed = api.ledger.copies_needed(own.as_ref());
    api.peers.replicate(&api.ledger, transactions, needed).await
}

/// This node's word, as a validator, that it keeps these. There is none for nothing.
fn witness(api: &Api, stored: &[TxId]) -> Option<Witness> {
    stored.first()?;
    let key = api.node.voter.borrow().clone()?;
    let (ledger, suite) = (api.ledger.id(), api.ledger.suite());
    let signer = key.public_key().id(suite);
    let signature = key.sign(&receipt_bytes(&ledger, stored, &signer));
    Some(Witness { signer, signature })
}

const TOO_FEW_COPIES: &str = "too_few_copies";
const TOO_FEW_COPIES_DETAIL: &str = "too few validators keep the transaction; send it again";

fn refused(status: StatusCode, code: &str, detail: &str) -> Value {
    json!({ "status": status.as_u16(), "code": code, "detail": detail })
}

fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::Malformed(_) => StatusCode::BAD_REQUEST,
        Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::MempoolFull | Refusal::SenderLimit => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn parsed(body: &Bytes) -> Answer<Vec<Vec<u8>>> {
    let Batch(transactions) = Batch::parse(body).map_err(|error| match error {
        cbor::DecodeError::TooLong { .. } => {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            Problem::new(status, Refusal::TooLarge.code(), error.to_string())
        }
        _ => Problem::malformed(error.to_string()),
    })?;
    Ok(transactions)
}

fn cbor_body(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Answer<Bytes> {
    let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if media_type != Some(b"application/cbor") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(
            status,
            "unsupported_media_type",
            "send application/cbor",
        ));
    }
    Ok(body?)
}
