//! What the machine holds: applications, conversations, invitations, meetings.
//!
//! A *conversation* here is one member's side of it, as on the wire: a visitor who talks to an
//! endpoint makes two of them, each the `other` of the other; a meeting has one for each member.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::states::{
    CallState, ConversationState, Direction, FilterState, Importance, InvitationState,
};
use shared::{Dialect, SipUri};

use super::channel::Queue;
use super::marks::Marks;
use super::terms::Terms;
use crate::limits::INACTIVE_MS_DEFAULT;

/// Who has a side of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Owner {
    /// A UCWA application, by id.
    App(String),
    /// A service application's endpoint.
    Endpoint(SipUri),
}

/// Somebody, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) uri: String,
    pub(crate) name: String,
}

impl Person {
    /// What stands in addresses: the URI without `sip:` (§2A.4).
    pub(crate) fn key(&self) -> &str {
        self.uri.strip_prefix("sip:").unwrap_or(&self.uri)
    }
}

/// A service application's endpoint, as far as the machine needs it.
#[derive(Clone, Debug)]
pub(crate) struct EndpointInfo {
    pub(crate) uri: SipUri,
    pub(crate) display_name: String,
    pub(crate) callback_url: String,
    pub(crate) dialect: Dialect,
}

/// Whose an application is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Who {
    /// A visitor, by what the token says.
    Visitor {
        /// `aeu`: whom the visitor may talk to.
        endpoint: SipUri,
        /// `asi`: the website's session.
        session: String,
        /// `confid`: the meeting the visitor may join.
        meeting: Option<String>,
    },
    /// A signed-in user.
    Agent { user: SipUri },
}

/// A UCWA application (§2B.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) who: Who,
    pub(crate) me: Person,
    pub(crate) culture: String,
    pub(crate) user_agent: String,
    pub(crate) kind: String,
    pub(crate) endpoint_id: String,
    pub(crate) instance_id: Option<String>,
    /// The availability its user prefers; none before `makeMeAvailable`.
    pub(crate) presence: Option<String>,
    /// What its user made known besides.
    #[serde(default)]
    pub(crate) manner: Manner,
    /// Counts changes of `communication`.
    pub(crate) communication_etag: u64,
    /// The property whose name is a GUID (§3.7).
    pub(crate) communication_guid: String,
    /// What was PUT beyond what the platform knows.
    pub(crate) communication: Map<String, Value>,
    /// Operation ids and where they led, newest last (invariant 2).
    pub(crate) recent: VecDeque<(String, String)>,
    #[serde(skip)]
    pub(crate) queue: Queue,
}

impl App {
    pub(crate) fn owner(&self) -> Owner {
        Owner::App(self.id.clone())
    }

    pub(crate) const fn is_visitor(&self) -> bool {
        matches!(self.who, Who::Visitor { .. })
    }
}

/// What a user made known with `makeMeAvailable` and after (§2B.3, §3.6).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Manner {
    /// What one says of oneself.
    pub(crate) note: String,
    /// Where one says one is.
    pub(crate) location: String,
    /// Messages to it are plain text.
    pub(crate) is_plain_only: bool,
    /// Without a report of activity for this long one counts as idle.
    pub(crate) inactive_ms: i64,
    /// Nothing was reported for that long.
    pub(crate) is_idle: bool,
    /// The last report of activity.
    #[serde(skip)]
    pub(crate) active_ms: i64,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            note: String::new(),
            location: String::new(),
            is_plain_only: false,
            inactive_ms: INACTIVE_MS_DEFAULT,
            is_idle: false,
            active_ms: 0,
        }
    }
}

/// What a conversation is joined to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// One to one; the other side and who is seen there.
    Peer { other: String, remote: Person },
    /// A meeting.
    Meeting { meeting: String },
}

/// One member's side of a conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) owner: Owner,
    pub(crate) kind: Kind,
    pub(crate) me: Person,
    pub(crate) state: ConversationState,
    pub(crate) messaging: CallState,
    pub(crate) subject: Option<String>,
    pub(crate) importance: Importance,
    pub(crate) thread_id: Option<String>,
    pub(crate) created_ms: i64,
    /// Where webhooks go instead of the endpoint's address.
    pub(crate) callback_url: Option<String>,
    pub(crate) callback_context: Option<String>,
    /// Webhooks decided so far.
    pub(crate) hooks: u64,
    pub(crate) bridge: Option<Bridge>,
    /// Whether its owner leads the meeting: lets others in, puts them out.
    #[serde(default)]
    pub(crate) leads: bool,
    /// Its owner takes plain text only (row A50).
    #[serde(default)]
    pub(crate) is_plain_only: bool,
    /// Came in a meeting before this member added messaging; to be shown then.
    pub(crate) held: Vec<Message>,
    /// How far things have come to and from here.
    #[serde(skip)]
    pub(crate) marks: Marks,
    #[serde(skip)]
    pub(crate) messages: BTreeMap<u64, Message>,
    /// Own messages by operation id (invariant 2).
    #[serde(skip)]
    pub(crate) operations: BTreeMap<String, u64>,
    /// Who is typing, by URI: until when, and as whom they are seen here.
    #[serde(skip)]
    pub(crate) typing: BTreeMap<String, (i64, Person)>,
}

impl Conversation {
    /// The number the next message gets; the first is 2 (§2A.4).
    pub(crate) fn next_message(&self) -> u64 {
        self.messages.last_key_value().map_or(2, |(number, _)| number + 1)
    }

    pub(crate) fn meeting(&self) -> Option<&str> {
        match &self.kind {
            Kind::Meeting { meeting } => Some(meeting),
            Kind::Peer { .. } => None,
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.messaging == CallState::Connected
    }
}

/// The joint between a visitor's conversation and a meeting; lives on the endpoint's side (§1.8).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bridge {
    pub(crate) meeting: String,
    pub(crate) meeting_uri: String,
    /// The endpoint's name on the visitor's side.
    pub(crate) name: String,
    pub(crate) etag: u64,
    pub(crate) participants: BTreeMap<SipUri, Bridged>,
}

/// Somebody whose messages cross a bridge, or are kept from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bridged {
    pub(crate) uri: SipUri,
    pub(crate) name: String,
    pub(crate) filter: FilterState,
}

/// How a message was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TextFormat {
    Plain,
    Html,
}

/// One message on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) number: u64,
    pub(crate) direction: Direction,
    pub(crate) at_ms: i64,
    /// The sender's, the same on every side.
    pub(crate) operation: Option<String>,
    pub(crate) format: TextFormat,
    pub(crate) text: String,
    /// Who sent it, as seen on this side; none for own messages.
    pub(crate) sender: Option<Person>,
}

/// Which of the three invitations it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum InvitationKind {
    Messaging,
    OnlineMeeting,
    Participant,
}

/// One side of an invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) id: String,
    pub(crate) kind: InvitationKind,
    pub(crate) owner: Owner,
    pub(crate) conversation: String,
    pub(crate) direction: Direction,
    pub(crate) state: InvitationState,
    pub(crate) operation: String,
    /// What a repeat of the operation is recognised by.
    pub(crate) operation_key: Option<String>,
    pub(crate) importance: Importance,
    pub(crate) subject: Option<String>,
    pub(crate) thread_id: Option<String>,
    pub(crate) from: Person,
    pub(crate) to: String,
    pub(crate) message: Option<String>,
    pub(crate) custom_content: Option<String>,
    pub(crate) meeting_uri: Option<String>,
    pub(crate) accepted_by: Option<Person>,
    /// The invitations on the other side: one for a visitor's, one for each ringing application of
    /// an invited user.
    pub(crate) rings: Vec<String>,
    /// The invitation that rings here.
    pub(crate) rung_by: Option<String>,
    /// When it fails by itself; on the inviting side only.
    pub(crate) fails_at_ms: Option<i64>,
}

impl Invitation {
    /// Whether it waits for an answer.
    pub(crate) fn is_open(&self) -> bool {
        self.state == InvitationState::Connecting
    }

    /// Whether its owner can still answer it.
    pub(crate) fn can_be_answered(&self) -> bool {
        self.is_open() && self.direction == Direction::Incoming
    }
}

/// A meeting (§2A.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meeting {
    pub(crate) id: String,
    /// `sip:{organizer};gruu;opaque=app:conf:focus:id:{ID}`.
    pub(crate) uri: String,
    pub(crate) join_url: String,
    pub(crate) endpoint: SipUri,
    #[serde(flatten)]
    pub(crate) terms: Terms,
    pub(crate) expires_ms: i64,
    /// Conversations of those in the roster, in the order of joining.
    pub(crate) members: Vec<String>,
    /// Conversations of those who wait to be let in, in the order of asking.
    #[serde(default)]
    pub(crate) lobby: Vec<String>,
    /// The endpoint's side of the visitor's conversation.
    pub(crate) bridge: Option<String>,
}

/// A webhook: one envelope of one conversation (§1.7).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Hook {
    /// Names it in the log.
    pub(crate) scope: String,
    pub(crate) endpoint: SipUri,
    pub(crate) conversation: String,
    pub(crate) number: u64,
    pub(crate) url: String,
    /// The context known when it was decided.
    pub(crate) context: Option<String>,
    pub(crate) body: String,
}
