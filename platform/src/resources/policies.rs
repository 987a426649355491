//! `policies`: what this platform does and does not, for clients that ask (`protocol.md` §2B.1).
//!
//! ```json
//! {"customerExperienceImprovementProgram":"Disabled","emoticons":"Enabled",
//!  "htmlMessaging":"Enabled","messageArchiving":"Enabled","sharingOnlyOnWifi":"Disabled",
//!  "_links":{"self":{"href":"…/policies"}},"rel":"policies"}
//! ```

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use shared::{Dialect, Resource};

use crate::Platform;
use crate::auth::Caller;
use crate::web::{Answer, document};

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/policies", get(policies))
}

/// The same for all users, and for all visitors.
async fn policies(caller: Caller) -> Answer {
    // Visitors write and read plain text only (row A50).
    let html = if caller.face().may_invite { "Enabled" } else { "Disabled" };
    let out = Resource::new("policies")
        .prop("customerExperienceImprovementProgram", "Disabled")
        .prop("htmlMessaging", html)
        .prop("messageArchiving", "Enabled")
        .prop("emoticons", "Enabled")
        .prop("sharingOnlyOnWifi", "Disabled")
        .link("self", caller.face().under("policies"));
    // It changes with the program only.
    let etag = concat!("\"", env!("CARGO_PKG_VERSION"), "\"");
    Ok(([(header::ETAG, etag)], document(&out, Dialect::Ucwa)).into_response())
}
