//! Link relations: the vocabulary of the protocol, and its dialects.
//!
//! One table, [`rels!`], names each relation once; a [`crate::Link`] carries the relation as a
//! type, so that a message cannot be posted to a stop link. Sources: `protocol.md` §2A, §2B.

/// How relations are written on the wire (`protocol.md` §2A, row A03).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// No prefix: UCWA.
    #[default]
    Ucwa,
    /// `service:`, the public Trusted Application dialect.
    Service,
    /// `ms:rtc:saas:`, the internal Trusted Application dialect.
    Saas,
}

impl Dialect {
    /// What stands before a relation in this dialect.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Ucwa => "",
            Self::Service => "service:",
            Self::Saas => "ms:rtc:saas:",
        }
    }

    /// The relation as this dialect writes it; relations that are never prefixed stay as they are.
    pub fn write(self, rel: &str) -> String {
        if is_never_prefixed(rel) { rel.to_owned() } else { format!("{}{rel}", self.prefix()) }
    }
}

/// The relation without its dialect: either prefix, or none, is taken off (row A03).
pub fn strip(rel: &str) -> &str {
    rel.strip_prefix("service:").or_else(|| rel.strip_prefix("ms:rtc:saas:")).unwrap_or(rel)
}

/// Relations that no sample of the protocol ever prefixes (§2A conventions).
pub fn is_never_prefixed(rel: &str) -> bool {
    matches!(
        rel,
        "self"
            | "next"
            | "resume"
            | "resync"
            | "customContent"
            | "plainMessage"
            | "htmlMessage"
            | "myOnlineMeetings"
            | "myApplications"
            | "anonApplications"
    )
}

/// Relations whose value is an array even when it holds one (§3.7, row A27).
pub fn is_plural(rel: &str) -> bool {
    matches!(rel, "senderParticipant" | "acceptedByParticipant" | "failedDeliveryParticipant")
}

/// A relation as a type; made by [`rels!`] only.
pub trait Rel {
    /// The relation without a dialect.
    const NAME: &'static str;
}

/// Declares relations: a type each, and the list of all names.
macro_rules! rels {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;
        impl Rel for $name { const NAME: &'static str = $wire; })*
        /// Every relation that this crate names.
        pub const ALL: &[&str] = &[$($wire),*];
    };
}

rels! {
    /// The document itself.
    This = "self";
    /// The next package of an event channel; following it acknowledges the one it came in.
    Next = "next";
    /// As [`Next`], after a long silence: transient state is gone.
    Resume = "resume";
    /// The oldest package not acknowledged, after a wrong link.
    Resync = "resync";
    /// Entry of a platform.
    Discover = "discover";
    /// The collection of applications, of a service or of a user.
    Applications = "applications";
    /// The collection of anonymous applications.
    AnonApplications = "anonApplications";
    /// One application.
    Application = "application";
    /// Makes tokens for anonymous visitors.
    AnonApplicationTokens = "anonApplicationTokens";
    /// One token for an anonymous visitor.
    AnonApplicationToken = "anonApplicationToken";
    /// Makes ad hoc meetings.
    AdhocMeetings = "adhocMeetings";
    /// What one may start.
    Communication = "communication";
    /// Who one is.
    Me = "me";
    /// The signed-in user's entry.
    User = "user";
    /// Policies of an application.
    Policies = "policies";
    /// Several requests in one.
    Batch = "batch";
    /// The event channel.
    Events = "events";
    /// Starts a chat with somebody.
    StartMessaging = "startMessaging";
    /// Starts an ad hoc meeting from an incoming invitation.
    StartAdhocMeeting = "startAdhocMeeting";
    /// Joins a meeting by its address.
    JoinOnlineMeeting = "joinOnlineMeeting";
    /// Invites a user to a meeting.
    InviteUserToMeeting = "inviteUserToMeeting";
    /// Adds the chat modality to a conversation.
    AddMessaging = "addMessaging";
    /// Accepts an incoming invitation by bridging it to a meeting.
    AcceptAndBridge = "acceptAndBridge";
    /// Accepts an incoming invitation.
    Accept = "accept";
    /// Declines an incoming invitation.
    Decline = "decline";
    /// Withdraws an outgoing invitation.
    Cancel = "cancel";
    /// An invitation to chat.
    MessagingInvitation = "messagingInvitation";
    /// An invitation to a meeting.
    OnlineMeetingInvitation = "onlineMeetingInvitation";
    /// An invitation of somebody into a conversation.
    ParticipantInvitation = "participantInvitation";
    /// A conversation.
    Conversation = "conversation";
    /// The conversations of an application.
    Conversations = "conversations";
    /// The chat modality of a conversation.
    Messaging = "messaging";
    /// One message.
    Message = "message";
    /// Takes a posted message.
    SendMessage = "sendMessage";
    /// Says that one is typing.
    SetIsTyping = "setIsTyping";
    /// Ends the chat modality.
    StopMessaging = "stopMessaging";
    /// How far messages have come: our own, no document of the protocol has it.
    Marks = "frontdesk:marks";
    /// One's own newest message that others have; our own.
    Delivered = "frontdesk:delivered";
    /// One's own newest message that others have seen; our own.
    Read = "frontdesk:read";
    /// Who is typing.
    TypingParticipants = "typingParticipants";
    /// A text as a data URI.
    PlainMessage = "plainMessage";
    /// An HTML text as a data URI.
    HtmlMessage = "htmlMessage";
    /// A member of a conversation.
    Participant = "participant";
    /// The members of a conversation.
    Participants = "participants";
    /// Oneself as a member of a conversation.
    LocalParticipant = "localParticipant";
    /// The chat modality of a member.
    ParticipantMessaging = "participantMessaging";
    /// Who sent a message.
    SenderParticipant = "senderParticipant";
    /// Who accepted an invitation.
    AcceptedByParticipant = "acceptedByParticipant";
    /// Who invites.
    From = "from";
    /// Who is invited.
    To = "to";
    /// Invites somebody into a conversation.
    AddParticipant = "addParticipant";
    /// Removes a member.
    Eject = "eject";
    /// The joint between a visitor's leg and a conference.
    ConversationBridge = "conversationBridge";
    /// Whose messages cross a bridge.
    BridgedParticipants = "bridgedParticipants";
    /// One whose messages cross a bridge, or do not.
    BridgedParticipant = "bridgedParticipant";
    /// Who waits to be let into a meeting.
    Lobby = "lobby";
    /// Lets somebody in from the lobby.
    Admit = "admit";
    /// Sends somebody in the lobby away.
    Reject = "reject";
    /// An ad hoc meeting.
    AdhocMeeting = "adhocMeeting";
    /// Joins this ad hoc meeting.
    JoinAdhocMeeting = "joinAdhocMeeting";
    /// The meeting behind a conference conversation.
    OnlineMeeting = "onlineMeeting";
    /// Ends a meeting for all.
    TerminateOnlineMeeting = "terminateOnlineMeeting";
    /// Becomes reachable for invitations.
    MakeMeAvailable = "makeMeAvailable";
    /// Says that one is still there.
    ReportMyActivity = "reportMyActivity";
    /// One's availability.
    Presence = "presence";
    /// Free content that travels with an invitation.
    CustomContent = "customContent";
}
