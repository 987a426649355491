//! Invitations: made, answered, withdrawn, timed out (`protocol.md` §2B.6).
//!
//! Each has two sides with a document of its own: the inviting one (`rings` names the others) and
//! one for each that rings (`rung_by` names the inviting one).

use shared::states::{CallState, ConversationState, Direction, Importance, InvitationState};
use shared::{ErrorBody, EventKind, SipUri};
use store::env::Entropy;

use super::model::{Invitation, InvitationKind, Kind, Owner, Person, TextFormat, Who};
use super::timers::Timer;
use super::{Core, InvitationInput, Reply};
use crate::refusal::Refusal;

/// What a repeated operation is recognised by: the same id, for the same, at the same place.
pub(super) fn operation_key(
    owner: &Owner,
    kind: InvitationKind,
    place: &str,
    input: &InvitationInput,
) -> Option<String> {
    let operation = input.operation.as_ref()?;
    Some(format!("{owner:?}|{kind:?}|{place}|{operation}"))
}

impl Core {
    /// An invitation of this owner; another's is as unknown as none (invariant 6).
    pub(crate) fn invitation_of(&self, owner: &Owner, id: &str) -> Result<&Invitation, Refusal> {
        if let Owner::App(app) = owner {
            self.app(app)?;
        }
        let found = self.invitations.get(id).filter(|it| it.owner == *owner);
        found.ok_or(Refusal::NotFound)
    }

    /// A new invitation in a conversation, in the name of its owner. It is neither kept nor told
    /// before [`Core::file`].
    pub(super) fn draft_invitation(
        &self,
        ids: &dyn Entropy,
        kind: InvitationKind,
        conversation: &str,
        input: &InvitationInput,
    ) -> Option<Invitation> {
        let it = self.conversations.get(conversation)?;
        let operation = input.operation.as_ref().map_or_else(|| ids.id(), ToString::to_string);
        Some(Invitation {
            id: ids.id(),
            kind,
            owner: it.owner.clone(),
            conversation: conversation.to_owned(),
            direction: Direction::Outgoing,
            state: InvitationState::Connecting,
            operation,
            operation_key: None,
            importance: input.importance.unwrap_or(Importance::Normal),
            subject: input.subject.clone(),
            thread_id: input.thread_id.clone(),
            from: it.me.clone(),
            to: it.me.uri.clone(),
            message: input.message.clone(),
            custom_content: input.custom_content.clone(),
            meeting_uri: None,
            accepted_by: None,
            rings: Vec::new(),
            rung_by: None,
            fails_at_ms: None,
        })
    }

    /// Takes an invitation in; answers its id.
    pub(super) fn file(&mut self, it: Invitation) -> String {
        let id = it.id.clone();
        if let Some(key) = &it.operation_key {
            self.operations.insert(key.clone(), id.clone());
        }
        if let Some(at_ms) = it.fails_at_ms {
            self.timers.insert((at_ms, Timer::Invitation(id.clone())));
        }
        self.filed.insert((it.conversation.clone(), id.clone()));
        self.changes.invitation(&id);
        self.invitations.insert(id.clone(), it);
        id
    }

    /// Where a repeated operation led the first time (invariant 2).
    pub(super) fn repeated(&self, key: Option<&String>) -> Option<Reply> {
        let it = self.invitations.get(self.operations.get(key?)?)?;
        Some(Reply::Created(self.face(&it.owner).invitation(it)))
    }

    pub(super) fn location(&self, id: &str) -> Reply {
        let href = |it: &Invitation| self.face(&it.owner).invitation(it);
        Reply::Created(self.invitations.get(id).map(href).unwrap_or_default())
    }

    /// A visitor asks for a conversation with its endpoint (§2B.7).
    pub(super) fn start_messaging(
        &mut self,
        ids: &dyn Entropy,
        app: &str,
        to: &SipUri,
        input: &InvitationInput,
    ) -> Result<Reply, Refusal> {
        let it = self.app(app)?;
        let (owner, me) = (it.owner(), it.me.clone());
        let endpoint = match &it.who {
            Who::Visitor { endpoint, meeting: None, .. } => endpoint,
            Who::Visitor { meeting: Some(_), .. } => {
                return Err(Refusal::NotAllowed("this token is for a meeting: join it"));
            }
            Who::Agent { .. } => {
                let why = "agents are invited, they do not start conversations";
                return Err(Refusal::NotAllowed(why));
            }
        };
        if to != endpoint {
            return Err(Refusal::WrongTarget);
        }
        let known = input.operation.as_ref().and_then(|operation| it.repeated(operation.as_str()));
        if let Some(location) = known {
            return Ok(Reply::Created(location.to_owned()));
        }
        let info = self.endpoints.get(to).ok_or(Refusal::DestinationNotFound)?;
        let helpdesk = Person { uri: to.to_string(), name: info.display_name.clone() };
        self.check_conversation_count(&owner)?;
        let far = Owner::Endpoint(to.clone());
        let outgoing = self.start_pair(ids, (&owner, me), (&far, helpdesk), input)?;
        let reply = self.location(&outgoing);
        if let (Some(operation), Reply::Created(location)) = (&input.operation, &reply) {
            self.app_mut(app)?.remember_operation(operation.as_str(), location);
            self.changes.app(app);
        }
        Ok(reply)
    }

    /// A service application starts a conversation with a user: the application that listens rings.
    pub(super) fn call_user(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        to: Person,
        input: &InvitationInput,
    ) -> Result<Reply, Refusal> {
        let Owner::Endpoint(endpoint) = owner else {
            return Err(Refusal::NotAllowed("agents are invited, they do not start conversations"));
        };
        let key = operation_key(owner, InvitationKind::Messaging, &to.uri, input);
        if let Some(reply) = self.repeated(key.as_ref()) {
            return Ok(reply);
        }
        let user = SipUri::parse(&to.uri).map_err(|_| Refusal::DestinationNotFound)?;
        let latest = |app: &String| self.apps.get(app).map(|it| it.queue.idle_since_ms);
        let app = self.reachable(&user).into_iter().max_by_key(latest);
        let app = app.ok_or(Refusal::DestinationNotFound)?;
        let name = self.endpoints.get(endpoint).map(|it| it.display_name.clone());
        let name = input.display_name.clone().or(name).unwrap_or_default();
        let me = Person { uri: endpoint.to_string(), name };
        let outgoing = self.start_pair(ids, (owner, me), (&Owner::App(app), to), input)?;
        if let (Some(key), Some(it)) = (key, self.invitations.get_mut(&outgoing)) {
            it.operation_key = Some(key.clone());
            self.operations.insert(key, outgoing.clone());
        }
        Ok(self.location(&outgoing))
    }

    /// Two sides of a new conversation of two, the far one ringing (§2B.7, package A). Answers the
    /// inviting side's invitation.
    fn start_pair(
        &mut self,
        ids: &dyn Entropy,
        (near_owner, me): (&Owner, Person),
        (far_owner, remote): (&Owner, Person),
        input: &InvitationInput,
    ) -> Result<String, Refusal> {
        let to = remote.uri.clone();
        let kind = Kind::Peer { other: String::new(), remote: remote.clone() };
        let near = self.new_conversation(ids, near_owner, kind, me.clone(), input);
        let kind = Kind::Peer { other: near.clone(), remote: me };
        // Where webhooks go is for the endpoint to say, never for the one who calls it.
        let far_input =
            InvitationInput { callback_url: None, callback_context: None, ..input.clone() };
        let far = self.new_conversation(ids, far_owner, kind, remote, &far_input);
        let near_kind = self.conversations.get_mut(&near).map(|it| &mut it.kind);
        if let Some(Kind::Peer { other, .. }) = near_kind {
            other.clone_from(&far);
        }
        self.set_states_silently(&near, ConversationState::Connecting, CallState::Connecting);
        self.set_states_silently(&far, ConversationState::Incoming, CallState::Connecting);
        let (outgoing, incoming) = self.pair_invitation(ids, (&near, &far), &to, input)?;
        self.tell_invitation(&outgoing, EventKind::Started, None);
        self.tell_conversation(&near, EventKind::Added, None);
        self.tell_local_participant(&near);
        self.tell_messaging(&near, None);
        self.tell_invitation(&incoming, EventKind::Started, None);
        self.tell_conversation(&far, EventKind::Added, None);
        Ok(outgoing)
    }

    /// Both sides of an invitation to talk: `(inviting, ringing)`.
    fn pair_invitation(
        &mut self,
        ids: &dyn Entropy,
        (near, far): (&str, &str),
        to: &str,
        input: &InvitationInput,
    ) -> Result<(String, String), Refusal> {
        let draft = |core: &Self, conversation| {
            core.draft_invitation(ids, InvitationKind::Messaging, conversation, input)
                .ok_or_else(|| Refusal::Internal("a conversation vanished".to_owned()))
        };
        let mut outgoing = draft(self, near)?;
        let mut incoming = draft(self, far)?;
        (outgoing.to, incoming.to) = (to.to_owned(), to.to_owned());
        incoming.direction = Direction::Incoming;
        incoming.from = outgoing.from.clone();
        incoming.operation.clone_from(&outgoing.operation);
        incoming.rung_by = Some(outgoing.id.clone());
        outgoing.rings = vec![incoming.id.clone()];
        outgoing.fails_at_ms = Some(self.now_ms + self.limits.invitation_ms);
        Ok((self.file(outgoing), self.file(incoming)))
    }

    pub(super) fn accept(&mut self, owner: &Owner, id: &str) -> Result<Reply, Refusal> {
        let it = self.invitation_of(owner, id)?;
        if it.direction == Direction::Incoming && it.state == InvitationState::Connected {
            return Ok(Reply::Done);
        }
        if !it.can_be_answered() {
            return Err(Refusal::Conflict("this invitation cannot be answered any more"));
        }
        match it.kind {
            InvitationKind::Messaging => self.accept_pair(id),
            InvitationKind::OnlineMeeting => self.accept_meeting(id)?,
            InvitationKind::Participant => return Err(Refusal::NotFound),
        }
        Ok(Reply::Done)
    }

    /// Both sides of a conversation of two become connected (§2B.7, package B).
    pub(super) fn accept_pair(&mut self, incoming: &str) {
        let Some(it) = self.invitations.get(incoming) else { return };
        let (far, outgoing) = (it.conversation.clone(), it.rung_by.clone().unwrap_or_default());
        let Some(near) = self.other_of(&far).map(|it| it.id.clone()) else { return };
        let accepted_by = self.person(&far).cloned();
        for side in [&near, &far] {
            self.set_states_silently(side, ConversationState::Connected, CallState::Connected);
        }
        if let Some(it) = self.invitations.get_mut(&outgoing) {
            it.accepted_by = accepted_by;
        }
        self.complete(incoming, InvitationState::Connected, None);
        for side in [&far, &near] {
            self.tell_conversation(side, EventKind::Updated, None);
            if let Some(remote) = self.remote_of(side).cloned() {
                self.tell_participant(side, &remote, EventKind::Added);
                self.tell_participant_messaging(side, &remote, EventKind::Added);
            }
            if let Some(me) = self.person(side).cloned() {
                self.tell_participant_messaging(side, &me, EventKind::Added);
            }
            self.tell_messaging(side, None);
        }
        self.complete(&outgoing, InvitationState::Connected, None);
        // Row A23: the first text is a message too.
        let first = self.invitations.get(&outgoing);
        let first = first.and_then(|it| Some((it.operation.clone(), it.message.clone()?)));
        if let Some((operation, text)) = first {
            self.post(&near, Some(operation), TextFormat::Plain, &text);
        }
    }

    pub(super) fn decline(&mut self, owner: &Owner, id: &str) -> Result<Reply, Refusal> {
        let it = self.invitation_of(owner, id)?;
        if it.direction == Direction::Incoming && it.state == InvitationState::Declined {
            return Ok(Reply::Done);
        }
        if !it.can_be_answered() {
            return Err(Refusal::Conflict("this invitation cannot be answered any more"));
        }
        let Some(inviting) = it.rung_by.clone() else { return Err(Refusal::NotFound) };
        let id = id.to_owned();
        let local = ErrorBody::new("LocalFailure", "Declined", "You declined.");
        self.complete(&id, InvitationState::Declined, Some(&local));
        let remote = ErrorBody::new("RemoteFailure", "Declined", "The other side declined.");
        self.fail_invitation(&inviting, InvitationState::Declined, &remote);
        Ok(Reply::Done)
    }

    pub(super) fn cancel(&mut self, owner: &Owner, id: &str) -> Result<Reply, Refusal> {
        let it = self.invitation_of(owner, id)?;
        match it.state {
            InvitationState::Cancelled => return Ok(Reply::Done),
            InvitationState::Connecting if it.direction == Direction::Outgoing => {}
            _ => return Err(Refusal::Conflict("this invitation cannot be withdrawn any more")),
        }
        let reason = ErrorBody::new("LocalFailure", "Canceled", "The invitation was withdrawn.");
        if it.kind == InvitationKind::OnlineMeeting {
            // One's own wish to join: whoever waits in the lobby leaves it.
            let conversation = it.conversation.clone();
            self.leave(&conversation, Some(&reason));
            return Ok(Reply::Done);
        }
        self.fail_invitation(id, InvitationState::Cancelled, &reason);
        Ok(Reply::Done)
    }

    /// An inviting side fails: whatever rings stops ringing, and what it rang for is over.
    pub(super) fn fail_invitation(&mut self, id: &str, state: InvitationState, reason: &ErrorBody) {
        let Some(it) = self.invitations.get(id) else { return };
        let (kind, conversation, rings) = (it.kind, it.conversation.clone(), it.rings.clone());
        self.complete(id, state, Some(reason));
        if kind == InvitationKind::Messaging {
            for ring in &rings {
                self.complete(ring, state, Some(reason));
            }
            self.end_pair(&conversation, Some(reason));
        } else {
            self.withdraw(&rings, state, reason);
        }
    }

    /// Ringing invitations to a meeting stop, and their conversations are gone.
    pub(super) fn withdraw(
        &mut self,
        rings: &[String],
        state: InvitationState,
        reason: &ErrorBody,
    ) {
        for ring in rings {
            let conversation = self.invitations.get(ring).map(|it| it.conversation.clone());
            self.complete(ring, state, Some(reason));
            if let Some(conversation) = conversation {
                self.end_side(&conversation, Some(reason));
            }
        }
    }

    /// One application stops ringing without an answer: it is gone, or left the conversation.
    pub(super) fn stop_ringing(&mut self, conversation: &str) {
        let ringing = self
            .invitations_in(conversation)
            .into_iter()
            .find(|id| self.invitations.get(id).is_some_and(Invitation::can_be_answered));
        let inviting = ringing.as_ref().and_then(|id| self.invitations.get(id)?.rung_by.clone());
        let reason = ErrorBody::new("LocalFailure", "Canceled", "The invitation was left.");
        if let Some(ring) = &ringing {
            self.complete(ring, InvitationState::Cancelled, Some(&reason));
        }
        self.end_side(conversation, Some(&reason));
        let Some(it) = inviting.and_then(|id| self.invitations.get_mut(&id)) else { return };
        it.rings.retain(|ring| Some(ring) != ringing.as_ref());
        let (id, is_last) = (it.id.clone(), it.rings.is_empty() && it.is_open());
        self.changes.invitation(&id);
        if is_last {
            let reason = ErrorBody::new("RemoteFailure", "Unavailable", "Nobody can be reached.");
            self.fail_invitation(&id, InvitationState::Failed, &reason);
        }
    }

    /// Ends an invitation once; a second end changes nothing.
    pub(super) fn complete(
        &mut self,
        id: &str,
        state: InvitationState,
        failure: Option<&ErrorBody>,
    ) {
        let Some(it) = self.invitations.get_mut(id).filter(|it| it.is_open()) else { return };
        it.state = state;
        self.changes.invitation(id);
        self.tell_invitation(id, EventKind::Completed, failure);
    }

    fn invitations_in(&self, conversation: &str) -> Vec<String> {
        let from = (conversation.to_owned(), String::new());
        let here = self.filed.range(from..).take_while(|(it, _)| it == conversation);
        here.map(|(_, id)| id.clone()).collect()
    }

    /// A conversation is about to go: its invitations end, if they have not, and go with it.
    pub(super) fn close_invitations_of(&mut self, conversation: &str) {
        let reason = ErrorBody::new("LocalFailure", "Canceled", "The conversation is over.");
        for id in self.invitations_in(conversation) {
            let rings = self.invitations.get(&id).map(|it| it.rings.clone()).unwrap_or_default();
            self.complete(&id, InvitationState::Cancelled, Some(&reason));
            let is_open = |ring: &String| {
                self.invitations
                    .get(ring)
                    .is_some_and(|it| it.is_open() && it.kind == InvitationKind::OnlineMeeting)
            };
            let open: Vec<String> = rings.into_iter().filter(is_open).collect();
            self.withdraw(&open, InvitationState::Cancelled, &reason);
            self.filed.remove(&(conversation.to_owned(), id.clone()));
            if let Some(key) = self.invitations.remove(&id).and_then(|it| it.operation_key) {
                self.operations.remove(&key);
            }
            self.changes.close(format!("invitation/{id}"));
        }
    }
}
