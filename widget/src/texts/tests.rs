//! Every language says everything, with the forms its plurals need.

use std::collections::BTreeSet;
use std::path::Path;

use client::reason::Reason;
use serde_json::Value;

use super::{PLAIN, WidgetTexts};

/// Words with something in them, and what.
const FILLED: [(&str, &[&str]); 6] = [
    ("with_agent", &["{name}"]),
    ("typing", &["{name}"]),
    ("typing_somebody", &[]),
    ("said", &["{name}", "{text}"]),
    // What the document's script says (`widget/loader/queue.js`).
    ("queue", &["{n}"]),
    ("queue_wait", &["{time}"]),
];
/// Words that the document's script says, or the document itself, and no Rust.
const SCRIPT: [&str; 2] = ["no_script", "tools"];
/// Words that follow a count.
const COUNTED: [&str; 3] = ["new_messages", "characters_left", "characters_over"];

/// What the widget speaks, with the plural categories of CLDR.
const LANGUAGES: [(&str, &[&str]); 19] = [
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
    ("de", &["one", "other"]),
    ("en", &["one", "other"]),
    ("es", &["one", "many", "other"]),
    ("fa", &["one", "other"]),
    ("fr", &["one", "many", "other"]),
    ("he", &["one", "two", "other"]),
    ("hi", &["one", "other"]),
    ("it", &["one", "many", "other"]),
    ("ja", &["other"]),
    ("ko", &["other"]),
    ("nl", &["one", "other"]),
    ("pl", &["one", "few", "many", "other"]),
    ("pt-BR", &["one", "many", "other"]),
    ("ru", &["one", "few", "many", "other"]),
    ("tr", &["one", "other"]),
    ("uk", &["one", "few", "many", "other"]),
    ("zh-Hans", &["other"]),
    ("zh-Hant", &["other"]),
];

fn file(tag: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("texts/{tag}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|it| panic!("{}: {it}", path.display()))
}

fn placeholders(text: &str) -> BTreeSet<String> {
    let parts = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
    parts.map(|it| format!("{{{}}}", it.0)).collect()
}

fn set(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn every_language_says_every_word_and_no_other() {
    let names = PLAIN.iter().chain(FILLED.iter().map(|it| &it.0)).chain(&COUNTED).chain(&SCRIPT);
    let names: BTreeSet<String> = names.map(|it| (*it).to_owned()).collect();
    for (tag, categories) in LANGUAGES {
        let words: Value = serde_json::from_str(&file(tag)).expect("it is JSON");
        let words = words.as_object().expect("it is an object");
        assert_eq!(words.keys().cloned().collect::<BTreeSet<_>>(), names, "{tag}");
        for (name, word) in words {
            let needed = FILLED.iter().find(|it| it.0 == name).map_or(&[][..], |it| it.1);
            let texts = if COUNTED.contains(&name.as_str()) {
                let forms = word.as_object().expect("a counted word has forms");
                assert_eq!(
                    forms.keys().cloned().collect::<BTreeSet<_>>(),
                    set(categories),
                    "{tag} {name}"
                );
                forms.values().map(|it| (it, &["{count}"][..])).collect()
            } else {
                vec![(word, needed)]
            };
            for (text, needed) in texts {
                let text = text.as_str().expect("a word is a text");
                assert_eq!(text.trim(), text, "{tag} {name}");
                assert!(!text.is_empty(), "{tag} {name}");
                assert_eq!(placeholders(text), set(needed), "{tag} {name}: {text}");
            }
        }
    }
}

#[test]
fn every_file_is_a_language_and_says_so() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts");
    let files = std::fs::read_dir(folder).expect("it is there");
    let files: BTreeSet<String> = files
        .map(|it| it.expect("it can be read").file_name().to_string_lossy().replace(".json", ""))
        .collect();
    assert_eq!(files, LANGUAGES.iter().map(|it| it.0.to_owned()).collect());
    for (tag, _) in LANGUAGES {
        let texts = WidgetTexts::parse(&file(tag));
        assert_eq!(texts.tag(), tag);
        let is_rtl = ["ar", "fa", "he"].contains(&tag);
        assert_eq!(texts.dir(), if is_rtl { "rtl" } else { "ltr" }, "{tag}");
    }
}

#[test]
fn nobody_reads_english_by_mistake() {
    let english: Value = serde_json::from_str(&file("en")).expect("it is JSON");
    for (tag, _) in LANGUAGES.iter().filter(|it| it.0 != "en") {
        let words: Value = serde_json::from_str(&file(tag)).expect("it is JSON");
        let words = words.as_object().expect("it is an object");
        let same = words.iter().filter(|(name, word)| english.get(name) == Some(word)).count();
        // The tag's direction, "Chat", a colon between name and text, a word that both have.
        assert!(same <= 6, "{tag}: {same} words are the English ones");
    }
}

#[test]
fn what_is_said_holds_what_was_handed_in() {
    let texts = WidgetTexts::parse(&file("en"));
    assert_eq!(texts.with_agent("Alice"), "You are talking to \u{2068}Alice\u{2069}");
    assert_eq!(texts.typing(""), "Someone is typing…");
    assert_eq!(texts.typing("Alice"), "\u{2068}Alice\u{2069} is typing…");
    assert_eq!(texts.new_messages(1), "1 new message");
    assert_eq!(texts.new_messages(2), "2 new messages");
    assert_eq!(texts.characters_left(1), "1 character left");
    assert_eq!(texts.characters_left(-1), "1 character too many");
    assert_eq!(texts.characters_left(-20), "20 characters too many");
    assert_eq!(texts.said("Alice", "{count} {name}"), "Alice: {count} {name}");
}

#[test]
fn without_words_nothing_breaks() {
    let texts = WidgetTexts::parse("no JSON");
    assert_eq!((texts.title(), texts.new_messages(2)), ("", String::new()));
}

#[test]
fn the_clients_own_reasons_are_said_in_the_readers_language() {
    for (tag, _) in LANGUAGES {
        let texts = WidgetTexts::parse(&file(tag));
        for reason in Reason::ALL {
            let said = texts.why(reason.sentence());
            assert!(!said.is_empty(), "{tag} {reason:?}");
            assert_eq!(
                said == reason.sentence(),
                tag == "en" && reason != Reason::Nonsense,
                "{tag} {reason:?}"
            );
        }
        assert_eq!(texts.why("Too many chats."), "Too many chats.", "a platform's sentence stays");
    }
}
