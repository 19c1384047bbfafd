//! The way from a validator set that a client knows to the present one.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use light_client::cbor;
use light_client::id::Epoch;
use serde::Deserialize;
use tokio::task::block_in_place;

use super::{Answer, Api, cbor_bytes, changing, known};
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FromEpoch {
    from_epoch: u64,
}

type Asked = Result<Query<FromEpoch>, QueryRejection>;

/// Each in full.
pub(super) async fn in_full(State(api): State<Api>, query: Asked) -> Answer<Response> {
    let from = Epoch(known(query)?.0.from_epoch);
    let handoffs = block_in_place(|| api.ledger.view().handoffs(from))?;
    let mut writer = cbor::Writer::default();
    writer.list(&handoffs);
    Ok(changing(cbor_bytes(writer.finish())))
}

/// Each by what it changes: for who was away for long.
pub(super) async fn catch_up(State(api): State<Api>, query: Asked) -> Answer<Response> {
    let from = Epoch(known(query)?.0.from_epoch);
    let catch_up = block_in_place(|| api.ledger.view().catch_up(from))?;
    let catch_up =
        catch_up.ok_or_else(|| Problem::not_found("not_found", "that epoch has not begun here"))?;
    Ok(changing(cbor_bytes(catch_up.to_bytes())))
}
