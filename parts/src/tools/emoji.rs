//! The emoji that can be chosen, and the way through them by keys. They are their own names: a screen
//! reader knows what they are called in its own language.

/// So many stand in a row; the style sheet has the same number.
pub const COLUMNS: usize = 8;

/// Faces, hands, hearts and signs, things: whole rows of each.
pub const EMOJI: [&str; 64] = [
    "😀", "😃", "😄", "😁", "😅", "😂", "🙂", "😉", "😊", "😍", "😘", "😜", "🤔", "😐", "🙄", "😬",
    "😔", "😴", "😕", "😟", "😢", "😭", "😠", "😱", "👍", "👎", "👌", "✌️", "👋", "👏", "🙏", "💪",
    "🤝", "🤞", "👉", "👀", "🙌", "🤷", "🤦", "✋", "❤️", "💛", "💚", "💙", "💔", "✨", "⭐", "🔥",
    "🎉", "🎁", "🎂", "☕", "🍕", "🌹", "🌞", "🌧️", "✅", "❌", "❓", "❗", "⏰", "📦", "📷", "📎",
];

/// Where a key leads from one of them, as a browser names keys; `None` for a key that leads nowhere.
pub fn step(from: usize, key: &str, is_rtl: bool) -> Option<usize> {
    let last = EMOJI.len() - 1;
    let to = match (key, is_rtl) {
        ("ArrowRight", false) | ("ArrowLeft", true) => from + 1,
        ("ArrowLeft", false) | ("ArrowRight", true) => from.saturating_sub(1),
        ("ArrowDown", _) if from + COLUMNS <= last => from + COLUMNS,
        ("ArrowUp", _) if from >= COLUMNS => from - COLUMNS,
        ("ArrowDown" | "ArrowUp", _) => from,
        ("Home", _) => 0,
        ("End", _) => last,
        _ => return None,
    };
    Some(to.min(last))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{COLUMNS, EMOJI, step};

    #[test]
    fn each_emoji_is_there_once_in_whole_rows() {
        assert_eq!(EMOJI.iter().collect::<BTreeSet<_>>().len(), EMOJI.len());
        assert_eq!(EMOJI.len() % COLUMNS, 0);
    }

    #[test]
    fn keys_lead_along_and_across_the_rows_and_never_out() {
        assert_eq!(step(0, "ArrowRight", false), Some(1));
        assert_eq!(step(0, "ArrowRight", true), Some(0));
        assert_eq!(step(0, "ArrowLeft", true), Some(1));
        assert_eq!(step(3, "ArrowDown", false), Some(11));
        assert_eq!(step(11, "ArrowUp", false), Some(3));
        assert_eq!(step(3, "ArrowUp", false), Some(3));
        assert_eq!(step(60, "ArrowDown", false), Some(60));
        assert_eq!(step(63, "ArrowRight", false), Some(63));
        assert_eq!((step(9, "Home", false), step(9, "End", false)), (Some(0), Some(63)));
        assert_eq!(step(9, "a", false), None);
    }
}
