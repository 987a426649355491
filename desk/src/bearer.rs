//! What a request proves itself with.

use axum::http::{HeaderMap, header};

/// The token of `Authorization: Bearer TOKEN`; `None` for none, and for another scheme.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}
