//! What a message says, as plain text: never markup (WID-16, row A50).

use serde_json::Value;
use shared::{Resource, data_uri, read::find};

/// The text of a message or of an invitation's first message: `plainMessage`, else `htmlMessage`,
/// else `message`, as a data URI in a link or as a property.
pub(crate) fn message_text(resource: &Resource) -> Option<String> {
    let plain = content(resource, "plainMessage", false);
    plain
        .or_else(|| content(resource, "htmlMessage", true))
        .or_else(|| content(resource, "message", false))
}

fn content(resource: &Resource, name: &str, html: bool) -> Option<String> {
    if let Some(href) = resource.href(name) {
        let decoded = data_uri::decode(href)?;
        let is_html = html || decoded.media_type == "text/html";
        return Some(if is_html { html_to_text(&decoded.text) } else { decoded.text });
    }
    let text = resource.properties.get(name).and_then(Value::as_str)?;
    match data_uri::decode(text) {
        Some(decoded) if html || decoded.media_type == "text/html" => {
            Some(html_to_text(&decoded.text))
        }
        Some(decoded) => Some(decoded.text),
        None if html => Some(html_to_text(text)),
        None => Some(text.to_owned()),
    }
}

/// What an HTML text says: tags go, paragraphs and `<br>` become line ends, entities their
/// characters, `<script>` and `<style>` vanish with their content. The result is text, to be shown
/// as text.
pub(crate) fn html_to_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        push_words(&mut out, &rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            rest = take_entity(&mut out, rest);
        } else {
            rest = take_tag(&mut out, rest);
        }
    }
    push_words(&mut out, rest);
    out.trim().to_owned()
}

/// Runs of white space are one space, as a browser shows them.
fn push_words(out: &mut String, text: &str) {
    for letter in text.chars() {
        if !letter.is_ascii_whitespace() {
            out.push(letter);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

/// Takes what begins with `<` and answers what stands behind it.
fn take_tag<'a>(out: &mut String, text: &'a str) -> &'a str {
    if let Some(comment) = text.strip_prefix("<!--") {
        return find(comment, "-->").map_or("", |at| &comment[at + 3..]);
    }
    let named = text[1..].trim_start_matches('/');
    let name: String = named.chars().take_while(char::is_ascii_alphanumeric).collect();
    if name.is_empty() && !text.starts_with("</") && !text.starts_with("<!") {
        out.push('<');
        return &text[1..];
    }
    let name = name.to_ascii_lowercase();
    let mut rest = behind_tag(text);
    if !text.starts_with("</") && (name == "script" || name == "style") {
        let ends = |at: &usize| {
            rest.get(at + 2..at + 2 + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(&name))
        };
        let end = rest.match_indices("</").map(|(at, _)| at).find(ends);
        rest = end.map_or("", |at| behind_tag(&rest[at..]));
    }
    let is_line_end =
        matches!(name.as_str(), "br" | "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "pre");
    if is_line_end && !out.is_empty() && (name == "br" || !out.ends_with('\n')) {
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    rest
}

/// Behind the `>` that ends a tag; one in a quoted attribute does not.
fn behind_tag(text: &str) -> &str {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), it) if it == open => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '>') => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// Takes what begins with `&` and answers what stands behind it.
fn take_entity<'a>(out: &mut String, text: &'a str) -> &'a str {
    let found = text.bytes().skip(1).take(9).position(|it| it == b';');
    let letter = found.and_then(|end| entity(&text[1..=end]));
    if let (Some(end), Some(letter)) = (found, letter) {
        out.push(letter);
        &text[end + 2..]
    } else {
        out.push('&');
        &text[1..]
    }
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|it| !it.is_control() || *it == '\n');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wid_16_markup_of_a_message_is_never_shown_as_markup() {
        let cases = [
            ("<img src=x onerror=alert(1)>", ""),
            ("hi <b>you</b>", "hi you"),
            ("<p>one</p><p>two<br>three</p>", "one\ntwo\nthree"),
            ("<script>alert('</b>')</script>after", "after"),
            ("<a title=\"x>y\" href='javascript:alert(1)'>link</a>", "link"),
            ("1 &lt; 2 &amp;&#32;&#x33; &bogus; & 4 < 5", "1 < 2 & 3 &bogus; & 4 < 5"),
            ("<!-- <img onerror=1> -->kept", "kept"),
            ("broken <img src=\"", "broken"),
        ];
        for (html, text) in cases {
            assert_eq!(html_to_text(html), text, "{html}");
        }
    }

    #[test]
    fn plain_text_is_preferred_and_kept_as_it_is() {
        let message = Resource::new("message")
            .link("plainMessage", "data:text/plain;charset=utf-8,a+%3cb%3e")
            .link("htmlMessage", "data:text/html;charset=utf-8,%3cb%3eno%3c/b%3e");
        assert_eq!(message_text(&message).as_deref(), Some("a <b>"));
        let html =
            Resource::new("message").link("htmlMessage", "data:text/html,%3cb%3eyes%3c/b%3e");
        assert_eq!(message_text(&html).as_deref(), Some("yes"));
    }

    #[test]
    fn much_markup_that_never_ends_costs_no_more_than_its_length() {
        // By the square of their length these would run for minutes.
        assert_eq!(html_to_text(&"&".repeat(2_000_000)).len(), 2_000_000);
        assert_eq!(html_to_text(&"<script></script>".repeat(120_000)), "");
        assert_eq!(html_to_text(&"<SCRIPT></sCrIpT>a".repeat(2)), "aa");
    }

    proptest! {
        #[test]
        fn any_html_becomes_text_without_a_panic(html in "[<>&;a-z\"'/!# -]{0,80}|\\PC{0,80}") {
            let text = html_to_text(&html);
            prop_assert!(text.len() <= html.len() + 8);
        }
    }
}
