//! `service:adhocMeetings`: meetings made beforehand (`protocol.md` §2A.2).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use shared::{Resource, date};

use super::Ids;
use crate::Platform;
use crate::auth::TrustedApp;
use crate::core::{Command, Meeting, MeetingInput, Reply};
use crate::limits::NAME_CHARS_MAX;
use crate::refusal::Refusal;
use crate::web::{Answer, Input, document};

/// Longest description of a meeting in characters.
const DESCRIPTION_CHARS_MAX: usize = 1_024;

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/platformservice/v1/applications/{app}/adhocmeetings", post(create))
        .route("/platformservice/v1/applications/{app}/adhocmeetings/{meeting}", get(one))
}

fn meeting(trusted: &TrustedApp, it: &Meeting) -> Resource {
    let face = trusted.face();
    Resource::new("adhocMeeting")
        .prop("onlineMeetingId", it.id.as_str())
        .prop("conferenceId", it.id.as_str())
        .prop("onlineMeetingUri", it.uri.as_str())
        .prop("organizerUri", it.endpoint.as_str())
        .prop("joinUrl", it.join_url.as_str())
        .prop("accessLevel", it.access_level.as_str())
        .prop("entryExitAnnouncement", "Disabled")
        .prop("automaticLeaderAssignment", "Disabled")
        .prop("expirationTime", date::iso(it.expires_ms))
        .prop_opt("subject", it.subject.clone())
        .prop_opt("description", it.description.clone())
        .link("self", face.adhoc_meeting(&it.id))
        .link("joinAdhocMeeting", face.join_adhoc_meeting(&it.uri))
}

async fn create(State(platform): State<Platform>, trusted: TrustedApp, input: Input) -> Answer {
    let fields = MeetingInput {
        subject: input.text("subject", NAME_CHARS_MAX)?,
        description: input.text("description", DESCRIPTION_CHARS_MAX)?,
        access_level: input.text("accessLevel", NAME_CHARS_MAX)?,
    };
    let endpoint = trusted.endpoint().clone();
    let shell = &platform.shell;
    let Reply::Meeting(id) =
        shell.decide(Command::CreateMeeting { endpoint, input: fields }).await?
    else {
        return Err(Refusal::Internal("a meeting was not made".to_owned()));
    };
    let out = shell
        .read(|core| core.meeting(&id).map(|it| meeting(&trusted, it)).ok_or(Refusal::NotFound));
    let body = Json(out.await?.write(trusted.dialect()));
    Ok((StatusCode::CREATED, [("location", trusted.face().adhoc_meeting(&id))], body)
        .into_response())
}

async fn one(State(platform): State<Platform>, trusted: TrustedApp, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.meeting(&ids.meeting).filter(|it| it.endpoint == *trusted.endpoint());
        it.map(|it| meeting(&trusted, it)).ok_or(Refusal::NotFound)
    });
    Ok(document(&found.await?, trusted.dialect()))
}
