//! Which site this document serves and how the site wants it to look.

use serde_json::Value;

use super::color::Rgb;

/// What the server wrote into `<meta name="frontdesk-site" content='{…}'>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The site's id.
    pub id: String,
    /// What stands in the header; empty for the default of the language.
    pub title: String,
    /// `#rrggbb`; empty for the default.
    pub color: String,
    /// The link of the meeting this document is for; empty on a customer's page.
    pub meeting: String,
    /// The name the visitor gave before the document was opened.
    pub visitor: String,
}

impl Site {
    /// From what the server wrote, if it did, and from the address, if that says more: the id when the
    /// server named none (`trunk serve`), and the colour of the customer's tag, which goes first.
    pub fn new(meta: Option<&str>, id: Option<String>, color: Option<String>) -> Self {
        let meta: Option<Value> = meta.and_then(|it| serde_json::from_str(it).ok());
        let text = |name: &str| {
            let value = meta.as_ref().and_then(|it| it.get(name)).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let mut site = Self {
            id: text("id"),
            title: text("title"),
            color: text("color"),
            meeting: text("meeting"),
            visitor: text("visitor"),
        };
        if site.id.is_empty() {
            site.id = id.unwrap_or_default();
        }
        if let Some(color) = color.filter(|it| !it.is_empty()) {
            site.color = color;
        }
        site
    }

    /// The site's colour, if it has one that can be read.
    pub fn color(&self) -> Option<Rgb> {
        Rgb::parse(&self.color)
    }
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn the_server_names_the_site_and_the_tag_may_colour_it() {
        let meta = r##"{"id":"demo","title":"Acme","color":"#112233","more":1}"##;
        let site = Site::new(Some(meta), Some("other".to_owned()), None);
        assert_eq!((site.id.as_str(), site.title.as_str()), ("demo", "Acme"));
        assert!(site.color().is_some());
        let site = Site::new(Some(meta), None, Some("#445566".to_owned()));
        assert_eq!(site.color, "#445566");
    }

    #[test]
    fn without_a_server_the_address_is_enough() {
        for meta in [None, Some(""), Some("not json")] {
            let site = Site::new(meta, Some("demo".to_owned()), None);
            assert_eq!((site.id.as_str(), site.color()), ("demo", None));
        }
    }
}
