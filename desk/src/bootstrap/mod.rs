//! The jobs of a website (`protocol.md` §1.5): `POST /GetAnonTokenJob`, the one call that every visit
//! makes, and in `jobs` those that an agent starts.

mod jobs;
mod rate;

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::Origin;
use shared::bootstrap::{AnonToken, BootstrapError, GetAnonTokenInput};
use shared::resource::without_bom;
use store::StoreError;

pub(crate) use rate::{Rate, asker};

use crate::Desk;
use crate::limits::{BODY_BYTES_MAX, ORIGINS_CHARS_MAX, SESSION_ID_CHARS_MAX, URL_CHARS_MAX};
use crate::refusal::ApiError;
use crate::ta::TaError;

/// Why a website gets no token.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    BadInput(String),
    #[error("Send JSON or a form.")]
    WrongType,
    #[error("This origin is not one of the site's. Ask the site's owner to list it.")]
    OriginNotListed,
    #[error("Too many requests. Try again in a minute.")]
    TooMany,
    #[error("No site is set up here.")]
    NoSite,
    #[error("This meeting is over, or its link is not right. Ask for a new link.")]
    NoMeeting,
    #[error(transparent)]
    NotAnAgent(ApiError),
    #[error("The desk cannot keep this at the moment. Try again in a minute.")]
    Store(StoreError),
    #[error("The chat is not available at the moment. Try again later.")]
    Platform(TaError),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::OriginNotListed => StatusCode::FORBIDDEN,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::NoMeeting => StatusCode::NOT_FOUND,
            Self::NotAnAgent(error) => error.status(),
            Self::NoSite | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Platform(error) if error.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Platform(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match &self {
            Self::Platform(error) => tracing::error!("a job for a website failed: {error}"),
            Self::Store(error) => tracing::error!("a job for a website failed: {error}"),
            _ => {}
        }
        (status, Json(BootstrapError { error: self.to_string() })).into_response()
    }
}

/// The routes of all jobs.
pub(crate) fn router() -> Router<Desk> {
    Router::new()
        .route("/GetAnonTokenJob", post(token).options(preflight))
        .route("/GetAdhocMeetingJob", post(jobs::adhoc_meeting).options(preflight))
        .route("/StartIMBridge", post(jobs::start_im_bridge).options(preflight))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn preflight(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    let Ok(Some(origin)) = origin_of(&desk, &headers) else {
        return Refusal::OriginNotListed.into_response();
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    share_with(&mut response, origin);
    let asked = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let asked = asked.unwrap_or(HeaderValue::from_static("content-type"));
    let out = response.headers_mut();
    out.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
    out.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

async fn token(State(desk): State<Desk>, request: Request) -> Response {
    run(&desk, request, make_token).await
}

/// Does a job for whoever may ask, not too often, and shares the answer with the page that asked.
async fn run<T: Serialize>(
    desk: &Desk,
    request: Request,
    job: impl AsyncFnOnce(&Desk, Request) -> Result<T, Refusal>,
) -> Response {
    let origin = match origin_of(desk, request.headers()) {
        Ok(origin) => origin,
        Err(refusal) => return refusal.into_response(),
    };
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| asker(it.0.ip()));
    let now_ms = desk.inner.engine.clock.now_ms();
    let answer = if desk.inner.rate.allows(client, now_ms) {
        job(desk, request).await
    } else {
        Err(Refusal::TooMany)
    };
    let mut response = match answer {
        Ok(body) => Json(body).into_response(),
        Err(refusal) => refusal.into_response(),
    };
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    if let Some(origin) = origin {
        share_with(&mut response, origin);
    }
    response
}

async fn make_token(desk: &Desk, request: Request) -> Result<AnonToken, Refusal> {
    let mut input: GetAnonTokenInput = read(request).await?;
    check(desk, &input)?;
    input.meeting_url =
        input.meeting_url.filter(|it| !it.is_empty()).map(|it| at_platform(desk, it));
    desk.inner.engine.ta.anon_token(&input).await.map_err(|error| {
        let is_dead = error.is_no_destination() && input.meeting_url.is_some();
        if is_dead { Refusal::NoMeeting } else { Refusal::Platform(error) }
    })
}

/// A link of ours to an agent's meeting, as the platform knows the meeting; any other link as it is.
fn at_platform(desk: &Desk, url: String) -> String {
    let inner = &desk.inner;
    let ours = format!("{}/meet/", inner.settings.public_origin);
    let hosted = url.strip_prefix(&ours).and_then(|id| inner.engine.book.hosted(id));
    hosted.map_or(url, |(_, join_url)| join_url)
}

/// JSON or a form, whatever the caller says it accepts.
async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or("application/json").to_ascii_lowercase();
    let bad = |why: String| Refusal::BadInput(why);
    if kind.starts_with("application/x-www-form-urlencoded") {
        let form = Form::<T>::from_request(request, &()).await;
        return form.map(|it| it.0).map_err(|it| bad(it.body_text()));
    }
    if !kind.contains("json") {
        return Err(Refusal::WrongType);
    }
    let body = Bytes::from_request(request, &()).await.map_err(|it| bad(it.body_text()))?;
    let text = String::from_utf8_lossy(&body);
    serde_json::from_str(without_bom(&text))
        .map_err(|it| bad(format!("The body is not what was expected: {it}")))
}

fn check(desk: &Desk, input: &GetAnonTokenInput) -> Result<(), Refusal> {
    let bad = |why: &str| Err(Refusal::BadInput(why.to_owned()));
    let session = input.application_session_id.trim();
    if session.is_empty() || session.chars().count() > SESSION_ID_CHARS_MAX {
        return bad("ApplicationSessionId has 1 to 100 characters.");
    }
    let origins = input.allowed_origins.trim();
    if origins.is_empty() || origins.chars().count() > ORIGINS_CHARS_MAX {
        return bad("AllowedOrigins has 1 to 500 characters.");
    }
    if input.meeting_url.as_ref().is_some_and(|it| it.chars().count() > URL_CHARS_MAX) {
        return bad("MeetingUrl has at most 1024 characters.");
    }
    let inner = &desk.inner;
    let site = inner.engine.sites.get_or_first(input.site.as_deref());
    let site = match (site, &input.site) {
        (Some(site), _) => site,
        (None, Some(_)) => return bad("There is no site of this name; see data-site in the page."),
        (None, None) => return Err(Refusal::NoSite),
    };
    for text in origins.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let origin = Origin::parse(text).map_err(|it| Refusal::BadInput(it.to_string()))?;
        if origin != inner.settings.public_origin && !site.origins.contains(&origin) {
            return Err(Refusal::OriginNotListed);
        }
    }
    Ok(())
}

/// The origin a browser sends, if it is our own or a site's. Callers that are no browsers send none.
fn origin_of(desk: &Desk, headers: &HeaderMap) -> Result<Option<HeaderValue>, Refusal> {
    let Some(value) = headers.get(header::ORIGIN) else { return Ok(None) };
    if is_ours(desk, value) { Ok(Some(value.clone())) } else { Err(Refusal::OriginNotListed) }
}

/// Whether an origin, as a browser sends it, is our own or a site's.
pub(crate) fn is_ours(desk: &Desk, origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|it| Origin::parse(it).ok());
    let inner = &desk.inner;
    origin.is_some_and(|it| it == inner.settings.public_origin || inner.engine.sites.any_lists(&it))
}

fn share_with(response: &mut Response, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
}
