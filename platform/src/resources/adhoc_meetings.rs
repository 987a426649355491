//! `service:adhocMeetings`: meetings made beforehand (`protocol.md` §2A.2).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use shared::states::{AccessLevel, AutomaticLeaderAssignment, EntryExitAnnouncement, Switch};
use shared::{Resource, date};

use super::trusted_applications::CONSTANT_ETAG;
use super::{Ids, answer};
use crate::Platform;
use crate::auth::TrustedApp;
use crate::core::{Command, Meeting, Reply, Terms};
use crate::limits::{DESCRIPTION_CHARS_MAX, NAME_CHARS_MAX, NAMED_LEN_MAX};
use crate::refusal::Refusal;
use crate::web::{Answer, Input, document};

const ACCESS: &str = "Everyone, Invited, Locked, None or SameEnterprise";
const LEADERS: &str = "Disabled, Everyone or SameEnterprise";
const ANNOUNCEMENT: &str = "Disabled, Enabled or Unsupported";
const SWITCH: &str = "Enabled or Disabled";

pub(super) fn routes() -> Router<Platform> {
    let all = "/platformservice/v1/applications/{app}/adhocmeetings";
    Router::new()
        .route(all, post(create))
        .route(&format!("{all}/{{meeting}}"), get(one).delete(delete))
}

fn meeting(platform: &Platform, trusted: &TrustedApp, it: &Meeting) -> Resource {
    let (face, terms) = (trusted.face(), &it.terms);
    let url = &platform.shell.settings.public_url;
    Resource::new("adhocMeeting")
        .prop("onlineMeetingId", it.id.as_str())
        .prop("conferenceId", it.id.as_str())
        .prop("onlineMeetingUri", it.uri.as_str())
        .prop("organizerUri", it.endpoint.as_str())
        .prop("joinUrl", it.join_url.as_str())
        .prop("accessLevel", terms.access_level.as_str())
        .prop("entryExitAnnouncement", terms.announcement.as_str())
        .prop("automaticLeaderAssignment", terms.automatic_leaders.as_str())
        .prop("phoneUserAdmission", terms.phone_users.as_str())
        .prop("lobbyBypassForPhoneUsers", terms.lobby_bypass_for_phone_users.as_str())
        .prop("leaders", json!(terms.leaders))
        .prop("attendees", json!(terms.attendees))
        .prop("expirationTime", date::iso(it.expires_ms))
        .prop("etag", CONSTANT_ETAG)
        .prop("subject", terms.subject.clone().map_or(Value::Null, Value::from))
        .prop("description", terms.description.clone().map_or(Value::Null, Value::from))
        .link("self", face.adhoc_meeting(&it.id))
        .link("joinAdhocMeeting", face.join_adhoc_meeting(&it.uri))
        .link("discover", format!("{url}/platformservice/discover?discoverContext={}", it.id))
        .bare_link("applications", format!("{url}/ucwa/oauth/v1/applications"))
}

/// The terms of a body; what it leaves out has its default.
fn terms(input: &Input) -> Result<Terms, Refusal> {
    let default = Terms::default();
    let switch = |name, default| {
        Ok::<_, Refusal>(input.word(name, Switch::read, SWITCH)?.unwrap_or(default))
    };
    let leaders = "automaticLeaderAssignment";
    let automatic = input.word(leaders, AutomaticLeaderAssignment::read, LEADERS)?;
    let announcement = "entryExitAnnouncement";
    let announcement = input.word(announcement, EntryExitAnnouncement::read, ANNOUNCEMENT)?;
    let access = input.word("accessLevel", AccessLevel::read, ACCESS)?;
    Ok(Terms {
        subject: input.text("subject", NAME_CHARS_MAX)?,
        description: input.text("description", DESCRIPTION_CHARS_MAX)?,
        access_level: access.unwrap_or(default.access_level),
        leaders: input.sip_uris("leaders", NAMED_LEN_MAX)?,
        attendees: input.sip_uris("attendees", NAMED_LEN_MAX)?,
        automatic_leaders: automatic.unwrap_or(default.automatic_leaders),
        announcement: announcement.unwrap_or(default.announcement),
        phone_users: switch("phoneUserAdmission", default.phone_users)?,
        lobby_bypass_for_phone_users: switch(
            "lobbyBypassForPhoneUsers",
            default.lobby_bypass_for_phone_users,
        )?,
    })
}

/// Makes a meeting: `{"subject":"Order 7","accessLevel":"Everyone"}` is answered 201 with the
/// meeting and its `Location`.
async fn create(State(platform): State<Platform>, trusted: TrustedApp, input: Input) -> Answer {
    let terms = terms(&input)?;
    let endpoint = trusted.endpoint().clone();
    let shell = &platform.shell;
    let Reply::Meeting(id) = shell.decide(Command::CreateMeeting { endpoint, terms }).await? else {
        return Err(Refusal::Internal("a meeting was not made".to_owned()));
    };
    let out = shell.read(|core| {
        let made = core.meeting(&id).map(|it| meeting(&platform, &trusted, it));
        made.ok_or(Refusal::NotFound)
    });
    let body = Json(out.await?.write(trusted.dialect()));
    Ok((StatusCode::CREATED, [("location", trusted.face().adhoc_meeting(&id))], body)
        .into_response())
}

/// A meeting of this endpoint, as it was made.
async fn one(State(platform): State<Platform>, trusted: TrustedApp, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.meeting(&ids.meeting).filter(|it| it.endpoint == *trusted.endpoint());
        it.map(|it| meeting(&platform, &trusted, it)).ok_or(Refusal::NotFound)
    });
    Ok(document(&found.await?, trusted.dialect()))
}

/// Ends a meeting for all, 204; its link is dead from then on.
async fn delete(State(platform): State<Platform>, trusted: TrustedApp, ids: Ids) -> Answer {
    let (endpoint, meeting) = (trusted.endpoint().clone(), ids.meeting);
    answer(&platform.shell.decide(Command::DeleteMeeting { endpoint, meeting }).await?)
}
