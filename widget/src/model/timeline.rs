//! The messages as they stand on screen: in order, by author and minute, by day.

use client::model::{Author, Delivery, Item, Model, Phase, Standing};

use crate::limits::GROUP_MAX_GAP_MS;

/// One message on screen, with what stands around it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, none of them a phase")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The item's key; the same as long as the message is on screen.
    pub key: String,
    /// What was written.
    pub text: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// The name of somebody else; `None` for the visitor.
    pub other: Option<String>,
    /// How far it got.
    pub standing: Standing,
    /// Why it did not arrive; empty where nobody said so, and where it did.
    pub reason: String,
    /// Whether a day begins here.
    pub starts_day: bool,
    /// Whether an earlier conversation ended right before it.
    pub follows_end: bool,
    /// Whether somebody begins to speak here: the name stands here.
    pub starts_run: bool,
    /// Whether somebody ends here: the circle with the letter stands here.
    pub ends_run: bool,
    /// Whether it is the last of its minute: the time stands here.
    pub ends_minute: bool,
}

/// Every message of every conversation, oldest first; `local_day` numbers the days of the reader.
pub fn rows(chat: &Model, local_day: impl Fn(i64) -> i64) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut has_ended = false;
    for conversation in &chat.conversations {
        for item in &conversation.items {
            let mut row = new_row(item);
            row.follows_end = std::mem::take(&mut has_ended);
            if let Some(before) = rows.last_mut() {
                row.starts_day = local_day(before.at_ms) != local_day(row.at_ms);
                row.starts_run = before.other != row.other || row.starts_day || row.follows_end;
                before.ends_run = row.starts_run;
                before.ends_minute = row.starts_run || !is_same_minute(before, &row);
            }
            rows.push(row);
        }
        has_ended |= conversation.phase == Phase::Ended && !rows.is_empty();
    }
    rows
}

impl Default for Row {
    fn default() -> Self {
        Self {
            key: String::new(),
            text: String::new(),
            at_ms: 0,
            other: None,
            standing: Standing::Sent,
            reason: String::new(),
            starts_day: true,
            follows_end: false,
            starts_run: true,
            ends_run: true,
            ends_minute: true,
        }
    }
}

fn new_row(item: &Item) -> Row {
    Row {
        key: item.key.clone(),
        text: item.text.clone(),
        at_ms: item.at_ms,
        other: match &item.author {
            Author::Me => None,
            Author::Other(name) => Some(name.clone()),
        },
        standing: item.standing(),
        reason: match &item.delivery {
            Delivery::Failed { reason } => reason.clone(),
            _ => String::new(),
        },
        ..Row::default()
    }
}

/// Whether one time is enough for both. What failed stands alone: its buttons are its own. What got
/// farther than the next one says so.
fn is_same_minute(before: &Row, row: &Row) -> bool {
    (row.at_ms - before.at_ms).abs() < GROUP_MAX_GAP_MS
        && (before.standing == row.standing || before.standing < Standing::Delivered)
        && before.standing != Standing::Failed
}

/// What stands in a circle for a name: its first letter, which the style sheet makes large.
pub fn initial(name: &str) -> String {
    name.trim_start().chars().take(1).collect()
}

/// All that was said, as text to keep: one line a message.
pub fn transcript(rows: &[Row], you: &str, clock: impl Fn(i64) -> String) -> String {
    rows.iter()
        .map(|it| {
            let name = it.other.as_deref().unwrap_or(you);
            [clock(it.at_ms).as_str(), " ", name, ": ", it.text.as_str(), "\n"].concat()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use client::model::{Author, Conversation, Delivery, Item, Model, Phase, Standing};

    use super::{initial, rows, transcript};

    const MINUTE_MS: i64 = 60_000;
    const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

    fn item(key: &str, by: &str, at_ms: i64) -> Item {
        let author = if by == "me" { Author::Me } else { Author::Other(by.to_owned()) };
        Item {
            key: key.to_owned(),
            author,
            text: format!("text of {key}"),
            at_ms,
            delivery: Delivery::Sent,
            operation_id: None,
            reach: Standing::Sent,
        }
    }

    fn chat(conversations: Vec<(Phase, Vec<Item>)>) -> Model {
        let conversations = conversations
            .into_iter()
            .map(|(phase, items)| Conversation { phase, items, ..Conversation::default() })
            .collect();
        Model { conversations, ..Model::default() }
    }

    /// A row as a word: `d` starts a day, `e` follows an end, `[` and `]` are the ends of what one
    /// person says, `:` is the end of a minute.
    fn shape(chat: &Model) -> Vec<String> {
        rows(chat, |at| at.div_euclid(DAY_MS))
            .iter()
            .map(|it| {
                let mark = |on: bool, mark: &'static str| if on { mark } else { "" };
                [
                    mark(it.starts_day, "d"),
                    mark(it.follows_end, "e"),
                    mark(it.starts_run, "["),
                    it.key.as_str(),
                    mark(it.ends_minute, ":"),
                    mark(it.ends_run, "]"),
                ]
                .concat()
            })
            .collect()
    }

    #[test]
    fn messages_stand_together_by_author_and_minute() {
        let chat = chat(vec![(
            Phase::Connected,
            vec![
                item("a", "Alice", 0),
                item("b", "Alice", 30_000),
                item("c", "Alice", 30_000 + MINUTE_MS),
                item("d", "me", 100_000),
                item("e", "me", 101_000),
                item("f", "Bob", 102_000),
            ],
        )]);
        assert_eq!(shape(&chat), ["d[a", "b:", "c:]", "[d", "e:]", "[f:]"]);
    }

    #[test]
    fn a_new_day_and_a_new_conversation_start_anew() {
        let chat = chat(vec![
            (Phase::Ended, vec![item("a", "me", DAY_MS - 1), item("b", "me", DAY_MS)]),
            (Phase::Connected, vec![item("c", "me", DAY_MS + 1)]),
        ]);
        assert_eq!(shape(&chat), ["d[a:]", "d[b:]", "e[c:]"]);
    }

    #[test]
    fn a_failed_message_stands_alone_so_that_its_buttons_are_its_own() {
        let mut failed = item("a", "me", 0);
        failed.delivery = Delivery::Failed { reason: "no answer".to_owned() };
        let chat = chat(vec![(Phase::Connected, vec![failed, item("b", "me", 1)])]);
        assert_eq!(shape(&chat), ["d[a:", "b:]"]);
    }

    #[test]
    fn what_got_farther_than_the_next_one_says_so() {
        use Standing::{Delivered, Read, Sent};
        let items = [("a", Read), ("b", Delivered), ("c", Delivered), ("d", Sent)];
        let items = items.map(|(key, reach)| Item { reach, ..item(key, "me", 0) }).to_vec();
        let chat = chat(vec![(Phase::Connected, items)]);
        assert_eq!(shape(&chat), ["d[a:", "b", "c:", "d:]"]);
        let names: Vec<_> = rows(&chat, |_| 0).iter().map(|it| it.standing.name()).collect();
        assert_eq!(names, ["read", "delivered", "delivered", "sent"]);
    }

    #[test]
    fn wid_11_the_history_stays_when_a_new_conversation_begins() {
        let chat =
            chat(vec![(Phase::Ended, vec![item("a", "Alice", 0)]), (Phase::Connecting, vec![])]);
        assert_eq!(shape(&chat), ["d[a:]"]);
    }

    #[test]
    fn a_circle_shows_the_first_letter() {
        for (name, expected) in [("alice", "a"), ("  Élan", "É"), ("", ""), ("7up", "7")] {
            assert_eq!(initial(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_transcript_names_everybody() {
        let chat = chat(vec![(Phase::Connected, vec![item("a", "Alice", 0), item("b", "me", 1)])]);
        let text = transcript(&rows(&chat, |_| 0), "You", |_| "12:00".to_owned());
        assert_eq!(text, "12:00 Alice: text of a\n12:00 You: text of b\n");
    }
}
