//! What the page before a meeting says.

use desk::language;

/// The words of one language.
pub(super) struct Words {
    /// The language's tag.
    pub(super) tag: &'static str,
    /// What a meeting without a subject is called.
    pub(super) meeting: &'static str,
    /// Above the field.
    pub(super) intro: &'static str,
    /// The field.
    pub(super) name: &'static str,
    /// The button.
    pub(super) join: &'static str,
    /// There was no name, or too long a one.
    pub(super) name_wanted: &'static str,
    /// The meeting is over, or never was.
    pub(super) over: &'static str,
    /// What one can do then.
    pub(super) over_more: &'static str,
}

static EN: Words = Words {
    tag: "en",
    meeting: "Chat meeting",
    intro: "Everybody in this meeting sees your name and what you write.",
    name: "Your name",
    join: "Join",
    name_wanted: "Please give a name of at most 60 characters.",
    over: "This meeting is over, or its link is not complete.",
    over_more: "Ask whoever sent you the link for a new one.",
};

static DE: Words = Words {
    tag: "de",
    meeting: "Chat-Besprechung",
    intro: "Alle in dieser Besprechung sehen Ihren Namen und was Sie schreiben.",
    name: "Ihr Name",
    join: "Teilnehmen",
    name_wanted: "Bitte geben Sie einen Namen mit höchstens 60 Zeichen an.",
    over: "Diese Besprechung ist beendet, oder der Link ist nicht vollständig.",
    over_more: "Bitten Sie um einen neuen Link, wo Sie diesen bekommen haben.",
};

impl Words {
    /// The first wish that can be answered.
    pub(super) fn pick(wishes: &[&str]) -> &'static Self {
        match language::pick(wishes, &[EN.tag, DE.tag]) {
            "de" => &DE,
            _ => &EN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_the_limit_that_holds() {
        for words in [&EN, &DE] {
            let max = crate::limits::VISITOR_NAME_CHARS_MAX.to_string();
            assert!(words.name_wanted.contains(&max));
        }
    }
}
