//! `sendMessage` and `message` (`protocol.md` §2B.3, §2B.4, rows A21, A49).

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::OperationId;

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::refusal::Refusal;
use crate::web::{Answer, MessageBody, document};
use crate::wire;

pub(super) fn routes() -> Router<Platform> {
    let messages = "/communication/conversations/{conversation}/messaging/messages";
    Router::new().route(messages, post(send)).route(&format!("{messages}/{{number}}"), get(one))
}

/// The text itself as `text/plain` or `text/html`, with `operationId` in the query: 201 and the
/// message's `Location`. The same operation again leads to the same message.
async fn send(
    State(platform): State<Platform>,
    caller: Caller,
    ids: Ids,
    body: MessageBody,
) -> Answer {
    let MessageBody { query, format, text } = body;
    let named = ["operationid", "operationcontext", "sessioncontext"];
    let operation = named.into_iter().find_map(|name| query.get(name)).filter(|it| !it.is_empty());
    let operation = operation.map(OperationId::parse).transpose();
    let operation =
        operation.map_err(|error| Refusal::Parameter { name: "operationId", reason: error.0 })?;
    let (owner, conversation) = (caller.owner(), ids.conversation);
    let command = Command::SendMessage { owner, conversation, operation, format, text };
    answer(&platform.shell.decide(command).await?)
}

/// A message of this side of the conversation.
async fn one(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let number = ids.number.parse::<u64>().ok();
        let message = number.and_then(|number| it.messages.get(&number));
        Ok(wire::message(&core.face(&it.owner), it, message.ok_or(Refusal::NotFound)?))
    });
    Ok(document(&found.await?, caller.face().dialect))
}
