//! `messagingInvitations`: start a conversation, add chat to one, answer (`protocol.md` §2A.3, §2B.3).

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::{Command, Person};
use crate::limits::{NAME_CHARS_MAX, URL_CHARS_MAX};
use crate::refusal::Refusal;
use crate::web::{Answer, Input, document, no_content};

pub(super) fn routes() -> Router<Platform> {
    let one = "/communication/messaginginvitations/{invitation}";
    Router::new()
        .route("/communication/messaginginvitations", post(create))
        .route(one, get(read))
        .route(&format!("{one}/accept"), post(accept))
        .route(&format!("{one}/decline"), post(decline))
        .route(&format!("{one}/cancel"), post(cancel))
        .route(&format!("{one}/acceptandbridge"), post(accept_and_bridge))
}

/// With `conversationId` chat is added to that conversation; without, a conversation is started.
async fn create(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let owner = caller.owner();
    let conversation = input.text("conversationId", NAME_CHARS_MAX)?;
    let to = if conversation.is_none() { Some(input.sip_uri("to")?) } else { None };
    let fields = input.invitation()?;
    let command = match (conversation, to, caller.app()) {
        (Some(conversation), ..) => Command::AddMessaging { owner, conversation, input: fields },
        (None, Some(to), Ok(app)) => {
            Command::StartMessaging { app: app.to_owned(), to, input: fields }
        }
        (None, Some(to), Err(_)) => {
            let name = user_name(&platform, &to).await?;
            let to = Person { uri: to.to_string(), name };
            Command::CallUser { owner, to, input: fields }
        }
        (None, None, _) => return Err(Refusal::NotFound),
    };
    answer(&platform.shell.decide(command).await?)
}

/// The name of a user; an address that is nobody's is no destination.
pub(super) async fn user_name(
    platform: &Platform,
    uri: &shared::SipUri,
) -> Result<String, Refusal> {
    let user = platform.shell.accounts.user(uri).await;
    let user = user.map_err(|error| Refusal::Internal(error.to_string()))?;
    Ok(user.ok_or(Refusal::DestinationNotFound)?.display_name)
}

/// Any of the three invitations, as its owner sees it.
pub(super) async fn read(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.invitation_of(&caller.owner(), &ids.invitation)?;
        Ok(core.invitation_document(it))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Accepts what rings, 204; again changes nothing.
pub(super) async fn accept(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let command = Command::Accept { owner: caller.owner(), invitation: ids.invitation };
    platform.shell.decide(command).await?;
    Ok(no_content())
}

/// Declines what rings, 204: `{"reason":"Local"}`. The inviting side is told `Declined`.
pub(super) async fn decline(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let command = Command::Decline { owner: caller.owner(), invitation: ids.invitation };
    platform.shell.decide(command).await?;
    Ok(no_content())
}

/// Withdraws an invitation that nobody answered yet, 204.
pub(super) async fn cancel(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let command = Command::Cancel { owner: caller.owner(), invitation: ids.invitation };
    platform.shell.decide(command).await?;
    Ok(no_content())
}

/// Row A10: 200.
async fn accept_and_bridge(
    State(platform): State<Platform>,
    caller: Caller,
    ids: Ids,
    input: Input,
) -> Answer {
    if caller.app().is_ok() {
        return Err(Refusal::NotFound);
    }
    let name = input.text("impersonatedDisplayName", NAME_CHARS_MAX)?;
    let command = Command::AcceptAndBridge {
        owner: caller.owner(),
        invitation: ids.invitation,
        meeting_uri: input.required("onlineMeetingUri", URL_CHARS_MAX)?,
        name: name.filter(|it| !it.trim().is_empty()),
    };
    platform.shell.decide(command).await?;
    Ok(StatusCode::OK.into_response())
}
