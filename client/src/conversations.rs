//! Where conversations stand: folds `conversation`, `messaging` and `onlineMeeting` (`protocol.md`
//! §2B.4, §2B.6).

use shared::rel::{self, Rel as _};
use shared::states::{CallState, ConversationState};
use shared::{Event, EventKind, Resource};

use crate::actions::Purpose;
use crate::json::Json;
use crate::machine::{AGENT, Session, post_json, request};
use crate::model::Phase;
use crate::reason::Reason;

impl Session {
    /// A conversation came, changed or went.
    pub(crate) fn conversation_event(&mut self, href: &str, event: &Event) {
        if event.kind == EventKind::Deleted {
            if let Some(at) = self.thread_by_key(href) {
                self.threads[at].over = true;
                let said = event.reason.as_ref().and_then(|it| it.message.clone());
                self.pair(at).1.end_reason = said.unwrap_or_default();
                self.finish(at);
            }
            return;
        }
        if let Some(at) = self.thread_at(href)
            && let Some(resource) = &event.resource
        {
            self.conversation_state(at, resource);
        }
    }

    /// Ends a conversation that the other side, or the server, has ended.
    fn finish(&mut self, at: usize) {
        self.finished |= self.is_visitor();
        self.end(at, Reason::Ended.sentence());
    }

    /// Takes in what a conversation says of itself.
    fn conversation_state(&mut self, at: usize, resource: &Resource) {
        let state = resource.text("state").and_then(ConversationState::read);
        if let Some(subject) = resource.text("subject").filter(|it| !it.is_empty()) {
            self.pair(at).1.subject = Some(subject.to_owned());
            self.dirty = true;
        }
        match state {
            Some(ConversationState::Disconnected) => self.finish(at),
            // Somebody invites: the invitation shows it.
            Some(ConversationState::Incoming) | None => {}
            Some(state) => {
                let phase = &mut self.pair(at).1.phase;
                if state == ConversationState::InLobby {
                    *phase = Phase::Lobby;
                } else if *phase == Phase::Lobby {
                    *phase = Phase::Connecting;
                }
                self.publish(at);
            }
        }
    }

    /// A conversation was read again.
    pub(crate) fn conversation_read(&mut self, at: usize, resource: &Resource) {
        let id = self.threads[at].id;
        self.conversation_state(at, resource);
        let Some(at) = self.thread_by_id(id) else { return };
        let messaging = self.resolve(resource.href(rel::Messaging::NAME));
        if !messaging.is_empty() && self.is_open(at) {
            self.act_once(Purpose::ReadMessaging(id), request("GET", &messaging));
        }
        if !AGENT {
            return;
        }
        let lobby = self.resolve(resource.href(rel::Lobby::NAME));
        if !lobby.is_empty() {
            self.act_once(Purpose::ReadLobby(id), request("GET", &lobby));
        }
        let meeting = self.resolve(resource.href(rel::OnlineMeeting::NAME));
        if !meeting.is_empty() && self.pair(at).1.online_meeting_uri.is_none() {
            self.act_once(Purpose::ReadMeeting(id), request("GET", &meeting));
        }
    }

    /// The list of conversations was read.
    pub(crate) fn conversations_read(&mut self, list: &Resource) {
        if !AGENT {
            return;
        }
        let embedded = list.embedded.get(rel::Conversation::NAME);
        let embedded = embedded.into_iter().flatten().filter_map(|it| it.href("self"));
        let linked = list.links.get(rel::Conversation::NAME);
        let linked = linked.into_iter().flatten().map(|it| it.href.as_str());
        let hrefs: Vec<String> = linked.chain(embedded).map(|it| self.resolve(Some(it))).collect();
        for href in hrefs {
            if !href.is_empty()
                && let Some(at) = self.thread_at(&href)
            {
                self.reread(at);
            }
        }
    }

    /// Reads every conversation that is not over again: after a reload, a `resync`, a new token.
    pub(crate) fn reread_threads(&mut self) {
        for at in 0..self.threads.len() {
            if self.threads[at].named && (self.threads[at].is_hidden() || self.is_open(at)) {
                self.reread(at);
            }
        }
    }

    fn reread(&mut self, at: usize) {
        let thread = &self.threads[at];
        if !thread.over {
            let (id, request) = (thread.id, request("GET", &thread.key));
            self.act_once(Purpose::ReadConversation(id), request);
        }
    }

    /// The chat modality changed.
    pub(crate) fn messaging_event(&mut self, conversation: &str, event: &Event) {
        let Some(at) = self.thread_by_key(conversation) else { return };
        if event.kind == EventKind::Deleted {
            return self.finish(at);
        }
        if let Some(resource) = &event.resource {
            self.drop_action(&Purpose::ReadMessaging(self.threads[at].id));
            self.messaging_read(at, resource);
        }
    }

    /// Takes in what messaging says of itself: its links are what can be done now (invariant 5).
    pub(crate) fn messaging_read(&mut self, at: usize, resource: &Resource) {
        let state = resource.text("state").and_then(CallState::read);
        let link = |name: &str| self.resolve(resource.href(name));
        let (send, typing) = (link(rel::SendMessage::NAME), link(rel::SetIsTyping::NAME));
        let marks = link(rel::Marks::NAME);
        let (stop, add) = (link(rel::StopMessaging::NAME), link(rel::AddMessaging::NAME));
        self.marks_read(at, resource);
        // A conversation of two begins connected; what is joined has no chat before it is added.
        let is_pair = self.is_visitor() && !self.is_in_meeting();
        let (thread, conversation) = self.pair(at);
        if thread.over {
            return;
        }
        conversation.lacks_send = send.is_empty();
        conversation.can_send = !conversation.lacks_send;
        (thread.send, thread.typing, thread.stop, thread.add) = (send, typing, stop, add);
        thread.marks = marks;
        match state {
            Some(CallState::Connected) => {
                thread.was_connected = true;
                conversation.phase = Phase::Connected;
            }
            Some(CallState::Disconnected) if is_pair || thread.was_connected => {
                self.finish(at);
            }
            Some(CallState::Disconnected) => self.add_messaging(at),
            _ => {}
        }
        self.dirty = true;
    }

    /// A conference one has joined has no chat until it is added; once, by itself (WID-19).
    pub(crate) fn add_messaging(&mut self, at: usize) {
        let thread = &self.threads[at];
        if thread.is_hidden() || thread.added || thread.was_connected || thread.add.is_empty() {
            return;
        }
        let (id, add) = (thread.id, thread.add.clone());
        self.threads[at].added = true;
        let mut body = Json::object();
        body.name("operationId").text(&self.rng.id());
        self.act(Purpose::AddMessaging(id), post_json(&add, body));
    }

    /// The meeting behind a conversation became known.
    pub(crate) fn meeting_event(&mut self, conversation: &str, event: &Event) {
        if let (true, Some(at), Some(resource)) =
            (AGENT, self.thread_by_key(conversation), &event.resource)
        {
            self.meeting_read(at, resource);
        }
    }

    /// Takes in the address of a meeting.
    pub(crate) fn meeting_read(&mut self, at: usize, resource: &Resource) {
        if let (true, Some(uri)) = (AGENT, resource.text("onlineMeetingUri")) {
            self.pair(at).1.online_meeting_uri = Some(uri.to_owned());
            self.dirty = true;
        }
    }

    /// A person ends a conversation.
    pub(crate) fn end_by_person(&mut self, key: &str) {
        let Some(at) = self.thread_by_key(key) else { return };
        if !self.is_open(at) || self.threads[at].is_hidden() {
            return;
        }
        let (id, stop) = (self.threads[at].id, self.threads[at].stop.clone());
        let named = self.threads[at].named;
        self.actions.retain(|it| it.id != 0 || it.purpose != Purpose::Start(id));
        self.end(at, Reason::Ended.sentence());
        self.threads[at].ending = true;
        self.threads[at].over = true;
        self.threads[at].named = true;
        if stop.is_empty() || !named {
            self.stopped(id);
        } else {
            self.threads[at].stop.clone_from(&stop);
            self.act_once(Purpose::Stop(id), request("POST", &stop));
        }
    }

    /// Whether the server does not know yet that a person has ended something.
    pub(crate) fn is_ending(&self) -> bool {
        self.threads.iter().any(|it| it.ending)
    }

    /// Messaging was stopped, or could not be: leave.
    pub(crate) fn stopped(&mut self, id: u32) {
        let Some(at) = self.thread_by_id(id) else { return };
        self.threads[at].ending = false;
        self.threads[at].stop.clear();
        if self.is_visitor() {
            self.finished = true;
        } else {
            let leave = request("DELETE", &self.threads[at].key);
            self.act_once(Purpose::Leave(id), leave);
        }
    }
}
