//! The HTTP API: everything a verifier, an issuer or an operator asks of a node.
//!
//! Reads are by key or height only, never by enumeration. Whatever can never change is sent with
//! `immutable`, so that any cache may keep it; nobody needs to trust the cache, since all of it is
//! proved.

mod action;
mod etag;
mod evidence;
mod governance;
mod handoffs;
mod heads;
mod health;
mod server;
mod snapshots;
mod submit;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{MethodRouter, get, post};
use ledger_core::limits::MAX_TRANSACTION_BYTES;
use ledger_core::transaction::TxId;
use ledger_core::{Fault, QueryError, TxStatus};
use light_client::cbor::{self, Wire};
use light_client::hash::Digest;
use light_client::id::{Height, IssuerId, LeafIndex};
use light_client::state::{Namespace, StateKey};
use light_client::validator_set::ValidatorSet;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::block_in_place;

use crate::config::{NodeConfig, NodeDir};
use crate::disk::Disk;
use crate::gossip::Peers;
use crate::intake::Intake;
use crate::ledger::Ledger;
use crate::problem::Problem;
use crate::voter::Voting;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) intake: Intake,
    pub(crate) peers: Peers,
    pub(crate) node: Arc<About>,
}

/// What a node says of itself.
pub(crate) struct About {
    pub(crate) dir: NodeDir,
    pub(crate) config: NodeConfig,
    pub(crate) voter: Voting,
    pub(crate) disk: Disk,
    /// Places for those who listen to heads.
    pub(crate) listeners: Arc<Semaphore>,
}

impl About {
    /// The agency of `set` for which this node votes.
    pub(crate) fn votes_for(&self, set: &ValidatorSet) -> Option<IssuerId> {
        let key = self.voter.borrow().as_ref()?.public_key();
        let mut validators = set.validators().iter();
        let own = validators.find(|validator| validator.key == key)?;
        Some(own.agency.clone())
    }
}

pub(crate) use heads::MAX_LISTENERS;
pub(crate) use server::serve;

type Answer<T> = Result<T, Problem>;

/// Every path, with what answers there. `docs/api/ledger-node.json` describes exactly these.
pub(crate) fn routes() -> Vec<(&'static str, MethodRouter<Api>)> {
    vec![
        ("/v1/transactions", post(submit::one)),
        (
            "/v1/transactions/batch",
            submit::longer(post(submit::batch)),
        ),
        ("/v1/transactions/{id}", get(transaction)),
        ("/v1/genesis", get(genesis)),
        ("/v1/head", get(head)),
        ("/v1/heads/stream", get(heads::stream)),
        ("/v1/headers/{height}", get(certified_header)),
        ("/v1/handoffs", get(handoffs::in_full)),
        ("/v1/catch-up", get(handoffs::catch_up)),
        ("/v1/proofs/log/{index}", get(log_proof)),
        ("/v1/proofs/history/{height}", get(succession)),
        ("/v1/proofs/state/{namespace}", get(state_proofs)),
        ("/v1/proofs/state/{namespace}/{key}", get(state_proof)),
        ("/v1/evidence/{digest}", get(evidence::deposit)),
        ("/v1/snapshots", get(snapshots::list)),
        ("/v1/snapshots/{height}", get(snapshots::manifest)),
        ("/v1/snapshots/{height}/{index}", get(snapshots::chunk)),
        ("/v1/governance", get(governance::governance)),
        ("/v1/motions/{id}", get(governance::motion)),
        ("/v1/status", get(health::status)),
        (
            "/internal/v1/transactions",
            submit::longer(post(submit::take)),
        ),
        ("/healthz", get(async || "ok\n")),
        ("/readyz", get(health::readyz)),
        ("/metrics", get(health::prometheus)),
    ]
}

/// All routes.
pub(crate) fn router(api: Api) -> Router {
    let router = Router::new();
    routes()
        .into_iter()
        .fold(router, |router, (path, method)| router.route(path, method))
        .fallback(async || Problem::not_found("no_such_route", "there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            Problem::new(
                status,
                "method_not_allowed",
                "this path takes another method",
            )
        })
        .layer(DefaultBodyLimit::max(MAX_TRANSACTION_BYTES))
        .layer(map_response(typed))
        .layer(from_fn(etag::tagged))
        .layer(map_response(async |mut response: Response| {
            // Public data without credentials: any page may ask, e.g. another agency's portal.
            let any = HeaderValue::from_static("*");
            response
                .headers_mut()
                .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
            response
        }))
        .with_state(api)
}

/// The framework's own refusals are plain text: so far, of a path that is no UTF-8.
async fn typed(response: Response) -> Response {
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    let is_plain = response.headers().get(header::CONTENT_TYPE) == Some(&plain);
    if response.status() == StatusCode::BAD_REQUEST && is_plain {
        return Problem::malformed("the path cannot be read").into_response();
    }
    response
}

async fn transaction(State(api): State<Api>, Path(id): Path<String>) -> Answer<Response> {
    let id = TxId(digest(&id)?);
    let found = block_in_place(|| api.ledger.app().transaction_status(&id));
    let unknown =
        || Problem::not_found("unknown_transaction", "this node knows no such transaction");
    let body = match found?.ok_or_else(unknown)? {
        TxStatus::Pending => json!({ "state": "pending" }),
        TxStatus::Final { height, log_index } => {
            // A node that began with a snapshot knows of earlier ones that they are, not where.
            let height = Some(height).filter(|height| height.0 > 0);
            json!({ "state": "final", "height": height, "log_index": log_index })
        }
        TxStatus::Refused(refusal) => json!({ "state": "refused", "code": refusal.code() }),
    };
    Ok(changing(Json(body)))
}

async fn genesis(State(api): State<Api>) -> Response {
    immutable(cbor_response(api.ledger.genesis()))
}

async fn head(State(api): State<Api>) -> Answer<Response> {
    let head = block_in_place(|| api.ledger.view().head())?;
    Ok(changing(Json(heads::json(&head, api.ledger.id()))))
}

async fn certified_header(State(api): State<Api>, Path(height): Path<String>) -> Answer<Response> {
    let latest = height == "latest";
    let named = if latest {
        None
    } else {
        Some(Height(number(&height)?))
    };
    let header = block_in_place(|| api.ledger.view().final_header(named))?;
    let body = cbor_response(&header);
    Ok(if latest {
        changing(body)
    } else {
        immutable(body)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    at: Option<u64>,
}

async fn log_proof(
    State(api): State<Api>,
    Path(index): Path<String>,
    query: Result<Query<At>, QueryRejection>,
) -> Answer<Response> {
    let (index, at) = (LeafIndex(number(&index)?), known(query)?.0.at.map(Height));
    let proof = block_in_place(|| api.ledger.view().log_proof(index, at))?;
    Ok(fixed_at(at, cbor_response(&proof)))
}

/// What a file needs whose header is of an ended epoch.
async fn succession(
    State(api): State<Api>,
    Path(height): Path<String>,
    query: Result<Query<At>, QueryRejection>,
) -> Answer<Response> {
    let (height, at) = (Height(number(&height)?), known(query)?.0.at.map(Height));
    let proof = block_in_place(|| api.ledger.view().succession(height, at))?;
    Ok(fixed_at(at, cbor_response(&proof)))
}

async fn state_proof(
    State(api): State<Api>,
    Path((namespace, key)): Path<(String, String)>,
    query: Result<Query<At>, QueryRejection>,
) -> Answer<Response> {
    let key = StateKey {
        namespace: self::namespace(&namespace)?,
        hash: digest(&key)?,
    };
    let at = known(query)?.0.at.map(Height);
    let answer = block_in_place(|| api.ledger.view().state_proof(&key, at))?;
    Ok(fixed_at(at, cbor_response(&answer)))
}

/// Which keys, and under which header.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Key hashes, separated by commas, ascending.
    keys: String,
    at: Option<u64>,
}

/// Proves many keys at once; only for those who know them: there is no way to list any.
async fn state_proofs(
    State(api): State<Api>,
    Path(namespace): Path<String>,
    query: Result<Query<Keys>, QueryRejection>,
) -> Answer<Response> {
    let namespace = self::namespace(&namespace)?;
    let Query(Keys { keys, at }) = known(query)?;
    let keys: Vec<StateKey> = keys
        .split(',')
        .map(|hash| digest(hash).map(|hash| StateKey { namespace, hash }))
        .collect::<Answer<_>>()?;
    let at = at.map(Height);
    let answer = block_in_place(|| api.ledger.view().state_proofs(&keys, at))?;
    Ok(fixed_at(at, cbor_response(&answer)))
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::internal(&fault.into())
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::BadKeys => Self::malformed(error.to_string()),
            QueryError::NotFound => Self::not_found("not_found", "there is no such thing"),
            QueryError::NotYet { head } => {
                Self::not_found("not_yet", format!("the ledger's head is {head}"))
            }
            QueryError::Pruned { earliest } => {
                let detail = format!("kept from height {earliest} on");
                Self::new(StatusCode::GONE, "pruned", detail)
            }
            QueryError::Fault(fault) => fault.into(),
            _ => Self::not_found("not_found", error.to_string()),
        }
    }
}

fn number(text: &str) -> Answer<u64> {
    let canonical = |number: &u64| number.to_string() == text;
    let parsed = text.parse().ok().filter(canonical);
    parsed.ok_or_else(|| Problem::malformed("not a number"))
}

fn digest(text: &str) -> Answer<Digest> {
    let detail = "not 64 lower-case hexadecimal digits";
    Digest::from_hex(text).map_err(|_| Problem::malformed(detail))
}

fn namespace(text: &str) -> Answer<Namespace> {
    Ok(match text {
        "governance" => Namespace::Governance,
        "registry" => Namespace::Registry,
        "did" => Namespace::Did,
        "status" => Namespace::Status,
        "invoice" => Namespace::Invoice,
        "evidence" => Namespace::Evidence,
        "sender" => Namespace::Sender,
        "log" => Namespace::Log,
        _ => return Err(Problem::malformed("not a namespace")),
    })
}

fn known<T>(query: Result<Query<T>, QueryRejection>) -> Answer<Query<T>> {
    query.map_err(|rejection| Problem::malformed(rejection.body_text()))
}

fn cbor_response<T: Wire>(value: &T) -> Response {
    cbor_bytes(cbor::to_bytes(value))
}

fn cbor_bytes(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/cbor")], bytes).into_response()
}

/// A proof at a named height is the same for ever; one at the latest height is not.
fn fixed_at(at: Option<Height>, response: Response) -> Response {
    if at.is_some() {
        immutable(response)
    } else {
        changing(response)
    }
}

fn immutable(response: Response) -> Response {
    cached(response, "public, max-age=31536000, immutable")
}

fn changing(response: impl IntoResponse) -> Response {
    cached(response.into_response(), "no-cache")
}

fn cached(mut response: Response, policy: &'static str) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    response
}

#[cfg(test)]
mod tests;
