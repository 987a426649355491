//! `me`: who one is and whether one can be reached (`protocol.md` §2B.3, §3.6).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use shared::{Dialect, Resource};

use crate::Platform;
use crate::auth::Caller;
use crate::core::{App, Command};
use crate::limits::NAME_CHARS_MAX;
use crate::refusal::Refusal;
use crate::web::{self, Answer, Input, no_content};
use crate::wire::Face;

/// What one may say of oneself (§2B.4).
const AVAILABILITIES: [&str; 6] =
    ["Online", "Busy", "DoNotDisturb", "BeRightBack", "Away", "Offwork"];

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/me", get(one))
        .route("/me/makemeavailable", post(make_me_available))
        .route("/me/reportmyactivity", post(report_my_activity))
        .route("/me/presence", get(presence).post(set_presence))
}

/// The document; a visitor's has a self link only (§1.6).
pub(super) fn document(face: &Face, app: &App) -> Resource {
    let out = Resource::new("me")
        .prop("uri", app.me.uri.as_str())
        .prop("name", app.me.name.as_str())
        .link("self", face.under("me"));
    if app.is_visitor() {
        return out;
    }
    if app.presence.is_none() {
        return out.link("makeMeAvailable", face.under("me/makeMeAvailable"));
    }
    out.link("reportMyActivity", face.under("me/reportMyActivity"))
        .link("presence", face.under("me/presence"))
}

async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    let out = platform.shell.read(|core| Ok(document(caller.face(), core.app(app)?))).await?;
    Ok(web::document(&out, Dialect::Ucwa))
}

async fn make_me_available(
    State(platform): State<Platform>,
    caller: Caller,
    input: Input,
) -> Answer {
    let app = caller.app()?.to_owned();
    platform.shell.decide(Command::MakeAvailable { app }).await?;
    // Row A34: revision 2 answers with a body.
    let revision = input.headers.get("x-ms-requiresminresourceversion");
    if revision.is_some_and(|it| it == "2") {
        return Ok((StatusCode::CREATED, Json(json!({ "operations": [] }))).into_response());
    }
    Ok(no_content())
}

async fn report_my_activity(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?.to_owned();
    platform.shell.decide(Command::ReportActivity { app }).await?;
    Ok(no_content())
}

async fn presence(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    let availability = platform.shell.read(|core| {
        let app = core.app(app)?;
        if app.is_visitor() {
            return Err(Refusal::AnonymousNotAllowed);
        }
        app.presence.clone().ok_or(Refusal::MakeMeAvailableRequired)
    });
    let out = Resource::new("presence")
        .prop("availability", availability.await?)
        .link("self", caller.face().under("me/presence"));
    Ok(web::document(&out, Dialect::Ucwa))
}

async fn set_presence(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let app = caller.app()?.to_owned();
    let said = input.required("availability", NAME_CHARS_MAX)?;
    let known = AVAILABILITIES.into_iter().find(|it| it.eq_ignore_ascii_case(&said));
    let reason = format!("one of {} was expected", AVAILABILITIES.join(", "));
    let availability = known.ok_or(Refusal::Parameter { name: "availability", reason })?;
    platform.shell.decide(Command::SetPresence { app, availability }).await?;
    Ok(no_content())
}
