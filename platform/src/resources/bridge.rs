//! `conversationBridge` and `bridgedParticipants` (`protocol.md` §1.8, §2A.3).

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::states::FilterState;
use shared::{Resource, SipUri};

use super::{Ids, answer};
use crate::Platform;
use crate::auth::Caller;
use crate::core::{Bridge, Bridged, Command, Core};
use crate::limits::NAME_CHARS_MAX;
use crate::refusal::Refusal;
use crate::web::{Answer, Input, document};
use crate::wire;

pub(super) fn routes() -> Router<Platform> {
    let bridge = "/communication/conversations/{conversation}/conversationbridge";
    let all = format!("{bridge}/bridgedparticipants");
    Router::new()
        .route(bridge, get(one))
        .route(&all, get(list).post(add))
        .route(&format!("{all}/{{participant}}"), get(read).put(put).delete(delete))
}

/// The bridge of a conversation of this owner.
fn find<'a>(core: &'a Core, caller: &Caller, ids: &Ids) -> Result<&'a Bridge, Refusal> {
    let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
    it.bridge.as_ref().ok_or(Refusal::NotFound)
}

/// The bridge of a visitor's conversation, for its service application.
async fn one(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let found = platform.shell.read(|core| {
        Ok(wire::bridge(caller.face(), &ids.conversation, find(core, &caller, &ids)?))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// Everybody who is named at the bridge, with their filters.
async fn list(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let (face, id) = (caller.face(), &ids.conversation);
    let found = platform.shell.read(|core| {
        let mut out =
            Resource::new("bridgedParticipants").link("self", face.bridged_participants(id));
        for it in find(core, &caller, &ids)?.participants.values() {
            out = out
                .link("bridgedParticipant", face.bridged(id, it))
                .embed("bridgedParticipant", wire::bridged(face, id, it));
        }
        Ok(out)
    });
    Ok(document(&found.await?, face.dialect))
}

/// A bridged participant from a body. An omitted state blocks (row A42).
fn bridged(input: &Input) -> Result<Bridged, Refusal> {
    let name = "messageFilterState";
    let state = input.text(name, NAME_CHARS_MAX)?.filter(|it| !it.is_empty());
    let reason = "Enabled or Disabled was expected".to_owned();
    let filter = match state {
        None => FilterState::Enabled,
        Some(text) => FilterState::read(&text).ok_or(Refusal::Parameter { name, reason })?,
    };
    Ok(Bridged {
        name: input.required("displayName", NAME_CHARS_MAX)?.trim().to_owned(),
        uri: input.sip_uri("participantUri")?,
        filter,
    })
}

/// `{"displayName":"Alice","participantUri":"sip:alice@t.example","messageFilterState":"Disabled"}` lets
/// a member's messages through, 201; an omitted state blocks.
async fn add(State(platform): State<Platform>, caller: Caller, ids: Ids, input: Input) -> Answer {
    let (owner, conversation, bridged) = (caller.owner(), ids.conversation, bridged(&input)?);
    let command = Command::PutBridged { owner, conversation, bridged, must_exist: false };
    answer(&platform.shell.decide(command).await?)
}

/// Who is meant by the last part of the path.
fn participant(ids: &Ids) -> Result<SipUri, Refusal> {
    SipUri::parse(&ids.participant).map_err(|_| Refusal::NotFound)
}

/// One who is named at the bridge.
async fn read(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let uri = participant(&ids)?;
    let found = platform.shell.read(|core| {
        let it = find(core, &caller, &ids)?.participants.get(&uri).ok_or(Refusal::NotFound)?;
        Ok(wire::bridged(caller.face(), &ids.conversation, it))
    });
    Ok(document(&found.await?, caller.face().dialect))
}

/// The whole document again, changed: another name or filter counts from now on, 204.
async fn put(State(platform): State<Platform>, caller: Caller, ids: Ids, input: Input) -> Answer {
    let (uri, bridged) = (participant(&ids)?, bridged(&input)?);
    if uri != bridged.uri {
        let reason = "differs from the one in the address".to_owned();
        return Err(Refusal::Parameter { name: "participantUri", reason });
    }
    let (owner, conversation) = (caller.owner(), ids.conversation);
    let command = Command::PutBridged { owner, conversation, bridged, must_exist: true };
    answer(&platform.shell.decide(command).await?)
}

/// Takes somebody off the bridge, 204; what they write stays in the meeting.
async fn delete(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let participant = participant(&ids)?;
    let (owner, conversation) = (caller.owner(), ids.conversation);
    let command = Command::DeleteBridged { owner, conversation, participant };
    answer(&platform.shell.decide(command).await?)
}
