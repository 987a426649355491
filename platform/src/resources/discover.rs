//! `service:discover`: where service applications and visitors start (`protocol.md` §1.3, §1.6).

use axum::extract::State;
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
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
        .route("/.well-known/openid-configuration", get(issuer))
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

/// Without a query the way to `service:applications`; with a visitor's token in
/// `anonymousContext` the way to `anonApplications`.
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

/// Who signs webhooks' tokens and where the keys are, as OpenID Connect Discovery 1.0 writes it.
///
/// ```json
/// {"issuer":"https://p.example/","jwks_uri":"https://p.example/platformservice/keys",
///  "token_endpoint":"https://p.example/WebTicket/oauthtoken"}
/// ```
async fn issuer(State(platform): State<Platform>) -> Json<Value> {
    let url = &platform.shell.settings.public_url;
    Json(json!({
        "issuer": crate::tokens::issuer(url),
        "jwks_uri": format!("{url}/platformservice/keys"),
        "token_endpoint": format!("{url}/WebTicket/oauthtoken"),
        "grant_types_supported": ["password", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
    }))
}
