//! `POST /desk/webhook`: what the platform tells (`protocol.md` §1.7).
//!
//! 200 means that everything in the envelope is kept; 401 that the bearer is not the platform's; 503
//! that the platform shall deliver again.

mod bearer;
mod keys;
mod seen;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use shared::ErrorBody;
use shared::data_uri::percent_decode;
use shared::event::Package;
use shared::resource::without_bom;

pub use bearer::PLATFORM_APP_ID;
pub(crate) use bearer::{Bearers, NotTrusted};
pub(crate) use keys::IssuerKeys;
pub(crate) use seen::Seen;

use crate::Desk;
use crate::limits::WEBHOOK_BYTES_MAX;
use crate::refusal::refuse;

/// The route of the webhook.
pub(crate) fn router() -> Router<Desk> {
    // A GET is the platform's probe.
    let handlers = post(receive).get(|| async { StatusCode::OK });
    Router::new().route("/desk/webhook", handlers).layer(DefaultBodyLimit::max(WEBHOOK_BYTES_MAX))
}

async fn receive(
    State(desk): State<Desk>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    match desk.inner.bearers.check(authorization).await {
        Ok(()) => {}
        Err(NotTrusted::Refused(why)) => {
            tracing::warn!("a webhook was refused: {why}");
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")])
                .into_response();
        }
        Err(NotTrusted::Unknown(why)) => return later(&why),
    }
    let text = String::from_utf8_lossy(&body);
    let value = serde_json::from_str(without_bom(&text)).ok();
    let Some(package) = value.as_ref().and_then(Package::read) else {
        let body = ErrorBody::new("BadRequest", "DeserializationFailure", "Send a JSON envelope.");
        return refuse(StatusCode::BAD_REQUEST, &body);
    };
    // SAC-13: a keep-alive.
    if package.senders.is_empty() {
        return StatusCode::OK.into_response();
    }
    let envelope = package.this.clone();
    if desk.inner.seen.has(&envelope) {
        return StatusCode::OK.into_response();
    }
    let query = query.unwrap_or_default();
    let context = parameter(&query, "callbackContext");
    let hint = parameter(&query, "conversation").or_else(|| context.clone());
    match desk.inner.engine.deliver(package, hint.as_deref()).await {
        Ok(opened) => {
            desk.inner.seen.add(&envelope);
            match opened.filter(|_| context.is_none()) {
                // Later events of this conversation come with this context (§1.7).
                Some(id) => {
                    axum::Json(serde_json::json!({ "CallbackContext": id })).into_response()
                }
                None => StatusCode::OK.into_response(),
            }
        }
        Err(error) => later(&error.to_string()),
    }
}

fn later(why: &str) -> Response {
    tracing::error!("a webhook must be delivered again: {why}");
    let body = ErrorBody::new("ServiceUnavailable", "", "Deliver this again later.");
    refuse(StatusCode::SERVICE_UNAVAILABLE, &body)
}

/// A query parameter, its name in any case (row A36).
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|it| it.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    let value = String::from_utf8(percent_decode(value, true)).ok()?;
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::parameter;

    #[test]
    fn row_a36_a_context_is_read_whatever_the_case_of_its_name() {
        for query in ["callbackContext=a%20b", "x=1&CALLBACKCONTEXT=a+b", "callbackcontext=a%20b&y"]
        {
            assert_eq!(parameter(query, "callbackContext").as_deref(), Some("a b"), "{query}");
        }
        for query in ["", "callbackContext=", "callbackContext", "x=1"] {
            assert_eq!(parameter(query, "callbackContext"), None, "{query}");
        }
    }
}
