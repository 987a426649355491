//! `/WebTicket/oauthtoken`: tokens for users and service applications (`protocol.md` §1.3, §2B.1).

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use shared::SipUri;
use store::StoreError;

use crate::Platform;
use crate::assertion::{JWT_BEARER, Wanted};
use crate::refusal::Refusal;
use crate::tokens::Life;
use crate::web::{Answer, decode};

/// As links and challenges write it; routed without regard to case.
const PATH: &str = "/WebTicket/oauthtoken";
/// Where a renewal is given back; the token's answer names it.
const REVOKE: &str = "/WebTicket/revoke";
/// The scope that asks for a renewal, as `OpenID` Connect Core 1.0 §11 has it.
const RENEWABLE: &str = "offline_access";

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/webticket/oauthtoken", post(token))
        .route("/webticket/revoke", post(revoke))
}

/// The refusals of OAuth have a shape of their own (§2B.1).
fn refuse(error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// The fields of a form, names in lower case.
async fn form_of(
    platform: &Platform,
    request: Request,
) -> Result<BTreeMap<String, String>, Refusal> {
    let bytes_max = platform.shell.settings.limits.body_bytes_max;
    let body = to_bytes(request.into_body(), bytes_max).await;
    let body = body.map_err(|_| Refusal::TooLarge(bytes_max))?;
    let text = String::from_utf8_lossy(&body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    Ok(pairs.map(|(name, value)| (decode(name).to_ascii_lowercase(), decode(value))).collect())
}

/// A form: `grant_type=password&username=…&password=…` for users, with `scope=offline_access` for a
/// `refresh_token` too; `grant_type=refresh_token&refresh_token=…` for the next token and the next
/// `refresh_token`, each to be used once; `client_credentials` for service applications. 200 with the
/// token, 400 with `error` as OAuth has it.
async fn token(State(platform): State<Platform>, request: Request) -> Answer {
    let form = form_of(&platform, request).await?;
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    match field("grant_type") {
        "password" => {
            let wants_renewal = field("scope").split(' ').any(|it| it == RENEWABLE);
            let shown = (field("username"), field("password"));
            password(&platform, shown, wants_renewal).await
        }
        "refresh_token" => renew(&platform, field("refresh_token")).await,
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
        _ => Ok(refuse(
            "unsupported_grant_type",
            "use password, refresh_token or client_credentials",
        )),
    }
}

/// A form: `token=…`, a `refresh_token`. The sign-in it is of is not renewed any more; 200 also where
/// there is none (RFC 7009).
async fn revoke(State(platform): State<Platform>, request: Request) -> Answer {
    let form = form_of(&platform, request).await?;
    let Some(renewal) = form.get("token") else {
        return Ok(refuse("invalid_request", "token is missing"));
    };
    platform.shell.renewals.end(renewal).await.map_err(|error| internal(&error))?;
    Ok(StatusCode::OK.into_response())
}

fn internal(error: &StoreError) -> Refusal {
    Refusal::Internal(error.to_string())
}

async fn password(
    platform: &Platform,
    (name, password): (&str, &str),
    wants_renewal: bool,
) -> Answer {
    let shell = &platform.shell;
    let (now_ms, limits) = (shell.now_ms(), &shell.settings.limits);
    if name.is_empty() || password.is_empty() {
        return Ok(refuse("invalid_request", "username and password are needed"));
    }
    if !shell.accounts.may_try(name, now_ms, limits) {
        return Err(Refusal::TooManyRequests);
    }
    let user = shell.accounts.sign_in(name, password).await.map_err(|error| internal(&error))?;
    let Some((user, digest)) = user else {
        shell.accounts.note_failure(name, now_ms, limits);
        return Ok(refuse("invalid_grant", "user name or password is wrong"));
    };
    let renewal = if wants_renewal {
        shell
            .renewals
            .begin(&user, digest, now_ms, limits)
            .await
            .map_err(|error| internal(&error))?
    } else {
        None
    };
    users_token(platform, &user, renewal.as_deref())
}

/// The next token of a sign-in, as long as its user has the password it began with.
async fn renew(platform: &Platform, renewal: &str) -> Answer {
    let shell = &platform.shell;
    if renewal.is_empty() {
        return Ok(refuse("invalid_request", "refresh_token is missing"));
    }
    let over = || Ok(refuse("invalid_grant", "this sign-in is over: sign in with the password"));
    let Some((user, digest)) = shell.renewals.whose(renewal).await else { return over() };
    let known = shell.accounts.user(&user).await.map_err(|error| internal(&error))?;
    if known.is_none_or(|it| it.password_digest() != digest) {
        shell.renewals.end(renewal).await.map_err(|error| internal(&error))?;
        return over();
    }
    let next = shell.renewals.turn(renewal, shell.now_ms(), &shell.settings.limits).await;
    match next.map_err(|error| internal(&error))? {
        Some(next) => users_token(platform, &user, Some(&next)),
        None => over(),
    }
}

/// The answer to a user: a token, and where it can be renewed the renewal.
fn users_token(platform: &Platform, user: &SipUri, renewal: Option<&str>) -> Answer {
    let shell = &platform.shell;
    let (limits, url) = (&shell.settings.limits, &shell.settings.public_url);
    let life = Life::from(shell.now_ms(), limits.agent_token_s);
    let mut body = json!({
        "access_token": shell.keys.agent_token(life, url, user)?,
        "expires_in": limits.agent_token_s,
        "ms_rtc_identityscope": "local",
        "token_type": "Bearer",
    });
    if let Some(renewal) = renewal {
        body["refresh_token"] = json!(renewal);
        body["revocation_endpoint"] = json!(format!("{url}{REVOKE}"));
    }
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
