//! `/desk/api/conversations/{id}`: read it, take it, end it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use shared::desk::{Place, Transcript};

use super::agent::Agent;
use crate::Desk;
use crate::flow::{Input, Refusal};
use crate::refusal::ApiError;

pub(super) async fn show(
    _agent: Agent,
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<Json<Transcript>, ApiError> {
    let engine = &desk.inner.engine;
    let mut found = engine.transcript(&id).await?.ok_or(ApiError::NoConversation)?;
    if let Place::Waiting { .. } = found.conversation.place {
        // Only the whole queue knows the position.
        let views = engine.book.views(engine.clock.now_ms());
        if let Some(view) = views.into_iter().find(|it| it.id == id) {
            found.conversation = view;
        }
    }
    Ok(Json(found))
}

pub(super) async fn take(
    agent: Agent,
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    feed(&desk, &id, Input::Take { agent: agent.uri, name: agent.name }).await
}

pub(super) async fn end(
    agent: Agent,
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    match feed(&desk, &id, Input::End(agent.uri)).await {
        // It is over, as was wished.
        Err(ApiError::Over) => Ok(StatusCode::NO_CONTENT),
        other => other,
    }
}

async fn feed(desk: &Desk, id: &str, input: Input) -> Result<StatusCode, ApiError> {
    let engine = &desk.inner.engine;
    let Some(live) = engine.book.get(id) else {
        let past = engine.transcript(id).await?;
        return Err(if past.is_some() { ApiError::Over } else { ApiError::NoConversation });
    };
    match engine.feed(&live, vec![input]).await? {
        None => Ok(StatusCode::NO_CONTENT),
        Some(Refusal::OwnedByAnother) => Err(ApiError::OwnedByAnother),
        Some(Refusal::Over) => Err(ApiError::Over),
    }
}
