//! What is kept, and how the machine is made again from it.
//!
//! Applications, conversations, invitations and meetings are kept whole whenever they changed: the
//! last record of a scope counts, and so do the marks of a conversation by themselves. Messages, events
//! and webhooks are kept once each.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::{Dialect, Package, Sender};
use store::{NewRecord, Record};

use super::channel::{Priority, Queued};
use super::model::{App, Conversation, Hook, Invitation, Meeting, Message, Owner};
use super::timers::Timer;
use super::{Core, Marks};

/// A record that cannot be understood; the text names it.
#[derive(Debug, thiserror::Error)]
#[error("record {seq} of the platform's log ({scope}) cannot be understood: {error}")]
pub(crate) struct Unfoldable {
    seq: u64,
    scope: String,
    error: String,
}

impl Unfoldable {
    pub(super) fn new(record: &Record, error: &serde_json::Error) -> Self {
        Self { seq: record.seq, scope: record.scope.clone(), error: error.to_string() }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) enum Kept {
    Application(Box<App>),
    Conversation(Box<Conversation>),
    Invitation(Box<Invitation>),
    Meeting(Box<Meeting>),
    Marks(Marks),
    Message(Message),
    Event(KeptEvent),
    Webhook(Hook),
}

/// An event in a queue, with how far the queue had been read when it came.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptEvent {
    seq: u64,
    first: u64,
    priority: Priority,
    at_ms: i64,
    /// Nothing once it was erased: then only its number counts.
    pub(super) event: Value,
}

impl KeptEvent {
    pub(super) fn new(event: &Queued, first: u64) -> Self {
        let package = Package {
            this: String::new(),
            continuation: None,
            senders: vec![event.sender.clone()],
            base_uri: None,
        };
        Self {
            seq: event.seq,
            first,
            priority: event.priority,
            at_ms: event.at_ms,
            event: package.write(Dialect::Ucwa),
        }
    }

    fn sender(&self) -> Option<Sender> {
        Package::read(&self.event)?.senders.pop()
    }
}

impl Kept {
    /// The record of a scope that goes on.
    pub(super) fn record(&self, scope: String) -> NewRecord {
        let body = serde_json::to_string(self)
            .expect("our own types have string keys only, so they serialise");
        NewRecord { scope, body, closes: false }
    }
}

/// The record that ends a scope.
pub(super) fn closing(scope: String) -> NewRecord {
    NewRecord { scope, body: "{}".to_owned(), closes: true }
}

impl Core {
    /// Takes in what was kept, in order, into a machine where nothing goes on yet.
    pub(crate) fn fold(&mut self, now_ms: i64, records: Vec<Record>) -> Result<(), Unfoldable> {
        self.now_ms = now_ms;
        for record in records {
            let kept = serde_json::from_str(&record.body)
                .map_err(|error| Unfoldable::new(&record, &error))?;
            self.fold_one(&record.scope, kept);
        }
        self.rebuild_indexes();
        Ok(())
    }

    /// Webhooks that were decided and not delivered, in order.
    pub(crate) fn pending_hooks(&self) -> Vec<Hook> {
        let mut hooks: Vec<Hook> = self.hooks.values().cloned().collect();
        hooks.sort_by(|a, b| (&a.conversation, a.number).cmp(&(&b.conversation, b.number)));
        hooks
    }

    fn fold_one(&mut self, scope: &str, kept: Kept) {
        match kept {
            Kept::Application(mut app) => {
                if let Some(known) = self.apps.remove(&app.id) {
                    app.queue = known.queue;
                }
                self.apps.insert(app.id.clone(), *app);
            }
            Kept::Conversation(mut it) => {
                if let Some(known) = self.conversations.remove(&it.id) {
                    (it.messages, it.operations) = (known.messages, known.operations);
                    it.marks = known.marks;
                }
                self.conversations.insert(it.id.clone(), *it);
            }
            Kept::Invitation(it) => {
                self.invitations.insert(it.id.clone(), *it);
            }
            Kept::Meeting(it) => {
                self.meetings.insert(it.id.clone(), *it);
            }
            Kept::Marks(marks) => {
                let id = scope.split_once('/').map_or("", |(_, id)| id);
                if let Some(conversation) = self.conversations.get_mut(id) {
                    conversation.marks = marks;
                }
            }
            Kept::Message(message) => {
                let id = scope.split_once('/').map_or("", |(_, id)| id);
                if let Some(conversation) = self.conversations.get_mut(id) {
                    conversation.remember(message);
                }
            }
            Kept::Event(event) => {
                let id = scope.split_once('/').map_or("", |(_, id)| id);
                let Some(app) = self.apps.get_mut(id) else { return };
                let queue = &mut app.queue;
                queue.first = queue.first.max(event.first);
                queue.next_seq = event.seq + 1;
                if let Some(sender) = event.sender() {
                    let (seq, priority, at_ms) = (event.seq, event.priority, event.at_ms);
                    queue.events.push_back(Queued { seq, priority, at_ms, ticket: 0, sender });
                }
                while queue.events.front().is_some_and(|it| it.seq < queue.first) {
                    queue.events.pop_front();
                }
            }
            Kept::Webhook(hook) => {
                self.hooks.insert(hook.scope.clone(), hook);
            }
        }
    }

    fn rebuild_indexes(&mut self) {
        for app in self.apps.values_mut() {
            app.queue.known = false;
            app.queue.idle_since_ms = self.now_ms;
            self.identities.insert(app.identity(), app.id.clone());
            let at_ms = self.now_ms + self.limits.inactivity_ms;
            self.timers.insert((at_ms, Timer::Idle(app.id.clone())));
            if app.presence.is_some() && !app.manner.is_idle {
                app.manner.active_ms = self.now_ms;
                let at_ms = self.now_ms + app.manner.inactive_ms;
                self.timers.insert((at_ms, Timer::Activity(app.id.clone())));
            }
        }
        for it in self.conversations.values_mut() {
            let visitor = |app: &String| self.apps.get(app).is_some_and(App::is_visitor);
            it.is_plain_only |= matches!(&it.owner, Owner::App(app) if visitor(app));
            self.owned.entry(it.owner.clone()).or_default().insert(it.id.clone());
        }
        for it in self.invitations.values() {
            self.filed.insert((it.conversation.clone(), it.id.clone()));
            if let Some(key) = &it.operation_key {
                self.operations.insert(key.clone(), it.id.clone());
            }
            if let Some(at_ms) = it.fails_at_ms.filter(|_| it.is_open()) {
                self.timers.insert((at_ms, Timer::Invitation(it.id.clone())));
            }
        }
        for it in self.meetings.values() {
            self.timers.insert((it.expires_ms, Timer::Meeting(it.id.clone())));
        }
    }
}

impl Conversation {
    /// Puts a message in its place.
    pub(super) fn remember(&mut self, message: Message) {
        if let Some(operation) = message.operation.clone().filter(|_| message.sender.is_none()) {
            self.operations.insert(operation, message.number);
        }
        self.messages.insert(message.number, message);
    }
}
