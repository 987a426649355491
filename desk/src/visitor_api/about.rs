//! `POST /desk/visitor/about`: what the website tells of its visitor now, for agents.

use axum::extract::State;
use axum::http::StatusCode;
use shared::VisitorContext;

use super::TheVisitor;
use crate::Desk;
use crate::api::Input;
use crate::flow::{Input as What, Refusal};
use crate::refusal::ApiError;
use crate::visitor;

pub(super) async fn tell(
    who: TheVisitor,
    State(desk): State<Desk>,
    Input(told): Input<VisitorContext>,
) -> Result<StatusCode, ApiError> {
    let engine = &desk.inner.engine;
    let site = engine.sites.get(&who.site).ok_or(ApiError::NoConversation)?;
    let own = engine.book.of_visitor(&who.site, &who.visitor_id);
    let live = own.and_then(|(id, _)| engine.book.get(&id)).ok_or(ApiError::NoConversation)?;
    let (about, name) = visitor::about(told, site.identity.as_ref(), engine.clock.now_ms());
    match engine.feed(&live, vec![What::Described(name, Box::new(about))]).await? {
        None => Ok(StatusCode::NO_CONTENT),
        Some(Refusal::ToldEnough) => Err(ApiError::TooMany),
        Some(Refusal::Over | Refusal::OwnedByAnother | Refusal::RatedBefore) => Err(ApiError::Over),
    }
}
