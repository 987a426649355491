//! Finds the links in what a person wrote. Plain text in, pieces of it out: nothing is parsed as
//! HTML and nothing is changed, so joining the pieces gives the text again.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// To be shown as it is.
    Text(&'a str),
    /// An `http` or `https` address, to be shown as it is and to lead there.
    Link(&'a str),
}

/// What ends an address wherever it stands.
fn ends_address(it: char) -> bool {
    it.is_whitespace() || it.is_control() || matches!(it, '<' | '>' | '"' | '`' | '{' | '}' | '|')
}

/// What is more likely the sentence's than the address's when it stands last.
const CLOSING: [char; 11] = ['.', ',', ';', ':', '!', '?', '\'', '’', '”', '…', '*'];

/// Splits a text into plain pieces and links. Only `http://` and `https://` make a link, and only at
/// the start of a word: no other scheme can be smuggled in.
pub fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut found = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(offset) = find_http(&text[at..]) {
        let start = at + offset;
        let end = start + address_length(&text[start..]);
        at = end.max(start + 4);
        if end == start || !starts_word(&text[..start]) {
            continue;
        }
        if plain_from < start {
            found.push(Segment::Text(&text[plain_from..start]));
        }
        found.push(Segment::Link(&text[start..end]));
        plain_from = end;
    }
    if plain_from < text.len() {
        found.push(Segment::Text(&text[plain_from..]));
    }
    found
}

/// Where `http` in any case stands next.
fn find_http(text: &str) -> Option<usize> {
    text.as_bytes().windows(4).position(|it| it.eq_ignore_ascii_case(b"http"))
}

fn starts_word(before: &str) -> bool {
    !before.ends_with(is_of_word) && !before.ends_with(['_', '/'])
}

/// A letter or digit; anything beyond ASCII counts as one, for the tables of Unicode weigh too much.
const fn is_of_word(it: char) -> bool {
    it.is_ascii_alphanumeric() || !it.is_ascii()
}

/// The length of the address at the start of `text`, in bytes; 0 when there is none.
fn address_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let secure = usize::from(bytes.get(4).is_some_and(|it| it.eq_ignore_ascii_case(&b's')));
    let host_from = 4 + secure + 3;
    if bytes.get(4 + secure..host_from) != Some(b"://".as_slice()) {
        return 0;
    }
    let raw = &text[..text.find(ends_address).unwrap_or(text.len())];
    let kept = trim_end(raw);
    let has_host = kept.get(host_from..).is_some_and(|it| it.starts_with(is_of_word));
    if has_host { kept.len() } else { 0 }
}

/// Takes away the punctuation of the sentence; a bracket only when the address did not open it.
fn trim_end(mut address: &str) -> &str {
    loop {
        let trimmed = address.trim_end_matches(CLOSING);
        let unopened = |close: char, open: char| {
            trimmed.ends_with(close)
                && trimmed.matches(close).count() > trimmed.matches(open).count()
        };
        let next = if unopened(')', '(') || unopened(']', '[') {
            &trimmed[..trimmed.len() - 1]
        } else {
            trimmed
        };
        if next.len() == address.len() {
            return next;
        }
        address = next;
    }
}

#[cfg(test)]
mod tests {
    use super::{Segment, segments};

    /// Shows links in brackets so that a case reads as one line.
    fn shown(text: &str) -> String {
        segments(text)
            .into_iter()
            .map(|it| match it {
                Segment::Text(text) => text.to_owned(),
                Segment::Link(link) => format!("⟦{link}⟧"),
            })
            .collect()
    }

    #[test]
    fn links_are_found_and_the_sentence_keeps_its_punctuation() {
        for (text, expected) in [
            ("", ""),
            ("no link here", "no link here"),
            ("https://a.example", "⟦https://a.example⟧"),
            ("see http://a.example/b?c=d#e, please.", "see ⟦http://a.example/b?c=d#e⟧, please."),
            ("(https://a.example/x)", "(⟦https://a.example/x⟧)"),
            ("https://a.example/x_(y)", "⟦https://a.example/x_(y)⟧"),
            ("\"https://a.example\"", "\"⟦https://a.example⟧\""),
            ("HTTPS://A.EXAMPLE!", "⟦HTTPS://A.EXAMPLE⟧!"),
            (
                "two\nhttp://a.example\nhttp://b.example",
                "two\n⟦http://a.example⟧\n⟦http://b.example⟧",
            ),
            ("https://ü.example/ß", "⟦https://ü.example/ß⟧"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn wid_16_nothing_but_http_becomes_a_link() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "xhttp://a.example",
            "http:/a.example",
            "https://",
            "http://.",
            "http",
            "file:///etc/passwd",
            "<img src=x onerror=alert(1)>",
        ] {
            assert_eq!(segments(text), vec![Segment::Text(text)], "{text:?}");
        }
        assert_eq!(
            shown("<a href=\"https://a.example\" onclick=x>"),
            "<a href=\"⟦https://a.example⟧\" onclick=x>"
        );
    }

    #[test]
    fn the_pieces_together_are_the_text() {
        for text in
            ["a http://b.example c", "httphttp://x", "http://a.example).", "häh http://é.example…"]
        {
            let joined: String = segments(text)
                .into_iter()
                .map(|it| match it {
                    Segment::Text(it) | Segment::Link(it) => it,
                })
                .collect();
            assert_eq!(joined, text);
        }
    }
}
