//! `POST /desk/visitor/rating`: what the visitor thinks of a conversation.

use axum::extract::State;
use axum::http::StatusCode;
use shared::desk::Rating;
use shared::visitor_desk::RatingInput;

use super::TheVisitor;
use crate::Desk;
use crate::api::Input;
use crate::flow::Refusal;
use crate::limits::{RATING_COMMENT_CHARS_MAX, SCORE_MAX};
use crate::refusal::ApiError;

pub(super) async fn rate(
    visitor: TheVisitor,
    State(desk): State<Desk>,
    Input(input): Input<RatingInput>,
) -> Result<StatusCode, ApiError> {
    let engine = &desk.inner.engine;
    let rating = read(&input, engine.clock.now_ms())?;
    let refusal =
        engine.rate(&visitor.site, &visitor.visitor_id, &input.conversation, rating).await?;
    match refusal.ok_or(ApiError::NoConversation)? {
        None => Ok(StatusCode::NO_CONTENT),
        Some(Refusal::RatedBefore) => Err(ApiError::RatedBefore),
        Some(Refusal::OwnedByAnother | Refusal::Over | Refusal::ToldEnough) => Err(ApiError::Over),
    }
}

fn read(input: &RatingInput, now_ms: i64) -> Result<Rating, ApiError> {
    if !(1..=SCORE_MAX).contains(&input.score) {
        return Err(ApiError::BadInput(format!("A score is 1 to {SCORE_MAX}.")));
    }
    let comment = input.comment.as_deref().map(str::trim).filter(|it| !it.is_empty());
    if comment.is_some_and(|it| it.chars().count() > RATING_COMMENT_CHARS_MAX) {
        let why = format!("A comment has at most {RATING_COMMENT_CHARS_MAX} characters.");
        return Err(ApiError::BadInput(why));
    }
    Ok(Rating { score: input.score, comment: comment.map(str::to_owned), at_ms: now_ms })
}
