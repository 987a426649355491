//! `onlineMeeting`: the meeting behind a conversation, and its end for all (`protocol.md` §2A.3).

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::refusal::Refusal;
use crate::web::{Answer, document};
use crate::wire;

pub(super) fn routes() -> Router<Platform> {
    let meeting = "/communication/conversations/{conversation}/onlinemeeting";
    Router::new()
        .route(meeting, get(one))
        .route(&format!("{meeting}/terminateonlinemeeting"), post(terminate))
}

/// The meeting behind a conversation.
async fn one(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let meeting = it.meeting().and_then(|id| core.meeting(id)).ok_or(Refusal::NotFound)?;
        Ok(wire::online_meeting(&core.face(&it.owner), &it.id, meeting))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Ends the meeting for all, 204; for its organizer.
async fn terminate(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let (owner, conversation) = (caller.owner(), ids.conversation);
    let command = Command::TerminateMeeting { owner, conversation };
    answer(&platform.shell.decide(command).await?)
}
