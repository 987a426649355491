//! `makeMeAvailable`: from here on invitations reach a user (`protocol.md` §2B.3, §3.6, row A34).
//!
//! ```json
//! {"signInAs":"Online","supportedModalities":["Messaging"],
//!  "supportedMessageFormats":["Plain","Html"],"inactiveTimeout":"PT5M"}
//! ```
//!
//! Answered 204, or 201 with `{"operations":[]}` for a client that wants revision 2. All members are
//! optional. What this platform does not do (`PhoneAudio` and the like) is passed over as long as
//! `Messaging` is among the modalities.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;

use super::presence::preferred;
use crate::Platform;
use crate::auth::Caller;
use crate::core::{Command, Reachability};
use crate::limits::{
    INACTIVE_MS_DEFAULT, INACTIVE_MS_MAX, INACTIVE_MS_MIN, NAME_CHARS_MAX, PROFILE_CHARS_MAX,
};
use crate::refusal::Refusal;
use crate::web::{Answer, Input, no_content, time_span_ms};

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/me/makemeavailable", post(make_me_available))
}

fn reachability(input: &Input) -> Result<Reachability, Refusal> {
    let modalities = input.texts("supportedModalities", NAME_CHARS_MAX)?;
    let has = |list: &[String], name: &str| list.iter().any(|it| it.eq_ignore_ascii_case(name));
    if !modalities.is_empty() && !has(&modalities, "Messaging") {
        return Err(Refusal::ModalityNotAllowed);
    }
    let formats = input.texts("supportedMessageFormats", NAME_CHARS_MAX)?;
    let name = "inactiveTimeout";
    let inactive_ms = input.text(name, NAME_CHARS_MAX)?.map(|text| {
        let reason = "a time span was expected, such as PT5M or 00:05:00".to_owned();
        time_span_ms(&text).ok_or(Refusal::Parameter { name, reason })
    });
    let inactive_ms = inactive_ms.transpose()?.unwrap_or(INACTIVE_MS_DEFAULT);
    let sign_in_as = preferred(input, "signInAs")?;
    Ok(Reachability {
        sign_in_as: sign_in_as.unwrap_or("Online"),
        is_plain_only: !formats.is_empty() && !has(&formats, "Html"),
        phone_number: input.text("phoneNumber", PROFILE_CHARS_MAX)?,
        audio_preference: input.text("audioPreference", NAME_CHARS_MAX)?,
        inactive_ms: inactive_ms.clamp(INACTIVE_MS_MIN, INACTIVE_MS_MAX),
    })
}

/// Makes a user reachable, once: 204, a second time 409 `AlreadyExists`.
async fn make_me_available(
    State(platform): State<Platform>,
    caller: Caller,
    input: Input,
) -> Answer {
    let app = caller.app()?.to_owned();
    platform.shell.read(|core| core.user_of(&app).map(|_| ())).await?;
    let how = reachability(&input)?;
    platform.shell.decide(Command::MakeAvailable { app, how }).await?;
    // Row A34: revision 2 answers with a body.
    let revision = input.headers.get("x-ms-requiresminresourceversion");
    if revision.is_some_and(|it| it.as_bytes().trim_ascii() == b"2") {
        return Ok((StatusCode::CREATED, Json(json!({ "operations": [] }))).into_response());
    }
    Ok(no_content())
}
