//! Telling: what a change means for those who take part, as events and webhooks; and closing a
//! decision: what of it is kept.

use std::collections::BTreeSet;

use shared::states::CallState;
use shared::{
    Continuation, ErrorBody, Event, EventKind, LinkRef, Package, Resource, Sender, Status,
};
use store::NewRecord;

use super::channel::{Priority, Queued, push_grouped};
use super::model::{Conversation, Hook, Invitation, Owner, Person};
use super::record::{Kept, KeptEvent, closing};
use super::timers::Timer;
use super::{Bridged, Core, Outcome, Reply};
use crate::wire::{self, Face};

/// What one command changed, until it is closed by [`Core::finish`].
#[derive(Default)]
pub(super) struct Changes {
    apps: BTreeSet<String>,
    conversations: BTreeSet<String>,
    invitations: BTreeSet<String>,
    meetings: BTreeSet<String>,
    /// Conversations whose marks moved.
    marks: BTreeSet<String>,
    /// Records of what is kept once, and scopes that are over, in order.
    pub(super) records: Vec<NewRecord>,
    closed: Vec<String>,
    wake: BTreeSet<String>,
    hooks: Vec<Draft>,
}

/// A webhook in the making.
struct Draft {
    hook: Hook,
    senders: Vec<Sender>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.apps.is_empty()
            && self.conversations.is_empty()
            && self.invitations.is_empty()
            && self.meetings.is_empty()
            && self.marks.is_empty()
            && self.records.is_empty()
            && self.closed.is_empty()
            && self.hooks.is_empty()
    }

    pub(super) fn app(&mut self, id: &str) {
        self.apps.insert(id.to_owned());
    }

    pub(super) fn conversation(&mut self, id: &str) {
        self.conversations.insert(id.to_owned());
    }

    pub(super) fn invitation(&mut self, id: &str) {
        self.invitations.insert(id.to_owned());
    }

    pub(super) fn meeting(&mut self, id: &str) {
        self.meetings.insert(id.to_owned());
    }

    pub(super) fn marks(&mut self, conversation: &str) {
        self.marks.insert(conversation.to_owned());
    }

    pub(super) fn close(&mut self, scope: String) {
        self.closed.push(scope);
    }

    /// Lets parked polls of an application look again even if there is no event for them.
    pub(super) fn wake(&mut self, app: &str) {
        self.wake.insert(app.to_owned());
    }
}

/// Where an event goes.
struct To<'a> {
    conversation: &'a str,
    /// Sent by `communication` rather than by the conversation (§2B.5).
    by_communication: bool,
}

impl Core {
    /// Closes a decision: everything that changed becomes records, everything to tell is numbered.
    pub(super) fn finish(&mut self, reply: Reply) -> Outcome {
        let changes = std::mem::take(&mut self.changes);
        let mut keep = Vec::new();
        let mut put =
            |kind: &str, id: &str, kept: Kept| keep.push(kept.record(format!("{kind}/{id}")));
        for id in &changes.apps {
            if let Some(it) = self.apps.get(id) {
                put("application", id, Kept::Application(Box::new(it.clone())));
            }
        }
        for id in &changes.conversations {
            if let Some(it) = self.conversations.get(id) {
                put("conversation", id, Kept::Conversation(Box::new(it.clone())));
            }
        }
        for id in &changes.invitations {
            if let Some(it) = self.invitations.get(id) {
                put("invitation", id, Kept::Invitation(Box::new(it.clone())));
            }
        }
        for id in &changes.meetings {
            if let Some(it) = self.meetings.get(id) {
                put("meeting", id, Kept::Meeting(Box::new(it.clone())));
            }
        }
        for id in &changes.marks {
            if let Some(it) = self.conversations.get(id) {
                put("conversation", id, Kept::Marks(it.marks));
            }
        }
        keep.extend(changes.records);
        let hooks: Vec<Hook> = changes.hooks.into_iter().map(|it| self.close_draft(it)).collect();
        for hook in &hooks {
            keep.push(Kept::Webhook(hook.clone()).record(hook.scope.clone()));
            self.hooks.insert(hook.scope.clone(), hook.clone());
        }
        keep.extend(changes.closed.into_iter().map(closing));
        if !keep.is_empty() {
            self.ticket += 1;
        }
        Outcome { reply, keep, wake: changes.wake.into_iter().collect(), hooks }
    }

    fn close_draft(&self, draft: Draft) -> Hook {
        let mut hook = draft.hook;
        let face = self.face(&Owner::Endpoint(hook.endpoint.clone()));
        let link = |number| face.webhook_events(number, &hook.conversation);
        let package = Package {
            this: link(hook.number),
            continuation: Some(Continuation::Next(link(hook.number + 1))),
            senders: draft.senders,
            base_uri: Some(format!("{}/platformservice/", self.public_url)),
        };
        hook.body = package.write(face.dialect).to_string();
        hook
    }

    /// Hands an event to the owner of a conversation.
    fn tell(&mut self, to: &To<'_>, event: Event) {
        let Some(conversation) = self.conversations.get(to.conversation) else { return };
        let owner = conversation.owner.clone();
        let face = self.face(&owner);
        let (rel, href) = if to.by_communication {
            ("communication", face.communication())
        } else {
            ("conversation", face.conversation(to.conversation))
        };
        let sender = Sender { rel: rel.to_owned(), href, events: vec![event] };
        match owner {
            Owner::App(id) => self.queue(&id, Priority::High, sender),
            Owner::Endpoint(_) => self.draft(to.conversation, sender),
        }
    }

    /// Puts an event into an application's queue.
    pub(super) fn queue(&mut self, app: &str, priority: Priority, sender: Sender) {
        let Some(it) = self.apps.get_mut(app) else { return };
        let queue = &mut it.queue;
        let (seq, at_ms, ticket) = (queue.next_seq, self.now_ms, self.ticket + 1);
        let event = Queued { seq, priority, at_ms, ticket, sender };
        let kept = Kept::Event(KeptEvent::new(&event, queue.first));
        queue.next_seq += 1;
        queue.events.push_back(event);
        if queue.events.len() > self.limits.events_per_application_max {
            self.timers.insert((self.now_ms, Timer::Idle(app.to_owned())));
        }
        self.changes.records.push(kept.record(format!("application/{app}")));
        self.changes.wake(app);
    }

    fn draft(&mut self, id: &str, sender: Sender) {
        if let Some(draft) = self.changes.hooks.iter_mut().find(|it| it.hook.conversation == id) {
            return push_grouped(&mut draft.senders, sender);
        }
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        let Owner::Endpoint(endpoint) = conversation.owner.clone() else { return };
        conversation.hooks += 1;
        let number = conversation.hooks;
        let url = conversation
            .callback_url
            .clone()
            .or_else(|| self.endpoints.get(&endpoint).map(|it| it.callback_url.clone()))
            .unwrap_or_default();
        let hook = Hook {
            scope: format!("webhook/{id}/{number}"),
            endpoint,
            conversation: id.to_owned(),
            number,
            url,
            context: conversation.callback_context.clone(),
            body: String::new(),
        };
        self.changes.conversation(id);
        self.changes.hooks.push(Draft { hook, senders: vec![sender] });
    }

    pub(super) fn tell_invitation(
        &mut self,
        id: &str,
        kind: EventKind,
        failure: Option<&ErrorBody>,
    ) {
        let Some(it) = self.invitations.get(id) else { return };
        let (face, rel) = (self.face(&it.owner), wire::invitation_rel(it.kind));
        let conversation = it.conversation.clone();
        let mut event =
            Event::with(kind, LinkRef::new(rel, face.invitation(it)), wire::invitation(&face, it));
        if event.kind == EventKind::Completed {
            event.status = Some(if failure.is_some() { Status::Failure } else { Status::Success });
            event.reason = failure.cloned();
        }
        self.tell(&To { conversation: &conversation, by_communication: true }, event);
    }

    pub(super) fn tell_conversation(
        &mut self,
        id: &str,
        kind: EventKind,
        reason: Option<&ErrorBody>,
    ) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let mut event = Event::new(kind, LinkRef::new("conversation", face.conversation(id)));
        if event.kind != EventKind::Deleted {
            event.resource = Some(self.conversation_document(it));
        }
        event.reason = reason.cloned();
        self.tell(&To { conversation: id, by_communication: true }, event);
    }

    pub(super) fn tell_messaging(&mut self, id: &str, reason: Option<&ErrorBody>) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let link = LinkRef::new("messaging", face.messaging(id));
        let mut event = Event::with(EventKind::Updated, link, wire::messaging(&face, it));
        event.reason = reason.cloned();
        self.tell(&To { conversation: id, by_communication: false }, event);
    }

    /// Says something of one resource inside a conversation.
    pub(super) fn tell_inside(&mut self, id: &str, event: Event) {
        self.tell(&To { conversation: id, by_communication: false }, event);
    }

    pub(super) fn tell_participant(&mut self, id: &str, person: &Person, kind: EventKind) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let link = participant_link(&face, id, person, "participant");
        let mut event = Event::new(kind, link);
        if event.kind != EventKind::Deleted {
            event.resource = Some(self.participant_document(it, person));
        }
        self.tell_inside(id, event);
    }

    /// Tells a leader of somebody in the lobby.
    pub(super) fn tell_waiting(&mut self, id: &str, person: &Person, kind: EventKind) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let mut event = Event::new(kind, participant_link(&face, id, person, "participant"));
        event.within = Some(LinkRef::new("lobby", face.lobby(id)));
        if event.kind != EventKind::Deleted {
            event.resource = Some(wire::waiting_participant(&face, it, person));
        }
        self.tell_inside(id, event);
    }

    pub(super) fn tell_local_participant(&mut self, id: &str) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let link = participant_link(&face, id, &it.me, "localParticipant");
        let body = self.participant_document(it, &it.me);
        let event = Event::with(EventKind::Added, link, body);
        self.tell_inside(id, event);
    }

    /// Says that somebody's chat modality came or went; `person` may be oneself.
    pub(super) fn tell_participant_messaging(
        &mut self,
        id: &str,
        person: &Person,
        kind: EventKind,
    ) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let within = if *person == it.me { "localParticipant" } else { "participant" };
        let href = face.participant_messaging(id, person.key());
        let mut event = Event::new(kind, LinkRef::new("participantMessaging", href));
        event.within = Some(participant_link(&face, id, person, within));
        if event.kind == EventKind::Added {
            event.resource = Some(wire::participant_messaging(&face, id, person));
        }
        self.tell_inside(id, event);
    }

    pub(super) fn tell_message(&mut self, id: &str, number: u64) {
        let Some(it) = self.conversations.get(id) else { return };
        let Some(message) = it.messages.get(&number) else { return };
        let face = self.face(&it.owner);
        let link = LinkRef::new("message", face.message(id, number));
        let mut event = Event::with(EventKind::Completed, link, wire::message(&face, it, message));
        event.status = Some(Status::Success);
        self.tell_inside(id, event);
    }

    pub(super) fn tell_typing(&mut self, id: &str, person: &Person, kind: EventKind) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let mut event = Event::new(kind, participant_link(&face, id, person, "participant"));
        event.within = Some(LinkRef::new("typingParticipants", face.typing_participants(id)));
        self.tell_inside(id, event);
    }

    pub(super) fn tell_bridge(&mut self, id: &str, kind: EventKind) {
        let Some(it) = self.conversations.get(id) else { return };
        let (face, Some(bridge)) = (self.face(&it.owner), &it.bridge) else { return };
        let link = LinkRef::new("conversationBridge", face.bridge(id));
        let mut event = Event::with(kind, link, wire::bridge(&face, id, bridge));
        event.within = Some(LinkRef::new("conversation", face.conversation(id)));
        self.tell_inside(id, event);
    }

    pub(super) fn tell_bridged(&mut self, id: &str, bridged: &Bridged, kind: EventKind) {
        let Some(it) = self.conversations.get(id) else { return };
        let face = self.face(&it.owner);
        let link = LinkRef::new("bridgedParticipant", face.bridged(id, bridged));
        let mut event = Event::new(kind, link);
        if event.kind != EventKind::Deleted {
            event.resource = Some(wire::bridged(&face, id, bridged));
        }
        event.within = Some(LinkRef::new("bridgedParticipants", face.bridged_participants(id)));
        self.tell_inside(id, event);
    }

    pub(super) fn tell_meeting(&mut self, id: &str) {
        let Some(it) = self.conversations.get(id) else { return };
        let Some(meeting) = it.meeting().and_then(|id| self.meetings.get(id)) else { return };
        let face = self.face(&it.owner);
        let link = LinkRef::new("onlineMeeting", face.online_meeting(id));
        let mut event =
            Event::with(EventKind::Added, link, wire::online_meeting(&face, id, meeting));
        event.within = Some(LinkRef::new("conversation", face.conversation(id)));
        self.tell_inside(id, event);
    }

    /// The document of a conversation.
    pub(crate) fn conversation_document(&self, it: &Conversation) -> Resource {
        let face = self.face(&it.owner);
        let others = self.others(it).len();
        let meeting = it.meeting().and_then(|id| self.meetings.get(id));
        wire::conversation(&face, it, meeting, others + 1)
    }

    /// Whether an owner may still act on an invitation; the documents offer links by it.
    pub(crate) fn invitation_document(&self, it: &Invitation) -> Resource {
        wire::invitation(&self.face(&it.owner), it)
    }

    /// Changes the state of messaging and says so.
    pub(super) fn set_messaging(&mut self, id: &str, state: CallState, reason: Option<&ErrorBody>) {
        let Some(it) = self.conversations.get_mut(id) else { return };
        if it.messaging != state {
            it.messaging = state;
            self.changes.conversation(id);
            self.tell_messaging(id, reason);
        }
    }
}

/// A reference to a participant, with the name as its title.
fn participant_link(face: &Face, conversation: &str, person: &Person, rel: &str) -> LinkRef {
    LinkRef {
        title: Some(person.name.clone()),
        ..LinkRef::new(rel, face.participant(conversation, person.key()))
    }
}
