//! `/desk/api/messages-left`: what visitors left while nobody was there.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use shared::desk::MessageLeft;

use super::agent::Agent;
use crate::Desk;
use crate::refusal::ApiError;

pub(super) async fn list(_agent: Agent, State(desk): State<Desk>) -> Json<Vec<MessageLeft>> {
    Json(desk.inner.engine.left.views())
}

pub(super) async fn done(
    agent: Agent,
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    // A colleague may have been faster; it is done, as was wished.
    desk.inner.engine.left_done(&id, agent.uri).await?;
    Ok(StatusCode::NO_CONTENT)
}
