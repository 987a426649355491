//! What a client shows: plain values, made by the machine, read by views.

/// All that a client knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Whether what is shown is current.
    pub connection: Connection,
    /// Who one is: a SIP URI; empty until known.
    pub me_uri: String,
    /// The name others see.
    pub me_name: String,
    /// Conversations by the order in which they came.
    pub conversations: Vec<Conversation>,
    /// Invitations that wait for an answer (agents).
    pub invitations: Vec<Invitation>,
}

impl Model {
    /// The conversation of a key.
    pub fn conversation(&self, key: &str) -> Option<&Conversation> {
        self.conversations.iter().find(|it| it.key == key)
    }
}

/// Whether what is shown is current (invariant 12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Nothing was asked yet.
    #[default]
    Idle,
    /// On the way: bootstrap, discovery, application.
    Connecting,
    /// Current.
    Online,
    /// Possibly stale; tries again by itself at `retry_at_ms`.
    Reconnecting {
        /// When, on the driver's clock.
        retry_at_ms: i64,
    },
    /// Another instance uses this session; stopped.
    OpenedElsewhere,
    /// The token or password was refused; sign in again.
    SignedOut {
        /// A sentence for a person.
        reason: String,
    },
    /// Stopped; goes on only when a person asks.
    Stopped {
        /// A sentence for a person.
        reason: String,
    },
}

/// A conversation as one member sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// The address of the conversation; stable through its life. Before the server named it: the
    /// operation id of the invitation that starts it.
    pub key: String,
    /// Where it stands.
    pub phase: Phase,
    /// What it is about.
    pub subject: Option<String>,
    /// The meeting behind it, for matching with the desk's queue.
    pub online_meeting_uri: Option<String>,
    /// The other members.
    pub participants: Vec<Participant>,
    /// Who waits to be let in, where one may answer them.
    pub lobby: Vec<Participant>,
    /// Display names of those who are typing.
    pub typing: Vec<String>,
    /// Whether a message can be sent now: the link is there (WID-14).
    pub can_send: bool,
    /// Whether messaging was read and has no link to send by (WID-14). What is not read yet, as after a
    /// reload, is no refusal: what is sent then waits as [`Delivery::Sending`].
    pub lacks_send: bool,
    /// Why it is over, where the server said so in a sentence; else empty.
    pub end_reason: String,
    /// What was said, in order; own messages not yet acknowledged stand last.
    pub items: Vec<Item>,
}

/// How far an own message got, as it is shown. Those of others are `Sent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Not yet acknowledged.
    Sending,
    /// Kept by the server.
    #[default]
    Sent,
    /// A client of somebody on the other side has it.
    Delivered,
    /// Somebody on the other side has had it before their eyes.
    Read,
    /// It did not arrive.
    Failed,
}

impl Standing {
    /// The word in `data-delivery` and in style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Being set up.
    #[default]
    Connecting,
    /// Waiting to be let into a meeting.
    Lobby,
    /// Messages flow.
    Connected,
    /// Over.
    Ended,
}

/// Another member of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Its address.
    pub href: String,
    /// SIP URI where known.
    pub uri: Option<String>,
    /// Display name.
    pub name: String,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Stays the same from draft to delivered: the operation id of an own message, else its address.
    pub key: String,
    /// By whom.
    pub author: Author,
    /// What, as plain text.
    pub text: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// How far it got.
    pub delivery: Delivery,
    /// The sender's operation id where known, the same on every leg of a bridge.
    pub operation_id: Option<String>,
    /// How far others have it, as far as the platform says so: `Sent`, `Delivered` or `Read`.
    pub reach: Standing,
}

impl Item {
    /// How far it got, as it is shown.
    pub const fn standing(&self) -> Standing {
        match self.delivery {
            Delivery::Sending => Standing::Sending,
            Delivery::Sent => self.reach,
            Delivery::Failed { .. } => Standing::Failed,
        }
    }
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Oneself.
    Me,
    /// Somebody else, by display name.
    Other(String),
}

/// How far an own message got (invariant 11). Incoming ones are `Sent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not yet acknowledged.
    Sending,
    /// Kept by the server.
    Sent,
    /// Refused or not deliverable; may be tried again.
    Failed {
        /// A sentence for a person.
        reason: String,
    },
}

/// An invitation that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its address.
    pub key: String,
    /// Who invites, by display name.
    pub from: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The meeting it invites to.
    pub online_meeting_uri: Option<String>,
    /// When it came, in Unix milliseconds.
    pub at_ms: i64,
    /// Whether an answer is on its way.
    pub answering: bool,
}

/// Something to tell a person once: by sound, live region or title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A message of somebody else was shown for the first time.
    MessageArrived {
        /// The conversation's key.
        conversation: String,
        /// The item's key.
        item: String,
    },
    /// An invitation came.
    InvitationArrived {
        /// Its key.
        invitation: String,
    },
    /// An invitation is gone: answered elsewhere, withdrawn or timed out.
    InvitationGone {
        /// Its key.
        invitation: String,
    },
    /// A conversation is over.
    ConversationEnded {
        /// Its key.
        conversation: String,
    },
}
