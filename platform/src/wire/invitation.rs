//! The three invitations as documents (`protocol.md` §2A.4, §2B.4).

use shared::states::{Direction, InvitationState};
use shared::{LinkValue, Resource, data_uri};

use super::Face;
use crate::core::{Invitation, InvitationKind, Person};

/// The relation of an invitation.
pub(crate) const fn invitation_rel(kind: InvitationKind) -> &'static str {
    match kind {
        InvitationKind::Messaging => "messagingInvitation",
        InvitationKind::OnlineMeeting => "onlineMeetingInvitation",
        InvitationKind::Participant => "participantInvitation",
    }
}

/// An invitation, with the operations its owner may do now.
pub(crate) fn invitation(face: &Face, it: &Invitation) -> Resource {
    let mut out = Resource::new(invitation_rel(it.kind))
        .prop("direction", it.direction.as_str())
        .prop("state", it.state.as_str())
        .prop("operationId", it.operation.as_str())
        .prop("importance", it.importance.as_str())
        .prop("to", it.to.as_str())
        .prop_opt("subject", it.subject.clone())
        .prop_opt("threadId", it.thread_id.clone())
        .prop_opt("onlineMeetingUri", it.meeting_uri.clone())
        .link("self", face.invitation(it))
        .link("conversation", face.conversation(&it.conversation));
    if it.kind == InvitationKind::Messaging {
        out = out.link("messaging", face.messaging(&it.conversation));
        if let Some(text) = &it.message {
            out = out.link("message", data_uri::encode("text/plain", text));
        }
        if let Some(content) = &it.custom_content {
            out = out.link("customContent", content.clone());
        }
    }
    out = operations(out, face, it);
    if it.kind == InvitationKind::Participant || it.direction == Direction::Incoming {
        out = out
            .link_value("from", titled(face, it, &it.from))
            .embed("from", person(face, it, &it.from));
    }
    if let Some(by) = &it.accepted_by {
        out = out.embed("acceptedByParticipant", person(face, it, by));
    }
    out
}

fn operations(out: Resource, face: &Face, it: &Invitation) -> Resource {
    if it.can_be_answered() {
        let out = out
            .link("accept", face.invitation_operation(it, "/accept"))
            .link("decline", face.invitation_operation(it, "/decline"));
        if it.kind == InvitationKind::Messaging && face.is_trusted() {
            return out
                .link("startAdhocMeeting", face.start_adhoc_meeting(&it.id))
                .link("acceptAndBridge", face.invitation_operation(it, "/acceptAndBridge"));
        }
        return out;
    }
    if it.state == InvitationState::Connecting {
        return out.link("cancel", face.invitation_operation(it, "/cancel"));
    }
    out
}

fn titled(face: &Face, it: &Invitation, person: &Person) -> LinkValue {
    LinkValue {
        title: Some(person.name.clone()),
        ..LinkValue::to(face.participant(&it.conversation, person.key()))
    }
}

fn person(face: &Face, it: &Invitation, person: &Person) -> Resource {
    Resource::new("participant")
        .prop("uri", person.uri.as_str())
        .prop("name", person.name.as_str())
        .link("self", face.participant(&it.conversation, person.key()))
        .link("conversation", face.conversation(&it.conversation))
}
