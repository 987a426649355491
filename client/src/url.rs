//! Addresses: resolved, never built (invariant 5). No URL library: it would cost the widget 60 KB.

use std::fmt::Write as _;

/// `scheme://authority` of an absolute web address; `None` for anything else.
pub(crate) fn origin_of(url: &str) -> Option<&str> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let start = if lower.starts_with("https://") {
        8
    } else if lower.starts_with("http://") {
        7
    } else {
        return None;
    };
    let rest = &url[start..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let fine = end > 0 && !url.bytes().any(|it| it <= b' ' || it == b'\\' || it == 0x7f);
    fine.then(|| &url[..start + end])
}

/// The address a link names. Relative ones stand below the host that serves the application, not
/// below the document (`protocol.md` §3.7, WID-02). `None` when it is no web address: nothing is
/// asked then (DTO-11).
pub(crate) fn resolve(base: &str, href: &str) -> Option<String> {
    if href.starts_with('/') && !href.starts_with("//") {
        let url = format!("{base}{href}");
        return origin_of(&url).is_some_and(|it| it == base).then_some(url);
    }
    origin_of(href).map(|_| href.to_owned())
}

/// The address with one more parameter, whose value needs no encoding.
pub(crate) fn with_param(url: &str, name: &str, value: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{name}={value}")
}

/// The value of a parameter, as it stands.
pub(crate) fn param<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// A value for `application/x-www-form-urlencoded`.
pub(crate) fn form_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wid_02_relative_links_stand_below_the_host_of_the_application() {
        let base = "https://p.example:8443";
        let at = |href| resolve(base, href);
        assert_eq!(at("/ucwa/a?b=1").as_deref(), Some("https://p.example:8443/ucwa/a?b=1"));
        assert_eq!(at("https://q.example/x").as_deref(), Some("https://q.example/x"));
    }

    #[test]
    fn dto_11_what_is_no_web_address_is_not_asked() {
        for href in
            ["", "x", "javascript:alert(1)", "//evil.example/x", "http//:x", "https://", "/a b"]
        {
            assert_eq!(resolve("https://p.example", href), None, "{href}");
        }
        assert_eq!(resolve("", "/ucwa"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_link_is_worth_a_panic_and_a_relative_one_stays_at_its_host(
            base in "(https?|HTTP)://[a-z.:@\\[\\]0-9]{0,12}[/?#]?[a-z]{0,3}",
            href in "(https?:|javascript:)?/{0,3}[a-z0-9.:@?#&=%+\\\\ \u{e9}-]{0,20}|\\PC{0,20}",
        ) {
            let Some(url) = resolve(&base, &href) else { return Ok(()) };
            let origin = origin_of(&url).expect("what is asked is a web address");
            if href.starts_with('/') {
                proptest::prop_assert_eq!(origin, base.as_str());
            }
            proptest::prop_assert!(!url.contains([' ', '\n', '\\']));
            let _ = param(&with_param(&url, "a", "b"), "a");
        }
    }

    #[test]
    fn a_parameter_is_appended_with_the_right_mark() {
        assert_eq!(with_param("/m", "operationId", "a"), "/m?operationId=a");
        assert_eq!(with_param("/m?x=1", "operationId", "a"), "/m?x=1&operationId=a");
        assert_eq!(param("/m?x=1&Timeout=25", "timeout"), Some("25"));
        assert_eq!(form_value("a b&ü"), "a%20b%26%C3%BC");
    }
}
