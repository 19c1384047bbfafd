//! Connections to the API: so many, and none that only waits.
//!
//! Whoever keeps connections open must not take the node's file descriptors, which its store and
//! its engine need, nor its memory.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time;
use tracing::{debug, warn};

use crate::problem::Problem;

/// The most connections at once; more wait until one ends. Half of what a process may commonly
/// have open (1024).
const MAX_CONNECTIONS: usize = 512;

/// A client that takes longer for a request's head, or has nothing to ask for that long, is gone.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// A client that takes longer for a whole request is not waited for.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest head of a request.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// What a lack of file descriptors is waited for.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// Serves until the process ends.
pub(crate) async fn serve(listener: TcpListener, routes: Router) {
    let routes = routes.layer(from_fn(in_time));
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let routes = routes.clone();
                tokio::spawn(async move {
                    connection(stream, routes).await;
                    drop(place);
                });
            }
            // The client has gone again: there is nothing to wait for.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                warn!(%error, "no connection can be taken");
                time::sleep(RETRY_INTERVAL).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, routes: Router) {
    stream.set_nodelay(true).ok();
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
        .await;
    if let Err(error) = served {
        debug!(%error, "a connection ended");
    }
}

/// Answers for a request that does not come to its end.
async fn in_time(request: Request, next: Next) -> Response {
    let answered = time::timeout(REQUEST_TIMEOUT, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let detail = "the request was not there in 20 seconds";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", detail).into_response()
    })
}
