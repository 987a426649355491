//! `messaging`: the chat modality, typing, stopping (`protocol.md` §2B.3, §2B.4).

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::Resource;

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::web::{Answer, document};
use crate::wire;

pub(super) fn routes() -> Router<Platform> {
    let messaging = "/communication/conversations/{conversation}/messaging";
    Router::new()
        .route(messaging, get(one))
        .route(&format!("{messaging}/typing"), post(set_is_typing))
        .route(&format!("{messaging}/terminate"), post(stop))
        .route(&format!("{messaging}/typingparticipants"), get(typing_participants))
}

/// The chat of a conversation: `Connected` with `sendMessage`, `Disconnected` with `addMessaging`.
async fn one(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        Ok(wire::messaging(&core.face(&it.owner), it))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Shows the others for a few seconds that one is typing, 204; without a body.
async fn set_is_typing(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let command = Command::SetIsTyping { owner: caller.owner(), conversation: ids.conversation };
    answer(&platform.shell.decide(command).await?)
}

/// Ends the chat, 204: a conversation of two with it, a meeting goes on.
async fn stop(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let command = Command::StopMessaging { owner: caller.owner(), conversation: ids.conversation };
    answer(&platform.shell.decide(command).await?)
}

/// Who is typing at this moment.
async fn typing_participants(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let face = core.face(&it.owner);
        let here = face.typing_participants(&it.id);
        let mut out = Resource::new("typingParticipants").link("self", here);
        for (_, person) in it.typing.values() {
            out = out
                .link("participant", face.participant(&it.id, person.key()))
                .embed("participant", wire::participant(&face, it, person));
        }
        Ok(out)
    });
    Ok(document(&found.await?, caller.face().dialect))
}
