//! Every word a person reads, per language. A language that lacks a word does not compile; plurals
//! are plain functions, so no language costs a parser in the bundle.
//!
//! Two structs, so that the widget does not carry the console's words: [`widget::WidgetTexts`] and
//! [`console::ConsoleTexts`].

pub mod console;
pub mod widget;

/// Picks the first of `all` that a reader understands, by the reader's own order of `wanted` tags
/// (`navigator.languages`, such as `de-AT`). `fallback` when none fits.
pub fn pick<'a, T>(all: &[(&str, &'a T)], fallback: &'a T, wanted: &[String]) -> &'a T {
    wanted
        .iter()
        .find_map(|tag| {
            let language = tag.split('-').next().unwrap_or_default();
            all.iter().find(|it| it.0.eq_ignore_ascii_case(language))
        })
        .map_or(fallback, |it| it.1)
}

#[cfg(test)]
mod tests {
    use super::{console, widget};

    fn tags(all: &[&str]) -> Vec<String> {
        all.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn the_readers_order_decides_the_language() {
        for (wanted, tag) in [
            (vec!["de-AT", "en"], "de"),
            (vec!["fr", "DE", "en"], "de"),
            (vec!["en-GB", "de"], "en"),
            (vec!["fr"], "en"),
            (vec![], "en"),
        ] {
            assert_eq!(widget::pick(&tags(&wanted)).tag, tag, "{wanted:?}");
            assert_eq!(console::pick(&tags(&wanted)).tag, tag, "{wanted:?}");
        }
    }

    #[test]
    fn plurals_are_right_in_every_language() {
        assert_eq!((widget::EN.new_messages)(1), "1 new message");
        assert_eq!((widget::EN.new_messages)(2), "2 new messages");
        assert_eq!((widget::DE.new_messages)(1), "1 neue Nachricht");
        assert_eq!((widget::DE.new_messages)(3), "3 neue Nachrichten");
        assert_eq!((console::EN.waiting_count)(1), "1 waiting");
        assert_eq!((console::DE.waiting_count)(2), "2 warten");
    }
}
