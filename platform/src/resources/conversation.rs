//! `conversation`: one member's side of it (`protocol.md` §2A.4, §2B.4).

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::web::{Answer, document};

pub(super) fn routes() -> Router<Platform> {
    let path = "/communication/conversations/{conversation}";
    Router::new().route(path, get(one).delete(delete))
}

/// A conversation, with the links of what may be done now.
async fn one(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        Ok(core.conversation_document(it))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Leaves the conversation, 204. One of two is over then; a meeting goes on for the others, unless
/// it is the organizer who leaves.
async fn delete(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let (owner, conversation) = (caller.owner(), ids.conversation);
    let command = Command::DeleteConversation { owner, conversation };
    answer(&platform.shell.decide(command).await?)
}
