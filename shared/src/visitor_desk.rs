//! The desk's own API for a visitor's browser. Not part of the vendor's protocol: over a desk of others
//! it is not there, and the widget does without.
//!
//! | Request | Body | Answer |
//! |---|---|---|
//! | `POST /desk/visitor/ticket` | [`TicketInput`] | [`Ticket`], without a ticket |
//! | `GET /desk/visitor/state` | – | [`VisitorState`] |
//! | `POST /desk/visitor/about` | [`crate::VisitorContext`] | 204: what the website tells now, for the conversation that goes on |
//! | `GET /desk/visitor/conversations` | – | array of [`PastConversation`], newest first, at most 20 |
//! | `GET /desk/visitor/conversations/{id}` | – | [`VisitorTranscript`] |
//! | `POST /desk/visitor/files?name=NAME` | the file | 201 [`crate::desk::FileMade`]; 409 while no conversation goes on |
//! | `POST /desk/visitor/rating` | [`RatingInput`] | 204; 409 when it was rated more than an hour ago |
//! | `POST /desk/visitor/messages` | [`LeaveMessage`] | 201 when it is kept |
//! | `POST /desk/visitor/transcript` | [`TranscriptInput`] | 202 when it is kept for sending; 409 where no mail is set up |
//!
//! All but `ticket` want `Authorization: Bearer` with the ticket. Refusals carry an
//! [`crate::ErrorBody`]; a 401 means: ask for a ticket again, and hand in none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::date::UnixMs;
use crate::desk::Rating;

/// Body of `POST /desk/visitor/ticket`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketInput {
    /// The site's id, from the customer's tag.
    pub site: String,
    /// The ticket from before: while it is good for the site, the new one is for the same visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// What lets a visitor's browser use the desk's own API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Only the desk reads it. It also goes into [`crate::VisitorContext::ticket`], so that the
    /// conversation is this visitor's.
    pub ticket: String,
    /// When it ends.
    pub expires_ms: UnixMs,
}

/// What a visitor's browser shows before and while somebody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorState {
    /// Whether somebody answers now.
    pub availability: Availability,
    /// When the site's hours begin again; with `closed` only, and not where that is weeks away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_ms: Option<UnixMs>,
    /// The desk's id of the visitor's conversation that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Where that is in the queue; absent while it does not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Whether the desk sends e-mail: whether a transcript can be asked for.
    #[serde(default)]
    pub may_mail: bool,
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// 1 is next.
    pub position: u32,
    /// How long it may take from now on, by the last waits of the site; absent while the desk has seen too
    /// few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<UnixMs>,
}

/// Whether somebody answers a site's visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// An agent is there.
    Open,
    /// It is outside the site's hours.
    Closed,
    /// It is within them, and no agent is there.
    Away,
}

/// A conversation of the visitor's, over or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastConversation {
    /// The desk's id of it.
    pub id: String,
    /// When it began.
    pub started_ms: UnixMs,
    /// When it ended; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<UnixMs>,
    /// The newest text of a person, shortened to 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_text: Option<String>,
    /// The name of the agent who wrote last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What the visitor thinks of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
}

/// What was said, as far as the visitor was to see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorTranscript {
    /// The conversation.
    pub conversation: PastConversation,
    /// What was said, oldest first.
    pub entries: Vec<VisitorEntry>,
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorEntry {
    /// When.
    pub at_ms: UnixMs,
    /// By whom.
    #[serde(flatten)]
    pub by: Speaker,
    /// What.
    pub text: String,
}

/// Who said something, as a visitor knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Speaker {
    /// The visitor.
    Visitor,
    /// An agent.
    Agent {
        /// The name visitors see.
        name: String,
    },
    /// The desk itself: greeting, notices.
    Desk,
}

/// Body of `POST /desk/visitor/rating`. Within an hour of the first it may be sent again, changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingInput {
    /// The desk's id of the conversation.
    pub conversation: String,
    /// 1 to 5; 5 is best.
    pub score: u8,
    /// Why; at most 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Body of `POST /desk/visitor/transcript`; 3 an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptInput {
    /// The desk's id of the conversation.
    pub conversation: String,
    /// Where to send it.
    pub email: String,
    /// What the visitor reads, as a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Body of `POST /desk/visitor/messages`: for when somebody is there again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveMessage {
    /// What to call the visitor; may be empty.
    #[serde(default)]
    pub name: String,
    /// Where to answer.
    pub email: String,
    /// What the visitor wants; at most 4,000 characters.
    pub text: String,
    /// What else the site asks for: text by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}
