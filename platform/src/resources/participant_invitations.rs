//! `participantInvitations`: invite a user into a conversation (`protocol.md` §2A.3, §2B.3).

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::answer;
use super::messaging_invitations::{cancel, read, user_name};
use crate::Platform;
use crate::auth::Caller;
use crate::core::{Command, Person};
use crate::limits::{NAME_CHARS_MAX, URL_CHARS_MAX};
use crate::refusal::Refusal;
use crate::web::{Answer, Input};

pub(super) fn routes() -> Router<Platform> {
    let all = "/communication/participantinvitations";
    Router::new()
        .route(all, post(add_participant))
        .route(&format!("{all}/{{invitation}}"), get(read))
        .route(&format!("{all}/{{invitation}}/cancel"), post(cancel))
        .route("/communication/usermeetinginvitations", post(invite_user_to_meeting))
}

/// `{"operationId":"op-1","to":"sip:bob@t.example"}` invites a user into a meeting: 201; each of the
/// user's applications that can be reached rings.
async fn add_participant(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let name = "conversationId";
    let conversation = match input.text(name, NAME_CHARS_MAX)? {
        Some(id) => id,
        // Older samples say `conversation`.
        None => input.required("conversation", NAME_CHARS_MAX)?,
    };
    invite(&platform, &caller, conversation, &input).await
}

/// The same, by the meeting's address instead of the conversation.
async fn invite_user_to_meeting(
    State(platform): State<Platform>,
    caller: Caller,
    input: Input,
) -> Answer {
    if caller.app().is_ok() {
        return Err(Refusal::NotFound);
    }
    let uri = input.required("onlineMeetingUri", URL_CHARS_MAX)?;
    let found = platform.shell.read(|core| {
        let meeting = core.find_meeting(&uri).ok_or(Refusal::DestinationNotFound)?;
        let mut mine = core.conversations_of(&caller.owner()).into_iter();
        let found = mine.find(|it| it.meeting() == Some(meeting.id.as_str()));
        found.map(|it| it.id.clone()).ok_or(Refusal::DestinationNotFound)
    });
    let conversation = found.await?;
    invite(&platform, &caller, conversation, &input).await
}

async fn invite(
    platform: &Platform,
    caller: &Caller,
    conversation: String,
    input: &Input,
) -> Answer {
    let owner = caller.owner();
    input.required_operation()?;
    let fields = input.invitation()?;
    let uri = input.sip_uri("to")?;
    // Whose conversation it is comes first: nobody learns of users by way of another's.
    platform.shell.read(|core| core.conversation_of(&owner, &conversation).map(|_| ())).await?;
    let to = Person { name: user_name(platform, &uri).await?, uri: uri.to_string() };
    let command = Command::AddParticipant { owner, conversation, to, input: fields };
    answer(&platform.shell.decide(command).await?)
}
