//! `GET /desk/visitor/conversations` and one of them: what a visitor talked about before.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{TheVisitor, not_kept};
use crate::Desk;
use crate::refusal::ApiError;

pub(super) async fn list(
    visitor: TheVisitor,
    State(desk): State<Desk>,
) -> Result<Response, ApiError> {
    let found = desk.inner.engine.visits(&visitor.site, &visitor.visitor_id).await?;
    Ok(not_kept(found))
}

pub(super) async fn show(
    visitor: TheVisitor,
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let found = desk.inner.engine.visit(&visitor.site, &visitor.visitor_id, &id).await?;
    Ok(not_kept(found.ok_or(ApiError::NoConversation)?.visitor_transcript()))
}
