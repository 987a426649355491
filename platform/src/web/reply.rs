//! Answers: documents, `Location`, and the one place where a refusal becomes an answer.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use shared::{Dialect, ErrorBody, Resource};

use crate::refusal::Refusal;

/// What a handler answers with.
pub(crate) type Answer = Result<Response, Refusal>;

/// 200 with a document.
pub(crate) fn document(resource: &Resource, dialect: Dialect) -> Response {
    Json(resource.write(dialect)).into_response()
}

/// 201 with a `Location` and no body (§3.7).
pub(crate) fn created(location: &str) -> Answer {
    let value = HeaderValue::from_str(location)
        .map_err(|error| Refusal::Internal(format!("not a location: {error}")))?;
    Ok((StatusCode::CREATED, [(header::LOCATION, value)]).into_response())
}

/// 204.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Says to the edge that a token does not allow the origin: no cross-origin header then (A32).
#[derive(Clone)]
pub(crate) struct OriginRefused;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, subcode) = self.wire();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let message = if let Self::Internal(what) = &self {
            // The one place a fault of our own is logged; the caller learns only that there was one.
            tracing::error!("request failed: {what}");
            "The platform could not do this.".to_owned()
        } else {
            self.to_string()
        };
        let mut body = ErrorBody::new(code, subcode, message);
        if let Self::Parameter { name, reason } = &self {
            body.parameters = vec![((*name).to_owned(), reason.clone())];
        }
        let mut response = (status, Json::<Value>(body.write())).into_response();
        match &self {
            Self::OriginNotAllowed(_) => {
                let name = HeaderName::from_static("x-ms-diagnostics");
                let reason =
                    HeaderValue::from_static("28032;reason=\"The origin is not allowed.\"");
                response.headers_mut().insert(name, reason);
                response.extensions_mut().insert(OriginRefused);
            }
            Self::Unavailable | Self::TooManyRequests => {
                let seconds = if self == Self::Unavailable { "1" } else { "60" };
                let value = HeaderValue::from_static(seconds);
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            _ => {}
        }
        response
    }
}
