//! HTML of messages: made safe for those who show it, and text for those who do not (row A50).

/// The longest entity that is looked for, `&` and `;` included.
const ENTITY_BYTES_MAX: usize = 12;
/// Elements deeper than this are passed over.
const DEPTH_MAX: usize = 32;
/// Elements that are kept, always without attributes; `a` keeps its address.
const KEPT: [&str; 19] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
];

/// A piece of HTML, read loosely: what is no tag is text.
enum Piece<'a> {
    Text(&'a str),
    Begin { name: String, inside: &'a str },
    End { name: String },
}

/// The pieces in order, without scripts and styles.
fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push(Piece::Text(&rest[..at]));
        let Some(end) = rest[at..].find('>') else {
            // Not a tag: a lone "<" stands for itself.
            out.push(Piece::Text(&rest[at..]));
            return out;
        };
        let inside = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        let is_end = inside.starts_with('/');
        let name = inside.trim_start_matches('/').split([' ', '\t', '\r', '\n', '/']).next();
        let name = name.unwrap_or("").to_ascii_lowercase();
        if is_end {
            out.push(Piece::End { name });
            continue;
        }
        if matches!(name.as_str(), "script" | "style") {
            rest = from_end_of(&name, rest);
        }
        out.push(Piece::Begin { name, inside });
    }
    out.push(Piece::Text(rest));
    out
}

/// From where an element of this name ends, or nothing. Looks at each place once: an agent's text of
/// nothing but `<script>` must not cost its square.
fn from_end_of<'a>(name: &str, text: &'a str) -> &'a str {
    let ends = |at: &usize| {
        text.get(at + 2..at + 2 + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    text.match_indices("</").map(|(at, _)| at).find(ends).map_or("", |at| &text[at..])
}

/// The text of an HTML fragment: tags go, breaks and blocks become line ends, entities characters.
pub(crate) fn plain_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => push_text(&mut out, text),
            Piece::Begin { name, .. } | Piece::End { name } => {
                let is_block = matches!(
                    name.as_str(),
                    "br" | "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
                );
                if is_block && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
    }
    out.trim().to_owned()
}

/// The same fragment, safe by construction: it is written anew from a few elements without
/// attributes and from escaped text, and every element is closed.
pub(crate) fn safe_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut open: Vec<&str> = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => {
                let mut plain = String::new();
                push_text(&mut plain, text);
                push_escaped(&mut out, &plain);
            }
            Piece::Begin { name, inside } => {
                let Some(kept) = KEPT.into_iter().find(|it| *it == name) else { continue };
                if kept == "br" {
                    out.push_str("<br>");
                } else if open.len() < DEPTH_MAX {
                    push_begin(&mut out, kept, inside);
                    open.push(kept);
                }
            }
            Piece::End { name } => {
                let Some(at) = open.iter().rposition(|it| *it == name) else { continue };
                for name in open.drain(at..).rev() {
                    push_end(&mut out, name);
                }
            }
        }
    }
    for name in open.into_iter().rev() {
        push_end(&mut out, name);
    }
    out
}

fn push_begin(out: &mut String, name: &str, inside: &str) {
    out.push('<');
    out.push_str(name);
    if let Some(href) = (name == "a").then(|| web_address(inside)).flatten() {
        out.push_str(" href=\"");
        push_escaped(out, &href);
        out.push_str("\" rel=\"noopener noreferrer\"");
    }
    out.push('>');
}

fn push_end(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// The `href` of a link, if it leads to the web or to a mailbox.
fn web_address(inside: &str) -> Option<String> {
    let at = inside.to_ascii_lowercase().find("href=")?;
    let value = inside[at + 5..].trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split_ascii_whitespace().next()?,
    };
    let mut href = String::new();
    push_text(&mut href, value);
    let lower = href.trim().to_ascii_lowercase();
    let is_fine = ["https://", "http://", "mailto:"].iter().any(|it| lower.starts_with(it));
    (is_fine && !href.contains(char::is_control)).then(|| href.trim().to_owned())
}

fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(ENTITY_BYTES_MAX).position(|it| it == b';');
        let found = end.and_then(|end| Some((entity(&rest[1..end])?, end)));
        if let Some((character, end)) = found {
            out.push(character);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{plain_text, safe_html};
    use proptest::prelude::*;

    #[test]
    fn much_markup_that_never_ends_costs_no_more_than_its_length() {
        // By the square of their length these would run for minutes.
        assert_eq!(plain_text(&"&".repeat(2_000_000)).len(), 2_000_000);
        assert_eq!(plain_text(&"<script></script>".repeat(120_000)), "");
        assert_eq!(plain_text(&"<SCRIPT></sCrIpT>a".repeat(2)), "aa");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: ProptestConfig::default().cases.max(2_000), ..ProptestConfig::default()
        })]

        #[test]
        fn no_markup_is_worth_a_panic_and_none_survives(
            html in "([<>&;/!# -]|script|style|br|<a href=|https://|&lt;|&#x[0-9a-f]{1,8};|[a-z\"'=]|\\PC){0,60}",
        ) {
            let text = plain_text(&html);
            prop_assert!(text.len() <= html.len() + 8);
            let again = plain_text(&text.replace('&', "&amp;").replace('<', "&lt;"));
            prop_assert_eq!(again, text, "what was plain stays as it is");
            let safe = safe_html(&html);
            prop_assert!(!safe.to_lowercase().contains("<script"));
            prop_assert_eq!(safe_html(&safe), safe, "what is safe stays as it is");
        }
    }

    #[test]
    fn html_becomes_the_text_a_visitor_gets() {
        let cases = [
            ("<p>Hello <b>you</b></p><p>again</p>", "Hello you\nagain"),
            ("a<br/>b&nbsp;&lt;c&gt; &amp; &#233;&#x21;", "a\nb <c> & é!"),
            ("<img src=x onerror=alert(1)>hi<script>alert('x')</script>!", "hi!"),
            ("1 < 2 & 3", "1 < 2 & 3"),
            ("&unknown; &#999999999;", "&unknown; &#999999999;"),
        ];
        for (html, text) in cases {
            assert_eq!(plain_text(html), text, "of {html:?}");
        }
    }

    #[test]
    fn html_is_written_anew_from_what_can_do_no_harm() {
        let cases = [
            (
                "<B class=x>Hello</b> &amp; <img src=x onerror=alert(1)>you",
                "<b>Hello</b> &amp; you",
            ),
            ("<script>alert(1)</script><p onclick=x>a<br/>b", "<p>a<br>b</p>"),
            ("<i><b>a</i>b</b></div>", "<i><b>a</b></i>b"),
            (
                "<a href='https://a.example/?x=1&amp;y=\"' onclick=x>a</a>",
                "<a href=\"https://a.example/?x=1&amp;y=&quot;\" rel=\"noopener noreferrer\">a</a>",
            ),
            ("<a href=\"java&#115;cript:alert(1)\">a</a><a>b</a>", "<a>a</a><a>b</a>"),
            ("&lt;script&gt;1 < 2", "&lt;script&gt;1 &lt; 2"),
            ("<svg><style><img src=x></style></svg>x", "x"),
        ];
        for (html, safe) in cases {
            assert_eq!(safe_html(html), safe, "of {html:?}");
            assert_eq!(safe_html(safe), safe, "what is safe stays as it is");
        }
        let deep = "<b>".repeat(100) + "x";
        assert_eq!(safe_html(&deep).matches("</b>").count(), 32);
    }
}
