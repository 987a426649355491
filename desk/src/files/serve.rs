//! A file goes out, in a way that nothing in it can run where our pages are.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

use super::kind::SHOWN;
use super::name::disposition;
use super::record::FileRecord;
use crate::Desk;
use crate::limits::FILE_CACHE_S;
use crate::refusal::ApiError;

pub(super) async fn show(
    State(desk): State<Desk>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let files = &desk.inner.files;
    // The name in the address is what people read, so it must be the file's own.
    let record = files.index.get(&id).filter(|it| it.name == name).ok_or(ApiError::NoFile)?;
    let content = files.blobs.read(&id).await?.ok_or(ApiError::NoFile)?;
    let body = Body::from_stream(ReaderStream::new(content));
    Ok((headers(&record), body).into_response())
}

fn headers(record: &FileRecord) -> HeaderMap {
    const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let text =
        |it: &str| HeaderValue::from_str(it).expect("media types and encoded names are ASCII");
    let is_shown = SHOWN.contains(&record.media_type.as_str());
    let cache = format!("private, max-age={FILE_CACHE_S}, immutable");
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, text(&record.media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(record.bytes)),
        (header::CONTENT_DISPOSITION, text(&disposition(&record.name, is_shown))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
        ),
        // Console and widget have this origin, the widget in its frame too.
        (RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, text(&cache)),
    ])
}
