//! Messages: each is shown exactly once, in the server's order (invariants 2 and 3).

use shared::rel::{self, Rel as _};
use shared::states::Direction;
use shared::{Event, EventKind, Resource, Status, date};

use crate::actions::Purpose;
use crate::limits::{ALIASES_MAX, ITEMS_MAX, ITEMS_SPARE, SETTLE_MS};
use crate::machine::{Session, request};
use crate::model::{Author, Conversation, Delivery, Item, Notice, Standing};
use crate::participants::{author_name, show_typing};
use crate::reason::Reason;
use crate::session::Output;
use crate::texts::message_text;
use crate::threads::Thread;
use crate::url::with_param;

impl Session {
    /// A message was sent, received, delivered or not.
    pub(crate) fn message_event(&mut self, conversation: &str, href: &str, event: &Event) {
        let Some(at) = self.thread_by_key(conversation) else { return };
        let Some(resource) = &event.resource else { return };
        let direction = resource.text("direction").and_then(Direction::read);
        let id = resource.text("operationId").filter(|it| !it.is_empty());
        let now = self.now;
        let (thread, shown) = self.pair(at);
        forget_old_items(thread, shown);
        let is_own = match direction {
            Some(direction) => direction == Direction::Outgoing,
            None => own_item(thread, shown, href, id).is_some(),
        };
        if is_own {
            outgoing(thread, shown, href, event, now);
        } else if event.status != Some(Status::Failure) {
            let from = self.resolve(resource.href(rel::Participant::NAME));
            self.incoming(at, href, &from, resource);
        }
        self.dirty = true;
    }

    /// Takes in how far own messages have come, by what says so: `messaging` or the marks themselves.
    pub(crate) fn marks_read(&mut self, at: usize, resource: &Resource) {
        for (rel, reach) in
            [(rel::Delivered::NAME, Standing::Delivered), (rel::Read::NAME, Standing::Read)]
        {
            let href = self.resolve(resource.href(rel));
            let (thread, shown) = self.pair(at);
            let key = key_of(thread, &href);
            // Of what is not here yet an event tells later, and again of the mark.
            let end = shown.items.iter().rposition(|it| it.key == key).map_or(0, |at| at + 1);
            for it in shown.items[..end].iter_mut().filter(|it| it.author == Author::Me) {
                it.reach = it.reach.max(reach);
            }
        }
    }

    /// A person has had everything up to this time before their eyes.
    pub(crate) fn mark_read(&mut self, key: &str, up_to_ms: i64) {
        if let Some(at) = self.thread_by_key(key) {
            let thread = &mut self.threads[at];
            thread.read_ms = thread.read_ms.max(up_to_ms);
        }
    }

    /// Tells the others what was read, where the platform takes it.
    pub(crate) fn tell_read(&mut self) {
        for at in 0..self.threads.len() {
            let thread = &mut self.threads[at];
            if !thread.marks.is_empty() && thread.told_read_ms < thread.read_ms {
                thread.told_read_ms = thread.read_ms;
                let url = with_param(&thread.marks, "seen", &thread.read_ms.to_string());
                self.act(Purpose::MarkRead, request("POST", &url));
            }
        }
    }

    fn incoming(&mut self, at: usize, href: &str, from: &str, resource: &Resource) {
        let now = self.now;
        let text = message_text(resource);
        let (thread, shown) = self.pair(at);
        let name = author_name(resource, from, shown);
        thread.typers.retain(|it| it.href != from && it.name != name);
        show_typing(thread, shown);
        let known_key = key_of(thread, href);
        if let Some(known) = shown.items.iter_mut().find(|it| it.key == known_key) {
            if let Some(text) = text {
                known.text = text;
            }
            return;
        }
        let Some(text) = text else { return };
        // Row A23: the first text of an invitation comes again as a message.
        if let Some(first) = thread.first_text.take()
            && shown.items.iter().any(|it| it.key == first && it.text == text)
        {
            remember(thread, href, &first);
            return;
        }
        let at_ms = time_of(resource).unwrap_or(now);
        let item = Item {
            key: href.to_owned(),
            author: Author::Other(name),
            text,
            at_ms,
            delivery: Delivery::Sent,
            operation_id: resource.text("operationId").map(str::to_owned),
            reach: Standing::Sent,
        };
        self.show_incoming(at, item);
    }

    /// Shows somebody else's message for the first time: before own ones that are on their way.
    pub(crate) fn show_incoming(&mut self, at: usize, item: Item) {
        self.settle_old(at);
        let (thread, shown) = self.pair(at);
        let (conversation, key) = (shown.key.clone(), item.key.clone());
        shown.items.insert(thread.settled, item);
        thread.settled += 1;
        if !thread.is_hidden() {
            let notice = Notice::MessageArrived { conversation, item: key };
            self.outputs.push_back(Output::Notice(notice));
        }
        self.dirty = true;
    }

    /// A server that never tells of own messages must not push them to the end for ever. One that does
    /// may tell late, and is waited for; before the first time one cannot know which it is until a
    /// package came that had to tell of it.
    fn settle_old(&mut self, at: usize) {
        let thread = &self.threads[at];
        let told_ms = self.line.told_ms;
        let is_late = |it: i64| it < told_ms && it.saturating_add(SETTLE_MS) <= self.now;
        if thread.tells || !thread.sent_ms.is_some_and(is_late) {
            return;
        }
        let coming = self.coming();
        let (thread, shown) = self.pair(at);
        let is_coming = |it: &Item| {
            let alias =
                |of: &String| thread.aliases.iter().any(|(href, key)| href == of && *key == it.key);
            coming.iter().any(|of| it.operation_id.as_ref() == Some(of) || alias(of))
        };
        let old = shown.items.iter().skip(thread.settled);
        let old = old.take_while(|it| it.delivery == Delivery::Sent && !is_coming(it));
        thread.settled += old.count();
    }

    /// Operations and addresses of the messages in the inbox: what tells of them is still to be folded.
    fn coming(&self) -> Vec<String> {
        let messages = self.inbox.events().filter(|it| it.link.rel == rel::Message::NAME);
        let id = |it: &Event| it.resource.as_ref()?.text("operationId").map(str::to_owned);
        messages
            .flat_map(|it| [Some(self.resolve(Some(&it.link.href))), id(it)])
            .flatten()
            .collect()
    }
}

/// Forgets the oldest messages beyond the limit; never an own one that is not delivered (invariant 11).
fn forget_old_items(thread: &mut Thread, shown: &mut Conversation) {
    if shown.items.len() < ITEMS_MAX + ITEMS_SPARE {
        return;
    }
    let (mut over, mut left) = (shown.items.len() - ITEMS_MAX, thread.settled);
    shown.items.retain(|it| {
        let goes = over > 0 && left > 0 && it.delivery == Delivery::Sent;
        left = left.saturating_sub(1);
        if goes {
            over -= 1;
            thread.settled -= 1;
        }
        !goes
    });
    thread.aliases.retain(|(_, key)| shown.items.iter().any(|it| it.key == *key));
}

/// The key of the item that a message's address belongs to.
fn key_of(thread: &Thread, href: &str) -> String {
    let alias = thread.aliases.iter().find(|(it, _)| it == href);
    alias.map_or_else(|| href.to_owned(), |(_, key)| key.clone())
}

/// Which item an own message is: by address, else by operation id; without either it is the one on
/// its way, because one is sent at a time.
fn own_item(thread: &Thread, shown: &Conversation, href: &str, id: Option<&str>) -> Option<usize> {
    let key = key_of(thread, href);
    let own = |it: &&Item| it.author == Author::Me;
    let at = |test: &dyn Fn(&Item) -> bool| shown.items.iter().position(test);
    let by_id = |id: &str| at(&|it| own(&it) && it.operation_id.as_deref() == Some(id));
    let by_address = at(&|it| it.key == key);
    if by_address.is_some() {
        return by_address;
    }
    if let Some(id) = id {
        return by_id(id);
    }
    let sending = thread.sending.as_ref()?;
    at(&|it| it.key == *sending && it.delivery == Delivery::Sending)
}

/// Folds an event of an own message: it takes its place in the server's order.
fn outgoing(thread: &mut Thread, shown: &mut Conversation, href: &str, event: &Event, now: i64) {
    let Some(resource) = &event.resource else { return };
    let id = resource.text("operationId").filter(|it| !it.is_empty());
    let at_ms = time_of(resource);
    let Some(index) = own_item(thread, shown, href, id) else {
        // Sent by another page of the same application, or before a reload that lost its snapshot.
        if let Some(text) = message_text(resource) {
            let item = Item {
                key: id.unwrap_or(href).to_owned(),
                author: Author::Me,
                text,
                at_ms: at_ms.unwrap_or(now),
                delivery: Delivery::Sent,
                operation_id: id.map(str::to_owned),
                reach: Standing::Sent,
            };
            remember(thread, href, &item.key);
            shown.items.insert(thread.settled, item);
            thread.settled += 1;
        }
        return;
    };
    thread.tells = true;
    settle_before(thread, shown, index);
    let mut item = shown.items.remove(index);
    remember(thread, href, &item.key);
    if let Some(at_ms) = at_ms {
        item.at_ms = at_ms;
    }
    if event.kind == EventKind::Completed || event.kind == EventKind::Added {
        item.delivery = if event.status == Some(Status::Failure) {
            let said = event.reason.as_ref().and_then(|it| it.message.clone());
            let reason = said.unwrap_or_else(|| Reason::Refused.sentence().to_owned());
            Delivery::Failed { reason }
        } else {
            Delivery::Sent
        };
    }
    let place = if index < thread.settled {
        index
    } else {
        thread.settled += 1;
        thread.settled - 1
    };
    shown.items.insert(place, item);
}

/// One is sent at a time: what the server took before this one stands before it.
fn settle_before(thread: &mut Thread, shown: &mut Conversation, index: usize) {
    for at in thread.settled..index {
        if shown.items[at].delivery == Delivery::Sent {
            let item = shown.items.remove(at);
            shown.items.insert(thread.settled, item);
            thread.settled += 1;
        }
    }
}

/// Notes that an address is an item's.
pub(crate) fn remember(thread: &mut Thread, href: &str, key: &str) {
    if !href.is_empty() && href != key && !thread.aliases.iter().any(|(it, _)| it == href) {
        if thread.aliases.len() >= ALIASES_MAX {
            thread.aliases.remove(0);
        }
        thread.aliases.push((href.to_owned(), key.to_owned()));
    }
}

fn time_of(resource: &Resource) -> Option<i64> {
    resource.text("timeStamp").and_then(date::parse)
}
