//! Bugs of the wire: answers and requests that are changed on their way through the server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{Method, StatusCode};
use serde_json::Value;
use shared::{Dialect, Package};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::Bug;
use crate::disk::Disk;
use crate::page::id_of;

/// Bodies are read whole.
const BODY_BYTES_MAX: usize = 4 << 20;
/// How long [`Bug::ShortDedupe`] remembers.
const REMEMBERED: Duration = Duration::from_secs(1);
/// How late [`Bug::WebhookAckedEarly`] keeps.
const KEPT_LATE: Duration = Duration::from_millis(400);
/// How long [`Bug::TellBeforeKeep`] waits for the disk at most.
const LOOKS_MAX: u32 = 10_000;

/// Whether a bug is one of the platform's wire.
pub(super) const fn concerns(bug: Bug) -> bool {
    matches!(
        bug,
        Bug::TellBeforeKeep
            | Bug::ShortDedupe
            | Bug::CursorOffByOne
            | Bug::PackageTwice
            | Bug::SwapsMessages
            | Bug::CreatedForRefused
            | Bug::SeesTooMuch
    )
}

/// What a bug remembers: operations, and when they came first.
#[derive(Default)]
pub(super) struct Memory {
    operations: BTreeMap<String, Instant>,
    again: u64,
}

/// Passes a request through a bug.
pub(super) async fn pass(
    bug: Bug,
    disk: Disk,
    memory: Arc<Mutex<Memory>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    if bug == Bug::SeesTooMuch
        && let Some((before, _)) = request.uri().to_string().split_once("seen=")
        && let Ok(uri) = format!("{before}seen={}", i64::MAX).parse()
    {
        *request.uri_mut() = uri;
    }
    let is_message = request.method() == Method::POST && path.ends_with("/messages");
    let is_poll = request.method() == Method::GET && path.ends_with("/events");
    if is_poll {
        let response = next.run(request).await;
        return edited(bug, response).await;
    }
    if !is_message {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let text = id_of(&String::from_utf8_lossy(&bytes)).to_owned();
    if bug == Bug::ShortDedupe {
        parts.uri = forgetful(&memory, &parts.uri);
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    match bug {
        Bug::CreatedForRefused if !response.status().is_success() => {
            (StatusCode::CREATED, [(LOCATION, format!("{path}/99999"))]).into_response()
        }
        Bug::TellBeforeKeep if response.status() == StatusCode::CREATED => {
            for _ in 0..LOOKS_MAX {
                if disk.has_text(&text) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            response
        }
        _ => response,
    }
}

/// The address with another operation id, when this one came a while ago.
fn forgetful(memory: &Mutex<Memory>, uri: &http::Uri) -> http::Uri {
    let text = uri.to_string();
    let Some((before, id)) = text.split_once("operationId=") else { return uri.clone() };
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    let first = *memory.operations.entry(id.to_owned()).or_insert(now);
    if now - first < REMEMBERED {
        return uri.clone();
    }
    memory.again += 1;
    let other = format!("{before}operationId={id}-{}", memory.again);
    other.parse().unwrap_or_else(|_| uri.clone())
}

/// A package with a bug.
async fn edited(bug: Bug, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let package = Package::read(&value).filter(|_| parts.status == StatusCode::OK);
    let Some(mut package) = package else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    match bug {
        Bug::CursorOffByOne => {
            let count: usize = package.senders.iter().map(|it| it.events.len()).sum();
            if count > 1
                && let Some(last) = package.senders.last_mut()
            {
                last.events.pop();
            }
        }
        Bug::PackageTwice => package.senders.iter_mut().for_each(double),
        Bug::SwapsMessages => package.senders.iter_mut().for_each(swap),
        _ => {}
    }
    parts.headers.remove(http::header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(package.write(Dialect::Ucwa).to_string()))
}

/// Brings the messages again, as if they were others.
fn double(sender: &mut shared::Sender) {
    let messages = sender.events.iter().filter(|it| it.link.rel == "message").cloned();
    let mut again: Vec<shared::Event> = messages.collect();
    for event in &mut again {
        event.link.href.push_str("00");
        if let Some(resource) = &mut event.resource {
            resource.properties.remove("operationId");
        }
    }
    sender.events.extend(again);
}

/// Changes the places of the first two messages.
fn swap(sender: &mut shared::Sender) {
    let at: Vec<usize> =
        (0..sender.events.len()).filter(|at| sender.events[*at].link.rel == "message").collect();
    if let [first, second, ..] = at[..] {
        sender.events.swap(first, second);
    }
}

/// The desk says 200 and keeps later, if it lives so long.
pub(super) async fn acked_early(tasks: TaskTracker, request: Request, next: Next) -> Response {
    if request.uri().path() != "/desk/webhook" {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    tasks.spawn(async move {
        tokio::time::sleep(KEPT_LATE).await;
        next.run(Request::from_parts(parts, Body::from(bytes))).await
    });
    StatusCode::OK.into_response()
}
