//! `/WebTicket/oauthtoken`: tokens for users and service applications (`protocol.md` §1.3, §2B.1).

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;

use crate::Platform;
use crate::assertion::{JWT_BEARER, Wanted};
use crate::refusal::Refusal;
use crate::tokens::Life;
use crate::web::{Answer, decode};

/// As links and challenges write it; routed without regard to case.
const PATH: &str = "/WebTicket/oauthtoken";

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/webticket/oauthtoken", post(token))
}

/// The refusals of OAuth have a shape of their own (§2B.1).
fn refuse(error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// A form: `grant_type=password&username=…&password=…` for users, `client_credentials` for service
/// applications. 200 with the token, 400 with `error` as OAuth has it.
async fn token(State(platform): State<Platform>, request: Request) -> Answer {
    let bytes_max = platform.shell.settings.limits.body_bytes_max;
    let body = to_bytes(request.into_body(), bytes_max).await;
    let body = body.map_err(|_| Refusal::TooLarge(bytes_max))?;
    let text = String::from_utf8_lossy(&body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let form: BTreeMap<String, String> =
        pairs.map(|(name, value)| (decode(name).to_ascii_lowercase(), decode(value))).collect();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    match field("grant_type") {
        "password" => password(&platform, field("username"), field("password")).await,
        "client_credentials" => {
            let is_asserted = field("client_assertion_type") == JWT_BEARER;
            let shown = if is_asserted {
                Shown::Assertion(field("client_assertion"))
            } else {
                Shown::Secret(field("client_secret"))
            };
            client_credentials(&platform, field("client_id"), shown, field("resource")).await
        }
        "" => Ok(refuse("invalid_request", "grant_type is missing")),
        _ => Ok(refuse("unsupported_grant_type", "use password or client_credentials")),
    }
}

async fn password(platform: &Platform, name: &str, password: &str) -> Answer {
    let shell = &platform.shell;
    let (now_ms, limits) = (shell.now_ms(), &shell.settings.limits);
    if name.is_empty() || password.is_empty() {
        return Ok(refuse("invalid_request", "username and password are needed"));
    }
    if !shell.accounts.may_try(name, now_ms, limits) {
        return Err(Refusal::TooManyRequests);
    }
    let user = shell.accounts.sign_in(name, password).await;
    let Some(user) = user.map_err(|error| Refusal::Internal(error.to_string()))? else {
        shell.accounts.note_failure(name, now_ms, limits);
        return Ok(refuse("invalid_grant", "user name or password is wrong"));
    };
    let life = Life::from(now_ms, limits.agent_token_s);
    let token = shell.keys.agent_token(life, &shell.settings.public_url, &user)?;
    let body = json!({
        "access_token": token,
        "expires_in": limits.agent_token_s,
        "ms_rtc_identityscope": "local",
        "token_type": "Bearer",
    });
    Ok(Json(body).into_response())
}

/// What a service application shows to prove itself.
enum Shown<'a> {
    Secret(&'a str),
    Assertion(&'a str),
}

async fn client_credentials(
    platform: &Platform,
    id: &str,
    shown: Shown<'_>,
    resource: &str,
) -> Answer {
    let shell = &platform.shell;
    let (now_ms, limits) = (shell.now_ms(), &shell.settings.limits);
    let (Shown::Secret(text) | Shown::Assertion(text)) = shown;
    if id.is_empty() || text.is_empty() {
        let needed = "client_id and client_secret or client_assertion are needed";
        return Ok(refuse("invalid_request", needed));
    }
    if !shell.accounts.may_try(id, now_ms, limits) {
        return Err(Refusal::TooManyRequests);
    }
    let is_proved = match shown {
        Shown::Secret(secret) => shell.accounts.is_client(id, secret).await,
        Shown::Assertion(jwt) => {
            let url = &shell.settings.public_url;
            let here = format!("{url}{PATH}");
            let wanted = Wanted { client_id: id, audiences: [&here, url], now_ms };
            shell.accounts.is_asserted(id, &wanted, jwt)
        }
    };
    if !is_proved {
        shell.accounts.note_failure(id, now_ms, limits);
        return Ok(refuse("invalid_client", "client id, or what proves it, is wrong"));
    }
    let url = &shell.settings.public_url;
    // Row A02: whatever resource is named, this platform is the only one the token works at.
    let resource = if resource.is_empty() { url } else { resource };
    let life = Life::from(now_ms, limits.service_token_s);
    let token = shell.keys.service_token(life, url, (id, resource))?;
    let body = json!({
        "access_token": token,
        "expires_in": limits.service_token_s,
        "resource": resource,
        "token_type": "Bearer",
    });
    Ok(Json(body).into_response())
}
