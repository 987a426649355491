//! Invitations: a visitor's own on their way out, an agent's on their way in (`protocol.md` §2B.6,
//! §2B.7).

use shared::rel::{self, Rel as _};
use shared::states::{Direction, InvitationState};
use shared::{Event, EventKind, Resource, Status};

use crate::actions::Purpose;
use crate::json::Json;
use crate::kept::Offer;
use crate::limits::{OFFERS_MAX, WANTED_MEETINGS_MAX};
use crate::machine::{AGENT, Session, post_json, request};
use crate::model::{Author, Delivery, Invitation, Item, Notice, Standing};
use crate::reason::Reason;
use crate::session::Output;
use crate::texts::message_text;

impl Session {
    /// An invitation came, changed or was answered.
    pub(crate) fn invitation_event(&mut self, href: &str, event: &Event) {
        let empty = Resource::default();
        let resource = event.resource.as_ref().unwrap_or(&empty);
        let is_known = self.offers.iter().any(|it| it.key == href);
        let direction = resource.text("direction").and_then(Direction::read);
        let is_incoming = is_known || direction == Some(Direction::Incoming);
        if is_incoming && !self.is_visitor() {
            self.incoming_invitation(href, event, resource);
        } else {
            self.outgoing_invitation(href, event, resource);
        }
    }

    /// One's own: names the conversation, or says that there is none to be had.
    fn outgoing_invitation(&mut self, href: &str, event: &Event, resource: &Resource) {
        let operation = resource.text("operationId").unwrap_or_default();
        let conversation = self.resolve(resource.href(rel::Conversation::NAME));
        // The event may come before the 201: the operation id first, then the address (§3.7).
        let found = self
            .threads
            .iter()
            .position(|it| (!operation.is_empty() && it.key == operation) || it.invitation == href);
        if let Some(at) = found {
            href.clone_into(&mut self.threads[at].invitation);
            self.name_thread(at, &conversation);
        }
        let has_failed = event.kind == EventKind::Completed
            && (event.status == Some(Status::Failure) || is_lost(resource));
        let at = found.or_else(|| self.thread_by_key(&conversation));
        if let (true, true, Some(at)) = (has_failed, self.is_visitor(), at) {
            let said = event.reason.as_ref().and_then(|it| it.message.clone());
            let reason = said.unwrap_or_else(|| Reason::Nobody.sentence().to_owned());
            self.threads[at].named = true;
            self.threads[at].over = true;
            self.finished = true;
            self.end(at, &reason);
        }
    }

    fn incoming_invitation(&mut self, href: &str, event: &Event, resource: &Resource) {
        let conversation = self.resolve(resource.href(rel::Conversation::NAME));
        if event.kind == EventKind::Completed
            || event.kind == EventKind::Deleted
            || is_lost(resource)
        {
            let succeeded = event.status != Some(Status::Failure) && !is_lost(resource);
            return self.invitation_over(href, succeeded && event.kind != EventKind::Deleted);
        }
        let accept = self.resolve(resource.href(rel::Accept::NAME));
        let decline = self.resolve(resource.href(rel::Decline::NAME));
        if let Some(offer) = self.offers.iter_mut().find(|it| it.key == href) {
            // Updates come without the links once an answer is under way; what was offered holds.
            for (old, new) in [
                (&mut offer.accept, accept),
                (&mut offer.decline, decline),
                (&mut offer.conversation, conversation),
            ] {
                if !new.is_empty() {
                    *old = new;
                }
            }
            return;
        }
        if accept.is_empty() || self.offers.len() >= OFFERS_MAX {
            return;
        }
        let offer = Offer { key: href.to_owned(), accept, decline, conversation };
        self.new_offer(offer, resource);
    }

    fn new_offer(&mut self, offer: Offer, resource: &Resource) {
        let from = resource.embedded(rel::From::NAME).and_then(|it| it.text("name"));
        let title = || resource.link_of(rel::From::NAME)?.title.as_deref();
        let meeting = resource.text("onlineMeetingUri").map(str::to_owned);
        let invitation = Invitation {
            key: offer.key.clone(),
            from: from.or_else(title).unwrap_or_default().to_owned(),
            subject: resource.text("subject").filter(|it| !it.is_empty()).map(str::to_owned),
            online_meeting_uri: meeting.clone(),
            at_ms: self.now,
            answering: false,
        };
        let key = offer.key.clone();
        let conversation = offer.conversation.clone();
        self.offers.push(offer);
        self.model.invitations.push(invitation);
        self.dirty = true;
        let notice = Notice::InvitationArrived { invitation: key.clone() };
        self.outputs.push_back(Output::Notice(notice));
        if !conversation.is_empty()
            && let Some(at) = self.thread_at(&conversation)
        {
            self.pair(at).1.online_meeting_uri.clone_from(&meeting);
            self.first_text(at, &key, resource);
        }
        let wanted = self.wanted_meetings.iter().position(|it| is_meeting(meeting.as_deref(), it));
        if let Some(wanted) = wanted {
            self.wanted_meetings.remove(wanted);
            self.accept(&key);
        }
    }

    /// A text that came with the invitation; it comes again as a message (WID-20).
    fn first_text(&mut self, at: usize, key: &str, resource: &Resource) {
        let Some(text) = message_text(resource) else { return };
        let name = resource.embedded(rel::From::NAME).and_then(|it| it.text("name"));
        let item = Item {
            key: key.to_owned(),
            author: Author::Other(name.unwrap_or_default().to_owned()),
            text,
            at_ms: self.now,
            delivery: Delivery::Sent,
            operation_id: None,
            reach: Standing::Sent,
        };
        self.threads[at].first_text = Some(key.to_owned());
        self.show_incoming(at, item);
    }

    /// A person accepts an invitation.
    pub(crate) fn accept(&mut self, key: &str) {
        if !AGENT {
            return;
        }
        let Some(offer) = self.offers.iter().find(|it| it.key == key) else { return };
        let request = request("POST", &offer.accept);
        if let Some(invitation) = self.model.invitations.iter_mut().find(|it| it.key == key) {
            invitation.answering = true;
        }
        self.act_once(Purpose::Accept(key.to_owned()), request);
    }

    /// A person wants the conversation of this meeting: now if its invitation is there, else then.
    pub(crate) fn accept_meeting(&mut self, uri: &str) {
        if !AGENT {
            return;
        }
        let found = self
            .model
            .invitations
            .iter()
            .find(|it| is_meeting(it.online_meeting_uri.as_deref(), uri))
            .map(|it| it.key.clone());
        match found {
            Some(key) => self.accept(&key),
            None if !self.wanted_meetings.iter().any(|it| it == uri) => {
                if self.wanted_meetings.len() >= WANTED_MEETINGS_MAX {
                    self.wanted_meetings.remove(0);
                }
                self.wanted_meetings.push(uri.to_owned());
                self.dirty = true;
            }
            None => {}
        }
    }

    /// A person declines an invitation.
    pub(crate) fn decline(&mut self, key: &str) {
        if !AGENT {
            return;
        }
        let Some(offer) = self.take_offer(key) else { return };
        if !offer.decline.is_empty() {
            let mut body = Json::object();
            body.name("reason").text("Local");
            self.act(Purpose::Decline, post_json(&offer.decline, body));
        }
        self.drop_hidden(&offer.conversation);
    }

    /// The server has taken an acceptance, or has refused it because the invitation is gone.
    pub(crate) fn accept_answered(&mut self, key: &str, accepted: bool) {
        self.invitation_over(key, accepted);
    }

    fn invitation_over(&mut self, key: &str, accepted: bool) {
        if !AGENT {
            return;
        }
        let answering = self.model.invitations.iter().any(|it| it.key == key && it.answering);
        let Some(offer) = self.take_offer(key) else { return };
        if accepted && answering {
            if let Some(at) = self.thread_by_key(&offer.conversation) {
                self.publish(at);
            }
            return;
        }
        self.drop_hidden(&offer.conversation);
        let notice = Notice::InvitationGone { invitation: offer.key };
        self.outputs.push_back(Output::Notice(notice));
    }

    fn take_offer(&mut self, key: &str) -> Option<Offer> {
        let at = self.offers.iter().position(|it| it.key == key)?;
        self.model.invitations.retain(|it| it.key != key);
        self.dirty = true;
        Some(self.offers.remove(at))
    }

    /// All invitations went with the application.
    pub(crate) fn withdraw_offers(&mut self) {
        while let (true, Some(offer)) = (AGENT, self.offers.last()) {
            let key = offer.key.clone();
            self.invitation_over(&key, false);
        }
    }
}

/// Whether an invitation says itself that nothing will come of it.
fn is_lost(resource: &Resource) -> bool {
    let state = resource.text("state").and_then(InvitationState::read);
    matches!(
        state,
        Some(InvitationState::Cancelled | InvitationState::Declined | InvitationState::Failed)
    )
}

fn is_meeting(uri: Option<&str>, wanted: &str) -> bool {
    uri.is_some_and(|it| it.eq_ignore_ascii_case(wanted))
}
