//! Meetings joined by their address, and who waits in their lobby (`protocol.md` §2B.3, §2B.4).

use shared::rel::{self, Rel as _};
use shared::{Event, EventKind, Resource};

use crate::actions::Purpose;
use crate::json::Json;
use crate::kept::Offer;
use crate::machine::{AGENT, Session, post_json, request};
use crate::model::Participant;

impl Session {
    /// Whether this is a visitor of a meeting.
    pub(crate) const fn is_in_meeting(&self) -> bool {
        !self.kept.meeting.is_empty()
    }

    /// An agent joins a meeting; its events show the conversation.
    pub(crate) fn join(&mut self, uri: &str) {
        if AGENT && !self.kept.join_meeting.is_empty() && !self.is_visitor() {
            let mut body = Json::object();
            body.name("operationId").text(&self.rng.id()).name("onlineMeetingUri").text(uri);
            let request = post_json(&self.kept.join_meeting, body);
            self.act_once(Purpose::Join, request);
        }
    }

    /// Somebody came into the lobby or left it.
    pub(crate) fn lobby_event(&mut self, at: usize, href: &str, event: &Event) {
        if !AGENT {
            return;
        }
        self.forget_waiting(at, href);
        if let (Some(resource), true) = (&event.resource, event.kind != EventKind::Deleted) {
            self.show_waiting(at, href, resource);
        }
        self.dirty = true;
    }

    /// The whole lobby was read.
    pub(crate) fn lobby_read(&mut self, at: usize, lobby: &Resource) {
        if !AGENT {
            return;
        }
        let (thread, shown) = self.pair(at);
        thread.waiting.clear();
        shown.lobby.clear();
        for resource in lobby.embedded.get(rel::Participant::NAME).into_iter().flatten() {
            let href = self.resolve(resource.href("self"));
            self.show_waiting(at, &href, resource);
        }
        self.dirty = true;
    }

    fn forget_waiting(&mut self, at: usize, href: &str) {
        let (thread, shown) = self.pair(at);
        thread.waiting.retain(|it| it.key != href);
        shown.lobby.retain(|it| it.href != href);
    }

    fn show_waiting(&mut self, at: usize, href: &str, resource: &Resource) {
        let link = |name| self.resolve(resource.href(name));
        let waiting = Offer {
            key: href.to_owned(),
            accept: link(rel::Admit::NAME),
            decline: link(rel::Reject::NAME),
            conversation: String::new(),
        };
        let text = |name: &str| resource.text(name).map(str::to_owned);
        let (uri, name) = (text("uri"), text("name").unwrap_or_default());
        let (thread, shown) = self.pair(at);
        if thread.waiting.len() < crate::limits::LOBBY_MAX {
            thread.waiting.push(waiting);
            shown.lobby.push(Participant { href: href.to_owned(), uri, name });
        }
    }

    /// A person lets somebody in, or sends them away; the event that follows shows it.
    pub(crate) fn answer_lobby(&mut self, key: &str, href: &str, admit: bool) {
        let (true, Some(at)) = (AGENT, self.thread_by_key(key)) else { return };
        let waiting = self.threads[at].waiting.iter().find(|it| it.key == href);
        let Some(waiting) = waiting else { return };
        let link = if admit { &waiting.accept } else { &waiting.decline };
        if !link.is_empty() {
            let request = request("POST", link);
            self.act(Purpose::AnswerLobby, request);
        }
    }
}
