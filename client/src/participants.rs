//! Who is in a conversation, and who is typing (`protocol.md` §2B.5).

use shared::rel::{self, Rel as _};
use shared::{Event, EventKind, Resource};

use crate::actions::Purpose;
use crate::limits::{PARTICIPANTS_MAX, TYPING_EVERY_MS, TYPING_SHOWN_MS};
use crate::machine::{AGENT, Session, request};
use crate::model::{Conversation, Participant};
use crate::threads::{Thread, Typer};

impl Session {
    /// Somebody entered, changed, left, or began or stopped typing.
    pub(crate) fn participant_event(&mut self, conversation: &str, href: &str, event: &Event) {
        let Some(at) = self.thread_by_key(conversation) else { return };
        let now = self.now;
        let within = event.within.as_ref().map(|it| it.rel.as_str());
        if AGENT && within == Some(rel::Lobby::NAME) {
            return self.lobby_event(at, href, event);
        }
        let (thread, shown) = self.pair(at);
        let is_gone = event.kind == EventKind::Deleted;
        let title = event.link.title.as_deref().filter(|it| !it.is_empty());
        let name = title.or_else(|| event.resource.as_ref()?.text("name"));
        if within == Some(rel::TypingParticipants::NAME) {
            thread.typers.retain(|it| it.href != href);
            if !is_gone && href != thread.local && thread.typers.len() < PARTICIPANTS_MAX {
                let known = shown.participants.iter().find(|it| it.href == href);
                let name = name.or_else(|| known.map(|it| it.name.as_str())).unwrap_or_default();
                let (href, name) = (href.to_owned(), name.to_owned());
                thread.typers.push(Typer { href, name, until_ms: now + TYPING_SHOWN_MS });
            }
            show_typing(thread, shown);
            return;
        }
        if is_gone {
            thread.typers.retain(|it| it.href != href);
            show_typing(thread, shown);
            shown.participants.retain(|it| it.href != href);
        } else if href != thread.local {
            let uri = event.resource.as_ref().and_then(|it| it.text("uri"));
            enter(shown, href, name, uri);
        }
        self.dirty = true;
    }

    /// Oneself, as a member of a conversation.
    pub(crate) fn local_participant_event(&mut self, conversation: &str, href: &str) {
        if let Some(at) = self.thread_by_key(conversation) {
            let (thread, shown) = self.pair(at);
            href.clone_into(&mut thread.local);
            shown.participants.retain(|it| it.href != href);
        }
    }

    /// Ends typing indicators that nobody ended.
    pub(crate) fn expire_typing(&mut self) {
        for at in 0..self.threads.len() {
            if self.threads[at].typers.iter().any(|it| it.until_ms <= self.now) {
                let now = self.now;
                let (thread, shown) = self.pair(at);
                thread.typers.retain(|it| it.until_ms > now);
                show_typing(thread, shown);
            }
        }
    }

    /// The person is typing (WID-21).
    pub(crate) fn typing(&mut self, key: &str) {
        let at = if key.is_empty() { self.current_thread() } else { self.thread_by_key(key) };
        let Some(at) = at else { return };
        let now = self.now;
        let thread = &mut self.threads[at];
        let is_soon = thread.typed_ms.is_some_and(|at| now - at < TYPING_EVERY_MS);
        if thread.typing.is_empty() || is_soon {
            return;
        }
        thread.typed_ms = Some(now);
        let request = request("POST", &thread.typing);
        self.act_once(Purpose::Typing, request);
    }
}

/// Shows who is typing, each name once.
pub(crate) fn show_typing(thread: &Thread, shown: &mut Conversation) {
    shown.typing.clear();
    for typer in &thread.typers {
        if !shown.typing.contains(&typer.name) {
            shown.typing.push(typer.name.clone());
        }
    }
}

fn enter(shown: &mut Conversation, href: &str, name: Option<&str>, uri: Option<&str>) {
    let known = shown.participants.iter_mut().find(|it| it.href == href);
    if let Some(known) = known {
        if let Some(name) = name {
            name.clone_into(&mut known.name);
        }
        if let Some(uri) = uri {
            known.uri = Some(uri.to_owned());
        }
        return;
    }
    if shown.participants.len() >= PARTICIPANTS_MAX {
        return;
    }
    shown.participants.push(Participant {
        href: href.to_owned(),
        uri: uri.map(str::to_owned),
        name: name.unwrap_or_default().to_owned(),
    });
}

/// The name of a message's author (row A51): the link's title, the embedded sender, the member.
pub(crate) fn author_name(resource: &Resource, href: &str, shown: &Conversation) -> String {
    let title = resource.link_of(rel::Participant::NAME).and_then(|it| it.title.as_deref());
    let embedded = || {
        let sender = resource
            .embedded(rel::SenderParticipant::NAME)
            .or_else(|| resource.embedded(rel::Participant::NAME))?;
        sender.text("name")
    };
    let member = || shown.participants.iter().find(|it| it.href == href).map(|it| it.name.as_str());
    let fine = |it: &&str| !it.is_empty();
    let name = title.filter(fine).or_else(|| embedded().filter(fine)).or_else(member);
    name.unwrap_or_default().to_owned()
}
