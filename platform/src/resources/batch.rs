//! `batch`: several requests of one application in one (`protocol.md` §3.9, UCW-27, row A47).
//!
//! The parts are executed one after the other and answered in their order. Each passes the edge as
//! if it had come alone, with the token and the origin of the batch. What waits (`events`) and what
//! would nest (`batch`) is refused in its part.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::post;

use crate::Platform;
use crate::auth::Caller;
use crate::limits::{BATCH_ANSWER_BYTES_MAX, BATCH_BYTES_MAX, BATCH_PARTS_MAX};
use crate::refusal::Refusal;
use crate::shell::Shell;
use crate::web::batching::{self, BATCHING, Part};
use crate::web::{Answer, Routes, edge};

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/batch", post(batch))
}

/// What a part has from the batch, whatever it says itself.
const OF_THE_BATCH: [HeaderName; 3] =
    [header::AUTHORIZATION, header::ORIGIN, HeaderName::from_static("x-ms-origin")];
/// What is about a connection, and a part has none.
const OF_A_CONNECTION: [HeaderName; 5] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Requests of an application that are under way in batches; given back when the batch ends.
struct Outstanding<'a> {
    shell: &'a Shell,
    app: String,
    count: usize,
}

impl<'a> Outstanding<'a> {
    /// Takes as many places, or none.
    fn take(shell: &'a Shell, app: &str, count: usize) -> Result<Self, Refusal> {
        let mut all = shell.outstanding();
        let taken = all.get(app).copied().unwrap_or_default();
        if taken + count > BATCH_PARTS_MAX {
            return Err(Refusal::TooManyOutstanding(BATCH_PARTS_MAX));
        }
        all.insert(app.to_owned(), taken + count);
        drop(all);
        Ok(Self { shell, app: app.to_owned(), count })
    }
}

impl Drop for Outstanding<'_> {
    fn drop(&mut self) {
        let mut all = self.shell.outstanding();
        let left = all.get(&self.app).map_or(0, |taken| taken.saturating_sub(self.count));
        if left == 0 {
            all.remove(&self.app);
        } else {
            all.insert(self.app.clone(), left);
        }
    }
}

/// A body of `multipart/batching` with requests is answered 200 with one of the same type, with their
/// answers in their order.
async fn batch(
    State(platform): State<Platform>,
    Extension(Routes(inner)): Extension<Routes>,
    caller: Caller,
    request: Request,
) -> Answer {
    let (head, body) = request.into_parts();
    let boundary = batching::boundary(&head.headers);
    let boundary =
        boundary.ok_or(Refusal::UnsupportedMediaType("multipart/batching;boundary=…"))?;
    let body = to_bytes(body, BATCH_BYTES_MAX).await;
    let body = body.map_err(|_| Refusal::TooLarge(BATCH_BYTES_MAX))?;
    let parts = batching::split(&body, &boundary);
    if parts.is_empty() {
        let text = "there is no part between the boundaries".to_owned();
        return Err(Refusal::NotUnderstood(text));
    }
    let shell = &platform.shell;
    let _places = Outstanding::take(shell, caller.app()?, parts.len())?;
    let base = caller.face().application();
    let boundary = shell.parts.entropy.id();
    let mut out = Vec::new();
    for part in parts {
        let answer = match prepare(part, &head.headers, &base) {
            Ok(request) => edge(State((platform.clone(), inner.clone())), request).await,
            Err(refusal) => refusal.into_response(),
        };
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, BATCH_ANSWER_BYTES_MAX).await;
        let text = |error| Refusal::Internal(format!("an answer in a batch: {error}"));
        batching::write(&mut out, &boundary, (head.status, &head.headers, &body.map_err(text)?));
    }
    batching::close(&mut out, &boundary);
    let content_type = format!("{BATCHING}; boundary=\"{boundary}\"");
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, content_type)], out).into_response())
}

/// A part as a request of its own, if it may be one.
fn prepare(part: &[u8], outer: &HeaderMap, base: &str) -> Result<Request, Refusal> {
    let Part { method, target, mut headers, body } =
        batching::read(part).map_err(Refusal::NotUnderstood)?;
    let uri: Uri = target.parse().map_err(|_| Refusal::NotFound)?;
    let path = uri.path().to_ascii_lowercase();
    let tail = path.strip_prefix(&base.to_ascii_lowercase());
    let Some(tail) = tail.filter(|it| it.is_empty() || it.starts_with('/')) else {
        return Err(Refusal::NotAllowed("a batch serves the application it belongs to"));
    };
    if matches!(tail.trim_end_matches('/'), "/events" | "/batch") || tail.ends_with("/photo") {
        return Err(Refusal::BadRequest("ask for this on its own, not in a batch".to_owned()));
    }
    for name in &OF_A_CONNECTION {
        headers.remove(name);
    }
    for name in OF_THE_BATCH {
        headers.remove(&name);
        if let Some(value) = outer.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    let here = uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = here.into();
    *request.headers_mut() = headers;
    Ok(request)
}
