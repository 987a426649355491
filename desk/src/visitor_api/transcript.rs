//! `POST /desk/visitor/transcript`: what was said, by e-mail.

use axum::extract::State;
use axum::http::StatusCode;
use shared::visitor_desk::TranscriptInput;

use super::TheVisitor;
use crate::Desk;
use crate::api::Input;
use crate::letters::About;
use crate::limits::ADDRESS_BYTES_MAX;
use crate::refusal::ApiError;

pub(super) async fn send(
    visitor: TheVisitor,
    State(desk): State<Desk>,
    Input(input): Input<TranscriptInput>,
) -> Result<StatusCode, ApiError> {
    let engine = &desk.inner.engine;
    let post = engine.letters.post().ok_or(ApiError::NoMail)?;
    let to = input.email.trim();
    if to.len() > ADDRESS_BYTES_MAX || !post.takes(to) {
        return Err(ApiError::BadInput("This is no e-mail address; correct it.".to_owned()));
    }
    let found = engine.visit(&visitor.site, &visitor.visitor_id, &input.conversation).await?;
    if found.is_none() {
        return Err(ApiError::NoConversation);
    }
    let now_ms = engine.clock.now_ms();
    if !desk.inner.letter_rate.allows(visitor.visitor_id, now_ms) {
        return Err(ApiError::TooManyLetters);
    }
    let about = About::Transcript {
        conversation: input.conversation,
        to: to.to_owned(),
        language: input.language,
    };
    let is_taken = engine.letters.hand_in(&desk.inner.entropy.id(), about, now_ms).await?;
    if is_taken { Ok(StatusCode::ACCEPTED) } else { Err(ApiError::TooMany) }
}
