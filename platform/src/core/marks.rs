//! Marks: how far what a member said has come to the others. No document of the protocol has them;
//! docs/protocol/decisions.md says what they are.
//!
//! Each side of a conversation has one high-water mark a direction: up to which message its owner's
//! client has acknowledged the event channel, up to which its owner says to have seen, and what that
//! means for the messages of the others. The time of a message is its number on every side, because
//! no two of a conversation have the same (invariant 3). A mark never goes back.

use serde::{Deserialize, Serialize};
use shared::states::Direction;
use shared::{Event, EventKind, LinkRef, Sender};

use super::channel::Priority;
use super::model::{Conversation, Kind, Owner};
use super::timers::Timer;
use super::{Core, Message, Reply};
use crate::limits::ARRIVALS_GATHER_MS;
use crate::refusal::Refusal;
use crate::wire;

/// How far things have come on one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marks {
    /// The time of the newest message of others that the owner's client has, in Unix milliseconds.
    pub(crate) received_ms: i64,
    /// The time up to which the owner says to have seen what others said.
    pub(crate) seen_ms: i64,
    /// The number of the owner's newest message that others have; 0 for none.
    pub(crate) delivered: u64,
    /// The number of the owner's newest message that others have seen; 0 for none.
    pub(crate) read: u64,
}

/// Whose marks count for the messages of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Audience {
    sides: Vec<String>,
    /// Whether it takes all of them, as among many, or any, as with a helpdesk.
    is_all: bool,
}

/// Up to which time an audience has messages, and has seen them. Nobody has nothing.
fn reached(marks: impl Iterator<Item = Marks>, is_all: bool) -> (i64, i64) {
    let pick = if is_all { i64::min } else { i64::max };
    // What was seen was received, though the client told of it on another way.
    let each = marks.map(|it| (it.received_ms.max(it.seen_ms), it.seen_ms));
    each.reduce(|one, next| (pick(one.0, next.0), pick(one.1, next.1))).unwrap_or_default()
}

impl Marks {
    /// A mark says that everything before it came as well. Who came in after a message that nobody has
    /// yet was never sent it: what such a reader received says nothing, until all of it was seen.
    fn without_gap(self, has_oldest_open: bool) -> Self {
        if has_oldest_open { self } else { Self { received_ms: 0, ..self } }
    }
}

/// Whether a side was sent the message of a time, which is the same on every side.
fn has(it: &Conversation, at_ms: i64) -> bool {
    let since = it.messages.values().rev().take_while(|it| it.at_ms >= at_ms);
    since.into_iter().any(|it| it.at_ms == at_ms)
}

/// The time of the oldest own message that nobody is known to have.
fn oldest_open_ms(it: &Conversation) -> Option<i64> {
    let is_open = |message: &&Message| {
        message.direction == Direction::Outgoing && message.number > it.marks.delivered
    };
    it.messages.values().find(is_open).map(|it| it.at_ms)
}

/// The number of the newest own message up to a time; 0 for none.
fn own_up_to(it: &Conversation, up_to_ms: i64) -> u64 {
    let own = |it: &&Message| it.direction == Direction::Outgoing && it.at_ms <= up_to_ms;
    it.messages.values().rev().find(own).map_or(0, |it| it.number)
}

impl Core {
    /// The owner of a side says to have seen everything up to a time.
    pub(super) fn see(&mut self, owner: &Owner, id: &str, up_to_ms: i64) -> Result<Reply, Refusal> {
        if !self.conversation_of(owner, id)?.is_connected() {
            return Err(Refusal::Conflict("messaging is not connected"));
        }
        // Never more than was said by now: what comes later was not seen.
        let sides = self.reached_from(id).into_iter().map(|it| it.conversation);
        let newest = sides.chain([id.to_owned()]).filter_map(|side| {
            let (_, message) = self.conversations.get(&side)?.messages.last_key_value()?;
            Some(message.at_ms)
        });
        let seen_ms = newest.max().map_or(0, |newest_ms| newest_ms.min(up_to_ms));
        if let Some(it) = self.conversations.get_mut(id).filter(|it| it.marks.seen_ms < seen_ms) {
            it.marks.seen_ms = seen_ms;
            self.changes.marks(id);
            self.tell_those_heard_by(id, Priority::High);
        }
        Ok(Reply::Done)
    }

    /// A reader acknowledged these messages: what that means is told a little later, for many at once.
    pub(super) fn note_arrivals(&mut self, now_ms: i64, brought: Vec<(String, i64)>) {
        if brought.is_empty() {
            return;
        }
        if self.arrivals.is_empty() {
            self.timers.insert((now_ms + ARRIVALS_GATHER_MS, Timer::Arrivals));
        }
        for (id, at_ms) in brought {
            let newest_ms = self.arrivals.entry(id).or_default();
            *newest_ms = at_ms.max(*newest_ms);
        }
    }

    pub(super) fn tell_arrivals(&mut self) {
        for (id, at_ms) in std::mem::take(&mut self.arrivals) {
            let it = self.conversations.get_mut(&id);
            if let Some(it) = it.filter(|it| it.marks.received_ms < at_ms) {
                it.marks.received_ms = at_ms;
                self.changes.marks(&id);
                self.tell_those_heard_by(&id, Priority::Medium);
            }
        }
    }

    /// The marks of a side changed: whoever it hears may have news of their own messages.
    fn tell_those_heard_by(&mut self, id: &str, priority: Priority) {
        for side in self.reached_from(id) {
            let side = side.conversation;
            let Some(it) = self.conversations.get(&side) else { continue };
            let is_person = matches!(it.owner, Owner::App(_));
            if !is_person || own_up_to(it, i64::MAX) <= it.marks.read {
                continue;
            }
            let audience = self.audience(it);
            let before = it.marks;
            let open_ms = oldest_open_ms(it);
            let sides = audience.sides.iter().filter_map(|id| self.conversations.get(id));
            let marks = sides.map(|it| it.marks.without_gap(open_ms.is_none_or(|at| has(it, at))));
            let (received_ms, seen_ms) = reached(marks, audience.is_all);
            let delivered = before.delivered.max(own_up_to(it, received_ms));
            let read = before.read.max(own_up_to(it, seen_ms));
            if (delivered, read) == (before.delivered, before.read) {
                continue;
            }
            if let Some(it) = self.conversations.get_mut(&side) {
                it.marks = Marks { delivered, read, ..before };
            }
            self.changes.marks(&side);
            self.tell_marks(&side, priority);
        }
    }

    /// For a visitor any agent counts whose words would reach the visitor, for an agent the visitor;
    /// without a visitor's bridge all of a meeting do. A service application is nobody: what it has,
    /// no person has yet.
    fn audience(&self, it: &Conversation) -> Audience {
        let is_person = |id: &String| {
            let side = self.conversations.get(id);
            side.is_some_and(|it| matches!(it.owner, Owner::App(_)))
        };
        let visitor = match &it.kind {
            Kind::Peer { .. } => Some(it.id.as_str()),
            Kind::Meeting { meeting } => {
                let far = self.meetings.get(meeting).and_then(|it| it.bridge.as_deref());
                far.and_then(|far| self.other_of(far)).map(|it| it.id.as_str())
            }
        };
        let sides = self.reached_from(&it.id).into_iter().map(|it| it.conversation);
        let sides = sides.filter(is_person).filter(|side| match visitor {
            Some(visitor) if visitor == it.id => {
                self.reached_from(side).iter().any(|back| back.conversation == it.id)
            }
            Some(visitor) => side == visitor,
            None => true,
        });
        Audience { sides: sides.collect(), is_all: visitor.is_none() }
    }

    /// Tells the owner of a side how far its messages have come.
    fn tell_marks(&mut self, id: &str, priority: Priority) {
        let Some(it) = self.conversations.get(id) else { return };
        let Owner::App(app) = it.owner.clone() else { return };
        let face = self.face(&it.owner);
        let link = LinkRef::new("frontdesk:marks", face.marks(id));
        let event = Event::with(EventKind::Updated, link, wire::marks(&face, it));
        let (rel, href) = ("conversation".to_owned(), face.conversation(id));
        self.queue(&app, priority, Sender { rel, href, events: vec![event] });
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, reached};

    fn side(received_ms: i64, seen_ms: i64) -> Marks {
        Marks { received_ms, seen_ms, ..Marks::default() }
    }

    #[test]
    fn with_a_helpdesk_any_agent_counts_and_among_many_all_do() {
        let sides = [side(5, 3), side(9, 0), side(0, 0)];
        assert_eq!(reached(sides.into_iter(), false), (9, 3));
        assert_eq!(reached(sides.into_iter(), true), (0, 0));
        assert_eq!(reached(sides[..2].iter().copied(), true), (5, 0));
    }

    #[test]
    fn what_was_seen_was_received_and_nobody_has_nothing() {
        assert_eq!(reached([side(2, 7)].into_iter(), false), (7, 7));
        assert_eq!(reached([].into_iter(), true), (0, 0));
    }

    #[test]
    fn invariant_11_who_came_in_late_has_not_what_was_said_before() {
        let late = side(9, 0);
        assert_eq!(late.without_gap(false), side(0, 0), "it was never sent what is open");
        assert_eq!(late.without_gap(true), late);
        assert_eq!(side(9, 7).without_gap(false), side(0, 7), "what was seen, was seen");
    }
}
