//! What was said before, and what becomes of it: read again, kept as a file, sent by e-mail.

use shared::date::UnixMs;
use shared::visitor_desk::{Speaker, VisitorTranscript};

#[cfg(target_arch = "wasm32")]
mod dialog;
#[cfg(target_arch = "wasm32")]
mod mail;
#[cfg(target_arch = "wasm32")]
mod past;
#[cfg(target_arch = "wasm32")]
mod save;
#[cfg(target_arch = "wasm32")]
pub mod view;

/// Who said something, as the visitor knows them: `you` is the visitor, the site speaks by its title.
pub fn speaker<'a>(by: &'a Speaker, you: &'a str, title: &'a str) -> &'a str {
    match by {
        Speaker::Visitor => you,
        Speaker::Agent { name } => name,
        Speaker::Desk => title,
    }
}

/// A conversation as a text file: a head with the site's title, then each text under its time and name.
pub fn text_file(
    said: &VisitorTranscript,
    you: &str,
    title: &str,
    when: impl Fn(UnixMs) -> String,
) -> String {
    let head = [title, "\n", &when(said.conversation.started_ms), "\n"].concat();
    let entry = |it: &shared::visitor_desk::VisitorEntry| {
        let name = speaker(&it.by, you, title);
        ["\n", &when(it.at_ms), ", ", name, ":\n", it.text.trim_end(), "\n"].concat()
    };
    let entries = said.entries.iter().map(entry);
    std::iter::once(head).chain(entries).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text_file;

    #[test]
    fn a_file_has_all_that_was_said_with_times_and_names() {
        let said = json!({
            "conversation": { "id": "c1", "started_ms": 1 },
            "entries": [
                { "at_ms": 1, "by": "visitor", "text": "Hello\nthere\n" },
                { "at_ms": 2, "by": "desk", "text": "Welcome" },
                { "at_ms": 3, "by": "agent", "name": "Ann", "text": "How can I help?" },
            ],
        });
        let said = serde_json::from_value(said).expect("it is a transcript");
        let file = text_file(&said, "You", "Shop", |it| format!("at {it}"));
        let expected = "Shop\nat 1\n\nat 1, You:\nHello\nthere\n\nat 2, Shop:\nWelcome\n\
                        \nat 3, Ann:\nHow can I help?\n";
        assert_eq!(file, expected);
    }
}
