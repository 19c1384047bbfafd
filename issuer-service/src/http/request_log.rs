//! One line per request: what, how it ended, how long it took. Paths are logged as templates,
//! because ids in them are secrets of holders.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

use crate::service::Service;

pub(super) async fn log(State(service): State<Service>, request: Request, next: Next) -> Response {
    let started = service.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        method = method.as_str(),
        route = route.as_ref().map_or("file", MatchedPath::as_str),
        status = response.status().as_u16(),
        elapsed_ms = service.now().0.saturating_sub(started.0),
        "request"
    );
    response
}
