//! The lobby of a meeting: who waits, who sees it, who lets in (`protocol.md` §2A.2, §2B.4, §2B.6).

use shared::states::{ConversationState, Direction, InvitationState};
use shared::{ErrorBody, EventKind, Resource};

use super::model::{Conversation, Invitation, Owner, Person, Who};
use super::terms::Guest;
use super::{Core, Reply};
use crate::refusal::Refusal;
use crate::wire;

impl Core {
    /// Who an owner is to a meeting; `None` when one of them is gone.
    fn guest(&self, owner: &Owner) -> Option<Guest<'_>> {
        match owner {
            // Only the organizer's endpoint gets as far as here.
            Owner::Endpoint(_) => Some(Guest::Organizer),
            Owner::App(app) => Some(match &self.apps.get(app)?.who {
                Who::Agent { user } => Guest::User(user),
                Who::Visitor { .. } => Guest::Visitor,
            }),
        }
    }

    /// Whether somebody who joins is in at once.
    pub(super) fn comes_in(&self, meeting: &str, owner: &Owner) -> bool {
        let (Some(it), Some(guest)) = (self.meetings.get(meeting), self.guest(owner)) else {
            return false;
        };
        it.terms.lets_in(guest)
    }

    /// What somebody is in a meeting; none in a conversation of two.
    pub(crate) fn role(&self, it: &Conversation, person: &Person) -> Option<&'static str> {
        let meeting = self.meetings.get(it.meeting()?)?;
        let sides = meeting.members.iter().filter_map(|id| self.conversations.get(id));
        let is_leader = sides.filter(|side| side.me.uri == person.uri).any(|side| side.leads);
        Some(if is_leader { "Leader" } else { "Attendee" })
    }

    /// A participant as the owner of a side sees it, with what it is in the meeting.
    pub(crate) fn participant_document(&self, it: &Conversation, person: &Person) -> Resource {
        let out = wire::participant(&self.face(&it.owner), it, person);
        let Some(role) = self.role(it, person) else { return out };
        let meeting = it.meeting().and_then(|id| self.meetings.get(id));
        let is_organizer = meeting.is_some_and(|it| it.endpoint.as_str() == person.uri);
        out.prop("role", role).prop("organizer", is_organizer)
    }

    /// Whether the owner of a side leads the meeting.
    pub(super) fn is_led_by(&self, meeting: &str, conversation: &str) -> bool {
        let owner = self.conversations.get(conversation).map(|it| &it.owner);
        let guest = owner.and_then(|owner| self.guest(owner));
        let terms = self.meetings.get(meeting).map(|it| &it.terms);
        matches!((terms, guest), (Some(terms), Some(guest)) if terms.is_led_by(guest))
    }

    /// A side waits to be let in; its invitation stays open meanwhile (§2B.7).
    pub(super) fn wait_in_lobby(&mut self, meeting: &str, conversation: &str) {
        let Some(it) = self.meetings.get_mut(meeting) else { return };
        it.lobby.push(conversation.to_owned());
        self.changes.meeting(meeting);
        self.set_state(conversation, ConversationState::InLobby);
        self.tell_local_participant(conversation);
        self.tell_leaders(meeting, conversation, &EventKind::Added);
    }

    /// A leader who comes in sees who waits.
    pub(super) fn show_lobby(&mut self, conversation: &str) {
        let Some(it) = self.conversations.get(conversation).filter(|it| it.leads) else { return };
        for person in self.waiting(it) {
            self.tell_waiting(conversation, &person, EventKind::Added);
        }
    }

    /// Who waits to be let in, as the owner of a conversation may see it: leaders only.
    pub(crate) fn waiting(&self, it: &Conversation) -> Vec<Person> {
        let meeting = it.meeting().filter(|_| it.leads).and_then(|id| self.meetings.get(id));
        let sides = meeting.into_iter().flat_map(|it| &it.lobby);
        sides.filter_map(|id| self.person(id).cloned()).collect()
    }

    fn tell_leaders(&mut self, meeting: &str, waiting: &str, kind: &EventKind) {
        let Some(person) = self.person(waiting).cloned() else { return };
        let members = self.meetings.get(meeting).map(|it| it.members.clone()).unwrap_or_default();
        for member in members {
            if self.conversations.get(&member).is_some_and(|it| it.leads) {
                self.tell_waiting(&member, &person, kind.clone());
            }
        }
    }

    /// A leader lets somebody in, or sends them away.
    pub(super) fn answer_lobby(
        &mut self,
        owner: &Owner,
        id: &str,
        participant: &str,
        admit: bool,
    ) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        if !it.leads {
            return Err(Refusal::NotAllowed("only leaders of a meeting let others in"));
        }
        let meeting = it.meeting().and_then(|id| self.meetings.get(id)).ok_or(Refusal::NotFound)?;
        let is_meant = |side: &&String| self.person(side).is_some_and(|it| it.key() == participant);
        let Some(side) = meeting.lobby.iter().find(is_meant).cloned() else {
            let is_in = meeting.members.iter().any(|side| is_meant(&side));
            // Two leaders answered at the same time.
            return if admit && is_in { Ok(Reply::Done) } else { Err(Refusal::NotFound) };
        };
        let meeting = meeting.id.clone();
        self.leave_lobby(&meeting, &side);
        let joining = self.joining(&side);
        if admit {
            self.enter(&meeting, &side);
            if let Some(joining) = joining {
                self.complete(&joining, InvitationState::Connected, None);
            }
        } else {
            let reason = ErrorBody::new("Informational", "Denied", "You were not let in.");
            if let Some(joining) = joining {
                self.complete(&joining, InvitationState::Declined, Some(&reason));
            }
            self.end_side(&side, Some(&reason));
        }
        Ok(Reply::Done)
    }

    /// The open invitation by which somebody joins.
    fn joining(&self, conversation: &str) -> Option<String> {
        let is_it = |it: &&Invitation| {
            it.conversation == conversation && it.is_open() && it.direction == Direction::Outgoing
        };
        self.invitations.values().find(is_it).map(|it| it.id.clone())
    }

    /// Takes a side out of the lobby, and says so to those who see it.
    pub(super) fn leave_lobby(&mut self, meeting: &str, side: &str) {
        let Some(it) = self.meetings.get_mut(meeting) else { return };
        it.lobby.retain(|it| it != side);
        self.changes.meeting(meeting);
        self.tell_leaders(meeting, side, &EventKind::Deleted);
    }
}
