//! What the flow asks of the platform: steps, requests, answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a step does. One conversation does most of them once; offers, removals and texts are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum StepKind {
    /// Start the conference from the visitor's invitation.
    StartMeeting,
    /// Add chat to the conference.
    AddMessaging,
    /// Accept the visitor by bridging to the conference.
    AcceptAndBridge,
    /// Send the visitor a text.
    Say,
    /// Let an agent's messages reach the visitor.
    Admit,
    /// Invite an agent into the conference.
    Invite,
    /// Withdraw an invitation.
    Cancel,
    /// Stop an agent's messages from reaching the visitor.
    Remove,
    /// Put somebody out of the conference.
    Eject,
    /// Delete the visitor's leg.
    EndVisitor,
    /// Delete the conference.
    EndMeeting,
    /// Decline the visitor's invitation.
    Decline,
    /// Look whether the visitor's leg is still there.
    Probe,
}

impl StepKind {
    /// A short word for operation ids and logs.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::StartMeeting => "meet",
            Self::AddMessaging => "chat",
            Self::AcceptAndBridge => "bridge",
            Self::Say => "say",
            Self::Admit => "admit",
            Self::Invite => "invite",
            Self::Cancel => "cancel",
            Self::Remove => "remove",
            Self::Eject => "eject",
            Self::EndVisitor => "endv",
            Self::EndMeeting => "endm",
            Self::Decline => "decline",
            Self::Probe => "probe",
        }
    }

    /// Whether it undoes something that may be over by itself meanwhile.
    pub(crate) const fn may_be_late(self) -> bool {
        matches!(self, Self::Cancel | Self::Remove | Self::Eject | Self::Decline | Self::Probe)
    }
}

/// One thing the flow asked for; its name is the same after a crash, so that asking again is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Step {
    /// What.
    pub(crate) kind: StepKind,
    /// Which one of its kind.
    pub(crate) n: u32,
}

impl Step {
    /// The step of this kind that a conversation does once.
    pub(crate) const fn once(kind: StepKind) -> Self {
        Self { kind, n: 0 }
    }

    /// The `operationId` of the step: at most 50 characters (§1.7).
    pub(crate) fn operation_id(self, conversation: &str) -> String {
        format!("{conversation}-{}-{}", self.kind.word(), self.n)
    }

    /// The conversation that an operation id of ours belongs to.
    pub(crate) fn conversation_of(operation_id: &str) -> Option<&str> {
        operation_id.split_once('-').map(|(conversation, _)| conversation)
    }
}

/// The verb of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Method {
    /// Read.
    Get,
    /// Do.
    Post,
    /// Delete.
    Delete,
}

impl Method {
    /// The verb as the wire writes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Body {
    /// Nothing.
    Empty,
    /// `application/json`.
    Json(Value),
    /// `text/plain; charset=utf-8`.
    Text(String),
}

/// A request to the platform, by an address the platform handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The verb.
    pub(crate) method: Method,
    /// Absolute address.
    pub(crate) url: String,
    /// The body.
    pub(crate) body: Body,
}

impl Request {
    /// A request that carries JSON.
    pub(crate) fn post(url: &str, body: Value) -> Self {
        Self { method: Method::Post, url: url.to_owned(), body: Body::Json(body) }
    }

    /// A request to do something that needs no input.
    pub(crate) fn act(url: &str) -> Self {
        Self { method: Method::Post, url: url.to_owned(), body: Body::Empty }
    }

    /// A text to be sent; the operation id travels in the query (row A21).
    pub(crate) fn text(url: &str, operation_id: &str, text: &str) -> Self {
        let joint = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{joint}operationId={operation_id}");
        Self { method: Method::Post, url, body: Body::Text(text.to_owned()) }
    }

    /// A deletion.
    pub(crate) fn delete(url: &str) -> Self {
        Self { method: Method::Delete, url: url.to_owned(), body: Body::Empty }
    }

    /// A reading.
    pub(crate) fn get(url: &str) -> Self {
        Self { method: Method::Get, url: url.to_owned(), body: Body::Empty }
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It was done; the address of what came to be, where one was given, absolute.
    Done(Option<String>),
    /// It was refused for good, with this status.
    Refused(u16),
    /// Nobody knows whether it was done: no answer, 5xx, 429. Worth asking again.
    Lost,
}

/// What the machine wants done, after its changes were kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Which step it is.
    pub(crate) step: Step,
    /// What to send.
    pub(crate) request: Request,
}
