//! "Is typing": shown to others for a short while (`protocol.md` row A40, UCW-21).

use shared::EventKind;

use super::model::Owner;
use super::timers::Timer;
use super::{Core, Reply};
use crate::refusal::Refusal;

impl Core {
    pub(super) fn set_is_typing(&mut self, owner: &Owner, id: &str) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        if !it.is_connected() {
            return Err(Refusal::Conflict("messaging is not connected"));
        }
        let me = it.me.uri.clone();
        let until_ms = self.now_ms + self.limits.typing_ms;
        for reached in self.reached_from(id) {
            let there = reached.conversation;
            let Some(it) = self.conversations.get_mut(&there).filter(|it| it.is_connected()) else {
                continue;
            };
            let known = it.typing.insert(me.clone(), (until_ms, reached.sender.clone()));
            self.timers.insert((until_ms, Timer::Typing(there.clone(), me.clone())));
            if known.is_none() {
                self.tell_typing(&there, &reached.sender, EventKind::Added);
            }
        }
        Ok(Reply::Done)
    }

    pub(super) fn check_typing(&mut self, conversation: &str, uri: &str) {
        let typing = self.conversations.get(conversation).and_then(|it| it.typing.get(uri));
        if typing.is_some_and(|(until_ms, _)| *until_ms <= self.now_ms) {
            self.forget_typing(conversation, uri);
        }
    }

    /// Whoever types in this conversation stopped: they sent, or left.
    pub(super) fn forget_typing_of(&mut self, id: &str) {
        let Some(me) = self.person(id).map(|it| it.uri.clone()) else { return };
        for reached in self.reached_from(id) {
            self.forget_typing(&reached.conversation, &me);
        }
    }

    fn forget_typing(&mut self, conversation: &str, uri: &str) {
        let typing = self.conversations.get_mut(conversation).and_then(|it| it.typing.remove(uri));
        if let Some((_, person)) = typing {
            self.tell_typing(conversation, &person, EventKind::Deleted);
        }
    }
}
