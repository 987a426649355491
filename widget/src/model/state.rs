//! The state of the panel: every input goes through [`State::handle`], which answers what to do.

mod words;

use client::model::{Author, Conversation, Model, Notice, Phase};
use client::session::Command;

pub use words::{Effect, Input};

use super::bridge::ToPage;
use super::composer::{self, Writing};
use super::told::told;
use crate::limits::UNREAD_OUT_MAX;

/// All that the widget shows.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, none of them a phase")]
pub struct State {
    /// What the client knows.
    pub chat: Model,
    /// Whether the document is a meeting's: several people, each with a name.
    pub is_meeting: bool,
    /// Whether the visitor has to answer something before the first conversation.
    pub is_asked: bool,
    /// Whether the panel is shown.
    pub is_open: bool,
    /// What was written and not sent yet.
    pub draft: String,
    /// Messages that came while the panel was closed.
    pub unread: u32,
    /// Whether the reader is at the end of the messages.
    pub is_at_end: bool,
    /// Messages that came below the part one reads.
    pub below: u32,
    /// Whether the visitor is being asked whether to end.
    pub asks_end: bool,
    /// Whether the browser has a network.
    pub is_network_up: bool,
    /// Whether the page can be seen.
    pub is_visible: bool,
    /// What was copied last, so that its button says so.
    pub copied: Copied,
    was_opened: bool,
    /// Whether the visitor has sent the draft while nothing could be sent: it goes when that is over.
    sends_soon: bool,
    /// What the helpdesk is told when a conversation starts.
    about: String,
    /// Up to which time the visitor has read, in Unix milliseconds.
    read_ms: i64,
    /// Messages that were told of before the client's model showed them: conversation and item.
    unread_out: Vec<(String, String)>,
}

/// What was copied last: an item, everything, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied(Option<String>);

impl Copied {
    /// Whether it was this item.
    pub fn is_item(&self, key: &str) -> bool {
        self.0.as_deref() == Some(key)
    }

    /// Whether it was everything: no item has an empty key.
    pub fn is_all(&self) -> bool {
        self.is_item("")
    }
}

/// Tells the page of an event that needs no more words.
fn tell(name: &'static str) -> Effect {
    Effect::Tell(ToPage::Event(name, String::new()))
}

impl State {
    /// A closed panel over what the client knows already, with the draft of last time.
    pub const fn new(chat: Model, draft: String) -> Self {
        Self {
            chat,
            is_meeting: false,
            is_asked: false,
            is_open: false,
            draft,
            unread: 0,
            is_at_end: true,
            below: 0,
            asks_end: false,
            is_network_up: true,
            is_visible: true,
            copied: Copied(None),
            was_opened: false,
            sends_soon: false,
            about: String::new(),
            read_ms: 0,
            unread_out: Vec::new(),
        }
    }

    /// Takes something in and answers what to do, in order.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = self.take_in(input);
        effects.extend(self.read_on());
        effects
    }

    /// What came is read while the visitor is at the end of an open panel that can be seen.
    fn read_on(&mut self) -> Option<Effect> {
        if !(self.is_open && self.is_visible && self.is_at_end) {
            return None;
        }
        let live = self.live()?;
        let newest = live.items.iter().rfind(|it| it.author != Author::Me)?;
        let (conversation, up_to_ms) = (live.key.clone(), newest.at_ms);
        let is_new = up_to_ms > self.read_ms;
        self.read_ms = self.read_ms.max(up_to_ms);
        is_new.then_some(Effect::Command(Command::MarkRead { conversation, up_to_ms }))
    }

    fn take_in(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Opened => return self.open(),
            Input::Closed => self.is_open = false,
            Input::Close => return vec![Effect::Tell(ToPage::Close)],
            Input::Draft(text) => return self.write(text),
            Input::Send => return self.send(),
            Input::SendText(text) => return self.send_text(text),
            Input::Retry(item) => return self.retry(item),
            Input::AskEnd => return self.ask(self.live().is_some()),
            Input::KeepChatting => return self.ask(false),
            Input::End => return self.end(),
            Input::StartNew | Input::Restart => return self.start_again(&input),
            Input::AtEnd(is_at_end) => {
                self.is_at_end = is_at_end;
                if is_at_end {
                    self.below = 0;
                }
            }
            Input::ToEnd => return vec![Effect::ScrollToEnd, Effect::FocusComposer],
            Input::TryNow => return vec![Effect::Wake],
            Input::Copy(item) => return self.copy(item),
            Input::CopyAll => {
                self.copied = Copied(Some(String::new()));
                return vec![Effect::CopyAll];
            }
            Input::Page { is_network_up, is_visible } => {
                (self.is_network_up, self.is_visible) = (is_network_up, is_visible);
            }
            Input::Chat(chat) => return self.change(chat),
            Input::Notice(notice) => return self.notice(&notice),
            Input::Seen if self.unread > 0 => {
                self.unread = 0;
                return vec![Effect::Tell(ToPage::Unread(0))];
            }
            // What the visitor typed stays.
            Input::Offer(text) if self.draft.is_empty() => return self.write(text),
            Input::Seen | Input::Offer(_) => {}
            Input::Describe(about) => {
                self.about = about;
                // Before the first act there is no client yet.
                return self.was_opened.then(|| self.describe()).into_iter().collect();
            }
        }
        Vec::new()
    }

    /// The conversation that goes on, if one does.
    pub fn live(&self) -> Option<&Conversation> {
        self.chat.conversations.last().filter(|it| it.phase != Phase::Ended)
    }

    fn live_key(&self) -> String {
        self.live().map(|it| it.key.clone()).unwrap_or_default()
    }

    /// The first time, the visitor's click is the act that starts everything (invariant 10).
    fn open(&mut self) -> Vec<Effect> {
        self.is_open = true;
        let mut effects = vec![Effect::FocusComposer];
        if std::mem::take(&mut self.unread) > 0 {
            effects.push(Effect::Seen);
        }
        if !std::mem::replace(&mut self.was_opened, true) && self.may_connect() {
            effects.extend(self.connect());
        }
        effects
    }

    /// Whether the visitor still has to answer. Who chats already has.
    pub fn is_asked_first(&self) -> bool {
        self.is_asked && self.chat.conversations.is_empty()
    }

    /// A conversation that ended before stays on screen and needs no connection.
    fn may_connect(&self) -> bool {
        self.live().is_some() || self.chat.conversations.is_empty() && !self.is_asked
    }

    fn connect(&self) -> Vec<Effect> {
        let mut effects = vec![Effect::Command(Command::Connect)];
        if self.live().is_none() {
            // Another tab may run the client by now, and was not told.
            effects.push(self.describe());
            effects.push(Effect::Command(Command::StartConversation { subject: None }));
        }
        effects
    }

    fn describe(&self) -> Effect {
        Effect::Command(Command::Describe { about: self.about.clone() })
    }

    fn change(&mut self, chat: Model) -> Vec<Effect> {
        let was_live = self.live().is_some();
        let events = told(&self.chat, &chat);
        self.chat = chat;
        let has_ended = was_live && self.live().is_none();
        let mut effects = self.read_out();
        effects.extend(events.into_iter().map(Effect::Tell));
        if self.sends_soon {
            effects.extend(self.send());
        }
        if has_ended {
            effects.extend(self.ask(false));
        }
        if has_ended && self.is_open {
            effects.push(Effect::FocusEnded);
        }
        effects
    }

    /// Asks whether to end, or asks no more.
    fn ask(&mut self, asks: bool) -> Vec<Effect> {
        let is_new = self.asks_end != asks;
        self.asks_end = asks;
        if is_new { vec![Effect::AskEnd(asks)] } else { Vec::new() }
    }

    fn copy(&mut self, key: String) -> Vec<Effect> {
        let mut items = self.chat.conversations.iter().flat_map(|it| &it.items);
        let text = items.find(|it| it.key == key).map(|it| it.text.clone());
        self.copied = Copied(Some(key));
        text.map(Effect::Copy).into_iter().collect()
    }

    fn write(&mut self, text: String) -> Vec<Effect> {
        // The first letter, or what is pasted to be sent at once, is not worth a request yet.
        let goes_on = composer::sendable(&self.draft).is_some();
        let says_something = goes_on && composer::sendable(&text).is_some();
        self.draft = text;
        self.sends_soon = false;
        let mut effects = vec![Effect::KeepDraft];
        if says_something && self.live().is_some_and(|it| it.can_send) {
            effects.push(Effect::Command(Command::Typing { conversation: self.live_key() }));
        }
        effects
    }

    fn send_text(&self, text: String) -> Vec<Effect> {
        let send = Command::Send { conversation: self.live_key(), text };
        vec![Effect::Command(send), Effect::ScrollToEnd, tell("message:sent")]
    }

    fn send(&mut self) -> Vec<Effect> {
        let text = composer::sendable(&self.draft).map(str::to_owned);
        let writing = composer::writing(&self.chat);
        self.sends_soon =
            writing == Writing::Blocked && !composer::is_stopped(&self.chat.connection);
        let (Some(text), Writing::Open) = (text, writing) else { return Vec::new() };
        self.draft.clear();
        let mut effects = self.send_text(text);
        effects.extend([Effect::KeepDraft, Effect::FocusComposer]);
        effects
    }

    fn retry(&self, item: String) -> Vec<Effect> {
        let owner =
            self.chat.conversations.iter().find(|it| it.items.iter().any(|it| it.key == item));
        owner.map_or_else(Vec::new, |it| {
            let conversation = it.key.clone();
            vec![Effect::Command(Command::Retry { conversation, item }), Effect::FocusComposer]
        })
    }

    fn end(&mut self) -> Vec<Effect> {
        if !self.asks_end {
            return Vec::new();
        }
        let mut effects = self.ask(false);
        if let Some(it) = self.live() {
            effects.push(Effect::Command(Command::End { conversation: it.key.clone() }));
        }
        effects
    }

    fn start_again(&mut self, input: &Input) -> Vec<Effect> {
        self.is_asked &= *input != Input::StartNew;
        let mut effects = if *input == Input::StartNew || self.may_connect() {
            self.connect()
        } else {
            vec![Effect::Command(Command::Connect)]
        };
        effects.extend([Effect::ScrollToEnd, Effect::FocusComposer]);
        effects
    }

    fn notice(&mut self, notice: &Notice) -> Vec<Effect> {
        let Notice::MessageArrived { conversation, item } = notice else { return Vec::new() };
        if !self.is_open {
            self.unread = self.unread.saturating_add(1);
            return vec![tell("message:received"), Effect::Tell(ToPage::Unread(self.unread))];
        }
        if !self.is_at_end {
            self.below = self.below.saturating_add(1);
        }
        if self.unread_out.len() < UNREAD_OUT_MAX {
            self.unread_out.push((conversation.clone(), item.clone()));
        }
        let mut effects = self.read_out();
        effects.push(tell("message:received"));
        effects
    }

    /// Reads out what came and is in the model. The client tells of a message and shows it in either
    /// order.
    fn read_out(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let chat = &self.chat;
        self.unread_out.retain(|(conversation, key)| {
            let items = chat.conversation(conversation).map_or(&[][..], |it| &it.items);
            let Some(item) = items.iter().rfind(|it| it.key == *key) else { return true };
            if let Author::Other(name) = &item.author {
                effects.push(Effect::Announce {
                    key: key.clone(),
                    name: name.clone(),
                    text: item.text.clone(),
                });
            }
            false
        });
        effects
    }
}

#[cfg(test)]
mod tests;
