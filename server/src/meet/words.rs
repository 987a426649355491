//! What the page before a meeting says: `server/texts/meet.json`, every language of the widget.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use desk::language;
use serde::Deserialize;

/// The words of one language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// What a meeting without a subject is called.
    pub(super) meeting: String,
    /// Above the field.
    pub(super) intro: String,
    /// The field.
    pub(super) name: String,
    /// The button.
    pub(super) join: String,
    /// There was no name, or too long a one.
    pub(super) name_wanted: String,
    /// The meeting is over, or never was.
    pub(super) over: String,
    /// What one can do then.
    pub(super) over_more: String,
}

/// A language's words, and how it is written.
#[derive(Clone, Copy)]
pub(super) struct Language {
    /// The language's tag.
    pub(super) tag: &'static str,
    /// What it says.
    pub(super) words: &'static Words,
}

static ALL: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../texts/meet.json"))
        .expect("cannot fail: a test reads the same file")
});

impl Language {
    /// The first wish that can be answered.
    pub(super) fn pick(wishes: &[&str]) -> Self {
        let known: Vec<&'static str> = ALL.keys().map(String::as_str).collect();
        let tag = language::pick(wishes, &known);
        Self { tag, words: &ALL[tag] }
    }

    /// The direction it is written in, as HTML says it.
    pub(super) fn direction(self) -> &'static str {
        if matches!(self.tag, "ar" | "fa" | "he") { "rtl" } else { "ltr" }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_door_speaks_every_language_of_the_widget_in_its_direction() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../widget/texts");
        let mut tags = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let words: serde_json::Value = serde_json::from_str(&text).unwrap();
            let tag = words["tag"].as_str().unwrap().to_owned();
            let language = Language::pick(&[&tag]);
            assert_eq!(
                (language.tag, language.direction()),
                (&*tag, words["dir"].as_str().unwrap())
            );
            tags.insert(tag);
        }
        assert_eq!(ALL.keys().cloned().collect::<BTreeSet<_>>(), tags);
    }

    #[test]
    fn the_words_name_the_limit_that_holds_and_are_each_languages_own() {
        let max = crate::limits::VISITOR_NAME_CHARS_MAX.to_string();
        let all = |of: fn(&Words) -> &str| ALL.values().map(of).collect::<BTreeSet<_>>().len();
        assert!(ALL.values().all(|it| it.name_wanted.contains(&max)));
        assert_eq!(all(|it| &it.intro), ALL.len());
        assert_eq!(all(|it| &it.over_more), ALL.len());
    }
}
