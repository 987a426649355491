//! Which languages a document is wanted in: by the page's wish, else by the browser's.

use http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// More wishes than anybody has; the rest is not read.
const WISHES_MAX: usize = 16;

/// The language tags somebody asks for, best first: the one named in the address goes before the
/// browser's, whose weights count.
pub(crate) fn wishes<'a>(named: Option<&'a str>, request: &'a HeaderMap) -> Vec<&'a str> {
    let header = request.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let mut accepted: Vec<(f32, &str)> = header
        .split(',')
        .take(WISHES_MAX)
        .filter_map(|it| {
            let (tag, weight) = it.split_once(";q=").unwrap_or((it, "1"));
            let weight = weight.trim().parse().unwrap_or(0.0);
            (weight > 0.0).then_some((weight, tag.trim()))
        })
        .collect();
    // Stable: what weighs the same keeps the browser's order.
    accepted.sort_by(|one, other| other.0.total_cmp(&one.0));
    named.into_iter().chain(accepted.into_iter().map(|it| it.1)).collect()
}

#[cfg(test)]
mod tests {
    use http::header::HeaderValue;

    use super::*;

    const KNOWN: [&str; 4] = ["ar", "de", "en", "fr"];

    fn picked(named: Option<&str>, accepted: &'static str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
        desk::language::pick(&wishes(named, &headers), &KNOWN)
    }

    #[test]
    fn the_page_goes_before_the_browser_and_weights_count() {
        for (named, accepted, tag) in [
            (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
            (None, "en;q=0.5, fr;q=0.8", "fr"),
            (None, "sv, fr;q=0.1", "fr"),
            (None, "de;q=0, en", "en"),
            (Some("ar"), "de", "ar"),
            (Some("sv"), "de", "de"),
            (Some("DE_at"), "", "de"),
            (None, "", "en"),
            (None, "*, ;;;, q=", "en"),
        ] {
            assert_eq!(picked(named, accepted), tag, "{named:?} {accepted}");
        }
    }
}
