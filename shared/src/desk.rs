//! The desk's own API, between console and desk. Not part of the vendor's protocol.
//!
//! | Request | Body | Answer |
//! |---|---|---|
//! | `GET /desk/api/state?after=REVISION` | – | [`DeskState`]; held up to 25 s while the revision is `after` |
//! | `POST /desk/api/me` | [`SetAvailability`] | 204 |
//! | `GET /desk/api/conversations/{id}` | – | [`Transcript`] |
//! | `POST /desk/api/conversations/{id}/take` | – | 204; the invitation follows over UCWA |
//! | `POST /desk/api/conversations/{id}/end` | – | 204 |
//! | `GET /desk/api/messages-left` | – | array of [`MessageLeft`] |
//! | `POST /desk/api/messages-left/{id}/done` | – | 204 |
//! | `POST /desk/api/meetings` | [`CreateMeeting`] | 201 [`ConversationView`] |
//! | `POST /desk/api/files?name=NAME` | the file | 201 [`FileMade`] |
//! | `GET /desk/api/setup` | – | [`SetupState`], without a token |
//! | `POST /desk/api/setup` | [`CreateFirstAgent`] | 201 |
//!
//! All but `setup` want `Authorization: Bearer` with the agent's platform token. Refusals carry an
//! [`crate::ErrorBody`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::date::UnixMs;
use crate::visitor::VisitorAbout;

/// All that an agent's console shows besides the conversations themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskState {
    /// Grows with every change; hand it back as `after`.
    pub revision: u64,
    /// The desk's time, for waiting times.
    pub now_ms: UnixMs,
    /// The agent who asks.
    pub me: AgentView,
    /// Everybody of the same tenant, the asker included.
    pub agents: Vec<AgentView>,
    /// Every open conversation of the tenant, longest waiting first, and those that ended lately.
    pub conversations: Vec<ConversationView>,
    /// What visitors left while nobody was there and nobody has seen to, oldest first, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages_left: Vec<MessageLeft>,
}

/// A message that a visitor left while nobody was there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageLeft {
    /// The desk's id of it.
    pub id: String,
    /// The site it came from.
    pub site: String,
    /// What to call the visitor; empty when unnamed.
    pub name: String,
    /// Where to answer.
    pub email: String,
    /// What the visitor wants.
    pub text: String,
    /// What else the site asked for: text by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// When.
    pub at_ms: UnixMs,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentView {
    /// SIP URI.
    pub uri: String,
    /// The name visitors see.
    pub display_name: String,
    /// Whether new conversations may be offered.
    pub availability: Availability,
}

/// Whether an agent takes new conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    /// Is offered conversations.
    Available,
    /// Is not, but keeps those at hand.
    Away,
    /// Has no console or client connected.
    Offline,
}

/// Body of `POST /desk/api/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAvailability {
    /// `Available` or `Away`.
    pub availability: Availability,
}

/// The one place an open conversation is in (invariant 9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "place")]
pub enum Place {
    /// In the queue.
    Waiting {
        /// 1 is next.
        position: u32,
    },
    /// With an agent.
    Owned {
        /// The owner's SIP URI.
        agent: String,
    },
    /// Over.
    Ended,
}

/// A conversation as the queue shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    /// The desk's id of it.
    pub id: String,
    /// The site it came from.
    pub site: String,
    /// What to call the visitor.
    pub visitor_name: String,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// When it began.
    pub started_ms: UnixMs,
    /// The meeting it is bridged to; an incoming onlineMeetingInvitation to this address is its offer.
    pub online_meeting_uri: Option<String>,
    /// The newest text, shortened to 120 characters.
    pub last_text: Option<String>,
    /// When that came.
    pub last_ms: UnixMs,
    /// How many texts the transcript has.
    pub texts: u64,
    /// What the website told of the visitor when it began.
    #[serde(flatten)]
    pub about: VisitorAbout,
    /// What the visitor thinks of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// For a meeting that visitors join by a link: that link. Its `visitor_name` is its subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingLink>,
}

/// What a visitor thinks of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 to 5; 5 is best.
    pub score: u8,
    /// Why, in the visitor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When it was first given.
    pub at_ms: UnixMs,
}

/// The way into a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingLink {
    /// What visitors open.
    pub join_url: String,
    /// Whether visitors wait until an agent lets them in.
    pub lobby: bool,
}

/// Body of `POST /desk/api/meetings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateMeeting {
    /// What it is about, 1 to 250 characters: visitors read it before they join.
    pub subject: String,
    /// Whether visitors wait until an agent lets them in.
    #[serde(default)]
    pub lobby: bool,
}

/// All that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// The conversation.
    pub conversation: ConversationView,
    /// What was said, oldest first.
    pub entries: Vec<TranscriptEntry>,
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptEntry {
    /// Counts from 1 without a gap.
    pub seq: u64,
    /// When.
    pub at_ms: UnixMs,
    /// By whom.
    pub author: Author,
    /// What.
    pub text: String,
    /// The sender's operation id where it is known: the same message over UCWA has the same.
    pub operation_id: Option<String>,
}

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by")]
pub enum Author {
    /// The visitor.
    Visitor,
    /// One of the visitors of a meeting.
    NamedVisitor {
        /// The name that visitor gave.
        name: String,
    },
    /// An agent.
    Agent {
        /// SIP URI.
        uri: String,
        /// The name visitors see.
        name: String,
    },
    /// The desk itself: greeting, notices.
    Desk,
}

/// Whether the first agent is still to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupState {
    /// True until the first agent exists.
    pub needed: bool,
}

/// Body of `POST /desk/api/setup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateFirstAgent {
    /// The code of the one-time link.
    pub code: String,
    /// SIP URI, or the part before the `@`.
    pub uri: String,
    /// The name visitors see.
    pub display_name: String,
    /// At least 8 characters.
    pub password: String,
}

/// A file that was taken. A message that is its address alone is how it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMade {
    /// Where it is, absolute; whoever knows it may read the file.
    pub url: String,
    /// What it is called now: cleaned, and ending in what it is.
    pub name: String,
    /// Its media type, by its content.
    #[serde(rename = "type")]
    pub media_type: String,
    /// How long it is.
    pub bytes: u64,
}

/// First segments of a file's path: `/desk/files/ID/NAME`.
pub const FILES_PATH: &str = "/desk/files/";
