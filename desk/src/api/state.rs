//! `GET /desk/api/state`: held while nothing changes.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use shared::desk::DeskState;

use super::agent::Agent;
use crate::Desk;
use crate::limits::STATE_HOLD_MS;
use crate::refusal::ApiError;

/// What the console knows already.
#[derive(Deserialize)]
pub(super) struct Known {
    after: Option<u64>,
}

pub(super) async fn show(
    agent: Agent,
    State(desk): State<Desk>,
    Query(known): Query<Known>,
) -> Result<Json<DeskState>, ApiError> {
    let engine = &desk.inner.engine;
    if engine.agents.seen(&agent.uri, engine.clock.now_ms()) {
        engine.available(&agent.uri);
        engine.tell_consoles();
    }
    let mut revision = engine.revision();
    if known.after == Some(*revision.borrow_and_update()) {
        tokio::select! {
            biased;
            // A closed channel means that the desk stops; the answer is then what it is now.
            _ = revision.changed() => {}
            () = engine.stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(STATE_HOLD_MS)) => {}
        }
    }
    let now_ms = engine.clock.now_ms();
    // The console was there all the time the request was held.
    engine.agents.seen(&agent.uri, now_ms);
    // The revision first: what changes meanwhile is asked for again.
    let revision = *revision.borrow_and_update();
    Ok(Json(DeskState {
        revision,
        now_ms,
        me: engine.agents.view(&agent.uri, now_ms).ok_or(ApiError::NotAnAgent)?,
        agents: engine.agents.views(now_ms),
        conversations: engine.book.views(now_ms),
        messages_left: engine.left.views(),
    }))
}
