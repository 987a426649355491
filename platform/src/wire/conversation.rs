//! A conversation and what is inside it, as documents (`protocol.md` §2A.4, §2B.4).

use serde_json::{Value, json};
use shared::states::{CallState, ConversationState, Direction};
use shared::{LinkValue, Resource, data_uri, date};

use super::Face;
use crate::core::{Bridged, Conversation, Meeting, Message, Person, TextFormat};

/// Both APIs write dates in their own form (row A04).
fn date_of(face: &Face, ms: i64) -> String {
    if face.is_trusted() { date::iso(ms) } else { date::ajax(ms) }
}

/// A conversation, as its owner sees it.
pub(crate) fn conversation(
    face: &Face,
    it: &Conversation,
    meeting: Option<&Meeting>,
    participants: usize,
) -> Resource {
    let modalities = if it.is_connected() { json!(["Messaging"]) } else { json!([]) };
    let mut out = Resource::new("conversation")
        .prop("state", it.state.as_str())
        .prop("importance", it.importance.as_str())
        .prop("activeModalities", modalities)
        .prop("participantCount", participants)
        .prop("created", date_of(face, it.created_ms))
        .prop("recording", false)
        .prop_opt("subject", it.subject.clone())
        .prop_opt("threadId", it.thread_id.clone())
        .link("self", face.conversation(&it.id))
        .link("messaging", face.messaging(&it.id))
        .link("participants", face.participants(&it.id))
        .link("localParticipant", face.local_participant(&it.id));
    if let Some(meeting) = meeting {
        out = out
            .prop("onlineMeetingLobbyStatus", "None")
            .link("leaders", face.leaders(&it.id))
            .link("attendees", face.attendees(&it.id))
            .prop("expirationTime", date_of(face, meeting.expires_ms))
            .link("onlineMeeting", face.online_meeting(&it.id));
        if it.state == ConversationState::Conferenced && face.may_invite {
            out = out.link("addParticipant", face.add_participant(&it.id));
        }
        if it.leads {
            out = out.link("lobby", face.lobby(&it.id));
        }
    }
    if it.bridge.is_some() {
        out = out.link("conversationBridge", face.bridge(&it.id));
    }
    out
}

/// The chat modality, with what may be done now (UCW-19).
pub(crate) fn messaging(face: &Face, it: &Conversation) -> Resource {
    let id = &it.id;
    let formats: Value = if it.is_plain_only { json!(["Plain"]) } else { json!(["Plain", "Html"]) };
    let out = Resource::new("messaging")
        .prop("state", it.messaging.as_str())
        .prop("negotiatedMessageFormats", formats)
        .link("self", face.messaging(id))
        .link("conversation", face.conversation(id));
    match it.messaging {
        CallState::Connected => with_marks(out, face, it)
            .link("sendMessage", face.messages(id))
            .link("setIsTyping", face.typing(id))
            .link("typingParticipants", face.typing_participants(id))
            .link("stopMessaging", face.stop_messaging(id)),
        CallState::Connecting if it.state != ConversationState::Incoming => {
            out.link("stopMessaging", face.stop_messaging(id))
        }
        CallState::Disconnected if it.state == ConversationState::Conferenced => {
            out.link("addMessaging", face.add_messaging(id))
        }
        _ => out,
    }
}

/// How far one's own messages have come (docs/protocol/decisions.md, "Marks").
pub(crate) fn marks(face: &Face, it: &Conversation) -> Resource {
    let out = Resource::new("frontdesk:marks").link("self", face.marks(&it.id));
    newest_reached(out, face, it)
}

/// Persons only have them: a service application is told what is said, not who has seen it.
fn with_marks(out: Resource, face: &Face, it: &Conversation) -> Resource {
    if face.is_trusted() {
        return out;
    }
    newest_reached(out.link("frontdesk:marks", face.marks(&it.id)), face, it)
}

fn newest_reached(out: Resource, face: &Face, it: &Conversation) -> Resource {
    let marks = [("frontdesk:delivered", it.marks.delivered), ("frontdesk:read", it.marks.read)];
    let known = marks.into_iter().filter(|(_, number)| *number > 0);
    known.fold(out, |out, (rel, number)| out.link(rel, face.message(&it.id, number)))
}

/// One message, with its text as a data URI.
pub(crate) fn message(face: &Face, it: &Conversation, message: &Message) -> Resource {
    let (rel, media_type) = match message.format {
        TextFormat::Plain => ("plainMessage", "text/plain"),
        TextFormat::Html => ("htmlMessage", "text/html"),
    };
    let mut out = Resource::new("message")
        .prop("direction", message.direction.as_str())
        .prop("timeStamp", date_of(face, message.at_ms))
        .prop("status", "Succeeded")
        .prop_opt("operationId", message.operation.clone())
        .link("self", face.message(&it.id, message.number))
        .link("messaging", face.messaging(&it.id))
        .link(rel, data_uri::encode(media_type, &message.text));
    if let Some(sender) =
        message.sender.as_ref().filter(|_| message.direction == Direction::Incoming)
    {
        let href = face.participant(&it.id, sender.key());
        let title = Some(sender.name.clone());
        out = out
            .link_value("participant", LinkValue { title, ..LinkValue::to(href) })
            .embed("senderParticipant", participant(face, it, sender));
    }
    out
}

/// A member, oneself included.
pub(crate) fn participant(face: &Face, it: &Conversation, person: &Person) -> Resource {
    let is_local = *person == it.me;
    let is_anonymous = person.uri.ends_with("@anonymous.invalid");
    let network = if is_anonymous { "Everyone" } else { "SameEnterprise" };
    let mut out = Resource::new("participant")
        .prop("uri", person.uri.as_str())
        .prop("name", person.name.as_str())
        .prop("anonymous", is_anonymous)
        .prop("local", is_local)
        .prop("sourceNetwork", network)
        .link("self", face.participant(&it.id, person.key()))
        .link("conversation", face.conversation(&it.id))
        .link("participantMessaging", face.participant_messaging(&it.id, person.key()));
    if is_local && !face.is_trusted() {
        out = out.link("me", face.under("me"));
    } else if face.may_invite && !face.is_trusted() && !is_anonymous {
        out = out.link("contact", face.contact(person.key()));
    }
    if is_local || !(it.leads || face.is_trusted()) {
        return out;
    }
    out.link("eject", face.eject(&it.id, person.key()))
}

/// Somebody in the lobby, as a leader sees them.
pub(crate) fn waiting_participant(face: &Face, it: &Conversation, person: &Person) -> Resource {
    let answer = |operation| face.answer_lobby(&it.id, person.key(), operation);
    Resource::new("participant")
        .prop("uri", person.uri.as_str())
        .prop("name", person.name.as_str())
        .prop("anonymous", person.uri.ends_with("@anonymous.invalid"))
        .prop("inLobby", true)
        .link("self", face.participant(&it.id, person.key()))
        .link("conversation", face.conversation(&it.id))
        .link("admit", answer("admit"))
        .link("reject", answer("reject"))
}

/// The chat modality of a member.
pub(crate) fn participant_messaging(face: &Face, id: &str, person: &Person) -> Resource {
    let title = Some(person.name.clone());
    let participant = LinkValue { title, ..LinkValue::to(face.participant(id, person.key())) };
    Resource::new("participantMessaging")
        .link("self", face.participant_messaging(id, person.key()))
        .link_value("participant", participant)
}

/// The joint between a visitor's conversation and a meeting.
pub(crate) fn bridge(face: &Face, id: &str, it: &crate::core::Bridge) -> Resource {
    Resource::new("conversationBridge")
        .prop("onlineMeetingUri", it.meeting_uri.as_str())
        .prop("etag", it.etag.to_string())
        .link("self", face.bridge(id))
        .link("bridgedParticipants", face.bridged_participants(id))
}

/// One whose messages cross a bridge, or do not.
pub(crate) fn bridged(face: &Face, id: &str, it: &Bridged) -> Resource {
    Resource::new("bridgedParticipant")
        .prop("displayName", it.name.as_str())
        .prop("participantUri", it.uri.as_str())
        .prop("messageFilterState", it.filter.as_str())
        .link("self", face.bridged(id, it))
}

/// The meeting, as a member of it sees it.
pub(crate) fn online_meeting(face: &Face, id: &str, it: &Meeting) -> Resource {
    let out = Resource::new("onlineMeeting")
        .prop("onlineMeetingUri", it.uri.as_str())
        .prop("joinUrl", it.join_url.as_str())
        .prop("accessLevel", it.terms.access_level.as_str())
        .prop_opt("subject", it.terms.subject.clone())
        .link("self", face.online_meeting(id))
        .link("conversation", face.conversation(id));
    if face.is_trusted() {
        return out.link("terminateOnlineMeeting", face.terminate_meeting(id));
    }
    out
}
