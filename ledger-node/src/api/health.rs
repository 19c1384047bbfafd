//! How the node is: for its operator, for probes, for Prometheus.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};
use tokio::task::block_in_place;

use super::{Answer, Api, changing};
use crate::problem::Problem;
use crate::{clock, metrics};

/// A node whose last block is older than this is not ready to serve.
pub(crate) const STALE_AFTER_MS: u64 = 60_000;

/// A node that is this many blocks behind a peer is not ready to serve.
const MAX_BEHIND: u64 = 100;

pub(super) async fn status(State(api): State<Api>) -> Answer<Response> {
    let status = block_in_place(|| describe(&api))?;
    Ok(changing(Json(status)))
}

fn describe(api: &Api) -> Result<Value, ledger_core::Fault> {
    let (config, genesis) = (&api.node.config, api.ledger.genesis());
    let (head, pending, set) = {
        let app = api.ledger.app();
        (*app.head(), app.pending(), app.validator_set().clone())
    };
    let view = api.ledger.view();
    let voter = api.node.votes_for(&set);
    let validators: Vec<Value> = set
        .validators()
        .iter()
        .map(|validator| {
            json!({
                "agency": validator.agency.as_str(),
                "key_id": validator.key.id(genesis.suite).0,
                "public_key": hex::encode(validator.key.to_bytes()),
                "is_this_node": voter.as_ref() == Some(&validator.agency),
            })
        })
        .collect();
    Ok(json!({
        "name": config.name,
        "version": env!("CARGO_PKG_VERSION"),
        "operator": config.operator,
        "responsible": config.responsible,
        "ledger_id": api.ledger.id(),
        "ledger_name": genesis.name,
        "purpose": genesis.purpose,
        "head": {
            "height": head.height,
            "time_ms": head.time_ms,
            "age_ms": clock::now_ms().0.saturating_sub(head.time_ms.0),
            "header_hash": head.header_hash,
        },
        "epoch": head.epoch,
        "earliest_block": view.earliest_block()?,
        "earliest_state": view.earliest_state()?,
        "validators": validators,
        "votes_for": voter.as_ref().map(light_client::id::IssuerId::as_str),
        "peers": api.peers.states(),
        "pending": pending,
        "disk": { "used_bytes": api.node.disk.used(), "free_bytes": api.node.disk.free() },
        "p2p": config.p2p,
        "p2p_peers": config.p2p_peers,
        "api_peers": config.api_peers,
    }))
}

pub(super) async fn readyz(State(api): State<Api>) -> Answer<&'static str> {
    let head = block_in_place(|| api.ledger.view().head())?;
    let not_ready = |detail: String| {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Err(Problem::new(status, "not_ready", detail))
    };
    if head.time_ms.0.saturating_add(STALE_AFTER_MS) <= clock::now_ms().0 {
        return not_ready("no block was final for a minute".into());
    }
    let newest = api.peers.newest_height().unwrap_or_default();
    let behind = newest.saturating_sub(head.height.0);
    if behind > MAX_BEHIND {
        return not_ready(format!("{behind} blocks behind a peer"));
    }
    Ok("ready\n")
}

pub(super) async fn prometheus(State(api): State<Api>) -> Response {
    (
        [(header::CONTENT_TYPE, metrics::MEDIA_TYPE)],
        block_in_place(|| metrics::text(&api)),
    )
        .into_response()
}
