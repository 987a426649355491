//! Within a line: bold, slanted, gone, code and links.

use super::DEPTH_MAX;
use crate::linkify::{Segment, segments};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// To be shown as it is; line breaks are kept.
    Text(String),
    /// `**bold**`
    Strong(Vec<Self>),
    /// `*slanted*`
    Emphasis(Vec<Self>),
    /// `~~gone~~`
    Gone(Vec<Self>),
    /// `` `code` ``
    Code(String),
    /// An address, or words that lead to one.
    Link {
        /// `http` or `https`.
        url: String,
        /// What is shown.
        label: String,
    },
}

/// What can be taken literally with a `\` before it.
const SIGNS: &str = "\\*_~`[]()#>-";

/// The signs that go around something, the longer ones first.
const AROUND: [&str; 5] = ["**", "__", "~~", "*", "_"];

/// Reads a text that has no parts of its own.
pub fn inlines(text: &str) -> Vec<Inline> {
    Reader::new(text).read(0)
}

struct Reader<'a> {
    text: &'a str,
    /// Where addresses stand, in order: signs in them are theirs.
    links: Vec<(usize, usize)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let mut at = 0;
        let mut links = Vec::new();
        for segment in segments(text) {
            let (Segment::Text(it) | Segment::Link(it)) = segment;
            if matches!(segment, Segment::Link(_)) {
                links.push((at, at + it.len()));
            }
            at += it.len();
        }
        Self { text, links }
    }

    fn read(&self, depth: u32) -> Vec<Inline> {
        let mut out = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(sign) = self.text[at..].chars().next() {
            let (piece, length) = match self.piece(at, depth) {
                Some((piece, length)) => (Some(piece), length),
                None => (None, sign.len_utf8()),
            };
            match piece {
                Some(piece) => {
                    flush(&mut plain, &mut out);
                    out.push(piece);
                    at += length;
                }
                None if sign == '\\'
                    && self.text[at + 1..].starts_with(|it| SIGNS.contains(it)) =>
                {
                    plain.push_str(&self.text[at + 1..at + 2]);
                    at += 2;
                }
                None => {
                    plain.push(sign);
                    at += length;
                }
            }
        }
        flush(&mut plain, &mut out);
        out
    }

    /// What begins here, and its length in bytes.
    fn piece(&self, at: usize, depth: u32) -> Option<(Inline, usize)> {
        let rest = &self.text[at..];
        if let Ok(found) = self.links.binary_search_by_key(&at, |it| it.0) {
            let url = &self.text[at..self.links[found].1];
            return Some((Inline::Link { url: url.to_owned(), label: url.to_owned() }, url.len()));
        }
        if let Some(code) = rest.strip_prefix('`') {
            let end = code.find('`').filter(|it| *it > 0)?;
            return Some((Inline::Code(code[..end].to_owned()), end + 2));
        }
        if rest.starts_with('[') {
            return words_with_address(rest);
        }
        let sign = AROUND.into_iter().find(|it| rest.starts_with(it))?;
        let from = at + sign.len();
        let opens = self.text[from..].starts_with(|it: char| !it.is_whitespace())
            && (sign.len() == 2 || !self.text[..at].ends_with(is_of_word));
        if depth == DEPTH_MAX || !opens {
            return None;
        }
        let end = self.closed(from, sign)?;
        let inner = Reader::new(&self.text[from..end]).read(depth + 1);
        let piece = match sign {
            "**" | "__" => Inline::Strong(inner),
            "~~" => Inline::Gone(inner),
            _ => Inline::Emphasis(inner),
        };
        Some((piece, end + sign.len() - at))
    }

    /// Where the sign stands that closes what was opened before `from`.
    fn closed(&self, from: usize, sign: &str) -> Option<usize> {
        let closes = |at: &usize| {
            let (before, after) = (&self.text[from..*at], &self.text[at + sign.len()..]);
            let is_of_link = self.links.iter().any(|it| it.0 <= *at && *at < it.1);
            let is_whole = sign.len() == 2 || !(before.ends_with(sign) || after.starts_with(sign));
            !before.is_empty()
                && !before.ends_with(|it: char| it.is_whitespace() || it == '\\')
                && !is_of_link
                && is_whole
                && (sign.len() == 2 || !after.starts_with(is_of_word))
        };
        let at = self.text[from..].match_indices(sign).map(|it| from + it.0).find(closes)?;
        // Of three the first one is what stands within.
        let is_longer = sign.len() == 2 && self.text[at + 2..].starts_with(&sign[..1]);
        Some(at + usize::from(is_longer))
    }
}

/// `[words](https://a.example)`
fn words_with_address(rest: &str) -> Option<(Inline, usize)> {
    let middle = rest.find("](")?;
    let label = &rest[1..middle];
    let url = &rest[middle + 2..];
    let url = &url[..url.find(|it: char| it == ')' || it.is_whitespace())?];
    let is_closed = rest[middle + 2 + url.len()..].starts_with(')');
    let is_link = matches!(segments(url)[..], [Segment::Link(_)]);
    (is_closed && is_link && !label.trim().is_empty() && !label.contains(['[', '\n'])).then(|| {
        let link = Inline::Link { url: url.to_owned(), label: label.to_owned() };
        (link, middle + url.len() + 3)
    })
}

/// A letter or digit; in scripts without spaces between words a sign may stand anywhere.
const fn is_of_word(it: char) -> bool {
    it.is_ascii_alphanumeric()
}

fn flush(plain: &mut String, out: &mut Vec<Inline>) {
    if !plain.is_empty() {
        out.push(Inline::Text(std::mem::take(plain)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Inline, inlines};

    /// A tree as one line: `b()`, `i()`, `s()`, `c()`, `label→url`.
    fn shown(tree: &[Inline]) -> String {
        let one = |it: &Inline| match it {
            Inline::Text(it) => it.clone(),
            Inline::Strong(it) => format!("b({})", shown(it)),
            Inline::Emphasis(it) => format!("i({})", shown(it)),
            Inline::Gone(it) => format!("s({})", shown(it)),
            Inline::Code(it) => format!("c({it})"),
            Inline::Link { url, label } => format!("⟦{label}→{url}⟧"),
        };
        tree.iter().map(one).collect()
    }

    #[test]
    fn signs_around_words_say_how_they_look() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("a **b** c", "a b(b) c"),
            ("__b__ *i* _i_ ~~s~~ `c*`", "b(b) i(i) i(i) s(s) c(c*)"),
            ("**bold and *both***", "b(bold and i(both))"),
            ("*both **of** them*", "i(both b(of) them)"),
            ("这是**重要**的", "这是b(重要)的"),
            ("two\nlines **over\nboth**", "two\nlines b(over\nboth)"),
            ("[our shop](https://a.example/x_y_z)!", "⟦our shop→https://a.example/x_y_z⟧!"),
            ("https://a.example/_x_ _y_", "⟦https://a.example/_x_→https://a.example/_x_⟧ i(y)"),
        ] {
            assert_eq!(shown(&inlines(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn what_only_looks_like_a_sign_stays() {
        for text in [
            "2*3*4",
            "a_b_c",
            "* a *",
            "**",
            "****",
            "*",
            "_",
            "``",
            "~~ a ~~",
            "5 * 3 = 15 * 1",
            "snake_case_name",
            "[a]",
            "[a](b)",
            "**open",
        ] {
            assert!(!shown(&inlines(text)).contains("b("), "{text:?}");
            assert_eq!(shown(&inlines(text)).replace(['⟦', '⟧'], ""), text, "{text:?}");
        }
        assert_eq!(shown(&inlines(r"\*a\* \[b\]")), "*a* [b]");
    }

    #[test]
    fn wid_16_no_other_scheme_and_no_html_comes_through() {
        for text in [
            "[a](javascript:alert(1))",
            "[a](data:text/html,x)",
            "<b>x</b><img src=x onerror=alert(1)>",
        ] {
            assert_eq!(shown(&inlines(text)), text, "{text:?}");
        }
        let broken = "[a](https://a.example\" onclick=\"x)";
        let expected = "[a](⟦https://a.example→https://a.example⟧\" onclick=\"x)";
        assert_eq!(shown(&inlines(broken)), expected);
    }

    #[test]
    fn hostile_texts_end_soon() {
        for sign in ["*", "**", "_", "~~", "[", "`", "[a](", "*a **b _c "] {
            let text = sign.repeat(4_000 / sign.len());
            let tree = inlines(&text);
            assert!(tree.len() <= 4_000);
        }
    }
}
