//! The hypermedia document: properties, links and embedded documents (`protocol.md` §2A, §3.7).
//!
//! One generic type reads and writes every resource of both APIs, in each dialect. It keeps what it
//! does not know, accepts a link or an embedded document as an object or as an array, and strips
//! dialect prefixes, so that what follows compares plain relations only.

use std::marker::PhantomData;

use serde_json::{Map, Value, json};

use crate::by_rel::ByRel;
use crate::read::unescaped;
use crate::rel::{self, Dialect, Rel};

/// An address the server handed out; a client follows it and never builds one (invariant 5).
#[derive(PartialEq, Eq)]
pub struct Link<R> {
    /// The address as it stood in the document: relative or absolute, never re-encoded.
    pub href: String,
    rel: PhantomData<fn() -> R>,
}

impl<R> Link<R> {
    /// A link of this relation to `href`.
    pub fn new(href: impl Into<String>) -> Self {
        Self { href: href.into(), rel: PhantomData }
    }
}

impl<R> Clone for Link<R> {
    fn clone(&self) -> Self {
        Self::new(self.href.clone())
    }
}

impl<R: Rel> std::fmt::Debug for Link<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} -> {}", R::NAME, self.href)
    }
}

/// A link as it stands in `_links`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkValue {
    /// The address.
    pub href: String,
    /// A display name, on links to participants.
    pub title: Option<String>,
    /// The revision of the operation behind it (§3.7).
    pub revision: Option<String>,
    /// Written without a prefix in every dialect.
    pub bare: bool,
}

impl LinkValue {
    /// A link with nothing but an address.
    pub fn to(href: impl Into<String>) -> Self {
        Self { href: href.into(), ..Self::default() }
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| match value.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(number) => number.as_u64().map(|it| it.to_string()),
            None => None,
        };
        let href = unescaped(&text("href")?);
        Some(Self { href, title: text("title"), revision: text("revision"), bare: false })
    }

    /// The link as JSON.
    pub fn as_value(&self) -> Value {
        let mut out = Map::new();
        out.insert("href".into(), self.href.clone().into());
        if let Some(title) = &self.title {
            out.insert("title".into(), title.clone().into());
        }
        if let Some(revision) = &self.revision {
            out.insert("revision".into(), revision.clone().into());
        }
        Value::Object(out)
    }
}

/// A hypermedia document of either API.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// What it is, without a dialect; empty where a document does not say.
    pub rel: String,
    /// Properties, as they stood.
    pub properties: Map<String, Value>,
    /// Links by relation, without a dialect.
    pub links: ByRel<LinkValue>,
    /// Embedded documents by relation, without a dialect.
    pub embedded: ByRel<Resource>,
}

impl Resource {
    /// An empty document of this relation.
    pub fn new(rel: &str) -> Self {
        Self { rel: rel.to_owned(), ..Self::default() }
    }

    /// With a link.
    #[must_use]
    pub fn link(self, rel: &str, href: impl Into<String>) -> Self {
        self.link_value(rel, LinkValue::to(href))
    }

    /// With a link that carries a title or a revision.
    #[must_use]
    pub fn link_value(mut self, rel: &str, link: LinkValue) -> Self {
        self.links.push(rel, link);
        self
    }

    /// With a link that no dialect prefixes.
    #[must_use]
    pub fn bare_link(self, rel: &str, href: impl Into<String>) -> Self {
        self.link_value(rel, LinkValue { bare: true, ..LinkValue::to(href) })
    }

    /// With a property.
    #[must_use]
    pub fn prop(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.properties.insert(name.to_owned(), value.into());
        self
    }

    /// With a property, where there is a value.
    #[must_use]
    pub fn prop_opt(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.prop(name, value),
            None => self,
        }
    }

    /// With an embedded document.
    #[must_use]
    pub fn embed(mut self, rel: &str, document: Resource) -> Self {
        self.embedded.push(rel, document);
        self
    }

    /// The first link of a relation; `None` means that the action is not offered now.
    pub fn get<R: Rel>(&self) -> Option<Link<R>> {
        self.href(R::NAME).map(Link::new)
    }

    /// The address of the first link of a relation.
    pub fn href(&self, rel: &str) -> Option<&str> {
        self.link_of(rel).map(|link| link.href.as_str())
    }

    /// The first link of a relation, with its title.
    pub fn link_of(&self, rel: &str) -> Option<&LinkValue> {
        self.links.get(rel)?.first()
    }

    /// The first embedded document of a relation.
    pub fn embedded(&self, rel: &str) -> Option<&Resource> {
        self.embedded.get(rel)?.first()
    }

    /// A property that is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name).and_then(Value::as_str)
    }

    /// Reads a document; `None` when it is not a JSON object. Unknown parts are kept or ignored.
    pub fn read(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let mut out = Self::default();
        for (name, value) in object {
            match name.as_str() {
                "rel" => rel::strip(value.as_str().unwrap_or_default()).clone_into(&mut out.rel),
                "_links" => out.links = read_many(value, LinkValue::read),
                "_embedded" => out.embedded = read_many(value, Self::read),
                _ => {
                    out.properties.insert(name.clone(), value.clone());
                }
            }
        }
        Some(out)
    }

    /// Reads a document from text, with or without a byte order mark.
    ///
    /// # Errors
    /// A sentence, when the text is not a JSON object.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(without_bom(text)).map_err(|error| {
            format!("not JSON: line {}, column {}", error.line(), error.column())
        })?;
        Self::read(&value).ok_or_else(|| "a JSON object was expected".to_owned())
    }

    /// Writes the document in a dialect.
    pub fn write(&self, dialect: Dialect) -> Value {
        let mut out = self.properties.clone();
        if !self.links.is_empty() {
            let mut links = Map::new();
            for (rel, values) in self.links.iter() {
                let bare = values.iter().any(|link| link.bare);
                let name = if bare { rel.to_owned() } else { dialect.write(rel) };
                links.insert(name, one_or_many(rel, values.iter().map(LinkValue::as_value)));
            }
            out.insert("_links".into(), Value::Object(links));
        }
        if !self.embedded.is_empty() {
            let mut embedded = Map::new();
            for (rel, documents) in self.embedded.iter() {
                let values = documents.iter().map(|document| document.write(dialect));
                embedded.insert(dialect.write(rel), one_or_many(rel, values));
            }
            out.insert("_embedded".into(), Value::Object(embedded));
        }
        if !self.rel.is_empty() {
            out.insert("rel".into(), json!(dialect.write(&self.rel)));
        }
        Value::Object(out)
    }
}

/// The text without a leading byte order mark (DTO-08).
pub fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn read_many<T>(value: &Value, read: fn(&Value) -> Option<T>) -> ByRel<T> {
    let mut out = ByRel::default();
    for (name, value) in value.as_object().into_iter().flatten() {
        let items: Vec<T> = match value {
            Value::Array(items) => items.iter().filter_map(read).collect(),
            one => read(one).into_iter().collect(),
        };
        if !items.is_empty() {
            out.insert(rel::strip(name), items);
        }
    }
    out
}

fn one_or_many(rel: &str, values: impl ExactSizeIterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = values.collect();
    if values.len() == 1 && !rel::is_plural(rel) { values.remove(0) } else { Value::Array(values) }
}
