//! What a file is called: a name that fits any desktop, reads as it is and ends in what it is.

use std::fmt::Write as _;

use super::kind::{Kind, ending};
use crate::limits::FILE_NAME_CHARS_MAX;

/// What a file is called that has no name.
const NAMELESS: &str = "file";

/// The name a file is kept under: no folders, nothing unseen, nothing that turns the reading around,
/// and at its end what its content is.
pub(super) fn clean(given: &str, kind: Kind) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|it| is_seen(*it)).map(plain).collect();
    let kept = kept.trim_matches(|it: char| it == '.' || it.is_whitespace());
    let kept = if kept.is_empty() { NAMELESS } else { kept };
    let own = ending(kept);
    let (stem, own) = match kept.rsplit_once('.') {
        Some((stem, _)) if kind.endings.contains(&own.as_str()) => (stem, own.as_str()),
        _ => (kept, kind.endings.first().copied().unwrap_or("bin")),
    };
    let room = FILE_NAME_CHARS_MAX.saturating_sub(own.len() + 1);
    let stem: String = stem.chars().take(room).collect();
    format!("{}.{own}", stem.trim_end())
}

/// Whether a character is seen where it stands, and turns nothing around.
fn is_seen(it: char) -> bool {
    !it.is_control()
        && !matches!(it, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' |
            '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{200b}' | '\u{feff}')
}

/// No character that some file system does not take.
fn plain(it: char) -> char {
    if matches!(it, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { it }
}

/// `Content-Disposition` of a file: RFC 6266, with the name in all its characters as RFC 8187 has it.
pub(super) fn disposition(name: &str, is_shown: bool) -> String {
    let how = if is_shown { "inline" } else { "attachment" };
    let ascii: String = name
        .chars()
        .map(|it| if it.is_ascii() && !matches!(it, '"' | '\\' | '%') { it } else { '_' })
        .collect();
    let mut out = format!("{how}; filename=\"{ascii}\"");
    if ascii != name {
        // Writing to a String does not fail.
        let _ = write!(out, "; filename*=UTF-8''{}", shared::data_uri::percent_encode(name));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: Kind = Kind { media_type: "image/png", endings: &["png"] };
    const TEXT: Kind = Kind { media_type: "text/plain", endings: &["txt", "csv"] };

    #[test]
    fn a_name_keeps_what_can_be_read_and_loses_the_rest() {
        let table = [
            ("a.png", "a.png"),
            ("Ünïcode 图片.PNG", "Ünïcode 图片.png"),
            ("../../etc/passwd", "passwd.png"),
            ("C:\\Users\\vera\\pic.png", "pic.png"),
            ("a\u{202e}gnp.exe", "agnp.exe.png"),
            ("a\0b\nc.png", "abc.png"),
            ("what? \"that\".png", "what_ _that_.png"),
            ("", "file.png"),
            ("...", "file.png"),
            (".png", "png.png"),
            ("photo.jpg", "photo.jpg.png"),
        ];
        for (given, wanted) in table {
            assert_eq!(clean(given, PNG), wanted, "{given:?}");
        }
        assert_eq!(clean("run.bat", TEXT), "run.bat.txt");
        assert_eq!(clean("table.csv", TEXT), "table.csv");
    }

    #[test]
    fn invariant_8_a_name_is_bounded_and_keeps_its_end() {
        let name = clean(&format!("{}.png", "é".repeat(500)), PNG);
        assert_eq!(name.chars().count(), FILE_NAME_CHARS_MAX);
        assert!(name.ends_with("é.png"));
    }

    #[test]
    fn a_name_is_told_to_old_and_to_new_browsers() {
        assert_eq!(disposition("a b.pdf", false), "attachment; filename=\"a b.pdf\"");
        assert_eq!(
            disposition("é%.png", true),
            "inline; filename=\"__.png\"; filename*=UTF-8''%C3%A9%25.png"
        );
    }
}
