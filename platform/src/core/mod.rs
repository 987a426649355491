//! The platform as a machine without I/O: state and command go in; reply, records and tells come out.
//!
//! [`Core::handle`] decides and applies at once. What it answers must be kept before anything of it
//! is told; the shell does that. No clock, no randomness, no hash order: the same commands at the
//! same times with the same ids give the same state. A command that is refused changed nothing.

mod applications;
mod bridge;
mod channel;
mod command;
mod conversations;
mod invitations;
mod lobby;
mod marks;
mod meetings;
mod messages;
mod model;
mod personal;
mod presence;
mod record;
mod ringing;
#[cfg(test)]
mod simulation;
mod tell;
mod terms;
mod timers;
mod typing;

use std::collections::{BTreeMap, BTreeSet};

use shared::SipUri;
use store::env::Entropy;

use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::wire::Face;

pub(crate) use channel::{Ask, Step};
pub(crate) use command::{Command, InvitationInput, Outcome, Profile, Reply};
pub(crate) use model::{
    App, Bridge, Bridged, Conversation, EndpointInfo, Hook, Invitation, InvitationKind, Meeting,
    Message, Owner, Person, TextFormat, Who,
};

pub(crate) use marks::Marks;
pub use personal::{Footprint, Subject, Trace, Visitor};
pub(crate) use presence::{Reachability, Saying};
pub(crate) use terms::Terms;

use tell::Changes;
use timers::Timer;

/// Everything the platform knows of what is going on.
pub(crate) struct Core {
    limits: Limits,
    public_url: String,
    endpoints: BTreeMap<SipUri, EndpointInfo>,
    apps: BTreeMap<String, App>,
    conversations: BTreeMap<String, Conversation>,
    invitations: BTreeMap<String, Invitation>,
    meetings: BTreeMap<String, Meeting>,
    /// Webhooks decided and not yet delivered, by scope.
    hooks: BTreeMap<String, Hook>,
    /// Applications that the platform ended, and why (row A16).
    expired: BTreeMap<String, Refusal>,
    /// Applications by what makes two of them one (§3.5).
    identities: BTreeMap<String, String>,
    /// Conversations by owner.
    owned: BTreeMap<Owner, BTreeSet<String>>,
    /// Invitations by conversation.
    filed: BTreeSet<(String, String)>,
    /// Invitations by what makes a repeated operation the same one.
    operations: BTreeMap<String, String>,
    timers: BTreeSet<(i64, Timer)>,
    /// The newest message that was acknowledged on each side and is not told of yet: its time.
    arrivals: BTreeMap<String, i64>,
    /// Counts decisions that have something to keep; what is queued carries the number.
    ticket: u64,
    /// The time of the command at hand.
    now_ms: i64,
    /// What the command at hand changed.
    changes: Changes,
}

impl Core {
    /// A platform where nothing goes on.
    pub(crate) fn new(limits: Limits, public_url: &str) -> Self {
        Self {
            limits,
            public_url: public_url.to_owned(),
            endpoints: BTreeMap::new(),
            apps: BTreeMap::new(),
            conversations: BTreeMap::new(),
            invitations: BTreeMap::new(),
            meetings: BTreeMap::new(),
            hooks: BTreeMap::new(),
            expired: BTreeMap::new(),
            identities: BTreeMap::new(),
            owned: BTreeMap::new(),
            filed: BTreeSet::new(),
            operations: BTreeMap::new(),
            timers: BTreeSet::new(),
            arrivals: BTreeMap::new(),
            ticket: 0,
            now_ms: 0,
            changes: Changes::default(),
        }
    }

    /// Decides a command. Timers that are due by then should have been run with [`Core::tick`].
    pub(crate) fn handle(
        &mut self,
        now_ms: i64,
        ids: &dyn Entropy,
        command: Command,
    ) -> Result<Outcome, Refusal> {
        self.now_ms = now_ms;
        let reply = self.apply(ids, command);
        if reply.is_err() {
            debug_assert!(self.changes.is_empty(), "a refused command changed something");
            self.changes = Changes::default();
        }
        reply.map(|reply| self.finish(reply))
    }

    /// Runs the timers that are due.
    pub(crate) fn tick(&mut self, now_ms: i64) -> Outcome {
        self.now_ms = now_ms;
        self.run_timers();
        self.finish(Reply::Done)
    }

    /// When to call [`Core::tick`] if nothing else happens first.
    pub(crate) fn deadline(&self) -> Option<i64> {
        self.timers.first().map(|(at_ms, _)| *at_ms)
    }

    /// The number of the newest decision.
    pub(crate) const fn ticket(&self) -> u64 {
        self.ticket
    }

    /// Goes on counting where another machine stopped.
    pub(crate) const fn count_from(&mut self, ticket: u64) {
        self.ticket = ticket;
    }

    /// Makes an endpoint known. Endpoints are not part of the log.
    pub(crate) fn register(&mut self, endpoint: EndpointInfo) {
        self.endpoints.insert(endpoint.uri.clone(), endpoint);
    }

    /// How an owner's resources are addressed and written.
    pub(crate) fn face(&self, owner: &Owner) -> Face {
        match owner {
            Owner::App(id) => {
                let is_agent =
                    self.apps.get(id).is_some_and(|app| matches!(app.who, Who::Agent { .. }));
                Face::ucwa(is_agent, id)
            }
            Owner::Endpoint(uri) => {
                let dialect =
                    self.endpoints.get(uri).map_or(shared::Dialect::Service, |it| it.dialect);
                Face::trusted(uri, dialect)
            }
        }
    }

    fn apply(&mut self, ids: &dyn Entropy, command: Command) -> Result<Reply, Refusal> {
        use Command as C;
        match command {
            C::CreateApplication { who, name, profile } => {
                self.create_application(ids, who, &name, profile)
            }
            C::DeleteApplication { app } => self.delete_application(&app),
            C::PutCommunication { app, if_match, properties } => {
                self.put_communication(&app, if_match.as_deref(), properties)
            }
            C::MakeAvailable { app, how } => self.make_available(&app, how),
            C::ReportActivity { app } => self.report_activity(&app),
            C::SetPresence { app, availability } => self.set_presence(&app, availability),
            C::Say { app, what, text } => self.say(&app, what, text),
            C::StartMessaging { app, to, input } => self.start_messaging(ids, &app, &to, &input),
            C::CallUser { owner, to, input } => self.call_user(ids, &owner, to, &input),
            C::Accept { owner, invitation } => self.accept(&owner, &invitation),
            C::Decline { owner, invitation } => self.decline(&owner, &invitation),
            C::Cancel { owner, invitation } => self.cancel(&owner, &invitation),
            C::AcceptAndBridge { owner, invitation, meeting_uri, name } => {
                self.accept_and_bridge(&owner, &invitation, &meeting_uri, name)
            }
            C::CreateMeeting { endpoint, terms } => {
                self.create_meeting(ids, &endpoint, terms).map(Reply::Meeting)
            }
            C::DeleteMeeting { endpoint, meeting } => self.delete_meeting(&endpoint, &meeting),
            C::StartAdhocMeeting { owner, invitation, input } => {
                self.start_adhoc_meeting(ids, &owner, invitation.as_deref(), &input)
            }
            C::JoinMeeting { owner, meeting_uri, input } => {
                self.join_meeting(ids, &owner, &meeting_uri, &input)
            }
            C::AddMessaging { owner, conversation, input } => {
                self.add_messaging(ids, &owner, &conversation, &input)
            }
            C::AddParticipant { owner, conversation, to, input } => {
                self.add_participant(ids, &owner, &conversation, &to, &input)
            }
            C::SendMessage { owner, conversation, operation, format, text } => {
                self.send_message(&owner, &conversation, operation, (format, &text))
            }
            C::SetIsTyping { owner, conversation } => self.set_is_typing(&owner, &conversation),
            C::See { owner, conversation, up_to_ms } => self.see(&owner, &conversation, up_to_ms),
            C::StopMessaging { owner, conversation } => self.stop_messaging(&owner, &conversation),
            C::DeleteConversation { owner, conversation } => {
                self.delete_conversation(&owner, &conversation)
            }
            C::Eject { owner, conversation, participant } => {
                self.eject(&owner, &conversation, &participant)
            }
            C::AnswerLobby { owner, conversation, participant, admit } => {
                self.answer_lobby(&owner, &conversation, &participant, admit)
            }
            C::TerminateMeeting { owner, conversation } => {
                self.terminate_meeting(&owner, &conversation)
            }
            C::PutBridged { owner, conversation, bridged, must_exist } => {
                self.put_bridged(&owner, &conversation, &bridged, must_exist)
            }
            C::DeleteBridged { owner, conversation, participant } => {
                self.delete_bridged(&owner, &conversation, &participant)
            }
            C::LearnContext { conversation, context } => {
                Ok(self.learn_context(&conversation, context))
            }
            C::WebhookDone { scope, delivered } => Ok(self.webhook_done(&scope, delivered)),
        }
    }
}
