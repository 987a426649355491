//! The desk's API for visitors' browsers; `shared::visitor_desk` documents it.

mod about;
mod conversations;
mod messages;
mod rating;
mod state;
mod ticket;
mod transcript;

use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

use serde::Serialize;

use crate::Desk;
use crate::bearer;
use crate::limits::BODY_BYTES_MAX;
use crate::refusal::ApiError;
use crate::tickets::BadTicket;

/// What the addresses of this API begin with; the widget's document names it.
pub const PATH: &str = "/desk/visitor";

/// The routes of the API.
pub(crate) fn router() -> Router<Desk> {
    Router::new()
        .route("/desk/visitor/ticket", post(ticket::make))
        .route("/desk/visitor/state", get(state::show))
        .route("/desk/visitor/conversations", get(conversations::list))
        .route("/desk/visitor/conversations/{id}", get(conversations::show))
        .route("/desk/visitor/about", post(about::tell))
        .route("/desk/visitor/rating", post(rating::rate))
        .route("/desk/visitor/transcript", post(transcript::send))
        .route("/desk/visitor/messages", post(messages::leave))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// An answer that is this visitor's alone, so that nobody on the way keeps it.
fn not_kept(body: impl Serialize) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (no_store, Json(body)).into_response()
}

/// A visitor of a site, proved by a ticket. Holding one is the proof: there is no other way to get it.
pub(crate) struct TheVisitor {
    /// The site's id.
    pub(crate) site: String,
    /// The desk's own id of the visitor.
    pub(crate) visitor_id: String,
}

impl FromRequestParts<Desk> for TheVisitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, ApiError> {
        let ticket = bearer::token(&parts.headers).ok_or(ApiError::NoTicket(BadTicket::Absent))?;
        let engine = &desk.inner.engine;
        let now_ms = engine.clock.now_ms();
        let bearer = engine.tickets.read(ticket, now_ms).map_err(ApiError::NoTicket)?;
        if engine.sites.get(&bearer.site).is_none() {
            // The site is none of this desk's any more.
            return Err(ApiError::NoTicket(BadTicket::OtherSite));
        }
        let visitor = Self { site: bearer.site, visitor_id: bearer.visitor_id };
        let is_allowed = desk.inner.visitor_rate.allows(visitor.visitor_id.clone(), now_ms);
        if is_allowed { Ok(visitor) } else { Err(ApiError::TooMany) }
    }
}
