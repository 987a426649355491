//! `POST /desk/api/me`: an agent is available or away.

use axum::extract::State;
use axum::http::StatusCode;
use shared::desk::{Availability, SetAvailability};

use super::Input;
use super::agent::Agent;
use crate::Desk;
use crate::refusal::ApiError;

pub(super) async fn set(
    agent: Agent,
    State(desk): State<Desk>,
    Input(wish): Input<SetAvailability>,
) -> Result<StatusCode, ApiError> {
    let engine = &desk.inner.engine;
    let away = match wish.availability {
        Availability::Available => false,
        Availability::Away => true,
        Availability::Offline => {
            let why = "Say Available or Away; close the console to be offline.".to_owned();
            return Err(ApiError::BadInput(why));
        }
    };
    engine.agents.set_away(&agent.uri, away).await?;
    engine.agents.seen(&agent.uri, engine.clock.now_ms());
    engine.tell_consoles();
    if !away {
        engine.available(&agent.uri);
    }
    Ok(StatusCode::NO_CONTENT)
}
