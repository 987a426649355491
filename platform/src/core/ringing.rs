//! Users invited into a meeting: every application that can be reached rings, the first to accept
//! wins (`protocol.md` §1.2 step 18, §2B.7).

use shared::states::{CallState, ConversationState, Direction, InvitationState};
use shared::{ErrorBody, EventKind, SipUri};
use store::env::Entropy;

use super::invitations::operation_key;
use super::model::{InvitationKind, Kind, Owner, Person};
use super::{Core, InvitationInput, Reply};
use crate::refusal::Refusal;

impl Core {
    /// Invites a user: every application that can be reached rings (§1.2 step 18).
    pub(super) fn add_participant(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        id: &str,
        to: &Person,
        input: &InvitationInput,
    ) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        let key = operation_key(owner, InvitationKind::Participant, id, input);
        if let Some(reply) = self.repeated(key.as_ref()) {
            return Ok(reply);
        }
        let is_visitor = |app: &String| self.apps.get(app).is_some_and(super::App::is_visitor);
        if matches!(owner, Owner::App(app) if is_visitor(app)) {
            return Err(Refusal::AnonymousNotAllowed);
        }
        let meeting = it.meeting().and_then(|id| self.meetings.get(id));
        let Some(meeting) = meeting.filter(|_| self.is_member(it)) else {
            return Err(Refusal::Conflict("only conversations in a meeting take participants"));
        };
        if meeting.members.len() >= self.limits.members_per_meeting_max {
            return Err(Refusal::LimitExceeded("participants"));
        }
        let subject = input.subject.clone().or_else(|| it.subject.clone());
        let subject = subject.or_else(|| meeting.terms.subject.clone());
        let importance = input.importance.or(Some(it.importance));
        let operation = input.operation.clone();
        let ring_input =
            InvitationInput { operation, subject, importance, ..InvitationInput::default() };
        let (meeting, meeting_uri, from) = (meeting.id.clone(), meeting.uri.clone(), it.me.clone());
        let user = SipUri::parse(&to.uri).map_err(|_| Refusal::DestinationNotFound)?;
        let Some(mut inviting) =
            self.draft_invitation(ids, InvitationKind::Participant, id, &ring_input)
        else {
            return Err(Refusal::ConversationNotFound);
        };
        inviting.operation_key = key;
        inviting.to.clone_from(&to.uri);
        inviting.fails_at_ms = Some(self.now_ms + self.limits.invitation_ms);
        let inviting = self.file(inviting);
        self.tell_invitation(&inviting, EventKind::Started, None);
        for app in self.reachable(&user) {
            let ring = Ring { app, inviting: &inviting, meeting: &meeting, uri: &meeting_uri };
            self.ring(ids, ring, &from, &ring_input);
        }
        if self.invitations.get(&inviting).is_some_and(|it| it.rings.is_empty()) {
            let reason = ErrorBody::new("RemoteFailure", "Unavailable", "Nobody can be reached.");
            self.fail_invitation(&inviting, InvitationState::Failed, &reason);
        }
        Ok(self.location(&inviting))
    }

    /// One application of an invited user rings.
    fn ring(&mut self, ids: &dyn Entropy, ring: Ring<'_>, from: &Person, input: &InvitationInput) {
        let Some(me) = self.apps.get(&ring.app).map(|it| it.me.clone()) else { return };
        let kind = Kind::Meeting { meeting: ring.meeting.to_owned() };
        let owner = Owner::App(ring.app);
        let to = me.uri.clone();
        let conversation = self.new_conversation(ids, &owner, kind, me, input);
        let silent = CallState::Disconnected;
        self.set_states_silently(&conversation, ConversationState::Incoming, silent);
        let draft = self.draft_invitation(ids, InvitationKind::OnlineMeeting, &conversation, input);
        let Some(mut it) = draft else { return };
        it.direction = Direction::Incoming;
        it.from = from.clone();
        it.to = to;
        it.meeting_uri = Some(ring.uri.to_owned());
        it.rung_by = Some(ring.inviting.to_owned());
        let id = self.file(it);
        if let Some(inviting) = self.invitations.get_mut(ring.inviting) {
            inviting.rings.push(id.clone());
        }
        self.tell_invitation(&id, EventKind::Started, None);
        self.tell_conversation(&conversation, EventKind::Added, None);
    }

    /// An invited user accepts: the first application wins, the others stop ringing.
    pub(super) fn accept_meeting(&mut self, id: &str) -> Result<(), Refusal> {
        let vanished = Refusal::Conflict("this invitation cannot be answered any more");
        let it = self.invitations.get(id).ok_or(vanished.clone())?;
        let conversation = it.conversation.clone();
        let inviting = it.rung_by.clone().ok_or(vanished.clone())?;
        let meeting = self.conversations.get(&conversation).and_then(|it| it.meeting());
        let meeting = meeting.map(str::to_owned).ok_or(vanished)?;
        let rings = self.invitations.get(&inviting).map(|it| it.rings.clone()).unwrap_or_default();
        let others: Vec<String> = rings.into_iter().filter(|ring| ring != id).collect();
        let elsewhere =
            ErrorBody::new("LocalFailure", "ConnectedElsewhere", "Accepted on another device.");
        self.withdraw(&others, InvitationState::Cancelled, &elsewhere);
        // Whoever invited oneself from another device: that side goes, and must not take this one along.
        self.unring(&inviting, id);
        self.set_state(&conversation, ConversationState::Conferencing);
        self.enter(&meeting, &conversation);
        let me = self.person(&conversation).cloned();
        self.complete(id, InvitationState::Connected, None);
        if let Some(it) = self.invitations.get_mut(&inviting) {
            it.accepted_by = me;
        }
        self.complete(&inviting, InvitationState::Connected, None);
        Ok(())
    }

    /// An inviting side is not answerable for this ring any more.
    fn unring(&mut self, inviting: &str, ring: &str) {
        if let Some(it) = self.invitations.get_mut(inviting) {
            it.rings.retain(|it| it != ring);
            self.changes.invitation(inviting);
        }
    }
}

/// What rings where.
struct Ring<'a> {
    app: String,
    inviting: &'a str,
    meeting: &'a str,
    uri: &'a str,
}
