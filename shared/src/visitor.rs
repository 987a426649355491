//! What a website tells about its visitor. Ours alone: a desk makes do without it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date::UnixMs;

/// What a widget may tell about its visitor: JSON in the `customContent` link of the invitation
/// (`data:application/json,…`; `protocol.md` §2B.3). Nobody but the visitor's browser vouches for it;
/// only what `token` says is the website's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitorContext {
    /// The site's id, from the customer's tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The page the visitor is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// That page's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the visitor came to that page from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// The language the widget speaks, as a tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What to call the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where to write to the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The website's own id of the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The website's signed word on who the visitor is: a JWT with `sub`, `exp` and maybe `name` and
    /// `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The desk's word on which visitor this is ([`crate::visitor_desk::Ticket`]); the browser's, not the
    /// website's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// What else the website wants its agents to know: text, number or truth by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Value>,
    /// Words to find the conversation by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What the visitor did on the website, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<VisitorEvent>,
}

/// Something a visitor did, by the website's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitorEvent {
    /// When, by the browser's clock.
    pub at_ms: UnixMs,
    /// What.
    pub name: String,
    /// What else there is to say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A page a visitor was on before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitedPage {
    /// When the visitor left it.
    pub left_ms: UnixMs,
    /// Its address.
    pub page: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What agents see of that: bounded, and with the website's word checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitorAbout {
    /// The page the visitor is on, as far as the widget tells.
    pub page: Option<String>,
    /// That page's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_title: Option<String>,
    /// Where the visitor came to that page from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
    /// The language the visitor reads, as a tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where to write to the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor_email: Option<String>,
    /// The website's own id of the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<String>,
    /// Whether the website has signed id, name and e-mail address.
    #[serde(skip_serializing_if = "is_false")]
    pub is_verified: bool,
    /// Name and value, as the website wants them shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// Words to find the conversation by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What the visitor did on the website, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<VisitorEvent>,
    /// The pages before this one while the conversation goes on, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<VisitedPage>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_false(it: &bool) -> bool {
    !*it
}
