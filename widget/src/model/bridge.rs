//! The messages between the loader on the customer's page and this document:
//! `{ frontdesk: 1, type, count? }`. Origins are checked by whoever receives
//! (`widget/loader/widget.js` and `browser::bridge`).

/// What this document tells the loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToPage {
    /// The document listens.
    Ready,
    /// The visitor wants the panel closed.
    Close,
    /// So many messages came while the panel was closed.
    Unread(u32),
}

impl ToPage {
    /// The `type` member.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Close => "close",
            Self::Unread(_) => "unread",
        }
    }

    /// The `count` member.
    pub const fn count(self) -> u32 {
        match self {
            Self::Unread(count) => count,
            Self::Ready | Self::Close => 0,
        }
    }
}

/// What the loader tells this document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromPage {
    /// The panel is shown.
    Open,
    /// The panel is hidden.
    Close,
}

impl FromPage {
    /// Reads the `type` member; `None` for what is not known.
    pub fn parse(kind: &str) -> Option<Self> {
        match kind {
            "open" => Some(Self::Open),
            "close" => Some(Self::Close),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FromPage, ToPage};

    const LOADER: &str = include_str!("../../loader/widget.js");

    #[test]
    fn loader_and_document_use_the_same_words() {
        for it in [ToPage::Ready, ToPage::Close, ToPage::Unread(1)] {
            assert!(LOADER.contains(&format!("data.type === '{}'", it.kind())), "{it:?}");
        }
        assert!(LOADER.contains("tell(open ? 'open' : 'close')"));
        assert_eq!(FromPage::parse("open"), Some(FromPage::Open));
        assert_eq!(FromPage::parse("close"), Some(FromPage::Close));
        assert_eq!(FromPage::parse("destroy"), None);
    }

    #[test]
    fn invariant_10_the_loader_asks_nothing_of_the_page() {
        for word in
            ["innerHTML", "eval(", "localStorage", "sessionStorage", "cookie", "fetch(", "'style'"]
        {
            assert!(!LOADER.contains(word), "the loader must not use {word}");
        }
        for check in ["event.origin !== origin", "event.source !== frame.contentWindow"] {
            assert!(LOADER.contains(check), "the loader must check {check}");
        }
    }
}
