//! `GET /desk/visitor/state`: whether somebody answers, and how long it takes.

use axum::extract::State;
use axum::response::Response;
use shared::desk;
use shared::visitor_desk::{Availability, VisitorState};

use super::{TheVisitor, not_kept};
use crate::engine::Engine;
use crate::hours::Now;
use crate::refusal::ApiError;
use crate::{Desk, Site};

pub(super) async fn show(
    visitor: TheVisitor,
    State(desk): State<Desk>,
) -> Result<Response, ApiError> {
    let engine = &desk.inner.engine;
    let now_ms = engine.clock.now_ms();
    let site = engine.sites.get(&visitor.site).ok_or(ApiError::NoConversation)?;
    let (availability, opens_ms) = availability(engine, &site, now_ms);
    let own = engine.book.of_visitor(&visitor.site, &visitor.visitor_id);
    let (conversation, waiting) = own.map_or((None, None), |(id, waiting)| (Some(id), waiting));
    let may_mail = engine.letters.post().is_some();
    let state = VisitorState { availability, opens_ms, conversation, waiting, may_mail };
    Ok(not_kept(state))
}

/// Whether somebody answers a site's visitors now, and else when its hours begin again.
fn availability(engine: &Engine, site: &Site, now_ms: i64) -> (Availability, Option<i64>) {
    if let Some(hours) = site.hours.as_ref().filter(|it| it.at(now_ms) != Now::Open) {
        return (Availability::Closed, hours.opens_ms(now_ms));
    }
    let is_here = |it: &desk::AgentView| it.availability == desk::Availability::Available;
    // Whether the one person that everybody is bridged to is there, only the platform knows.
    if engine.bridge.get().is_some() || engine.agents.views(now_ms).iter().any(is_here) {
        (Availability::Open, None)
    } else {
        (Availability::Away, None)
    }
}
