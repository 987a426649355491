//! `events`: the event channel (`protocol.md` §3.1–§3.3).

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use shared::Dialect;

use crate::Platform;
use crate::auth::Caller;
use crate::core::Ask;
use crate::refusal::Refusal;
use crate::web::{Answer, Query};

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/events", get(events))
}

/// The next package, as soon as there is one; empty after `timeout` seconds. Asking for `next`
/// acknowledges the package before.
async fn events(State(platform): State<Platform>, caller: Caller, query: Query) -> Answer {
    let reason = "use the link as it was given".to_owned();
    let ack = query.number("ack").ok_or(Refusal::Parameter { name: "ack", reason })?;
    let ask = Ask {
        ack,
        key: query.number("key"),
        timeout_s: query.number("timeout"),
        medium_s: query.number("medium"),
        low_s: query.number("low"),
        priority: query.number("priority"),
    };
    let package = platform.shell.poll(caller.app()?, ask).await?;
    Ok(Json(package.write(Dialect::Ucwa)).into_response())
}
