//! The messages between the customer's page and this program, by way of the document's script
//! (`widget/loader/visitor.js`), which knows who embeds the document: `{ frontdesk: 1, tell, detail }` to
//! the page, `{ frontdesk: 1, type, value }` from it and from the script itself.

/// What this document tells the loader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToPage {
    /// The document listens.
    Ready,
    /// The visitor wants the panel closed.
    Close,
    /// So many messages came while the panel was closed.
    Unread(u32),
    /// An event of the page's API, by its name, and what there is to say of it; nobody's words.
    Event(&'static str, String),
}

impl ToPage {
    /// The `tell` member.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Close => "close",
            Self::Unread(_) => "unread",
            Self::Event(name, _) => name,
        }
    }

    /// The `detail` member.
    pub fn detail(&self) -> String {
        match self {
            Self::Unread(count) => count.to_string(),
            Self::Event(_, detail) => detail.clone(),
            _ => String::new(),
        }
    }
}

/// What the page tells this program, and what the document's script does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromPage {
    /// The panel is shown.
    Open,
    /// The panel is hidden.
    Close,
    /// A text for the visitor to send.
    Draft(String),
    /// What the helpdesk is to know of the visitor: the JSON of a `shared::VisitorContext`.
    Describe(String),
    /// What the visitor was asked before the chat is answered.
    Start,
    /// A message that the visitor sends without writing it: a file's address, an answer that was offered.
    Send(String),
}

impl FromPage {
    /// Reads the `type` and `value` members; `None` for what is not known.
    pub fn parse(kind: &str, value: Option<String>) -> Option<Self> {
        match kind {
            "open" => Some(Self::Open),
            "close" => Some(Self::Close),
            "draft" => value.map(Self::Draft),
            "start" => Some(Self::Start),
            "describe" => value.map(Self::Describe),
            "send" => value.map(Self::Send),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FromPage, ToPage};

    const LOADER: &str = include_str!("../../loader/widget.js");
    const SCRIPT: &str = include_str!("../../loader/visitor.js");

    #[test]
    fn loader_script_and_program_use_the_same_words() {
        for it in [ToPage::Ready, ToPage::Close, ToPage::Unread(1)] {
            assert!(LOADER.contains(&format!("type === '{}'", it.kind())), "{it:?}");
        }
        for event in ["connection", "chat:started", "chat:assigned", "chat:ended"] {
            assert!(LOADER.contains(event), "{event}");
        }
        for word in ["tell(isOpen ? 'open' : 'close')", "tell('draft', text)", "tell('logout')"] {
            assert!(LOADER.contains(word), "{word}");
        }
        for word in ["emit('gone'", "type === 'logout'", "tell('describe'", "data.tell === 'ready'"]
        {
            assert!(SCRIPT.contains(word), "{word}");
        }
        for call in ["identify", "setAttributes", "addTags", "track"] {
            assert!(LOADER.contains(&format!("{call}: 0,")), "{call}");
            assert!(SCRIPT.contains(&format!("{call}(known, ")), "{call}");
        }
        assert_eq!(FromPage::parse("open", None), Some(FromPage::Open));
        assert_eq!(FromPage::parse("close", None), Some(FromPage::Close));
        let draft = FromPage::parse("draft", Some("Hi".to_owned()));
        assert_eq!(draft, Some(FromPage::Draft("Hi".to_owned())));
        assert_eq!(FromPage::parse("draft", None), None);
        let about = FromPage::parse("describe", Some("{}".to_owned()));
        assert_eq!(about, Some(FromPage::Describe("{}".to_owned())));
        assert_eq!(FromPage::parse("start", None), Some(FromPage::Start));
        let send = FromPage::parse("send", Some("Hi".to_owned()));
        assert_eq!(send, Some(FromPage::Send("Hi".to_owned())));
        assert_eq!(FromPage::parse("destroy", None), None);
        assert_eq!(ToPage::Unread(3).detail(), "3");
    }

    #[test]
    fn invariant_10_the_loader_asks_nothing_of_the_page() {
        for word in
            ["innerHTML", "eval(", "localStorage", "sessionStorage", "cookie", "fetch(", "'style'"]
        {
            assert!(!LOADER.contains(word), "the loader must not use {word}");
        }
        for check in ["from !== origin", "source !== frame?.contentWindow"] {
            assert!(LOADER.contains(check), "the loader must check {check}");
        }
    }
}
