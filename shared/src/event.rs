//! What the event channel and the webhooks carry (`protocol.md` §3.1, §2A.5).

use serde_json::{Map, Value, json};

use crate::error::ErrorBody;
use crate::read::{first, items, unescaped};
use crate::rel::{self, Dialect};
use crate::resource::{LinkValue, Resource};

/// One answer of an event channel, or the body of one webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// The address it was asked at.
    pub this: String,
    /// Where to go on.
    pub continuation: Option<Continuation>,
    /// What happened, in order.
    pub senders: Vec<Sender>,
    /// Base of relative addresses; webhooks only (§1.7).
    pub base_uri: Option<String>,
}

/// The one way to go on (§3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// Ask here for what comes next; asking acknowledges this package.
    Next(String),
    /// As `Next`, but conversations and subscriptions are gone.
    Resume(String),
    /// The link asked was wrong; ask here for the oldest package not acknowledged.
    Resync(String),
}

/// Events of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    /// What it is: `communication`, `conversation`, `me`, …
    pub rel: String,
    /// Its address.
    pub href: String,
    /// Its events, in order.
    pub events: Vec<Event>,
}

/// A reference in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRef {
    /// What it points to, without a dialect.
    pub rel: String,
    /// Where.
    pub href: String,
    /// A display name.
    pub title: Option<String>,
}

impl LinkRef {
    /// A reference without a title.
    pub fn new(rel: &str, href: impl Into<String>) -> Self {
        Self { rel: rel.to_owned(), href: href.into(), title: None }
    }

    fn read(value: &Value) -> Option<Self> {
        let value = first(value);
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        Some(Self {
            rel: rel::strip(text("rel")?).to_owned(),
            href: unescaped(text("href")?),
            title: text("title").map(str::to_owned),
        })
    }

    fn write(&self, dialect: Dialect) -> Value {
        let mut out = json!({ "rel": dialect.write(&self.rel), "href": self.href });
        if let Some(title) = &self.title {
            out["title"] = json!(title);
        }
        out
    }
}

/// What happened to a resource or an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A resource came to be.
    Added,
    /// A resource changed.
    Updated,
    /// A resource is gone.
    Deleted,
    /// An operation began.
    Started,
    /// An operation ended; see [`Event::status`].
    Completed,
    /// A kind this crate does not know; to be ignored.
    Other(String),
}

impl EventKind {
    /// The kind as the wire writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Other(other) => other,
        }
    }

    fn read(text: &str) -> Self {
        match text {
            "added" => Self::Added,
            "updated" => Self::Updated,
            "deleted" => Self::Deleted,
            "started" => Self::Started,
            "completed" => Self::Completed,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// How a completed operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As asked.
    Success,
    /// Not; see [`Event::reason`].
    Failure,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// To what.
    pub link: LinkRef,
    /// What.
    pub kind: EventKind,
    /// The collection it entered or left, or the one of several it belongs to.
    pub within: Option<LinkRef>,
    /// How an operation ended; may be absent on `completed`.
    pub status: Option<Status>,
    /// Why it failed, or why the server did it.
    pub reason: Option<ErrorBody>,
    /// The resource as it is now; absent means: ask at the link.
    pub resource: Option<Resource>,
}

impl Event {
    /// An event without anything optional.
    pub fn new(kind: EventKind, link: LinkRef) -> Self {
        Self { link, kind, within: None, status: None, reason: None, resource: None }
    }

    /// An event that carries its resource.
    pub fn with(kind: EventKind, link: LinkRef, resource: Resource) -> Self {
        Self { resource: Some(resource), ..Self::new(kind, link) }
    }

    fn read(value: &Value) -> Option<Self> {
        let link = LinkRef::read(value.get("link")?)?;
        let embedded = value.get("_embedded").and_then(Value::as_object);
        let resource = embedded.and_then(|it| {
            // Row A28: the key counts, not the body's own rel.
            let found = it.iter().find(|(name, _)| rel::strip(name) == link.rel);
            let (_, value) = found.or_else(|| it.iter().next())?;
            Resource::read(first(value))
        });
        let status = match value.get("status").and_then(Value::as_str) {
            Some("Success") => Some(Status::Success),
            Some("Failure") => Some(Status::Failure),
            _ => None,
        };
        Some(Self {
            kind: EventKind::read(value.get("type").and_then(Value::as_str).unwrap_or_default()),
            within: value.get("in").and_then(LinkRef::read),
            status,
            reason: value.get("reason").and_then(ErrorBody::read),
            resource,
            link,
        })
    }

    fn write(&self, dialect: Dialect) -> Value {
        let mut out = Map::new();
        out.insert("link".into(), self.link.write(dialect));
        out.insert("type".into(), self.kind.as_str().into());
        if let Some(within) = &self.within {
            out.insert("in".into(), within.write(dialect));
        }
        if let Some(status) = self.status {
            let text = if status == Status::Success { "Success" } else { "Failure" };
            out.insert("status".into(), text.into());
        }
        if let Some(reason) = &self.reason {
            out.insert("reason".into(), reason.write());
        }
        if let Some(resource) = &self.resource {
            let key = dialect.write(&self.link.rel);
            out.insert("_embedded".into(), json!({ key: resource.write(dialect) }));
        }
        Value::Object(out)
    }
}

impl Package {
    /// Reads a package; `None` when it is not a JSON object. Events without a link are passed over.
    pub fn read(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let link = |name: &str| {
            let value = first(object.get("_links")?.get(name)?);
            Some(unescaped(value.get("href")?.as_str()?))
        };
        // Row "both present" of §3.3: resync, then resume, then next.
        let continuation = link("resync")
            .map(Continuation::Resync)
            .or_else(|| link("resume").map(Continuation::Resume))
            .or_else(|| link("next").map(Continuation::Next));
        let senders = items(object.get("sender")).iter();
        Some(Self {
            this: link("self").unwrap_or_default(),
            continuation,
            senders: senders.filter_map(Sender::read).collect(),
            base_uri: object.get("baseuri").and_then(Value::as_str).map(str::to_owned),
        })
    }

    /// Writes the package in a dialect. Without senders only the links are written.
    pub fn write(&self, dialect: Dialect) -> Value {
        let mut links = Map::new();
        if !self.this.is_empty() {
            links.insert("self".into(), LinkValue::to(&self.this).as_value());
        }
        match &self.continuation {
            Some(Continuation::Next(href)) => links.insert("next".into(), json!({ "href": href })),
            Some(Continuation::Resume(href)) => {
                links.insert("resume".into(), json!({ "href": href }))
            }
            Some(Continuation::Resync(href)) => {
                links.insert("resync".into(), json!({ "href": href }))
            }
            None => None,
        };
        let mut out = json!({ "_links": links });
        if !self.senders.is_empty() {
            out["sender"] = self.senders.iter().map(|sender| sender.write(dialect)).collect();
        }
        if let Some(base) = &self.base_uri {
            out["baseuri"] = json!(base);
        }
        out
    }
}

impl Sender {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let events = items(value.get("events")).iter();
        Some(Self {
            rel: rel::strip(text("rel")?).to_owned(),
            href: unescaped(text("href").unwrap_or_default()),
            events: events.filter_map(Event::read).collect(),
        })
    }

    fn write(&self, dialect: Dialect) -> Value {
        let events: Vec<Value> = self.events.iter().map(|event| event.write(dialect)).collect();
        json!({ "rel": dialect.write(&self.rel), "href": self.href, "events": events })
    }
}
