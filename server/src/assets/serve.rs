//! Answers with a file: compressed when the browser takes it, not at all when it has it already.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
    ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, VARY,
};

use super::{Asset, load};
use crate::door::CROSS_ORIGIN_RESOURCE_POLICY;

/// A file whose name holds its hash: good for ever, usable from pages that isolate themselves.
pub(crate) fn hashed(asset: &Asset, request: &HeaderMap) -> Response {
    let mut response = answer(asset, request, "public, max-age=31536000, immutable");
    shareable(&mut response);
    response
}

/// A file of a fixed name for everybody's pages: the loader.
pub(crate) fn fixed(asset: &Asset, request: &HeaderMap) -> Response {
    let mut response = answer(asset, request, "public, max-age=300");
    shareable(&mut response);
    response
}

/// A document: asked for anew each time. Headers are part of what is compared, since a browser
/// keeps those of the answer it kept.
pub(crate) fn document(
    content: &Asset,
    request: &HeaderMap,
    headers: &[(http::HeaderName, HeaderValue)],
) -> Response {
    let mut asset = content.clone();
    let policies: Vec<&[u8]> = headers.iter().map(|(_, value)| value.as_bytes()).collect();
    asset.etag = load::etag(&[&[content.etag.as_bytes()], policies.as_slice()].concat());
    let mut response = answer(&asset, request, "no-cache");
    for (name, value) in headers {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

/// Any page may load it and read it.
pub(crate) fn shareable(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
}

fn answer(asset: &Asset, request: &HeaderMap, cache: &'static str) -> Response {
    let brotli = asset.brotli.as_ref().filter(|_| takes_brotli(request));
    let etag = if brotli.is_some() {
        format!("{}-br\"", asset.etag.trim_end_matches('"'))
    } else {
        asset.etag.clone()
    };
    let mut response = if has_it(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes: &Bytes = brotli.unwrap_or(&asset.raw);
        bytes.clone().into_response()
    };
    let is_full = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    if is_full {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
        if brotli.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
    }
    if asset.brotli.is_some() {
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    let etag = HeaderValue::try_from(etag).expect("an etag is made of hex digits");
    headers.insert(ETAG, etag);
    response
}

/// Whether `br` is among what the browser takes, and not with weight 0.
fn takes_brotli(request: &HeaderMap) -> bool {
    let values = request.get_all(ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok());
    values.flat_map(|it| it.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|it| {
            it.strip_prefix("q=").and_then(|q| q.trim().parse().ok()).is_some_and(|q: f32| q <= 0.0)
        });
        name.eq_ignore_ascii_case("br") && !refused
    })
}

fn has_it(request: &HeaderMap, etag: &str) -> bool {
    let values = request.get_all(IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    values
        .flat_map(|it| it.split(','))
        .any(|it| it.trim() == "*" || it.trim().trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(text: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(text));
        takes_brotli(&headers)
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        assert!(takes("gzip, deflate, br, zstd") && takes("BR") && takes("br;q=0.5"));
        assert!(!takes("gzip") && !takes("br;q=0") && !takes("br; q=0.0, gzip") && !takes(""));
        assert!(!takes_brotli(&HeaderMap::new()));
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(text));
            has_it(&headers, "\"a\"")
        };
        assert!(with("\"a\"") && with("W/\"a\"") && with("\"b\", \"a\"") && with("*"));
        assert!(!with("\"b\"") && !has_it(&HeaderMap::new(), "\"a\""));
    }
}
