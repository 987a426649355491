//! The inbox: events are folded strictly in order; one that lacks its resource waits for it
//! (WID-06).

use shared::rel::{self, Rel as _};
use shared::{Event, EventKind, Resource};

use crate::actions::Purpose;
use crate::machine::{AGENT, Session, request};

impl Session {
    /// Folds events until one has to be completed first.
    pub(crate) fn fold_inbox(&mut self) {
        while let Some(next) = self.inbox.front() {
            if self.lacks_resource(&next.event) {
                let link = self.resolve(Some(&next.event.link.href));
                if !link.is_empty() {
                    return self.act_once(Purpose::Fetch, request("GET", &link));
                }
            }
            self.fold_next();
            self.dirty = true;
        }
    }

    /// Folds what is left without asking for anything: the application is gone.
    pub(crate) fn drain_inbox(&mut self) {
        while !self.inbox.is_empty() {
            self.fold_next();
        }
    }

    fn fold_next(&mut self) {
        let Some(next) = self.inbox.pop() else { return };
        let is_conversation = next.sender_rel == rel::Conversation::NAME;
        let sender = is_conversation.then_some(next.sender_href.as_str());
        self.fold(&self.resolve(sender), &next.event);
    }

    /// The resource that the first event lacked, or nothing where there is none.
    pub(crate) fn fetched(&mut self, resource: Resource) {
        if let Some(next) = self.inbox.front_mut()
            && next.event.resource.is_none()
        {
            next.event.resource = Some(resource);
        }
    }

    fn lacks_resource(&self, event: &Event) -> bool {
        if event.resource.is_some()
            || matches!(event.kind, EventKind::Deleted | EventKind::Other(_))
        {
            return false;
        }
        match event.link.rel.as_str() {
            rel::Conversation::NAME
            | rel::Messaging::NAME
            | rel::Message::NAME
            | rel::MessagingInvitation::NAME
            | rel::OnlineMeetingInvitation::NAME => true,
            // Who waits is answered by links that only the document has.
            rel::Participant::NAME
                if AGENT && event.within.as_ref().is_some_and(|it| it.rel == rel::Lobby::NAME) =>
            {
                true
            }
            // Of whom we know the name there is nothing to ask.
            rel::Participant::NAME => event.link.title.as_deref().is_none_or(str::is_empty),
            rel::OnlineMeeting::NAME | rel::Me::NAME | rel::Communication::NAME => {
                !self.is_visitor()
            }
            _ => false,
        }
    }

    /// Folds one event; `sender` is the address of the conversation that tells it, or empty.
    fn fold(&mut self, sender: &str, event: &Event) {
        let href = self.resolve(Some(&event.link.href));
        if href.is_empty() {
            return;
        }
        let said = event.resource.as_ref().and_then(|it| it.href(rel::Conversation::NAME));
        let owner = if sender.is_empty() { self.resolve(said) } else { sender.to_owned() };
        match event.link.rel.as_str() {
            rel::Conversation::NAME => self.conversation_event(&href, event),
            rel::Messaging::NAME => self.messaging_event(&owner, event),
            rel::Message::NAME => self.message_event(&owner, &href, event),
            rel::Marks::NAME => {
                if let (Some(at), Some(marks)) = (self.thread_by_key(&owner), &event.resource) {
                    self.marks_read(at, marks);
                }
            }
            rel::Participant::NAME => self.participant_event(&owner, &href, event),
            rel::LocalParticipant::NAME => self.local_participant_event(&owner, &href),
            rel::OnlineMeeting::NAME => self.meeting_event(&owner, event),
            rel::MessagingInvitation::NAME | rel::OnlineMeetingInvitation::NAME => {
                self.invitation_event(&href, event);
            }
            rel::Me::NAME => {
                if let Some(me) = &event.resource {
                    self.read_me(me);
                }
            }
            rel::Communication::NAME => {
                if let Some(communication) = &event.resource {
                    self.read_communication(communication);
                }
            }
            _ => {}
        }
    }
}
