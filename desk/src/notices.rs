//! What the desk itself says to visitors, in their language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::hours::Opens;
use crate::language;

/// The desk's sentences in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notices {
    /// The first message of a site that has none of its own.
    pub(crate) greeting: String,
    /// Said once when a round of offers came to nothing.
    pub(crate) busy: String,
    /// Said when the agent's leg broke.
    pub(crate) owner_lost: String,
    /// Said instead of the greeting outside the site's hours; with `{day}` and `{time}`.
    closed: String,
    /// The same where nobody knows until when.
    closed_long: String,
    /// What a letter with the transcript is called; with `{site}`.
    pub(crate) letter_subject: String,
    /// Whose the visitor's own texts are, in a letter to the visitor.
    pub(crate) letter_you: String,
    /// Monday first.
    days: [String; 7],
}

/// By tag. The file is part of the program, and a test reads it.
static ALL: LazyLock<BTreeMap<String, Notices>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("notices.json")).expect("a test reads the file")
});

impl Notices {
    /// In the language that a visitor reads; English where that is not known or not there.
    pub(crate) fn of(wish: Option<&str>) -> &'static Self {
        let wishes: Vec<&str> = wish.into_iter().collect();
        let known: Vec<&str> = ALL.keys().map(String::as_str).collect();
        &ALL[language::pick(&wishes, &known)]
    }

    /// Nobody is there now, and when somebody is again, by the site's clock.
    pub(crate) fn closed(&self, opens: Option<Opens>) -> String {
        opens.map_or_else(
            || self.closed_long.clone(),
            |it| {
                let time = format!("{:02}:{:02}", it.minute / 60, it.minute % 60);
                self.closed.replace("{day}", &self.days[it.weekday]).replace("{time}", &time)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_every_sentence() {
        assert_eq!(ALL.len(), 19);
        for (tag, it) in ALL.iter() {
            for text in [&it.greeting, &it.busy, &it.owner_lost, &it.closed, &it.closed_long] {
                assert!(!text.trim().is_empty(), "{tag}");
            }
            assert!(tag == "en" || it.busy != ALL["en"].busy, "{tag}");
            assert_eq!(it.letter_subject.matches("{site}").count(), 1, "{tag}");
            assert!(!it.letter_you.trim().is_empty(), "{tag}");
            assert!(it.days.iter().all(|it| !it.is_empty()), "{tag}");
            for part in ["{day}", "{time}"] {
                assert_eq!(it.closed.matches(part).count(), 1, "{tag}: {}", it.closed);
                assert!(!it.closed_long.contains(part), "{tag}");
            }
        }
    }

    #[test]
    fn a_visitor_is_told_in_the_language_of_the_widget() {
        let opens = Opens { weekday: 0, minute: 9 * 60 + 5 };
        let german = Notices::of(Some("de-CH")).closed(Some(opens));
        assert!(german.contains("Montag, 09:05"), "{german}");
        assert!(Notices::of(None).closed(None).starts_with("Nobody is here"));
        assert_eq!(Notices::of(Some("xx")).busy, Notices::of(Some("en")).busy);
    }
}
