//! What goes into the machine and what comes out.

use serde_json::{Map, Value};
use shared::states::Importance;
use shared::{OperationId, SipUri};
use store::NewRecord;

use super::model::{Bridged, Hook, Owner, Person, TextFormat, Who};
use super::presence::{Reachability, Saying};
use super::terms::Terms;

/// What somebody wants, checked for shape, not yet for sense.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// `anonApplications` or `applications` (§2B.1).
    CreateApplication {
        who: Who,
        name: String,
        profile: Profile,
    },
    DeleteApplication {
        app: String,
    },
    PutCommunication {
        app: String,
        if_match: Option<String>,
        properties: Map<String, Value>,
    },
    MakeAvailable {
        app: String,
        how: Reachability,
    },
    ReportActivity {
        app: String,
    },
    SetPresence {
        app: String,
        availability: &'static str,
    },
    /// The note or the location of a user.
    Say {
        app: String,
        what: Saying,
        text: String,
    },
    StartMessaging {
        app: String,
        to: SipUri,
        input: InvitationInput,
    },
    /// A service application starts a conversation with a user that exists.
    CallUser {
        owner: Owner,
        to: Person,
        input: InvitationInput,
    },
    Accept {
        owner: Owner,
        invitation: String,
    },
    Decline {
        owner: Owner,
        invitation: String,
    },
    Cancel {
        owner: Owner,
        invitation: String,
    },
    AcceptAndBridge {
        owner: Owner,
        invitation: String,
        meeting_uri: String,
        name: Option<String>,
    },
    CreateMeeting {
        endpoint: SipUri,
        terms: Terms,
    },
    /// Ends a meeting by its own address.
    DeleteMeeting {
        endpoint: SipUri,
        meeting: String,
    },
    StartAdhocMeeting {
        owner: Owner,
        invitation: Option<String>,
        input: InvitationInput,
    },
    JoinMeeting {
        owner: Owner,
        meeting_uri: String,
        input: InvitationInput,
    },
    AddMessaging {
        owner: Owner,
        conversation: String,
        input: InvitationInput,
    },
    /// `to` is a user that exists, with the user's name.
    AddParticipant {
        owner: Owner,
        conversation: String,
        to: Person,
        input: InvitationInput,
    },
    SendMessage {
        owner: Owner,
        conversation: String,
        operation: Option<OperationId>,
        format: TextFormat,
        text: String,
    },
    SetIsTyping {
        owner: Owner,
        conversation: String,
    },
    /// Everything up to this time was seen; Unix milliseconds.
    See {
        owner: Owner,
        conversation: String,
        up_to_ms: i64,
    },
    StopMessaging {
        owner: Owner,
        conversation: String,
    },
    DeleteConversation {
        owner: Owner,
        conversation: String,
    },
    Eject {
        owner: Owner,
        conversation: String,
        participant: String,
    },
    /// Lets somebody in from the lobby, or sends them away.
    AnswerLobby {
        owner: Owner,
        conversation: String,
        participant: String,
        admit: bool,
    },
    TerminateMeeting {
        owner: Owner,
        conversation: String,
    },
    /// POST and PUT of a bridged participant; PUT wants that there is one.
    PutBridged {
        owner: Owner,
        conversation: String,
        bridged: Bridged,
        must_exist: bool,
    },
    DeleteBridged {
        owner: Owner,
        conversation: String,
        participant: SipUri,
    },
    /// A webhook was answered with a `CallbackContext` (§1.7).
    LearnContext {
        conversation: String,
        context: String,
    },
    /// A webhook was delivered, or given up.
    WebhookDone {
        scope: String,
        delivered: bool,
    },
}

/// What an application says of itself when it is created (§2B.1).
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    pub(crate) culture: String,
    pub(crate) user_agent: String,
    pub(crate) kind: String,
    pub(crate) endpoint_id: String,
    pub(crate) instance_id: Option<String>,
}

/// What operations that make an invitation have in common (§2A.3, §2B.3).
#[derive(Clone, Debug, Default)]
pub(crate) struct InvitationInput {
    pub(crate) operation: Option<OperationId>,
    pub(crate) subject: Option<String>,
    pub(crate) importance: Option<Importance>,
    pub(crate) thread_id: Option<String>,
    /// The first text, plain.
    pub(crate) message: Option<String>,
    /// A data URI, passed on as it is.
    pub(crate) custom_content: Option<String>,
    /// How one wants to be called in the conversation.
    pub(crate) display_name: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) callback_context: Option<String>,
}

/// What a command is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// 204.
    Done,
    /// 201 with this `Location`.
    Created(String),
    /// The application of this id, and whether it is new.
    Application { id: String, created: bool },
    /// The meeting of this id.
    Meeting(String),
}

/// What was decided.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) reply: Reply,
    /// To be kept before anything else is done with this outcome.
    pub(crate) keep: Vec<NewRecord>,
    /// Applications whose parked polls shall look again.
    pub(crate) wake: Vec<String>,
    /// Webhooks to send, in order.
    pub(crate) hooks: Vec<Hook>,
}
