//! The web app's files, and the policy under which pages run.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use super::ApiError;
use crate::service::Service;

/// Nothing runs or loads but what this origin serves; no inline script, no frame around it.
///
/// `connect-src` also names https, since a wallet receives documents from any agency's issuer.
/// The page that verifies needs no network at all.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' https:; \
     worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Serves `web` for every path that no route has. A path of the app that is not a file is the
/// app's own page; a path of the API is an error.
pub(super) fn add(api: Router<Service>, web: Option<&Path>) -> Router<Service> {
    let Some(web) = web else {
        return api.fallback(|| async { ApiError::NotFound });
    };
    let page = ServeFile::new(web.join("index.html"));
    let files = Router::new()
        .fallback_service(ServeDir::new(web).fallback(page))
        // Revalidated each time: a page and its program must be of one release.
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
        .layer(axum::middleware::from_fn(refuse_api_paths));
    api.fallback_service(files)
}

async fn refuse_api_paths(
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    if is_api_path(request.uri()) {
        return ApiError::NotFound.into_response();
    }
    next.run(request).await
}

fn is_api_path(uri: &Uri) -> bool {
    let prefixes = ["/api/", "/agencies/", "/.well-known/"];
    prefixes
        .into_iter()
        .any(|prefix| uri.path().starts_with(prefix))
}
