//! `onlineMeetingInvitations`: start, join, answer (`protocol.md` §2A.3, §2B.3).

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::answer;
use super::messaging_invitations::{accept, cancel, decline, read};
use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::limits::{NAME_CHARS_MAX, URL_CHARS_MAX};
use crate::refusal::Refusal;
use crate::web::{Answer, Input};

pub(super) fn routes() -> Router<Platform> {
    let all = "/communication/onlinemeetinginvitations";
    Router::new()
        .route(all, post(join))
        .route(&format!("{all}/startadhocmeeting"), post(start_adhoc_meeting))
        .route(&format!("{all}/{{invitation}}"), get(read))
        .route(&format!("{all}/{{invitation}}/accept"), post(accept))
        .route(&format!("{all}/{{invitation}}/decline"), post(decline))
        .route(&format!("{all}/{{invitation}}/cancel"), post(cancel))
}

/// `{"operationId":"op-1","onlineMeetingUri":"sip:…"}` joins a meeting: 201 and the invitation's
/// `Location`; its events say how it goes on.
async fn join(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let meeting_uri = match input.text("confUrl", URL_CHARS_MAX)? {
        Some(uri) => uri,
        None => input.required("onlineMeetingUri", URL_CHARS_MAX)?,
    };
    let mut fields = input.invitation()?;
    if caller.app().is_ok() {
        fields.display_name = input.text("anonymousDisplayName", NAME_CHARS_MAX)?;
    }
    let command = Command::JoinMeeting { owner: caller.owner(), meeting_uri, input: fields };
    answer(&platform.shell.decide(command).await?)
}

/// `{"operationId":"op-1","subject":"Help","callbackUrl":"https://desk.example/c1"}` makes a meeting
/// and joins it, 201; for service applications.
async fn start_adhoc_meeting(
    State(platform): State<Platform>,
    caller: Caller,
    input: Input,
) -> Answer {
    if caller.app().is_ok() {
        return Err(Refusal::NotFound);
    }
    let command = Command::StartAdhocMeeting {
        owner: caller.owner(),
        invitation: input.text("invitation", NAME_CHARS_MAX)?,
        input: input.invitation()?,
    };
    answer(&platform.shell.decide(command).await?)
}
