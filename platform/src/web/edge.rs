//! The edge: every request passes here before it is routed, every answer before it leaves.
//!
//! Addresses are compared without case and without the opaque `tgt-…` (§1.7, §2A); preflights are
//! answered (rows A31, A32); the headers that clients look for are put on (§1.3, §3.7, §3.8).

use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use shared::{Dialect, Origin, Resource};
use tower::ServiceExt as _;

use super::reply::OriginRefused;
use crate::Platform;
use crate::refusal::Refusal;

const ALLOW_METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS";
const ALLOW_HEADERS: &str = "Authorization, Content-Type, Accept, If-Match, If-None-Match, \
    client-request-id, X-MS-RequiresMinResourceVersion, X-Ms-Namespace, X-Requested-With, \
    X-Ms-Origin, X-Ms-SDK-Instance";
const EXPOSE_HEADERS: &str = "Location, ETag, Retry-After, WWW-Authenticate, \
    X-MS-Correlation-Id, X-MS-Server-Fqdn, client-request-id, X-MS-UcwaVersion, X-MS-diagnostics";
/// How long browsers may remember a preflight, in seconds.
const PREFLIGHT_MAX_AGE_S: &str = "600";
/// The newest revision of any resource (§3.7).
const REVISION_MAX: u32 = 2;
const UCWA_JSON: &str = "application/vnd.microsoft.com.ucwa+json";

/// Which door a request came in by; the rules for tokens and other origins differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Any origin may ask; what the token allows is judged where the token is read.
    Visitors,
    /// The platform's own origin and the configured ones.
    Users,
    /// Not for browsers.
    Services,
}

/// The router of resources, for the one resource that makes requests of its own: `batch`.
#[derive(Clone)]
pub(crate) struct Routes(pub(crate) Router);

impl Door {
    fn of(path: &str) -> Self {
        if path.starts_with("/ucwa/psanon/") || path == "/platformservice/discover" {
            Self::Visitors
        } else if path.starts_with("/platformservice/") {
            Self::Services
        } else {
            Self::Users
        }
    }
}

/// Answers a request through the router of resources.
pub(crate) async fn edge(
    State((platform, inner)): State<(Platform, Router)>,
    mut request: Request,
) -> Response {
    normalise(request.uri_mut());
    let door = Door::of(request.uri().path());
    request.extensions_mut().insert(door);
    request.extensions_mut().insert(Routes(inner.clone()));
    let origin = request.headers().get(header::ORIGIN).cloned();
    let may_share = match &origin {
        Some(origin) => {
            door == Door::Visitors
                || (door == Door::Users && may_sign_in(&platform, request.headers(), origin))
        }
        None => false,
    };
    let request_id = request.headers().get("client-request-id").cloned();
    let wants_ucwa = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.contains(UCWA_JSON));
    let is_read = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).filter(|_| is_read).cloned();
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        preflight(may_share)
    } else if request.method() == Method::OPTIONS {
        metadata(inner, request).await
    } else if origin.is_some() && door == Door::Users && !may_share {
        Refusal::OriginNotAllowed("this origin".to_owned()).into_response()
    } else if !revision_is_known(request.headers()) {
        Refusal::VersionNotSupported.into_response()
    } else {
        // A router's only error is one it cannot have.
        inner.oneshot(request).await.unwrap_or_else(|never| match never {})
    };
    let is_refused = response.extensions().get::<OriginRefused>().is_some();
    if response.status() == StatusCode::UNAUTHORIZED {
        challenge(&platform, response.headers_mut());
    }
    if known.is_some_and(|known| is_known(&known, &response)) {
        let etag = response.headers().get(header::ETAG).cloned();
        response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().extend(etag.map(|it| (header::ETAG, it)));
    }
    let headers = response.headers_mut();
    if let Some(origin) = origin.filter(|_| may_share && !is_refused) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let expose = HeaderValue::from_static(EXPOSE_HEADERS);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, expose);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(id) = request_id {
        headers.insert("client-request-id", id);
    }
    if wants_ucwa && headers.get(header::CONTENT_TYPE).is_some_and(|it| it == "application/json") {
        let value = "application/vnd.microsoft.com.ucwa+json; charset=utf-8";
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
    }
    stamp(&platform, headers);
    response
}

/// Whether a client knows what it would be answered (§3.7).
fn is_known(known: &HeaderValue, response: &Response) -> bool {
    let etag = response.headers().get(header::ETAG).and_then(|it| it.to_str().ok());
    let (Some(etag), Ok(known)) = (etag, known.to_str()) else { return false };
    let is_it = |it: &str| it == "*" || it.trim_start_matches("W/") == etag;
    response.status() == StatusCode::OK && known.split(',').map(str::trim).any(is_it)
}

/// Lower-case path, without `tgt-…` and without slashes at its end.
fn normalise(uri: &mut Uri) {
    let path = uri.path().to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    let path = match path.strip_prefix("/platformservice/tgt-").and_then(|it| it.split_once('/')) {
        Some((_, rest)) => format!("/platformservice/{rest}"),
        None if path.is_empty() => "/".to_owned(),
        None => path.to_owned(),
    };
    let whole = uri.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    if let Ok(path_and_query) = PathAndQuery::try_from(whole) {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(path_and_query);
        if let Ok(changed) = Uri::from_parts(parts) {
            *uri = changed;
        }
    }
}

/// Whether browsers at an origin may use what is for signed-in users.
fn may_sign_in(platform: &Platform, headers: &HeaderMap, origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|it| Origin::parse(it).ok());
    origin.is_some_and(|it| {
        is_own(platform, headers, &it) || platform.shell.settings.ucwa_origins.contains(&it)
    })
}

/// Whether an origin is the platform's own.
pub(crate) fn is_own(platform: &Platform, headers: &HeaderMap, origin: &Origin) -> bool {
    let own = Origin::parse(&platform.shell.settings.public_url).ok();
    // Served under a second name, such as localhost: the browser calls that the same origin too.
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let authority = origin.as_str().split_once("://").map(|(_, it)| it);
    own.as_ref() == Some(origin) || (host.is_some() && host == authority)
}

fn preflight(may_share: bool) -> Response {
    if !may_share {
        return Refusal::OriginNotAllowed("this origin".to_owned()).into_response();
    }
    let allow = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOW_METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE_S),
    ];
    (StatusCode::NO_CONTENT, allow).into_response()
}

/// Row A31: an OPTIONS that is no preflight is answered with what the resource takes.
async fn metadata(inner: Router, request: Request) -> Response {
    let here = request.uri().path().to_owned();
    // No resource has this verb; the router's refusal names those it has.
    let refused = inner.oneshot(request).await.unwrap_or_else(|never| match never {});
    let Some(allow) = refused.headers().get(header::ALLOW).cloned() else { return refused };
    let verbs = allow.to_str().unwrap_or_default();
    let methods: Vec<&str> = verbs.split(',').map(str::trim).collect();
    let body = Resource::new("metadata").prop("methods", methods).link("self", here);
    (StatusCode::OK, [(header::ALLOW, allow)], Json(body.write(Dialect::Ucwa))).into_response()
}

fn revision_is_known(headers: &HeaderMap) -> bool {
    let wanted = headers.get("x-ms-requiresminresourceversion").and_then(|it| it.to_str().ok());
    wanted.and_then(|it| it.trim().parse::<u32>().ok()).is_none_or(|it| it <= REVISION_MAX)
}

/// The two challenges of §1.3.
fn challenge(platform: &Platform, headers: &mut HeaderMap) {
    let url = &platform.shell.settings.public_url;
    let bearer = format!(
        "Bearer trusted_issuers=\"{url}\",\
         client_id=\"00000004-0000-0ff1-ce00-000000000000\",\
         authorization_uri=\"{url}/WebTicket/oauthtoken\""
    );
    let renews = if platform.shell.settings.limits.renews() { ",refresh_token" } else { "" };
    let ticket = format!(
        "MsRtcOAuth href=\"{url}/WebTicket/oauthtoken\",\
         grant_type=\"password,client_credentials{renews}\""
    );
    for value in [bearer, ticket] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(header::WWW_AUTHENTICATE, value);
        }
    }
}

fn stamp(platform: &Platform, headers: &mut HeaderMap) {
    let mut put = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    let url = &platform.shell.settings.public_url;
    let host = url.split_once("://").map_or(url.as_str(), |(_, it)| it);
    put("x-ms-correlation-id", &platform.shell.parts.entropy.id());
    put("x-ms-server-fqdn", host.split(':').next().unwrap_or(host));
    put("x-ms-ucwaversion", "2.0");
    put("cache-control", "no-store");
}
