//! `frontdesk:marks`: how far messages have come (docs/protocol/decisions.md, "Marks"). An extension:
//! no document of the protocol has it.
//!
//! GET answers `{"_links":{"self":{"href":"…/messaging/marks"},"frontdesk:delivered":{"href":
//! "…/messages/4"},"frontdesk:read":{"href":"…/messages/2"}},"rel":"frontdesk:marks"}`: one's own
//! newest message that others have, and have seen; without a link there is none. The same links stand
//! in `messaging`, and an event `updated` tells of a change.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::refusal::Refusal;
use crate::web::{Answer, Query, document};
use crate::wire;

pub(super) fn routes() -> Router<Platform> {
    let marks = "/communication/conversations/{conversation}/messaging/marks";
    Router::new().route(marks, get(one).post(see))
}

/// How far one's own messages have come.
async fn one(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    caller.app()?;
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        Ok(wire::marks(&core.face(&it.owner), it))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Says that one has seen everything up to the message with this `timeStamp`, 204: `?seen=` and Unix
/// milliseconds. A smaller one than before changes nothing.
async fn see(State(platform): State<Platform>, caller: Caller, ids: Ids, query: Query) -> Answer {
    caller.app()?;
    let reason = "the time stamp of a message, in Unix milliseconds".to_owned();
    let up_to_ms = query.number("seen").ok_or(Refusal::Parameter { name: "seen", reason })?;
    let (owner, conversation) = (caller.owner(), ids.conversation);
    answer(&platform.shell.decide(Command::See { owner, conversation, up_to_ms }).await?)
}
