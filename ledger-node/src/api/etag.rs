//! Entity tags for what changes: a client that has the answer already is told so in a few bytes.
//!
//! # Standard
//! RFC 9110 §8.8.3 (ETag), §13.1.2 (If-None-Match).

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use light_client::hash::Hasher;
use light_client::suite::Suite;

/// No answer that gets a tag is longer.
const MAX_BYTES: usize = 16 << 20;

/// Tags an answer that caches must ask about again, and leaves out what the client has.
pub(super) async fn tagged(request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let is_get = request.method() == Method::GET;
    let answer = next.run(request).await;
    if !is_get || !is_tagged(&answer) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BYTES).await else {
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        return Response::from_parts(parts, Body::empty());
    };
    let mut hasher = Hasher::new(Suite::Intl);
    hasher.update(&bytes);
    let tag = format!("\"{}\"", hasher.finish());
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    if known.is_some_and(|known| names(known.as_bytes(), tag.as_bytes())) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether an answer is one that caches must ask about again.
fn is_tagged(answer: &Response) -> bool {
    let header = |name| answer.headers().get(name).map(HeaderValue::as_bytes);
    let changes = header(header::CACHE_CONTROL) == Some(b"no-cache");
    let endless = header(header::CONTENT_TYPE) == Some(b"text/event-stream");
    changes && !endless && answer.status() == StatusCode::OK
}

/// Whether a list of tags has this one; a weak tag is as good for a GET.
fn names(list: &[u8], tag: &[u8]) -> bool {
    let mut tags = list.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tags.any(|one| one == b"*" || one.strip_prefix(b"W/").unwrap_or(one) == tag)
}
