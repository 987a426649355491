//! Where the visitor writes: whether one can, whether one may send, and what a key does.

use client::model::{Connection, Model, Phase};

use crate::limits::{COUNTER_FROM_CHARS_LEFT, MESSAGE_MAX_CHARS};

/// Whether the visitor can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// Yes. Before the conversation is set up and while the line is down, messages wait as "sending".
    Open,
    /// No, though the conversation goes on; the draft is kept.
    Blocked,
    /// No, the conversation is over.
    Over,
}

/// Whether the visitor can write now (WID-14).
pub fn writing(chat: &Model) -> Writing {
    let current = chat.conversations.last();
    let is_online = chat.connection == Connection::Online;
    match current.map(|it| it.phase) {
        Some(Phase::Ended) => Writing::Over,
        _ if is_stopped(&chat.connection) => Writing::Blocked,
        // Without the line, links are not known yet or any more; that is no refusal.
        Some(Phase::Connected) if is_online && current.is_some_and(|it| it.lacks_send) => {
            Writing::Blocked
        }
        _ => Writing::Open,
    }
}

/// Whether nothing happens before a person asks for it.
pub const fn is_stopped(connection: &Connection) -> bool {
    matches!(
        connection,
        Connection::OpenedElsewhere | Connection::SignedOut { .. } | Connection::Stopped { .. }
    )
}

/// The text as it would be sent; `None` when there is nothing to send, or too much.
pub fn sendable(draft: &str) -> Option<&str> {
    let text = draft.trim();
    (!text.is_empty() && text.chars().count() <= MESSAGE_MAX_CHARS).then_some(text)
}

/// How many characters are left, when that is worth saying; negative when there are too many.
pub fn characters_left(draft: &str) -> Option<i32> {
    let used = i32::try_from(draft.trim().chars().count()).unwrap_or(i32::MAX);
    let left = i32::try_from(MESSAGE_MAX_CHARS).unwrap_or(i32::MAX).saturating_sub(used);
    let worth_saying = i32::try_from(COUNTER_FROM_CHARS_LEFT).unwrap_or(i32::MAX);
    (left <= worth_saying).then_some(left)
}

/// Whether a key sends: Enter alone. Shift starts a new line, and while an input method is composing
/// Enter chooses a word.
pub fn key_sends(key: &str, with_shift: bool, is_composing: bool) -> bool {
    key == "Enter" && !with_shift && !is_composing
}

#[cfg(test)]
mod tests {
    use client::model::{Connection, Conversation, Model, Phase};

    use super::{Writing, characters_left, key_sends, sendable, writing};

    fn chat(phase: Phase, lacks_send: bool) -> Model {
        Model {
            connection: Connection::Online,
            conversations: vec![Conversation { phase, lacks_send, ..Conversation::default() }],
            ..Model::default()
        }
    }

    #[test]
    fn wid_14_the_input_follows_the_send_link() {
        assert_eq!(writing(&chat(Phase::Connected, false)), Writing::Open);
        assert_eq!(writing(&chat(Phase::Connected, true)), Writing::Blocked);
    }

    #[test]
    fn wid_17_when_the_conversation_ended_nothing_can_be_written() {
        assert_eq!(writing(&chat(Phase::Ended, false)), Writing::Over);
        assert_eq!(writing(&chat(Phase::Ended, true)), Writing::Over);
    }

    #[test]
    fn invariant_11_one_can_write_before_the_line_is_up_and_while_it_is_down() {
        assert_eq!(writing(&Model::default()), Writing::Open);
        assert_eq!(writing(&chat(Phase::Connecting, false)), Writing::Open);
        let mut down = chat(Phase::Connected, false);
        down.connection = Connection::Reconnecting { retry_at_ms: 1 };
        assert_eq!(writing(&down), Writing::Open);
        let mut restored = chat(Phase::Connected, false);
        assert_eq!(writing(&restored), Writing::Open, "after a reload, until links are there");
        restored.connection = Connection::Connecting;
        assert_eq!(writing(&restored), Writing::Open);
    }

    #[test]
    fn wid_10_an_instance_that_was_replaced_cannot_send() {
        let mut replaced = chat(Phase::Connected, true);
        replaced.connection = Connection::OpenedElsewhere;
        assert_eq!(writing(&replaced), Writing::Blocked);
    }

    #[test]
    fn only_a_text_that_says_something_is_sent() {
        assert_eq!(sendable("  hello\nthere \n"), Some("hello\nthere"));
        assert_eq!(sendable(" \n\t "), None);
        assert_eq!(sendable(&"ä".repeat(4_000)).map(str::len), Some(8_000));
        assert_eq!(sendable(&"ä".repeat(4_001)), None);
    }

    #[test]
    fn the_counter_speaks_near_the_limit() {
        assert_eq!(characters_left(""), None);
        assert_eq!(characters_left(&"x".repeat(3_799)), None);
        assert_eq!(characters_left(&"x".repeat(3_800)), Some(200));
        assert_eq!(characters_left(&"x".repeat(4_002)), Some(-2));
    }

    #[test]
    fn enter_sends_unless_shift_or_an_input_method_wants_it() {
        for (key, shift, composing, sends) in [
            ("Enter", false, false, true),
            ("Enter", true, false, false),
            ("Enter", false, true, false),
            ("a", false, false, false),
        ] {
            assert_eq!(key_sends(key, shift, composing), sends, "{key} {shift} {composing}");
        }
    }
}
