//! Messages: posted once, copied to every side that shall see them, in one order (invariants 2, 3).

use shared::OperationId;
use shared::states::{Direction, FilterState};

use super::model::{Conversation, Kind, Message, Owner, Person, TextFormat};
use super::record::Kept;
use super::{Core, Reply};
use crate::refusal::Refusal;
use crate::wire::{plain_text, safe_html};

/// A side that a message or "is typing" reaches, and as whom its sender is seen there.
pub(super) struct Reached {
    pub(super) conversation: String,
    pub(super) sender: Person,
}

impl Core {
    pub(super) fn send_message(
        &mut self,
        owner: &Owner,
        id: &str,
        operation: Option<OperationId>,
        (format, text): (TextFormat, &str),
    ) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        let face = self.face(owner);
        let known = operation.as_ref().and_then(|operation| it.operations.get(operation.as_str()));
        if let Some(number) = known {
            return Ok(Reply::Created(face.message(id, *number)));
        }
        if !it.is_connected() {
            return Err(Refusal::Conflict(
                "messages can be sent while messaging is connected only",
            ));
        }
        if it.messages.len() >= self.limits.messages_per_conversation_max {
            return Err(Refusal::LimitExceeded("messages in a conversation"));
        }
        let safe = (format == TextFormat::Html).then(|| safe_html(text));
        let text = safe.as_deref().unwrap_or(text);
        let number = self.post(id, operation.map(Into::into), format, text);
        Ok(Reply::Created(face.message(id, number)))
    }

    /// Puts a message on its sender's side and on every side it reaches; answers its number.
    pub(super) fn post(
        &mut self,
        id: &str,
        operation: Option<String>,
        format: TextFormat,
        text: &str,
    ) -> u64 {
        self.forget_typing_of(id);
        let reached_from = self.reached_from(id);
        let message = Message {
            number: 0,
            direction: Direction::Outgoing,
            at_ms: self.stamp(id, &reached_from),
            operation,
            format,
            text: text.to_owned(),
            sender: None,
        };
        let number = self.put_message(id, message.clone());
        for reached in reached_from {
            let direction = Direction::Incoming;
            let copy = Message { direction, sender: Some(reached.sender), ..message.clone() };
            self.deliver(&reached.conversation, copy);
        }
        number
    }

    /// The time of a message: no two of a conversation have the same, and a clock that was set back makes
    /// none older than the one before. So whoever hears its sides one by one, as a service application
    /// does, can put them together (invariant 3).
    fn stamp(&self, id: &str, reached: &[Reached]) -> i64 {
        let sides = reached.iter().map(|it| it.conversation.as_str()).chain([id]);
        let newest = |side: &str| {
            let (_, message) = self.conversations.get(side)?.messages.last_key_value()?;
            Some(message.at_ms)
        };
        sides.filter_map(newest).max().map_or(self.now_ms, |it| self.now_ms.max(it + 1))
    }

    /// Everybody a message from this side reaches (§1.8, rows A40–A42, A51).
    pub(super) fn reached_from(&self, id: &str) -> Vec<Reached> {
        let Some(it) = self.conversations.get(id) else { return Vec::new() };
        let mut out: Vec<Reached> = Vec::new();
        let reach = |conversation: &str, sender: Person| Reached {
            conversation: conversation.to_owned(),
            sender,
        };
        match &it.kind {
            Kind::Peer { other, .. } => {
                let Some(far) = self.conversations.get(other) else { return out };
                // On the visitor's side the endpoint has the name the bridge gave it.
                out.push(reach(other, self.remote_of(other).unwrap_or(&it.me).clone()));
                let bridge = far.bridge.as_ref().and_then(|it| self.meetings.get(&it.meeting));
                for member in bridge.into_iter().flat_map(|meeting| &meeting.members) {
                    if self.conversations.get(member).is_some_and(|it| it.owner != far.owner) {
                        out.push(reach(member, it.me.clone()));
                    }
                }
            }
            Kind::Meeting { .. } => {
                for member in self.fellow_members(id) {
                    out.push(reach(&member, it.me.clone()));
                }
                out.extend(self.reached_over_bridge(it));
            }
        }
        out
    }

    /// The visitor, if a bridge lets this member through.
    fn reached_over_bridge(&self, it: &Conversation) -> Option<Reached> {
        let far = self.meetings.get(it.meeting()?)?.bridge.as_ref()?;
        let bridge = self.conversations.get(far)?.bridge.as_ref()?;
        let named = bridge.participants.values().find(|named| named.uri.as_str() == it.me.uri)?;
        let visitor = self.other_of(far)?;
        let Kind::Peer { remote, .. } = &visitor.kind else { return None };
        let sender = Person { name: named.name.clone(), ..remote.clone() };
        let is_open = named.filter == FilterState::Disabled;
        is_open.then(|| Reached { conversation: visitor.id.clone(), sender })
    }

    /// A copy arrives on a side; in a meeting it waits until that member added messaging.
    fn deliver(&mut self, id: &str, message: Message) {
        let Some(it) = self.conversations.get(id) else { return };
        if it.is_connected() {
            self.put_message(id, message);
        } else if it.meeting().is_some()
            && let Some(it) = self.conversations.get_mut(id)
        {
            // As many as the other members may send, at most.
            it.held.push(message);
            self.changes.conversation(id);
        }
    }

    /// Shows what came before a member added messaging.
    pub(super) fn release_held(&mut self, id: &str) {
        let held = self.conversations.get_mut(id).map(|it| std::mem::take(&mut it.held));
        for message in held.into_iter().flatten() {
            self.put_message(id, message);
        }
    }

    fn put_message(&mut self, id: &str, mut message: Message) -> u64 {
        let Some(it) = self.conversations.get_mut(id) else { return 0 };
        if it.is_plain_only && message.format == TextFormat::Html {
            message.text = plain_text(&message.text);
            message.format = TextFormat::Plain;
        }
        let number = it.next_message();
        message.number = number;
        let kept = Kept::Message(message.clone()).record(format!("conversation/{id}"));
        it.remember(message);
        self.changes.records.push(kept);
        self.tell_message(id, number);
        number
    }
}
