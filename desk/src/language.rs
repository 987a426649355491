//! Which of the languages there are somebody reads.

/// What nobody asked for otherwise is written in.
const FALLBACK: &str = "en";

/// The one of `known` tags that answers the first wish that can be answered; English if none can.
/// Wishes are language tags, best first, such as `pt-PT` or `zh-TW`.
pub fn pick<'a>(wishes: &[&str], known: &[&'a str]) -> &'a str {
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
    use super::pick;

    #[test]
    fn a_region_or_script_leads_to_what_its_people_read() {
        let known = ["ar", "de", "en", "pt-BR", "zh-Hans", "zh-Hant"];
        for (wishes, tag) in [
            (&["pt-PT"][..], "pt-BR"),
            (&["zh"], "zh-Hans"),
            (&["zh-CN"], "zh-Hans"),
            (&["zh-TW"], "zh-Hant"),
            (&["zh-Hant-HK"], "zh-Hant"),
            (&["zh-Hans-HK"], "zh-Hans"),
            (&["ar_EG"], "ar"),
            (&["sv", "de-AT", "ar"], "de"),
            (&["sv"], "en"),
            (&[], "en"),
        ] {
            assert_eq!(pick(wishes, &known), tag, "{wishes:?}");
        }
    }
}
