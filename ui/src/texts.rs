//! Which language an agent reads. The words are in `console/src/texts`: a language that lacks one does
//! not compile. The widget's words are files of their own, in `widget/texts`: a visitor is somebody's
//! customer and has any language.

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
    use super::pick;

    #[test]
    fn the_readers_order_decides_the_language() {
        for (wanted, tag) in [
            (&["de-AT", "en"][..], "de"),
            (&["fr", "DE", "en"], "de"),
            (&["en-GB", "de"], "en"),
            (&["fr"], "en"),
            (&[], "en"),
        ] {
            let tags: Vec<String> = wanted.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(*pick(&[("en", &"en"), ("de", &"de")], &"en", &tags), tag, "{wanted:?}");
        }
    }
}
