//! `POST /desk/api/meetings`: an agent makes a meeting that visitors join by a link.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shared::desk::{ConversationView, CreateMeeting};

use super::Input;
use super::agent::Agent;
use crate::Desk;
use crate::limits::NAME_CHARS_MAX;
use crate::refusal::ApiError;

pub(super) async fn create(
    agent: Agent,
    State(desk): State<Desk>,
    Input(wish): Input<CreateMeeting>,
) -> Result<(StatusCode, Json<ConversationView>), ApiError> {
    let subject = wish.subject.trim();
    if subject.is_empty() || subject.chars().count() > NAME_CHARS_MAX {
        return Err(ApiError::BadInput("Give a subject of 1 to 250 characters.".to_owned()));
    }
    let origin = &desk.inner.settings.public_origin;
    let made = desk.inner.engine.host(&agent.uri, subject, wish.lobby, origin).await;
    let view = made.map_err(|it| ApiError::Unavailable(it.to_string()))?;
    Ok((StatusCode::CREATED, Json(view)))
}
