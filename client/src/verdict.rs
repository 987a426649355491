//! What an answer means for whoever asked, by status first and subcode second (row A45).

use serde_json::Value;
use shared::{ErrorBody, resource::without_bom};

use crate::http::{HttpResponse, NoAnswer};
use crate::limits::RETRY_AFTER_MAX_MS;
use crate::machine::AGENT;
use crate::reason::Reason;

/// What to make of an answer.
pub(crate) enum Verdict {
    /// As asked.
    Done(HttpResponse),
    /// Not now: no answer, 408, 429 or 5xx. Try the same again, not sooner than this.
    Later(Option<i64>),
    /// The token does not hold (any more).
    Unauthorized(HttpResponse),
    /// The application is not known (404 `ApplicationNotFound`).
    NoApplication,
    /// A newer poll took the place of this one (409 `PGetReplaced`).
    Replaced,
    /// 410: only a person may go on (WID-12).
    Gone(String),
    /// Anything else: asking again would not help.
    Refused(HttpResponse),
}

/// Judges an answer.
pub(crate) fn judge(result: Result<HttpResponse, NoAnswer>) -> Verdict {
    let Ok(response) = result else { return Verdict::Later(None) };
    match response.status {
        200..=299 => Verdict::Done(response),
        401 => Verdict::Unauthorized(response),
        408 | 429 | 500..=599 => Verdict::Later(retry_after_ms(&response)),
        410 => Verdict::Gone(reason_of(&response)),
        404 if has_subcode(&response, "ApplicationNotFound") => Verdict::NoApplication,
        409 if has_subcode(&response, "PGetReplaced") => Verdict::Replaced,
        _ => Verdict::Refused(response),
    }
}

fn has_subcode(response: &HttpResponse, subcode: &str) -> bool {
    ErrorBody::parse(&response.body).is_some_and(|it| it.is(subcode))
}

fn retry_after_ms(response: &HttpResponse) -> Option<i64> {
    let seconds: i64 = response.header("retry-after")?.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000).clamp(0, RETRY_AFTER_MAX_MS))
}

/// A sentence for a person: the server's own where it gave one (§4.1, §1.5, §2B.1).
pub(crate) fn reason_of(response: &HttpResponse) -> String {
    let value: Value = serde_json::from_str(without_bom(&response.body)).unwrap_or_default();
    let said = ["message", "Error", "error_description"]
        .into_iter()
        .find_map(|name| value.get(name).and_then(Value::as_str))
        .filter(|it| !it.is_empty());
    match said {
        Some(said) => said.to_owned(),
        None if AGENT => format!("The server refused this (status {}).", response.status),
        // A visitor's language has a word for it.
        None => Reason::Refused.sentence().to_owned(),
    }
}
