//! What happened to a conversation, as it is kept: the flow's state is folded from these alone.

use serde::{Deserialize, Serialize};
use shared::desk::{Rating, TranscriptEntry};
use shared::states::FilterState;
use shared::{SipUri, VisitorAbout};

use super::step::{Request, Step};

/// How a conversation came in, and all that is known from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opening {
    /// The visitor's invitation; addresses here are absolute.
    pub(crate) invitation: String,
    /// The visitor's leg.
    pub(crate) conversation: Option<String>,
    /// Where a conference can be started.
    pub(crate) start_meeting: Option<String>,
    /// Where the invitation can be accepted.
    pub(crate) accept_and_bridge: Option<String>,
    /// Where it can be declined.
    pub(crate) decline: Option<String>,
    /// What to call the visitor.
    pub(crate) visitor_name: String,
    /// The text that came with the invitation.
    pub(crate) first_text: Option<String>,
    /// The desk's own id of the visitor, where the invitation brought the visitor's ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) visitor: Option<String>,
    /// What the website told of the visitor.
    #[serde(flatten)]
    pub(crate) about: VisitorAbout,
    /// The site's id.
    pub(crate) site: String,
    /// The site's title: the name of the desk, as the visitor sees it.
    pub(crate) site_title: String,
    /// The first message to the visitor; empty for none.
    pub(crate) greeting: String,
    /// Whether it began outside the site's hours.
    #[serde(default)]
    pub(crate) is_closed: bool,
    /// Where the platform tells of the conference.
    pub(crate) callback_url: String,
    /// When, in Unix milliseconds.
    pub(crate) at_ms: i64,
    /// Who alone is invited; absent: whoever is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<Target>,
    /// Present: no visitor called, but an agent made a meeting that visitors join by a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hosted: Option<Hosted>,
}

/// Who is invited into every conversation while `StartIMBridge` is on (`protocol.md` §1.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// Whom.
    pub(crate) agent: SipUri,
    /// The name visitors see.
    pub(crate) name: String,
    /// Whether what they write is kept from the visitor.
    pub(crate) filter: FilterState,
}

/// A meeting of an agent's. The desk is in it for the transcript and to end it for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hosted {
    /// Who made it, and owns the conversation.
    pub(crate) agent: SipUri,
    /// What visitors open: a page of ours.
    pub(crate) link: String,
    /// What the platform knows it by, for visitors' tokens.
    pub(crate) join_url: String,
    /// Whether visitors wait until an agent lets them in.
    pub(crate) lobby: bool,
    /// What the desk is called in it.
    pub(crate) desk_name: String,
}

/// An address or a word the flow needs to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Slot {
    /// The visitor's leg.
    Visitor,
    /// The conference's conversation.
    Conference,
    /// The conference's `onlineMeetingUri`.
    MeetingUri,
    /// Adds chat to the conference.
    AddMessaging,
    /// The conference's chat, while it is connected.
    Talking,
    /// Takes texts for the visitor.
    SendToVisitor,
    /// Whose messages cross the bridge.
    BridgedParticipants,
    /// Invites into the conference.
    AddParticipant,
}

/// How far the path is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// The conference is being started.
    Meeting,
    /// Chat is being added to it.
    Messaging,
    /// The visitor is being bridged to it.
    Bridging,
    /// Texts flow; agents can be offered it.
    Open,
}

/// Who ended a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EndedBy {
    /// The visitor left.
    Visitor,
    /// An agent ended it.
    Agent(SipUri),
    /// The desk gave up; the word says why, for the log.
    Desk(String),
    /// The platform says it is gone.
    Platform,
}

/// The one place a conversation is in (invariant 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In the queue since then.
    Waiting {
        /// Unix milliseconds.
        since_ms: i64,
    },
    /// With this agent.
    Owned {
        /// The owner.
        agent: SipUri,
    },
    /// Over.
    Ended {
        /// By whom.
        by: EndedBy,
        /// Unix milliseconds.
        at_ms: i64,
    },
}

/// Why an offer came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Miss {
    /// The agent refused.
    Declined,
    /// The agent did not answer in time.
    Unanswered,
    /// The agent has no client connected.
    Unreachable,
}

/// Where an offer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OfferState {
    /// Decided; the agent is still to be bridged (SAC-18).
    New,
    /// The invitation was posted.
    Inviting,
    /// The agent took it.
    Won,
    /// It came to nothing.
    Missed(Miss),
    /// Somebody else has it; the invitation is to be cancelled as soon as its link is known.
    Withdrawn,
    /// Cancelled.
    Cancelled,
}

impl OfferState {
    /// Whether the agent may still take it.
    pub(crate) const fn is_active(self) -> bool {
        matches!(self, Self::New | Self::Inviting)
    }

    /// Whether nothing more comes of it.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Missed(_) | Self::Cancelled)
    }
}

/// Where the bridging of an agent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AdmitState {
    /// Asked for.
    Asking,
    /// The agent's messages reach the visitor.
    Ready,
    /// Being undone.
    Removing,
}

/// One change. A record of the log is a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Change {
    /// It began.
    Opened(Box<Opening>),
    /// An address was learnt, or is no more.
    Linked(Slot, Option<String>),
    /// The path was built so far, at this time.
    Staged(Stage, i64),
    /// A step was asked for, at this time.
    Asked(Step, Request, i64),
    /// A step is finished; whether it was done.
    Settled(Step, bool),
    /// Something was said; the address of the message, empty where there is none.
    Said(Box<TranscriptEntry>, String),
    /// The desk says something to the visitor: number of the step, and the entry.
    Told(u32, Box<TranscriptEntry>),
    /// The visitor knows that nobody is free.
    ToldBusy,
    /// The invitation's text came again as a message: its operation id and address.
    FirstTextHeard(Option<String>, String),
    /// A round of offers began.
    RoundBegan,
    /// No round is out: when the next one is due, and how many rounds before it reached nobody.
    RoundDue(i64, u32),
    /// An agent is offered the conversation, at this time.
    Offered {
        /// Number of the offer.
        n: u32,
        /// To whom.
        agent: SipUri,
        /// The name visitors see.
        name: String,
        /// When.
        at_ms: i64,
    },
    /// An offer moved on.
    OfferMoved(u32, OfferState),
    /// The invitation of an offer: its address, and where it can be cancelled.
    OfferLinked(u32, Option<String>, Option<String>),
    /// The bridging of an agent moved on: number of the offer it was asked for, state, address.
    Admitted(SipUri, u32, AdmitState, Option<String>),
    /// An agent's messages do not reach the visitor any more.
    Removed(SipUri),
    /// An agent is not to be offered it before that time.
    Rested(SipUri, i64),
    /// An agent may be offered it again.
    Awake(SipUri),
    /// Somebody is in the conference: address, SIP URI, where to eject.
    Joined(String, Option<SipUri>, Option<String>),
    /// Somebody is being put out.
    Ejecting(String, u32),
    /// Somebody left the conference: address.
    Left(String),
    /// An agent asked for it: it is offered to nobody else.
    Claimed(SipUri, String),
    /// The claim came to nothing.
    Unclaimed,
    /// It has an owner.
    Owned(SipUri),
    /// It is back in the queue since then.
    Queued(i64),
    /// It is over.
    Ended(EndedBy, i64),
    /// Everything is cleaned up; nothing comes after this but what the visitor thinks of it.
    Closed,
    /// The visitor has rated it; the last one counts.
    Rated(Rating),
    /// The website tells anew of its visitor: what to call the visitor, and all the rest.
    Described(String, Box<VisitorAbout>),
}
