//! `service:discover`: where service applications and visitors start (`protocol.md` §1.3, §1.6).

use axum::extract::State;
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;
use shared::claims::PSAT_PREFIX;
use shared::{Dialect, Resource};

use crate::Platform;
use crate::auth::{Visitor, asks_internal};
use crate::refusal::Refusal;
use crate::web::{Answer, Query, decode, document};

/// Rounds of decoding after which a context that is no token yet is none (row A06).
const DECODINGS_MAX: usize = 3;

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/platformservice/discover", get(discover))
        .route("/platformservice/keys", get(keys))
}

/// The token in a query, however often it was encoded.
fn token(query: &Query) -> Option<String> {
    let given =
        query.get("anonymouscontext").or_else(|| query.get("anonymousmeetingjoincontext"))?;
    let mut text = given.to_owned();
    for _ in 0..DECODINGS_MAX {
        if text.starts_with(PSAT_PREFIX) {
            break;
        }
        text = decode(&text);
    }
    Some(text)
}

async fn discover(State(platform): State<Platform>, query: Query, parts: Parts) -> Answer {
    let dialect = if asks_internal(&parts.headers) { Dialect::Saas } else { Dialect::Service };
    let url = &platform.shell.settings.public_url;
    let here = format!("{url}/platformservice/discover");
    let Some(token) = token(&query) else {
        // Row A01: anonymous; a bearer is wanted from `applications` on.
        let applications = format!("{url}/platformservice/v1/applications");
        let out = Resource::new("discover").link("self", here).link("applications", applications);
        return Ok(document(&out, dialect));
    };
    // Row A07: a token in `Authorization` is passed over; the one in the query counts.
    let visitor = Visitor::check(&platform, &parts, &token)?;
    let out = Resource::new("discover")
        .link("self", here)
        .bare_link("anonApplications", format!("{url}/ucwa/psanon/v1/applications"))
        // Row A33: the name is prose only in the documents; clients look for either.
        .prop_opt("conferenceId", visitor.meeting())
        .prop_opt("onlineMeetingUri", visitor.meeting());
    Ok(document(&out, dialect))
}

/// The key that webhooks and tokens are signed with, for those who check them.
async fn keys(State(platform): State<Platform>) -> Result<Json<Value>, Refusal> {
    Ok(Json(platform.shell.keys.jwks()))
}
