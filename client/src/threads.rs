//! Threads: what the machine knows about each conversation besides what is shown.

use crate::kept::Offer;
use crate::limits::{CONVERSATIONS_MAX, THREADS_MAX};
use crate::machine::{AGENT, Session};
use crate::model::{Conversation, Delivery, Phase};
use crate::session::Output;

/// Somebody who is typing.
#[derive(Debug)]
pub(crate) struct Typer {
    /// The participant's address.
    pub(crate) href: String,
    /// The name that is shown.
    pub(crate) name: String,
    /// When the indicator ends by itself (row A40).
    pub(crate) until_ms: i64,
}

/// The machine's side of a conversation. Addresses are absolute; an empty one means: not offered.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts of their own: none follows from another")]
pub(crate) struct Thread {
    /// Names it inside this session; stays when the key changes.
    pub(crate) id: u32,
    /// The key of the conversation in the model.
    pub(crate) key: String,
    /// Whether the server has named it; before, the key is the invitation's operation id.
    pub(crate) named: bool,
    /// Whether the model does not show it yet.
    pub(crate) hidden: bool,
    /// Whether its start was asked in this session.
    pub(crate) starting: bool,
    /// The invitation that starts it.
    pub(crate) invitation: String,
    /// Posts a message.
    pub(crate) send: String,
    /// Tells that one is typing.
    pub(crate) typing: String,
    /// Says how far messages have come, and takes how far one has read.
    pub(crate) marks: String,
    /// Up to which time a person has read. Not kept over a reload: the page says it again.
    pub(crate) read_ms: i64,
    /// Up to which time the server was told so.
    pub(crate) told_read_ms: i64,
    /// Ends messaging.
    pub(crate) stop: String,
    /// Adds messaging.
    pub(crate) add: String,
    /// Who waits in the lobby, each an offer to let them in or to send them away.
    pub(crate) waiting: Vec<Offer>,
    /// Oneself as a participant.
    pub(crate) local: String,
    /// Addresses of messages whose item has another key, and that key.
    pub(crate) aliases: Vec<(String, String)>,
    /// So many items stand where the server's order put them; behind them stand own ones that the
    /// event channel has not shown yet.
    pub(crate) settled: usize,
    /// Who is typing.
    pub(crate) typers: Vec<Typer>,
    /// When one told last that one is typing.
    pub(crate) typed_ms: Option<i64>,
    /// The item that is being sent.
    pub(crate) sending: Option<String>,
    /// When the server last said that it has kept one. Not kept over a reload.
    pub(crate) sent_ms: Option<i64>,
    /// Whether the server ever told of an own message by an event: it does so of each then.
    pub(crate) tells: bool,
    /// Whether messaging was added by itself (WID-19: once).
    pub(crate) added: bool,
    /// Whether messages ever flowed.
    pub(crate) was_connected: bool,
    /// Whether the server deleted it; it cannot come back.
    pub(crate) over: bool,
    /// Whether a person asked to end it and the server has not answered yet.
    pub(crate) ending: bool,
    /// The item of an invitation's first text, which comes again as a message (WID-20).
    pub(crate) first_text: Option<String>,
}

impl Thread {
    /// Whether the model does not show it yet: an agent's, before it is accepted.
    pub(crate) const fn is_hidden(&self) -> bool {
        AGENT && self.hidden
    }

    /// Nothing can be done in it until its resources are read again.
    pub(crate) fn forget_links(&mut self) {
        for link in
            [&mut self.send, &mut self.typing, &mut self.marks, &mut self.stop, &mut self.add]
        {
            link.clear();
        }
        self.typers.clear();
        self.sending = None;
    }
}

impl Session {
    /// A new thread with its conversation.
    pub(crate) fn new_thread(&mut self, key: String, named: bool, hidden: bool) -> usize {
        self.last_thread += 1;
        let conversation = Conversation { key: key.clone(), ..Conversation::default() };
        let list = if hidden { &mut self.hidden } else { &mut self.model.conversations };
        list.push(conversation);
        let id = self.last_thread;
        self.threads.push(Thread { id, key, named, hidden, ..Thread::default() });
        self.dirty = true;
        self.forget_oldest();
        self.threads.len() - 1
    }

    fn forget_oldest(&mut self) {
        if self.model.conversations.len() <= CONVERSATIONS_MAX {
            return;
        }
        let oldest = self.model.conversations.iter().position(|it| it.phase == Phase::Ended);
        if let Some(at) = oldest {
            let gone = self.model.conversations.remove(at);
            self.threads.retain(|it| it.is_hidden() || it.key != gone.key);
        }
    }

    /// A thread and its conversation.
    pub(crate) fn pair(&mut self, at: usize) -> (&mut Thread, &mut Conversation) {
        let thread = &mut self.threads[at];
        let list =
            if thread.is_hidden() { &mut self.hidden } else { &mut self.model.conversations };
        let found = list.iter().position(|it| it.key == thread.key);
        let index = found.unwrap_or_else(|| {
            // Cannot happen: both come and go together. An empty one is better than a panic.
            list.push(Conversation { key: thread.key.clone(), ..Conversation::default() });
            thread.settled = 0;
            list.len() - 1
        });
        let conversation = &mut list[index];
        thread.settled = thread.settled.min(conversation.items.len());
        (thread, conversation)
    }

    /// The thread of this number, while there is one.
    pub(crate) fn thread_by_id(&self, id: u32) -> Option<usize> {
        self.threads.iter().position(|it| it.id == id)
    }

    /// The thread of a conversation's key.
    pub(crate) fn thread_by_key(&self, key: &str) -> Option<usize> {
        self.threads.iter().position(|it| it.key == key)
    }

    /// Whether a conversation is not over.
    pub(crate) fn is_open(&mut self, at: usize) -> bool {
        self.pair(at).1.phase != Phase::Ended
    }

    /// The thread of an address. A visitor's conversation that was asked for gets its name here; an
    /// agent's new one stays hidden until it is accepted. `None` when nobody asked for it.
    pub(crate) fn thread_at(&mut self, href: &str) -> Option<usize> {
        if let Some(at) = self.thread_by_key(href) {
            return Some(at);
        }
        if !self.is_visitor() {
            self.make_room()?;
            return Some(self.new_thread(href.to_owned(), true, true));
        }
        let waiting = self.threads.iter().position(|it| !it.named && !it.over)?;
        self.name_thread(waiting, href);
        Some(waiting)
    }

    /// Forgets what was never shown and no invitation leads to; `None` when all is wanted.
    fn make_room(&mut self) -> Option<()> {
        if self.threads.len() < THREADS_MAX {
            return Some(());
        }
        let offered = |key: &str| self.offers.iter().any(|it| it.conversation == key);
        let stale = self.threads.iter().find(|it| it.is_hidden() && !offered(&it.key))?;
        let key = stale.key.clone();
        self.drop_hidden(&key);
        Some(())
    }

    /// Gives a conversation the address that the server named it by.
    pub(crate) fn name_thread(&mut self, at: usize, href: &str) {
        if self.threads[at].named || href.is_empty() || self.thread_by_key(href).is_some() {
            return;
        }
        let (thread, conversation) = self.pair(at);
        href.clone_into(&mut thread.key);
        href.clone_into(&mut conversation.key);
        thread.named = true;
        self.dirty = true;
    }

    /// Shows a conversation that was hidden.
    pub(crate) fn publish(&mut self, at: usize) {
        let thread = &mut self.threads[at];
        if !thread.is_hidden() {
            return;
        }
        thread.hidden = false;
        let key = thread.key.clone();
        if let Some(index) = self.hidden.iter().position(|it| it.key == key) {
            let conversation = self.hidden.remove(index);
            self.model.conversations.push(conversation);
        }
        self.dirty = true;
        self.forget_oldest();
        if let Some(at) = self.thread_by_key(&key) {
            self.add_messaging(at);
        }
    }

    /// Forgets a conversation that was never shown.
    pub(crate) fn drop_hidden(&mut self, key: &str) {
        if self.threads.iter().any(|it| it.is_hidden() && it.key == key) {
            self.threads.retain(|it| it.key != key);
            self.hidden.retain(|it| it.key != key);
        }
    }

    /// Marks a conversation as over: what was not sent has failed, and says so (invariant 11).
    pub(crate) fn end(&mut self, at: usize, reason: &str) {
        if self.threads[at].is_hidden() {
            let key = self.threads[at].key.clone();
            return self.drop_hidden(&key);
        }
        let (thread, conversation) = self.pair(at);
        thread.forget_links();
        conversation.can_send = false;
        conversation.typing.clear();
        if AGENT {
            thread.waiting.clear();
            conversation.lobby.clear();
        }
        for item in &mut conversation.items {
            if item.delivery == Delivery::Sending {
                item.delivery = Delivery::Failed { reason: reason.to_owned() };
            }
        }
        if conversation.phase != Phase::Ended {
            conversation.phase = Phase::Ended;
            let key = conversation.key.clone();
            let notice = crate::model::Notice::ConversationEnded { conversation: key };
            self.outputs.push_back(Output::Notice(notice));
        }
        self.dirty = true;
    }

    /// Marks all conversations that the server had named as over.
    pub(crate) fn end_all(&mut self, reason: &str) {
        let keys: Vec<String> =
            self.threads.iter().filter(|it| it.named).map(|it| it.key.clone()).collect();
        for key in keys {
            if let Some(at) = self.thread_by_key(&key)
                && (self.threads[at].is_hidden() || self.is_open(at))
            {
                self.end(at, reason);
            }
        }
        for thread in &mut self.threads {
            thread.over |= thread.named;
            thread.starting = false;
        }
    }

    /// Nothing can be done in any conversation until it is read again.
    pub(crate) fn suspend_threads(&mut self) {
        for at in 0..self.threads.len() {
            let (thread, conversation) = self.pair(at);
            thread.forget_links();
            thread.starting = false;
            conversation.can_send = false;
            conversation.lacks_send = false;
            conversation.typing.clear();
        }
    }

    /// The application is gone, and with it every conversation and invitation; what was said stays.
    pub(crate) fn forget_application(&mut self, reason: &str) {
        self.drain_inbox();
        self.end_all(reason);
        self.withdraw_offers();
        for text in [
            &mut self.kept.application,
            &mut self.kept.cursor,
            &mut self.kept.start_messaging,
            &mut self.kept.join_meeting,
            &mut self.kept.conversations,
            &mut self.kept.me,
            &mut self.kept.make_available,
            &mut self.kept.report_activity,
        ] {
            text.clear();
        }
        self.activity_at = None;
        self.finished = false;
        self.closing = false;
        self.dirty = true;
    }
}
