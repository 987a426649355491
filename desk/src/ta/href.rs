//! Addresses as the platform hands them out: resolved against a base, compared without regard to
//! case and encoding (`protocol.md` §2A, §3.7).

use shared::data_uri::percent_decode;

/// Resolves an address against the absolute address of the document it stood in, or a `baseuri`.
/// `None` when there is no absolute `http` base to resolve a relative address against.
pub(crate) fn resolve(base: &str, href: &str) -> Option<String> {
    if is_absolute(href) {
        return Some(href.to_owned());
    }
    if href.contains("://") || href.starts_with("//") || !is_absolute(base) {
        return None;
    }
    let after_scheme = base.find("://")? + 3;
    let path_at =
        base[after_scheme..].find(['/', '?', '#']).map_or(base.len(), |at| after_scheme + at);
    let (origin, path) = base.split_at(path_at);
    if href.starts_with('/') {
        return Some(format!("{origin}{href}"));
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let folder = path.rfind('/').map_or("", |at| &path[..at]);
    Some(format!("{origin}{folder}/{href}"))
}

/// Whether an address is a whole `http` or `https` address.
pub(crate) fn is_absolute(href: &str) -> bool {
    let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"));
    rest.is_some_and(|it| !it.is_empty() && !it.starts_with(['/', '?', '#']))
}

/// What two ways of writing one address have in common.
pub(crate) fn href_key(href: &str) -> String {
    String::from_utf8_lossy(&percent_decode(href, false)).to_lowercase()
}

/// A value as it may stand in a query or in a form.
pub(crate) fn query_value(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'@' => {
                out.push(char::from(byte));
            }
            other => {
                // Writing to a String does not fail.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// The address with a query parameter, unless it names one of this name already.
pub(crate) fn with_query(href: &str, name: &str, value: &str) -> String {
    let query = href.split_once('?').map(|(_, query)| query);
    let has = |it: &str| it.split('=').next().is_some_and(|it| it.eq_ignore_ascii_case(name));
    match query {
        Some(query) if query.split('&').any(has) => href.to_owned(),
        Some(_) => format!("{href}&{name}={}", query_value(value)),
        None => format!("{href}?{name}={}", query_value(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sac_16_relative_addresses_are_resolved_against_the_base() {
        let base = "https://p.example/platformservice/v1/applications/7/events?x=/y";
        let cases = [
            ("/a/b?c=1", Some("https://p.example/a/b?c=1")),
            ("b/c", Some("https://p.example/platformservice/v1/applications/7/b/c")),
            ("https://q.example/d%253d", Some("https://q.example/d%253d")),
            ("//evil.example/x", None),
            ("javascript://x", None),
        ];
        for (href, wanted) in cases {
            assert_eq!(resolve(base, href).as_deref(), wanted, "{href}");
        }
        assert_eq!(resolve("https://p.example", "/a").as_deref(), Some("https://p.example/a"));
        assert_eq!(resolve("not an address", "/a"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_address_is_worth_a_panic_and_a_relative_one_stays_at_its_host(
            base in "https?://[a-z.:@0-9]{0,12}[/?#]?[a-z/?#]{0,6}",
            href in "(https?:|javascript:)?/{0,3}[a-z0-9.:@?#&=%+\\\\ \u{e9}-]{0,20}|\\PC{0,20}",
            value in "\\PC{0,20}",
        ) {
            let Some(url) = resolve(&base, &href) else { return Ok(()) };
            proptest::prop_assert!(is_absolute(&url));
            let authority = |it: &str| {
                // At the first one: a host that is only a colon makes a second.
                it.split_once("://").and_then(|it| it.1.split(['/', '?', '#']).next()).map(str::to_owned)
            };
            if !is_absolute(&href) {
                proptest::prop_assert_eq!(authority(&url), authority(&base));
            }
            let more = with_query(&url, "endpointId", &value);
            proptest::prop_assert_eq!(with_query(&more, "endpointid", "x"), more.clone(), "once is enough");
            let _ = href_key(&more);
        }
    }

    #[test]
    fn a_parameter_is_added_once() {
        let once = with_query("https://p/a?b=c", "endpointId", "sip:h+1@t.example");
        assert_eq!(once, "https://p/a?b=c&endpointId=sip:h%2B1@t.example");
        let given = "https://p/a?endpointid=sip%3ah%40t.example";
        assert_eq!(with_query(given, "endpointId", "sip:h@t.example"), given);
    }

    #[test]
    fn two_ways_of_writing_one_address_are_the_same() {
        assert_eq!(
            href_key("https://p.example/A?endpointId=sip%3Ah%40t.example"),
            href_key("https://p.example/a?endpointId=sip:h@T.example"),
        );
    }
}
