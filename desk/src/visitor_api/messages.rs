//! `POST /desk/visitor/messages`: a message for when somebody is there again.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use shared::desk::MessageLeft;
use shared::form::is_email;
use shared::visitor_desk::LeaveMessage;

use super::TheVisitor;
use crate::Desk;
use crate::api::Input;
use crate::limits::{
    ABOUT_TEXT_CHARS_MAX, ADDRESS_BYTES_MAX, LEFT_FIELDS_LEN_MAX, LEFT_TEXT_CHARS_MAX,
    NAME_CHARS_MAX,
};
use crate::refusal::ApiError;

pub(super) async fn leave(
    visitor: TheVisitor,
    State(desk): State<Desk>,
    Input(input): Input<LeaveMessage>,
) -> Result<StatusCode, ApiError> {
    let engine = &desk.inner.engine;
    let now_ms = engine.clock.now_ms();
    let mut message = read(&input)?;
    if !desk.inner.left_rate.allows(visitor.visitor_id.clone(), now_ms) {
        return Err(ApiError::TooManyMessages);
    }
    message.id = desk.inner.entropy.id();
    message.site = visitor.site;
    message.at_ms = now_ms;
    let is_kept = engine.leave(visitor.visitor_id, message).await?;
    if is_kept { Ok(StatusCode::CREATED) } else { Err(ApiError::TooManyMessages) }
}

/// What a visitor wrote, within bounds.
fn read(input: &LeaveMessage) -> Result<MessageLeft, ApiError> {
    let bad = |why: String| Err(ApiError::BadInput(why));
    let within = |text: &str, max: usize| text.chars().count() <= max;
    let (name, text) = (input.name.trim(), input.text.trim());
    if !within(name, NAME_CHARS_MAX) {
        return bad(format!("A name has at most {NAME_CHARS_MAX} characters."));
    }
    if text.is_empty() || !within(text, LEFT_TEXT_CHARS_MAX) {
        return bad(format!("A message has 1 to {LEFT_TEXT_CHARS_MAX} characters."));
    }
    let email = input.email.trim();
    if email.len() > ADDRESS_BYTES_MAX || !is_email(email) {
        return bad("This is no e-mail address; correct it.".to_owned());
    }
    let is_short = |(name, value): (&String, &String)| {
        within(name, ABOUT_TEXT_CHARS_MAX) && within(value, LEFT_TEXT_CHARS_MAX)
    };
    if input.fields.len() > LEFT_FIELDS_LEN_MAX || !input.fields.iter().all(is_short) {
        return bad(format!(
            "There are at most {LEFT_FIELDS_LEN_MAX} fields, their names of {ABOUT_TEXT_CHARS_MAX} \
             and their texts of {LEFT_TEXT_CHARS_MAX} characters."
        ));
    }
    let fields = input.fields.iter().map(|(name, value)| (one_line(name), value.trim().to_owned()));
    let fields: BTreeMap<String, String> =
        fields.filter(|(name, value)| !name.is_empty() && !value.is_empty()).collect();
    Ok(MessageLeft {
        name: one_line(name),
        email: email.to_owned(),
        text: text.to_owned(),
        fields,
        ..MessageLeft::default()
    })
}

fn one_line(text: &str) -> String {
    text.trim().chars().filter(|it| !it.is_control()).collect()
}
