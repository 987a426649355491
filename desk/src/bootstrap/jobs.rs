//! Jobs that an agent starts from a page (`protocol.md` §1.5). They make rooms and change where
//! visitors are led, so they want the bearer of an agent of this desk, as the console's API does.

use axum::extract::{FromRequestParts, Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::SipUri;
use shared::bootstrap::{AdhocMeeting, GetAdhocMeetingInput, StartImBridgeInput};
use shared::states::{AccessLevel, FilterState};

use super::{Refusal, read, run};
use crate::Desk;
use crate::api::Agent;
use crate::bridge::ImBridge;
use crate::flow::Target;
use crate::limits::{NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::ta::MeetingTerms;

/// Longest description of a meeting in characters; the platform's own bound.
const DESCRIPTION_CHARS_MAX: usize = 1_024;

/// What `StartIMBridge` is answered with: whether visitors are bridged now.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BridgeState {
    is_start: bool,
}

pub(super) async fn adhoc_meeting(State(desk): State<Desk>, request: Request) -> Response {
    run(&desk, request, make_meeting).await
}

pub(super) async fn start_im_bridge(State(desk): State<Desk>, request: Request) -> Response {
    run(&desk, request, set_bridge).await
}

/// The body of a request that an agent makes.
async fn read_from_agent<T: serde::de::DeserializeOwned>(
    desk: &Desk,
    request: Request,
) -> Result<T, Refusal> {
    let (mut parts, body) = request.into_parts();
    Agent::from_request_parts(&mut parts, desk).await.map_err(Refusal::NotAnAgent)?;
    read(Request::from_parts(parts, body)).await
}

fn at_most(text: Option<String>, name: &str, max: usize) -> Result<Option<String>, Refusal> {
    let text = text.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    if text.as_ref().is_some_and(|it| it.chars().count() > max) {
        return Err(Refusal::BadInput(format!("{name} has at most {max} characters.")));
    }
    Ok(text)
}

async fn make_meeting(desk: &Desk, request: Request) -> Result<AdhocMeeting, Refusal> {
    let input: GetAdhocMeetingInput = read_from_agent(desk, request).await?;
    let level = at_most(input.access_level, "AccessLevel", NAME_CHARS_MAX)?;
    let read = |text: String| {
        AccessLevel::read(&text).ok_or_else(|| {
            let words = "Everyone, Invited, Locked, None or SameEnterprise";
            Refusal::BadInput(format!("AccessLevel is {words}."))
        })
    };
    let terms = MeetingTerms {
        subject: at_most(input.subject, "Subject", NAME_CHARS_MAX)?,
        description: at_most(input.description, "Description", DESCRIPTION_CHARS_MAX)?,
        access_level: level.map(read).transpose()?,
        agents_lead: true,
    };
    let made = desk.inner.engine.ta.adhoc_meeting(&terms).await.map_err(Refusal::Platform)?;
    let text = |name: &str| made.document.text(name).map(str::to_owned);
    Ok(AdhocMeeting {
        online_meeting_id: text("onlineMeetingId"),
        organizer_uri: text("organizerUri"),
        expiration_time: text("expirationTime"),
        join_url: made.join_url,
        online_meeting_uri: made.uri,
    })
}

async fn set_bridge(desk: &Desk, request: Request) -> Result<BridgeState, Refusal> {
    let input: StartImBridgeInput = read_from_agent(desk, request).await?;
    let set = if input.is_start { Some(bridge(input)?) } else { None };
    let is_start = set.is_some();
    desk.inner.engine.bridge.put(set).await.map_err(Refusal::Store)?;
    tracing::info!("visitors are bridged to one person: {is_start}");
    Ok(BridgeState { is_start })
}

fn bridge(input: StartImBridgeInput) -> Result<ImBridge, Refusal> {
    let target = input.invite_target_uri.unwrap_or_default();
    let agent = SipUri::parse(target.trim())
        .map_err(|error| Refusal::BadInput(format!("InviteTargetUri: {error}.")))?;
    let name =
        at_most(input.invited_target_display_name, "InvitedTargetDisplayName", NAME_CHARS_MAX)?;
    let filter =
        if input.enable_message_filter { FilterState::Enabled } else { FilterState::Disabled };
    Ok(ImBridge {
        subject: at_most(input.subject, "Subject", NAME_CHARS_MAX)?.unwrap_or_default(),
        welcome: at_most(input.welcome_message, "WelcomeMessage", TEXT_CHARS_MAX)?
            .unwrap_or_default(),
        target: Target { name: name.unwrap_or_else(|| agent.name().to_owned()), agent, filter },
    })
}
