//! Every language of the widget says all that the parts say.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

/// Every source that shows words.
const SOURCES: [&str; 9] = [
    include_str!("../form/view.rs"),
    include_str!("../menu/dialog.rs"),
    include_str!("../menu/mail.rs"),
    include_str!("../menu/past.rs"),
    include_str!("../menu/view.rs"),
    include_str!("../rating/view.rs"),
    include_str!("../rich.rs"),
    include_str!("../tools/uploads.rs"),
    include_str!("../tools/view.rs"),
];

fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).expect("it is there");
    files.map(|it| it.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
}

fn words(file: &str) -> Map<String, Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(file);
    let text = std::fs::read_to_string(&path).expect("it can be read");
    serde_json::from_str(&text).unwrap_or_else(|it| panic!("{file}: {it}"))
}

fn placeholders(text: &Value) -> BTreeSet<String> {
    let text = text.as_str().expect("a word is a text");
    let parts = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
    parts.map(|it| it.0.to_owned()).collect()
}

#[test]
fn the_parts_speak_every_language_of_the_widget() {
    assert_eq!(files("texts"), files("../widget/texts"));
    let english = words("en.json");
    for file in files("texts") {
        let other = words(&file);
        assert_eq!(other["tag"].as_str(), file.strip_suffix(".json"), "{file}");
        let names = |it: &Map<String, Value>| it.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&other), names(&english), "{file}");
        for (name, text) in &other {
            assert_eq!(placeholders(text), placeholders(&english[name]), "{file} {name}");
            let text = text.as_str().expect("a word is a text");
            assert!(!text.is_empty() && text.trim() == text, "{file} {name}");
        }
        let same = other.iter().filter(|(name, text)| english.get(*name) == Some(text)).count();
        assert!(file == "en.json" || same <= 4, "{file}: {same} words are the English ones");
    }
}

#[test]
fn every_word_that_is_shown_exists_and_every_word_is_shown() {
    let english = words("en.json");
    let all = SOURCES.concat();
    for name in english.keys().filter(|it| *it != "tag") {
        assert!(all.contains(&format!("\"{name}\"")), "nobody says {name}");
    }
    for call in ["word(\"", "filled(\""] {
        for name in all.split(call).skip(1).filter_map(|it| it.split('"').next()) {
            assert!(english.contains_key(name), "there is no word {name}");
        }
    }
}
