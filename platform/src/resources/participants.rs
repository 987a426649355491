//! `participants`, `participant`, `localParticipant` (`protocol.md` §2A.4, §2B.4).

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::Resource;

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::{Command, Conversation, Core, Person};
use crate::refusal::Refusal;
use crate::web::{Answer, document};
use crate::wire;

pub(super) fn routes() -> Router<Platform> {
    let conversation = "/communication/conversations/{conversation}";
    let one = format!("{conversation}/participants/{{participant}}");
    Router::new()
        .route(&format!("{conversation}/participants"), get(list))
        .route(&format!("{conversation}/localparticipant"), get(local))
        .route(&one, get(read))
        .route(&format!("{one}/messaging"), get(messaging))
        .route(&format!("{one}/eject"), post(eject))
        .route(&format!("{one}/admit"), post(admit))
        .route(&format!("{one}/reject"), post(reject))
        .route(&format!("{conversation}/lobby"), get(lobby))
}

/// Somebody in a conversation, by what stands in addresses.
fn find(core: &Core, it: &Conversation, key: &str) -> Result<Person, Refusal> {
    let mut all = core.others(it).into_iter().chain([it.me.clone()]);
    all.find(|person| person.key() == key).ok_or(Refusal::NotFound)
}

/// The other members, as this side sees them.
async fn list(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let face = core.face(&it.owner);
        let mut out = Resource::new("participants").link("self", face.participants(&it.id));
        for person in core.others(it) {
            out = out
                .link("participant", face.participant(&it.id, person.key()))
                .embed("participant", core.participant_document(it, &person));
        }
        Ok(out)
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Oneself.
async fn local(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let mut out = core.participant_document(it, &it.me);
        "localParticipant".clone_into(&mut out.rel);
        Ok(out)
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// A member, or for leaders somebody in the lobby.
async fn read(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let face = core.face(&it.owner);
        let waiting = core.waiting(it).into_iter().find(|it| it.key() == ids.participant);
        if let Some(person) = waiting {
            return Ok(wire::waiting_participant(&face, it, &person));
        }
        let person = find(core, it, &ids.participant)?;
        Ok(core.participant_document(it, &person))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// The chat of a member.
async fn messaging(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        let person = find(core, it, &ids.participant)?;
        Ok(wire::participant_messaging(&core.face(&it.owner), &it.id, &person))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Who waits to be let in; leaders only.
async fn lobby(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        if !it.leads {
            return Err(Refusal::NotAllowed("only leaders of a meeting see its lobby"));
        }
        let face = core.face(&it.owner);
        let mut out = Resource::new("lobby").link("self", face.lobby(&it.id));
        for person in core.waiting(it) {
            out = out
                .link("participant", face.participant(&it.id, person.key()))
                .embed("participant", wire::waiting_participant(&face, it, &person));
        }
        Ok(out)
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Lets somebody in from the lobby, 204; for leaders.
async fn admit(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    answer_lobby(&platform, &caller, ids, true).await
}

/// Sends somebody in the lobby away, 204; for leaders.
async fn reject(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    answer_lobby(&platform, &caller, ids, false).await
}

async fn answer_lobby(platform: &Platform, caller: &Caller, ids: Ids, admit: bool) -> Answer {
    let Ids { conversation, participant, .. } = ids;
    let owner = caller.owner();
    let command = Command::AnswerLobby { owner, conversation, participant, admit };
    answer(&platform.shell.decide(command).await?)
}

/// Puts a member out, 204; for leaders.
async fn eject(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let Ids { conversation, participant, .. } = ids;
    let command = Command::Eject { owner: caller.owner(), conversation, participant };
    answer(&platform.shell.decide(command).await?)
}
