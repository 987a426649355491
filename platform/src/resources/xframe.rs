//! `xframe`: the relay for pages on other origins that are older than CORS (`protocol.md` §3.8.1).
//!
//! A document with one script, served for the origins an administrator listed: only those may frame
//! it, only those are heard, and it reaches nothing but this platform's own paths, without cookies.
//! It names the page it works for in `X-Ms-Origin`, so that a visitor's token is judged by the page
//! it is used on, not by the relay (invariant 7).

use std::fmt::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use shared::Origin;

use crate::Platform;
use crate::refusal::Refusal;
use crate::web::{Answer, is_own};

/// Where the relay is; `{discovery}/xframe` leads to the same.
const RELAY: &str = "/autodiscover/xframe/xframe.html";

const DOCUMENT: &str = include_str!("xframe.html");
const SCRIPT: &str = include_str!("xframe.js");

/// What the policy knows the script by.
static SCRIPT_HASH: LazyLock<String> =
    LazyLock::new(|| BASE64_STANDARD.encode(digest::digest(&digest::SHA256, SCRIPT.as_bytes())));

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route(RELAY, get(relay))
        .route("/autodiscover/autodiscoverservice.svc/root/xframe", get(relay))
}

/// The address of the relay; none while no origin is listed.
pub(super) fn href(platform: &Platform) -> Option<String> {
    let settings = &platform.shell.settings;
    (!settings.relay_origins.is_empty()).then(|| format!("{}{RELAY}", settings.public_url))
}

/// Refuses a page whose origin is known and not listed.
fn check(platform: &Platform, headers: &HeaderMap) -> Result<(), Refusal> {
    let listed = &platform.shell.settings.relay_origins;
    if listed.is_empty() {
        return Err(Refusal::OriginNotAllowed("of any other page".to_owned()));
    }
    // Frames are loaded without `Origin`; browsers name the page here. What they leave out, the
    // document's policy (`frame-ancestors`) decides.
    let referrer = headers.get(header::REFERER).and_then(|it| it.to_str().ok());
    let Some(page) = referrer.and_then(|it| Origin::parse(it).ok()) else { return Ok(()) };
    if listed.contains(&page) || is_own(platform, headers, &page) {
        return Ok(());
    }
    Err(Refusal::OriginNotAllowed(page.to_string()))
}

/// The document, with a policy of its own; 403 for a page that is known and not listed.
async fn relay(State(platform): State<Platform>, headers: HeaderMap) -> Answer {
    check(&platform, &headers)?;
    let origins = platform.shell.settings.relay_origins.iter();
    let origins = origins.fold(String::new(), |mut out, it| {
        // Writing to a String does not fail.
        let _ = write!(out, " {it}");
        out
    });
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors{origins}",
        *SCRIPT_HASH
    );
    // An origin has none of the characters that mean something in an attribute.
    let body = DOCUMENT.replace("{origins}", origins.trim()).replace("{script}", SCRIPT);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin".to_owned(),
        ),
    ];
    Ok((headers, body).into_response())
}
