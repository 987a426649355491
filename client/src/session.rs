//! The machine's face: what goes in and what comes out.

use crate::http::{HttpRequest, HttpResponse, NoAnswer};
use crate::model::Notice;

pub use crate::machine::Session;

/// Who the client is and where it starts.
#[derive(Clone, PartialEq, Eq)]
pub enum Start {
    /// An anonymous visitor of a site.
    Visitor {
        /// Absolute address of the bootstrap, `…/GetAnonTokenJob`.
        bootstrap_url: String,
        /// The origin requests will carry (`location.origin`).
        origin: String,
        /// The site's id, from the customer's tag.
        site: String,
        /// What to call the visitor; empty for none.
        display_name: String,
        /// The link of a meeting to join instead of calling the helpdesk; empty for none.
        meeting_url: String,
    },
    /// An agent who signs in with a password.
    Agent {
        /// Absolute address of discovery, `…/autodiscover/autodiscoverservice.svc/root`.
        root_url: String,
        /// SIP URI or user name.
        username: String,
        /// Password; forgotten once a token was given.
        password: String,
    },
}

/// Says which, and never the password.
impl std::fmt::Debug for Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Visitor { site, .. } => write!(f, "Visitor of {site}"),
            Self::Agent { username, .. } => write!(f, "Agent {username}"),
        }
    }
}

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Connect. A visitor's conversation starts with the first [`Command::Send`] or with
    /// [`Command::StartConversation`].
    Connect,
    /// Start a new conversation with the helpdesk (visitor) without a text, so that the greeting comes.
    StartConversation {
        /// What it is about.
        subject: Option<String>,
    },
    /// What the website tells of its visitor, as the JSON of a [`shared::VisitorContext`] with the site.
    /// The next conversation that starts tells it to the helpdesk.
    Describe {
        /// The JSON object.
        about: String,
    },
    /// Send a text. An empty key means the visitor's current conversation; one is started if there is none.
    Send {
        /// The conversation's key.
        conversation: String,
        /// The text.
        text: String,
    },
    /// Send a failed item again.
    Retry {
        /// The conversation's key.
        conversation: String,
        /// The item's key.
        item: String,
    },
    /// The person is typing (WID-21: at most one request in 3 s).
    Typing {
        /// The conversation's key.
        conversation: String,
    },
    /// The person has had what was said up to a time before their eyes.
    MarkRead {
        /// The conversation's key.
        conversation: String,
        /// The time of the newest message seen, in Unix milliseconds.
        up_to_ms: i64,
    },
    /// Accept an invitation; messaging is added by itself (WID-19).
    Accept {
        /// The invitation's key.
        invitation: String,
    },
    /// Accept the invitation to this meeting as soon as it comes, or now.
    AcceptMeeting {
        /// The meeting's address.
        online_meeting_uri: String,
    },
    /// Join this meeting (agents); messaging is added by itself.
    Join {
        /// The meeting's address.
        online_meeting_uri: String,
    },
    /// Let somebody in from a meeting's lobby, or send them away (agents).
    AnswerLobby {
        /// The conversation's key.
        conversation: String,
        /// The address of who waits.
        participant: String,
        /// In, or away.
        admit: bool,
    },
    /// Decline an invitation.
    Decline {
        /// The invitation's key.
        invitation: String,
    },
    /// End a conversation: stop messaging, delete it.
    End {
        /// The conversation's key.
        conversation: String,
    },
    /// Go on with this sign-in, in the place of the one before if there was one (agents).
    Adopt {
        /// What [`Session::proof`] gave.
        proof: String,
    },
    /// Leave for good: delete the application.
    Close,
}

/// What a driver hands in.
#[derive(Clone, Debug)]
pub enum Input {
    /// A person's wish.
    Command(Command),
    /// The answer to a request, or that there was none.
    Answer {
        /// The id that came with the request.
        id: u64,
        /// What came.
        result: Result<HttpResponse, NoAnswer>,
    },
    /// The deadline passed.
    Tick,
    /// The network or the page came back: try again now.
    Wake,
}

/// What a driver must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Make a request and hand in its answer.
    Request {
        /// Hand it back with the answer.
        id: u64,
        /// The request.
        request: HttpRequest,
        /// Give up after this long without an answer.
        timeout_ms: u64,
    },
    /// Stop waiting for a request; its answer is not wanted any more.
    Abort {
        /// The id that came with the request.
        id: u64,
    },
    /// Keep [`Session::snapshot`] now.
    Save,
    /// Tell a person once.
    Notice(Notice),
}
