//! An agent's HTML as the text a visitor gets (row A50).

/// The text of an HTML fragment: tags go, breaks and blocks become line ends, entities characters.
pub(crate) fn plain_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push_text(&mut out, &rest[..at]);
        let Some(end) = rest[at..].find('>') else {
            // Not a tag: a lone "<" stands for itself.
            push_text(&mut out, &rest[at..]);
            return out.trim().to_owned();
        };
        let tag = rest[at + 1..at + end].to_ascii_lowercase();
        rest = &rest[at + end + 1..];
        let name = tag.trim_start_matches('/').split([' ', '\t', '\n', '/']).next().unwrap_or("");
        match name {
            "br" | "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
                if !out.is_empty() && !out.ends_with('\n') =>
            {
                out.push('\n');
            }
            "script" | "style" if !tag.starts_with('/') => {
                let close = format!("</{name}");
                let lower = rest.to_ascii_lowercase();
                rest = lower.find(&close).map_or("", |at| &rest[at..]);
            }
            _ => {}
        }
    }
    push_text(&mut out, rest);
    out.trim().to_owned()
}

fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = rest.find(';').and_then(|end| Some((entity(&rest[1..end])?, end)));
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
    use super::plain_text;

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
}
