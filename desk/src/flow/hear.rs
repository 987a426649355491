//! What the platform tells becomes changes (`protocol.md` §2A.4, §2A.5).

use shared::SipUri;
use shared::error::ErrorBody;
use shared::event::{Event, EventKind, Status};
use shared::resource::Resource;
use shared::states::{CallState, ConversationState, InvitationState};

use super::change::{Change, EndedBy, Miss, Slot, Stage, Standing};
use super::step::{Step, StepKind};
use super::talk::uri_in;
use super::turn::Turn;
use crate::ta::href_key;

impl Turn<'_> {
    /// Takes one event in. What is unknown, late or not ours is passed over.
    pub(super) fn hear(&mut self, sender: &str, event: &Event) {
        if event.within.as_ref().is_some_and(|it| it.rel == "typingParticipants") {
            return;
        }
        match event.link.rel.as_str() {
            "messagingInvitation" => self.hear_messaging_invitation(event),
            "onlineMeetingInvitation" => self.hear_meeting_invitation(event),
            "participantInvitation" => self.hear_participant_invitation(event),
            "conversation" => self.hear_conversation(event),
            "messaging" => self.hear_messaging(sender, event),
            "onlineMeeting" => self.hear_online_meeting(event),
            "conversationBridge" => self.hear_bridge(event),
            "bridgedParticipant" => self.hear_bridged_participant(event),
            "participant" => self.hear_participant(sender, event),
            "message" => self.hear_message(sender, event),
            _ => {}
        }
    }

    /// Whether an address is the one known by this name.
    pub(super) fn is(&self, slot: Slot, href: &str) -> bool {
        self.flow.links.get(&slot).is_some_and(|it| href_key(it) == href_key(href))
    }

    fn is_ours(&self, event: &Event, kind: StepKind) -> bool {
        let operation_id = event.resource.as_ref().and_then(|it| it.text("operationId"));
        operation_id == Some(self.operation_id(Step::once(kind)).as_str())
    }

    fn hear_messaging_invitation(&mut self, event: &Event) {
        if !failed(event) {
            return;
        }
        if self.is_ours(event, StepKind::AddMessaging) {
            self.end(EndedBy::Desk("adding chat to the conference failed".to_owned()));
        } else if href_key(&event.link.href) == href_key(&self.flow.opening.invitation) {
            // Only the visitor, or the platform for the visitor, ends an invitation nobody declined.
            self.end(EndedBy::Visitor);
        }
    }

    fn hear_meeting_invitation(&mut self, event: &Event) {
        let Some(invitation) = &event.resource else { return };
        if !self.is_ours(event, StepKind::StartMeeting) {
            return;
        }
        if let Some(conference) = invitation.href("conversation") {
            self.link(Slot::Conference, Some(conference));
        }
        if let Some(uri) = invitation.text("onlineMeetingUri") {
            self.link(Slot::MeetingUri, Some(uri));
        }
        if failed(event) {
            self.end(EndedBy::Desk("starting the conference failed".to_owned()));
        }
    }

    fn hear_participant_invitation(&mut self, event: &Event) {
        let operation_id = event.resource.as_ref().and_then(|it| it.text("operationId"));
        let key = href_key(&event.link.href);
        let found = self.flow.offers.iter().find(|(n, offer)| match operation_id {
            Some(id) => id == self.operation_id(Step { kind: StepKind::Invite, n: **n }),
            None => offer.invitation.as_ref().is_some_and(|it| href_key(it) == key),
        });
        let Some(n) = found.map(|(n, _)| *n) else { return };
        if event.kind == EventKind::Completed {
            self.change(Change::OfferLinked(n, Some(event.link.href.clone()), None));
            if failed(event) { self.missed(n, miss_of(event)) } else { self.won(n) }
        } else {
            let cancel = event.resource.as_ref().and_then(|it| it.href("cancel"));
            let cancel = cancel.map(str::to_owned);
            self.change(Change::OfferLinked(n, Some(event.link.href.clone()), cancel));
        }
    }

    fn hear_conversation(&mut self, event: &Event) {
        let href = &event.link.href;
        if self.is(Slot::Visitor, href) {
            if event.kind == EventKind::Deleted {
                self.link(Slot::Visitor, None);
                self.end(EndedBy::Visitor);
            }
            return;
        }
        let state =
            event.resource.as_ref().and_then(|it| ConversationState::read(it.text("state")?));
        let is_conference = matches!(
            state,
            Some(
                ConversationState::Conferencing
                    | ConversationState::Conferenced
                    | ConversationState::InLobby
            )
        );
        let is_first = is_conference
            && self.at(Slot::Conference).is_none()
            && self.flow.asked.contains(&StepKind::StartMeeting);
        if event.kind == EventKind::Deleted {
            if self.is(Slot::Conference, href) {
                self.link(Slot::Conference, None);
                self.end(EndedBy::Platform);
            }
        } else if is_first || self.is(Slot::Conference, href) {
            self.link(Slot::Conference, Some(href));
            if let Some(link) = event.resource.as_ref().and_then(|it| it.href("addParticipant")) {
                self.link(Slot::AddParticipant, Some(link));
            }
        }
    }

    fn hear_messaging(&mut self, sender: &str, event: &Event) {
        let Some(messaging) = &event.resource else { return };
        let owner = messaging.href("conversation").unwrap_or(sender);
        let state = messaging.text("state").and_then(CallState::read);
        if self.is(Slot::Visitor, owner) {
            self.hear_visitor_messaging(messaging, state);
        } else if self.is(Slot::Conference, owner) {
            self.link(Slot::AddMessaging, messaging.href("addMessaging"));
            let is_connected = state == Some(CallState::Connected);
            self.link(Slot::Talking, is_connected.then_some(event.link.href.as_str()));
        }
    }

    fn hear_visitor_messaging(&mut self, messaging: &Resource, state: Option<CallState>) {
        match state {
            Some(CallState::Connected) => {
                self.link(Slot::SendToVisitor, messaging.href("sendMessage"));
            }
            // Before it was ever connected, Disconnected is where it starts.
            Some(CallState::Disconnected) if self.at(Slot::SendToVisitor).is_some() => {
                self.link(Slot::SendToVisitor, None);
                self.end(EndedBy::Visitor);
            }
            _ => {}
        }
    }

    fn hear_online_meeting(&mut self, event: &Event) {
        let Some(meeting) = &event.resource else { return };
        let of_ours = meeting.href("conversation").is_none_or(|it| self.is(Slot::Conference, it));
        if let Some(uri) = meeting.text("onlineMeetingUri")
            && of_ours
        {
            self.link(Slot::MeetingUri, Some(uri));
        }
    }

    fn hear_bridge(&mut self, event: &Event) {
        let Some(bridge) = &event.resource else { return };
        if event.kind != EventKind::Deleted
            && let Some(link) = bridge.href("bridgedParticipants")
        {
            self.link(Slot::BridgedParticipants, Some(link));
        }
    }

    fn hear_bridged_participant(&mut self, event: &Event) {
        let named =
            event.resource.as_ref().and_then(|it| SipUri::parse(it.text("participantUri")?).ok());
        let Some(agent) = named.or_else(|| uri_in(&event.link.href)) else { return };
        self.bridged(&agent, &event.link.href, event.kind == EventKind::Deleted);
    }

    fn hear_participant(&mut self, sender: &str, event: &Event) {
        let participant = event.resource.as_ref();
        let owner = participant.and_then(|it| it.href("conversation")).unwrap_or(sender);
        if !self.is(Slot::Conference, owner) {
            return;
        }
        let key = href_key(&event.link.href);
        let uri = participant.and_then(|it| SipUri::parse(it.text("uri")?).ok());
        let known = self.flow.members.get(&key).and_then(|it| it.uri.clone());
        let uri = uri.or(known).or_else(|| uri_in(&event.link.href));
        if event.kind == EventKind::Deleted {
            self.left(&key, uri.as_ref());
        } else {
            let eject = participant.and_then(|it| it.href("eject")).map(str::to_owned);
            self.joined(key, uri.as_ref(), eject);
        }
    }

    /// Whether agents can be offered the conversation now.
    pub(super) fn is_waiting(&self) -> bool {
        self.flow.stage == Stage::Open && matches!(self.flow.place, Standing::Waiting { .. })
    }
}

/// Whether an operation ended, and not as asked; `status` may be missing (§2A.5).
fn failed(event: &Event) -> bool {
    let state = event.resource.as_ref().and_then(|it| InvitationState::read(it.text("state")?));
    let bad = [InvitationState::Failed, InvitationState::Declined, InvitationState::Cancelled];
    event.kind == EventKind::Completed
        && match event.status {
            Some(status) => status == Status::Failure,
            None => state.is_some_and(|it| bad.contains(&it)),
        }
}

/// Why an invitation failed, as far as it matters for offering again (§4.3).
fn miss_of(event: &Event) -> Miss {
    let is = |word: &str| event.reason.as_ref().is_some_and(|it: &ErrorBody| it.is(word));
    let state = event.resource.as_ref().and_then(|it| InvitationState::read(it.text("state")?));
    let refusals = ["Declined", "DoNotDisturb", "Busy", "NotAcceptable", "NotAllowed"];
    if refusals.iter().any(|it| is(it)) {
        Miss::Declined
    } else if ["Timeout", "Missed", "Expired"].iter().any(|it| is(it)) {
        Miss::Unanswered
    } else if event.reason.is_none() && state == Some(InvitationState::Declined) {
        Miss::Declined
    } else {
        Miss::Unreachable
    }
}
