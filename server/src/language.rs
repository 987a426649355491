//! Which language a document is written in: by the page's wish, else by the browser's.

use http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// More wishes than anybody has; the rest is not read.
const WISHES_MAX: usize = 16;
/// What nobody asked for otherwise is written in.
const FALLBACK: &str = "en";

/// The language tags somebody asks for, best first: the one named in the address goes before the
/// browser's, whose weights count.
pub(crate) fn wishes(named: Option<&str>, request: &HeaderMap) -> Vec<String> {
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
    named.into_iter().chain(accepted.into_iter().map(|it| it.1)).map(str::to_owned).collect()
}

/// The one of `known` that answers the first wish that can be answered; English if none can.
pub(crate) fn pick<'a>(wishes: &[String], known: &[&'a str]) -> &'a str {
    let found = wishes.iter().find_map(|wish| {
        let wish = wish.to_ascii_lowercase().replace('_', "-");
        let exact = known.iter().find(|it| it.eq_ignore_ascii_case(&wish));
        let language = wish.split('-').next().unwrap_or_default();
        let script = (language == "zh").then(|| chinese_script(&wish));
        let related = || {
            known.iter().find(|it| {
                let mut parts = it.split('-');
                parts.next().is_some_and(|it| it.eq_ignore_ascii_case(language))
                    && script.is_none_or(|script| parts.next() == Some(script))
            })
        };
        exact.or_else(related).copied()
    });
    found.unwrap_or(FALLBACK)
}

/// By the tag's script, else by where that script is written.
fn chinese_script(wish: &str) -> &'static str {
    let is_traditional =
        wish.split('-').skip(1).any(|it| matches!(it, "hant" | "tw" | "hk" | "mo"));
    let is_simplified = wish.split('-').any(|it| it == "hans");
    if is_traditional && !is_simplified { "Hant" } else { "Hans" }
}

#[cfg(test)]
mod tests {
    use http::header::HeaderValue;

    use super::*;

    const KNOWN: [&str; 7] = ["ar", "de", "en", "fr", "pt-BR", "zh-Hans", "zh-Hant"];

    fn picked(named: Option<&str>, accepted: &'static str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
        pick(&wishes(named, &headers), &KNOWN)
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

    #[test]
    fn a_region_or_script_leads_to_what_its_people_read() {
        for (accepted, tag) in [
            ("pt-PT", "pt-BR"),
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("zh-Hant-HK", "zh-Hant"),
            ("zh-Hans-HK", "zh-Hans"),
            ("ar-EG", "ar"),
        ] {
            assert_eq!(picked(None, accepted), tag, "{accepted}");
        }
    }
}
