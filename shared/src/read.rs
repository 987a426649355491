//! Small readings of JSON and text that every shape here needs. They know one type each: what a
//! browser loads holds them once.

use serde_json::Value;

/// What an array holds; nothing where there is none.
pub(crate) fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Row A27: what is one may stand alone or in an array.
pub(crate) fn first(value: &Value) -> &Value {
    value.as_array().and_then(|items| items.first()).unwrap_or(value)
}

/// Row A38: some vectors escape twice, so that `\u0026` survives JSON decoding.
pub(crate) fn unescaped(href: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(href.len()), href);
    while let Some(at) = find(rest, "\\u0026") {
        out.push_str(&rest[..at]);
        out.push('&');
        rest = &rest[at + 6..];
    }
    out.push_str(rest);
    out
}

/// Where a text stands in another for the first time. Short texts need no clever search: the one of
/// the standard library is 1 KB of the widget.
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len()).position(|it| it == part.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{find, unescaped};

    #[test]
    fn an_address_escaped_twice_is_read_as_meant() {
        assert_eq!(unescaped("/a?b=1\\u0026c=2\\u0026d=ü"), "/a?b=1&c=2&d=ü");
        assert_eq!(unescaped("/a?b=1&c=2"), "/a?b=1&c=2");
        assert_eq!(unescaped(""), "");
    }

    #[test]
    fn the_first_place_is_found() {
        assert_eq!(find("a-->b-->", "-->"), Some(1));
        assert_eq!(find("a--", "-->"), None);
        assert_eq!(find("", "-->"), None);
    }
}
