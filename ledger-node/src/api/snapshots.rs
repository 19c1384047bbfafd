//! Snapshots for nodes that join.
//!
//! A snapshot holds every record of the ledger, which the public may ask for by key only. So it is
//! served to those only who show this node's ticket, and by no node that has none.

use std::path::PathBuf;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Json, Response};
use light_client::hash::{Digest, Hasher};
use light_client::suite::Suite;
use tokio::task::block_in_place;

use super::{Answer, Api, cbor_bytes, changing, immutable, number};
use crate::ops::{OpsError, snapshots};
use crate::problem::Problem;

pub(super) async fn list(State(api): State<Api>, headers: HeaderMap) -> Answer<Response> {
    admitted(&api, &headers)?;
    let all = block_in_place(|| {
        let folders = snapshots::folders(&api.node.dir.snapshots())?;
        folders
            .iter()
            .map(|folder| snapshots::describe(folder))
            .collect::<Result<Vec<_>, OpsError>>()
    });
    Ok(changing(Json(all.map_err(internal)?)))
}

pub(super) async fn manifest(
    State(api): State<Api>,
    headers: HeaderMap,
    Path(height): Path<String>,
) -> Answer<Response> {
    admitted(&api, &headers)?;
    let folder = folder(&api, &height)?;
    let bytes = block_in_place(|| snapshots::manifest(&folder)).map_err(internal)?;
    Ok(private(immutable(cbor_bytes(bytes))))
}

pub(super) async fn chunk(
    State(api): State<Api>,
    headers: HeaderMap,
    Path((height, index)): Path<(String, String)>,
) -> Answer<Response> {
    admitted(&api, &headers)?;
    let folder = folder(&api, &height)?;
    let index = usize::try_from(number(&index)?).unwrap_or(usize::MAX);
    match block_in_place(|| snapshots::chunk(&folder, index)) {
        Ok(bytes) => Ok(private(immutable(cbor_bytes(bytes)))),
        Err(OpsError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Err(Problem::not_found("not_found", "there is no such chunk"))
        }
        Err(error) => Err(internal(error)),
    }
}

/// Compares tickets by their hashes, so that the time taken tells nothing of the ticket.
fn admitted(api: &Api, headers: &HeaderMap) -> Answer<()> {
    let Some(ticket) = &api.node.config.snapshot_ticket else {
        let detail = "this node serves no snapshots";
        return Err(Problem::not_found("no_snapshots", detail));
    };
    let shown = headers.get(header::AUTHORIZATION);
    let shown = shown.and_then(|shown| shown.as_bytes().strip_prefix(b"Bearer "));
    if shown.is_some_and(|shown| hash(shown) == hash(ticket.as_bytes())) {
        return Ok(());
    }
    let detail = "snapshots are for those who show this node's ticket";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "no_ticket", detail))
}

fn hash(bytes: &[u8]) -> Digest {
    let mut hasher = Hasher::new(Suite::Intl);
    hasher.update(bytes);
    hasher.finish()
}

fn folder(api: &Api, height: &str) -> Answer<PathBuf> {
    let name = format!("{:012}", number(height)?);
    let folders = block_in_place(|| snapshots::folders(&api.node.dir.snapshots()));
    let mut folders = folders.map_err(internal)?.into_iter();
    let found = folders.find(|folder| folder.file_name().is_some_and(|found| *found == *name));
    found.ok_or_else(|| Problem::not_found("not_found", "there is no snapshot of this height"))
}

/// For whoever asked, not for caches between.
fn private(mut response: Response) -> Response {
    let policy = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, policy);
    response.into_response()
}

fn internal(error: OpsError) -> Problem {
    Problem::internal(&error.into())
}
