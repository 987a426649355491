//! Meetings: made, joined, invited to, ended (`protocol.md` §2A.2, §2A.3, §2B.7).

use shared::states::{CallState, ConversationState, InvitationState};
use shared::{ErrorBody, EventKind, SipUri};
use store::env::Entropy;

use super::invitations::operation_key;
use super::model::{InvitationKind, Kind, Meeting, Owner, Person, Who};
use super::timers::Timer;
use super::{Core, InvitationInput, Reply, Terms};
use crate::refusal::Refusal;

impl Core {
    pub(crate) fn meeting(&self, id: &str) -> Option<&Meeting> {
        self.meetings.get(id)
    }

    /// The meeting of an address: its URI or what people click on, in any case.
    pub(crate) fn find_meeting(&self, address: &str) -> Option<&Meeting> {
        let is_it = |text: &str| text.eq_ignore_ascii_case(address);
        self.meetings.values().find(|it| is_it(&it.uri) || is_it(&it.join_url))
    }

    pub(super) fn create_meeting(
        &mut self,
        ids: &dyn Entropy,
        endpoint: &SipUri,
        terms: Terms,
    ) -> Result<String, Refusal> {
        let of_endpoint = self.meetings.values().filter(|it| it.endpoint == *endpoint);
        if of_endpoint.count() >= self.limits.meetings_per_endpoint_max {
            return Err(Refusal::LimitExceeded("meetings"));
        }
        let id = ids.id();
        let expires_ms = self.now_ms + self.limits.meeting_ms;
        let meeting = Meeting {
            id: id.clone(),
            uri: format!("{endpoint};gruu;opaque=app:conf:focus:id:{id}"),
            join_url: format!(
                "{}/meet/{}/{}/{id}",
                self.public_url,
                endpoint.domain(),
                endpoint.name()
            ),
            endpoint: endpoint.clone(),
            terms,
            expires_ms,
            members: Vec::new(),
            lobby: Vec::new(),
            bridge: None,
        };
        self.timers.insert((expires_ms, Timer::Meeting(id.clone())));
        self.changes.meeting(&id);
        self.meetings.insert(id.clone(), meeting);
        Ok(id)
    }

    /// The organizer ends a meeting, joined or not.
    pub(super) fn delete_meeting(&mut self, endpoint: &SipUri, id: &str) -> Result<Reply, Refusal> {
        let found = self.meetings.get(id).filter(|it| it.endpoint == *endpoint);
        found.ok_or(Refusal::NotFound)?;
        self.end_meeting(id, None);
        Ok(Reply::Done)
    }

    /// A meeting for an incoming invitation, joined at once (§1.2 step 13).
    pub(super) fn start_adhoc_meeting(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        invitation: Option<&str>,
        input: &InvitationInput,
    ) -> Result<Reply, Refusal> {
        let Owner::Endpoint(endpoint) = owner else {
            return Err(Refusal::NotAllowed("only service applications start ad hoc meetings"));
        };
        let place = invitation.unwrap_or("");
        let key = operation_key(owner, InvitationKind::OnlineMeeting, place, input);
        if let Some(reply) = self.repeated(key.as_ref()) {
            return Ok(reply);
        }
        if let Some(id) = invitation
            && !self.invitation_of(owner, id)?.can_be_answered()
        {
            return Err(Refusal::Conflict("this invitation cannot be answered any more"));
        }
        let subject = input.subject.clone();
        let terms = Terms { subject, ..Terms::default() };
        let meeting = self.create_meeting(ids, endpoint, terms)?;
        self.join(ids, owner, &meeting, input, key)
    }

    /// Somebody joins by the meeting's address.
    pub(super) fn join_meeting(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        address: &str,
        input: &InvitationInput,
    ) -> Result<Reply, Refusal> {
        let meeting = self.find_meeting(address).ok_or(Refusal::DestinationNotFound)?;
        let id = meeting.id.clone();
        let may = match owner {
            Owner::Endpoint(endpoint) => meeting.endpoint == *endpoint,
            Owner::App(app) => match &self.app(app)?.who {
                Who::Agent { user } => meeting.endpoint.domain() == user.domain(),
                Who::Visitor { meeting: allowed, .. } if allowed.as_ref() == Some(&meeting.uri) => {
                    true
                }
                Who::Visitor { .. } => return Err(Refusal::WrongTarget),
            },
        };
        if !may {
            return Err(Refusal::DestinationNotFound);
        }
        let key = operation_key(owner, InvitationKind::OnlineMeeting, &id, input);
        if let Some(reply) = self.repeated(key.as_ref()) {
            return Ok(reply);
        }
        let is_mine =
            |member: &String| self.conversations.get(member).is_some_and(|it| it.owner == *owner);
        if meeting.members.iter().chain(&meeting.lobby).any(is_mine) {
            return Err(Refusal::AlreadyExists);
        }
        if meeting.members.len() + meeting.lobby.len() >= self.limits.members_per_meeting_max {
            return Err(Refusal::LimitExceeded("participants"));
        }
        self.check_conversation_count(owner)?;
        self.join(ids, owner, &id, input, key)
    }

    fn join(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        meeting: &str,
        input: &InvitationInput,
        key: Option<String>,
    ) -> Result<Reply, Refusal> {
        let me = match owner {
            Owner::App(app) => self.app(app)?.me.clone(),
            Owner::Endpoint(uri) => {
                let name = self.endpoints.get(uri).map(|it| it.display_name.clone());
                Person { uri: uri.to_string(), name: name.unwrap_or_default() }
            }
        };
        // A user has the name of the account; visitors and service applications say theirs.
        let is_user = matches!(owner, Owner::App(app) if !self.app(app)?.is_visitor());
        let name = input.display_name.clone().filter(|it| !is_user && !it.trim().is_empty());
        let me = Person { name: name.unwrap_or(me.name), ..me };
        let kind = Kind::Meeting { meeting: meeting.to_owned() };
        let conversation = self.new_conversation(ids, owner, kind, me, input);
        let vanished = || Refusal::Internal("a conversation vanished".to_owned());
        let mut it = self
            .draft_invitation(ids, InvitationKind::OnlineMeeting, &conversation, input)
            .ok_or_else(vanished)?;
        it.operation_key = key;
        it.meeting_uri = self.meetings.get(meeting).map(|it| it.uri.clone());
        let id = self.file(it);
        let silent = CallState::Disconnected;
        self.set_states_silently(&conversation, ConversationState::Conferencing, silent);
        self.tell_invitation(&id, EventKind::Started, None);
        self.tell_conversation(&conversation, EventKind::Added, None);
        if self.comes_in(meeting, owner) {
            self.enter(meeting, &conversation);
            self.complete(&id, InvitationState::Connected, None);
        } else {
            self.leave_with_older_sides(meeting, &conversation);
            self.wait_in_lobby(meeting, &conversation);
        }
        Ok(self.location(&id))
    }

    /// A side enters the roster: it sees who is there, and those see it. Where it takes the place of an
    /// older side of the same user, they see nobody leave and nobody come: who was there is there.
    pub(super) fn enter(&mut self, meeting: &str, conversation: &str) {
        let was_there = self.give_place(meeting, conversation);
        let leads = self.is_led_by(meeting, conversation);
        let Some(it) = self.meetings.get_mut(meeting) else { return };
        it.members.push(conversation.to_owned());
        self.changes.meeting(meeting);
        if let Some(it) = self.conversations.get_mut(conversation) {
            it.leads = leads;
        }
        self.set_state(conversation, ConversationState::Conferenced);
        self.tell_meeting(conversation);
        self.tell_local_participant(conversation);
        let Some(it) = self.conversations.get(conversation) else { return };
        let me = it.me.clone();
        for other in self.others(it) {
            self.tell_participant(conversation, &other, EventKind::Added);
        }
        self.tell_messaging(conversation, None);
        let fellows = if was_there { Vec::new() } else { self.fellow_members(conversation) };
        for other in fellows {
            self.tell_participant(&other, &me, EventKind::Added);
        }
        self.show_lobby(conversation);
    }

    /// Older sides of a user make way for a newer one; says whether one of them was in the roster. Its
    /// chat ends with it: the newer side adds its own.
    fn give_place(&mut self, meeting: &str, newer: &str) -> bool {
        let mut was_there = false;
        for older in self.older_sides(meeting, newer) {
            let Some(it) = self.conversations.get(&older) else { continue };
            if self.is_member(it) {
                was_there = true;
                self.tell_others_of_silence(&older);
                self.end_side(&older, Some(&replaced()));
            } else {
                self.leave(&older, Some(&replaced()));
            }
        }
        was_there
    }

    /// Older sides of a user leave, because the newer one has to wait in the lobby.
    fn leave_with_older_sides(&mut self, meeting: &str, newer: &str) {
        for older in self.older_sides(meeting, newer) {
            self.leave(&older, Some(&replaced()));
        }
    }

    /// The same user may still be there with an application that was left.
    fn older_sides(&self, meeting: &str, newer: &str) -> Vec<String> {
        let (Some(me), Some(meeting)) = (self.person(newer), self.meetings.get(meeting)) else {
            return Vec::new();
        };
        let sides = meeting.members.iter().chain(&meeting.lobby);
        let is_older =
            |it: &&String| *it != newer && self.person(it).is_some_and(|it| it.uri == me.uri);
        sides.filter(is_older).cloned().collect()
    }

    /// The sides of all others in the roster of the same meeting.
    pub(super) fn fellow_members(&self, id: &str) -> Vec<String> {
        let meeting = self.conversations.get(id).and_then(|it| it.meeting());
        let members = meeting.and_then(|id| self.meetings.get(id)).map(|it| it.members.clone());
        let members = members.filter(|members| members.iter().any(|member| member == id));
        members.into_iter().flatten().filter(|member| member != id).collect()
    }

    /// Adds chat to a conversation in a meeting, for its owner (§1.2 step 14, WID-19).
    pub(super) fn add_messaging(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        id: &str,
        input: &InvitationInput,
    ) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        let key = operation_key(owner, InvitationKind::Messaging, id, input);
        if let Some(reply) = self.repeated(key.as_ref()) {
            return Ok(reply);
        }
        if it.state != ConversationState::Conferenced {
            return Err(Refusal::Conflict("messaging can be added after joining only"));
        }
        match it.messaging {
            CallState::Disconnected => {}
            CallState::Connected => return Err(Refusal::AlreadyExists),
            _ => return Err(Refusal::AnotherOperationPending),
        }
        let me = it.me.clone();
        let Some(mut invitation) = self.draft_invitation(ids, InvitationKind::Messaging, id, input)
        else {
            return Err(Refusal::ConversationNotFound);
        };
        invitation.operation_key = key;
        let invitation = self.file(invitation);
        self.tell_invitation(&invitation, EventKind::Started, None);
        self.set_messaging(id, CallState::Connecting, None);
        self.set_messaging(id, CallState::Connected, None);
        self.complete(&invitation, InvitationState::Connected, None);
        self.tell_conversation(id, EventKind::Updated, None);
        self.tell_participant_messaging(id, &me, EventKind::Added);
        for other in self.fellow_members(id) {
            self.tell_participant_messaging(&other, &me, EventKind::Added);
        }
        self.release_held(id);
        Ok(self.location(&invitation))
    }

    /// Tells the others, and the filter of the bridge is left as it is: it names people, not sides.
    pub(super) fn tell_others_of_leaving(&mut self, id: &str) {
        self.tell_others_of_silence(id);
        let Some(me) = self.person(id).cloned() else { return };
        for other in self.fellow_members(id) {
            self.tell_participant(&other, &me, EventKind::Deleted);
        }
    }

    /// Tells the others that somebody does not chat any more.
    fn tell_others_of_silence(&mut self, id: &str) {
        let Some(it) = self.conversations.get(id).filter(|it| it.is_connected()) else { return };
        let me = it.me.clone();
        for other in self.fellow_members(id) {
            self.tell_participant_messaging(&other, &me, EventKind::Deleted);
        }
    }

    pub(super) fn terminate_meeting(&mut self, owner: &Owner, id: &str) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        let Some(meeting) = it.meeting().map(str::to_owned) else { return Err(Refusal::NotFound) };
        if !matches!(owner, Owner::Endpoint(_)) {
            return Err(Refusal::NotAllowed("only the organizer ends a meeting"));
        }
        self.end_meeting(&meeting, None);
        Ok(Reply::Done)
    }

    /// A meeting is over for all, and so is the visitor's conversation bridged to it (TAP-18).
    pub(super) fn end_meeting(&mut self, id: &str, reason: Option<&ErrorBody>) {
        let Some(meeting) = self.meetings.get(id) else { return };
        let sides = [meeting.members.clone(), meeting.lobby.clone()];
        let bridge = meeting.bridge.clone();
        if let Some(bridge) = bridge {
            self.end_pair(&bridge, reason);
        }
        let over = ErrorBody::new("Informational", "Ended", "The meeting is over.");
        for side in sides.concat() {
            self.end_side(&side, reason.or(Some(&over)));
        }
        self.meetings.remove(id);
        self.changes.close(format!("meeting/{id}"));
    }
}

/// Why a side is over whose user joined from another application.
fn replaced() -> ErrorBody {
    ErrorBody::new("Informational", "Replaced", "Joined from another device.")
}
