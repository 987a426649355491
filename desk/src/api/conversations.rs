//! `/desk/api/conversations/{id}`: read it, take it, end it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use shared::desk::{Place, Transcript};

use super::agent::Agent;
use crate::Desk;
use crate::flow::{Input, Refusal};
use crate::limits::INVITATION_WAY;
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
    let take = Input::Take { agent: agent.uri, name: agent.name };
    let answer = feed(&desk, &id, take.clone()).await?;
    take_again(&desk, id, take);
    Ok(answer)
}

/// The agent's invitation may have been on its way before, and ring at an application from before, where
/// nobody is. If the conversation still waits when whoever takes it has had time to hear it, the
/// invitation is replaced by another.
fn take_again(desk: &Desk, id: String, take: Input) {
    let engine = desk.inner.engine.clone();
    let tasks = engine.tasks.clone();
    tasks.spawn(async move {
        tokio::select! {
            () = engine.stop.cancelled() => return,
            () = tokio::time::sleep(INVITATION_WAY) => {}
        }
        let Some(live) = engine.book.get(&id) else { return };
        let is_waiting = matches!(live.flow.lock().await.view().place, Place::Waiting { .. });
        if is_waiting && let Err(error) = engine.feed(&live, vec![take]).await {
            tracing::warn!(conversation.id = id, "it could not be taken again: {error}");
        }
    });
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
        Some(Refusal::Over | Refusal::RatedBefore | Refusal::ToldEnough) => Err(ApiError::Over),
    }
}
