//! Which site this document serves.

use serde_json::Value;

/// What the server wrote into `<meta name="frontdesk-site" content='{…}'>`. How the site wants it to
/// look is in the document already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The site's id.
    pub id: String,
    /// What stands in the header; empty for the default of the language.
    pub title: String,
    /// The link of the meeting this document is for; empty on a customer's page.
    pub meeting: String,
    /// The name the visitor gave before the document was opened.
    pub visitor: String,
    /// Whether the site asks something before a conversation starts; what, is the part's business
    /// that asks it (`shared::form`).
    pub asks: bool,
}

impl Site {
    /// From what the server wrote; what it did not write is empty.
    pub fn new(meta: &str) -> Self {
        let meta: Value = serde_json::from_str(meta).unwrap_or_default();
        let text =
            |name: &str| meta.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            title: text("title"),
            meeting: text("meeting"),
            visitor: text("visitor"),
            asks: meta.get("form").is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn the_server_names_the_site() {
        let site = Site::new(r#"{"id":"demo","title":"Acme","more":1}"#);
        assert_eq!((site.id.as_str(), site.title.as_str()), ("demo", "Acme"));
        assert!(!site.asks);
        assert!(Site::new(r#"{"id":"demo","form":{"fields":[]}}"#).asks);
        for meta in ["", "not json", "[]", r#"{"id":1}"#] {
            assert_eq!(Site::new(meta), Site::default(), "{meta}");
        }
    }
}
