//! New heads as they come: server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use ledger_core::Head;
use light_client::id::LedgerId;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{Answer, Api, changing};
use crate::problem::Problem;

/// The most who listen at once: each holds a connection.
pub(crate) const MAX_LISTENERS: usize = 256;

/// The head as clients are told of it.
pub(super) fn json(head: &Head, ledger: LedgerId) -> Value {
    json!({
        "height": head.height,
        "epoch": head.epoch,
        "time_ms": head.time_ms,
        "header_hash": head.header_hash,
        "ledger_id": ledger,
    })
}

/// A listener; whoever is slow misses heads, but never the newest.
struct Listener {
    heads: watch::Receiver<Head>,
    ledger: LedgerId,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn stream(State(api): State<Api>) -> Answer<Response> {
    let place = Arc::clone(&api.node.listeners).try_acquire_owned();
    let place = place.map_err(|_| {
        let detail = "too many listen already; ask for /v1/head";
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_listeners",
            detail,
        )
    })?;
    let mut heads = api.ledger.heads();
    // The present head is the first event.
    heads.mark_changed();
    let listener = Listener {
        heads,
        ledger: api.ledger.id(),
        _place: place,
    };
    let events = stream::unfold(listener, async |mut listener| {
        listener.heads.changed().await.ok()?;
        let head = *listener.heads.borrow_and_update();
        let data = json(&head, listener.ledger).to_string();
        let event = Event::default().event("head").data(data);
        Some((Ok::<_, Infallible>(event), listener))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(changing(events.into_response()))
}
