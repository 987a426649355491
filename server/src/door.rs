//! What every request passes: limits on the way in, headers on the way out.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, StatusCode};
use http_body_util::Limited;
use shared::ErrorBody;

use crate::limits::{BODY_BYTES_MAX, CHANGE_MS_MAX, FILE_MS_MAX};

pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
pub(crate) const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
pub(crate) const CROSS_ORIGIN_EMBEDDER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-embedder-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Refuses what is too large, ends what takes too long. Reading is not timed: polls are parked. Files are
/// bounded by the desk, which knows how large they may be.
pub(crate) async fn limit(request: Request, next: Next) -> Response {
    if *request.method() == Method::POST && desk::UPLOAD_PATHS.contains(&request.uri().path()) {
        return in_time(FILE_MS_MAX, next.run(request)).await;
    }
    let length =
        request.headers().get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
    if length.is_some_and(|it: u64| it > BODY_BYTES_MAX as u64) {
        return refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            "EntityTooLarge",
            &format!("a body has at most {BODY_BYTES_MAX} bytes"),
        );
    }
    // Without a length, the limit shows when the handler reads.
    let request = request.map(|body| Body::new(Limited::new(body, BODY_BYTES_MAX)));
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    in_time(CHANGE_MS_MAX, next.run(request)).await
}

async fn in_time(limit_ms: u64, answer: impl Future<Output = Response>) -> Response {
    let answer = tokio::time::timeout(Duration::from_millis(limit_ms), answer);
    answer.await.unwrap_or_else(|_| {
        let seconds = limit_ms / 1_000;
        let text = format!("not done within {seconds} seconds; send it again");
        refusal(StatusCode::REQUEST_TIMEOUT, "ClientTimeout", &text)
    })
}

/// Headers that every answer carries; `secure` when browsers reach the server over TLS.
pub(crate) async fn harden(secure: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if_absent(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    if_absent(headers, REFERRER_POLICY, "strict-origin-when-cross-origin");
    if_absent(headers, PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=()");
    if_absent(headers, CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    if secure {
        if_absent(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

fn if_absent(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// A bug of ours: the one who asked is told, and the connection goes on for others.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked; what it was doing is above");
    let text = "Something went wrong here.";
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "ServiceFailure", text)
}

/// An answer of the shape of `protocol.md` §4.1.
pub(crate) fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = ErrorBody::new(code, "", message).write().to_string();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
