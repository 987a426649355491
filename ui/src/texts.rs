//! Every word an agent reads, per language: a language that lacks a word does not compile, and plurals
//! are plain functions. The widget's words are files of their own, in `widget/texts`: a visitor is
//! somebody's customer and has any language.

pub mod console;

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
    use super::console;

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
            assert_eq!(console::pick(&tags(&wanted)).tag, tag, "{wanted:?}");
        }
    }

    #[test]
    fn plurals_are_right_in_every_language() {
        assert_eq!((console::EN.waiting_count)(1), "1 waiting");
        assert_eq!((console::DE.waiting_count)(2), "2 warten");
    }
}
