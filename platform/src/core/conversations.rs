//! Conversations: found, shown, stopped, left, ended.

use shared::states::{CallState, ConversationState};
use shared::{ErrorBody, EventKind};
use store::env::Entropy;

use super::model::{Conversation, Kind, Owner, Person};
use super::{Core, InvitationInput, Reply};
use crate::refusal::Refusal;

impl Core {
    /// A conversation of this owner; another's is as unknown as none (invariant 6).
    pub(crate) fn conversation_of(
        &self,
        owner: &Owner,
        id: &str,
    ) -> Result<&Conversation, Refusal> {
        if let Owner::App(app) = owner {
            self.app(app)?;
        }
        let found = self.conversations.get(id).filter(|it| it.owner == *owner);
        found.ok_or(Refusal::ConversationNotFound)
    }

    /// The conversations of an owner.
    pub(crate) fn conversations_of(&self, owner: &Owner) -> Vec<&Conversation> {
        let ids = self.owned.get(owner).into_iter().flatten();
        ids.filter_map(|id| self.conversations.get(id)).collect()
    }

    /// The members that the owner of a conversation sees, without itself.
    pub(crate) fn others(&self, it: &Conversation) -> Vec<Person> {
        let meeting = match &it.kind {
            Kind::Peer { remote, .. } => return vec![remote.clone()],
            // Whoever is not let in yet sees nobody.
            Kind::Meeting { .. } if it.state == ConversationState::InLobby => return Vec::new(),
            Kind::Meeting { meeting } => self.meetings.get(meeting),
        };
        let Some(meeting) = meeting else { return Vec::new() };
        let members = meeting.members.iter().filter(|id| **id != it.id);
        let members = members.filter_map(|id| Some(self.conversations.get(id)?.me.clone()));
        // The endpoint has its own side of the visitor's conversation; agents see the visitor here.
        let is_endpoint = matches!(it.owner, Owner::Endpoint(_));
        let visitor = meeting.bridge.as_ref().filter(|_| !is_endpoint);
        members.chain(visitor.and_then(|id| self.remote_of(id)).cloned()).collect()
    }

    /// Who is at the other end of a conversation of two.
    pub(super) fn remote_of(&self, id: &str) -> Option<&Person> {
        match &self.conversations.get(id)?.kind {
            Kind::Peer { remote, .. } => Some(remote),
            Kind::Meeting { .. } => None,
        }
    }

    /// The other side of a conversation of two.
    pub(super) fn other_of(&self, id: &str) -> Option<&Conversation> {
        match &self.conversations.get(id)?.kind {
            Kind::Peer { other, .. } => self.conversations.get(other),
            Kind::Meeting { .. } => None,
        }
    }

    pub(super) fn check_conversation_count(&self, owner: &Owner) -> Result<(), Refusal> {
        let is_app = matches!(owner, Owner::App(_));
        let count = self.owned.get(owner).map_or(0, std::collections::BTreeSet::len);
        if is_app && count >= self.limits.conversations_per_application_max {
            return Err(Refusal::LimitExceeded("conversations"));
        }
        Ok(())
    }

    /// Makes one side of a conversation; nothing is told yet.
    pub(super) fn new_conversation(
        &mut self,
        ids: &dyn Entropy,
        owner: &Owner,
        kind: Kind,
        me: Person,
        input: &InvitationInput,
    ) -> String {
        let id = ids.id();
        let conversation = Conversation {
            id: id.clone(),
            owner: owner.clone(),
            kind,
            me,
            state: ConversationState::Connecting,
            messaging: CallState::Disconnected,
            subject: input.subject.clone(),
            importance: input.importance.unwrap_or(shared::states::Importance::Normal),
            thread_id: input.thread_id.clone(),
            created_ms: self.now_ms,
            callback_url: input.callback_url.clone(),
            callback_context: input.callback_context.clone(),
            hooks: 0,
            bridge: None,
            leads: false,
            is_plain_only: self.takes_plain_only(owner),
            held: Vec::new(),
            marks: super::Marks::default(),
            messages: std::collections::BTreeMap::new(),
            operations: std::collections::BTreeMap::new(),
            typing: std::collections::BTreeMap::new(),
        };
        self.owned.entry(owner.clone()).or_default().insert(id.clone());
        self.changes.conversation(&id);
        self.conversations.insert(id.clone(), conversation);
        id
    }

    /// Changes the state of a conversation and says so.
    pub(super) fn set_state(&mut self, id: &str, state: ConversationState) {
        let Some(it) = self.conversations.get_mut(id) else { return };
        it.state = state;
        self.changes.conversation(id);
        self.tell_conversation(id, EventKind::Updated, None);
    }

    /// Sets the state without a word, for what is told together with something else.
    pub(super) fn set_states_silently(
        &mut self,
        id: &str,
        state: ConversationState,
        messaging: CallState,
    ) {
        if let Some(it) = self.conversations.get_mut(id) {
            (it.state, it.messaging) = (state, messaging);
            self.changes.conversation(id);
        }
    }

    pub(super) fn stop_messaging(&mut self, owner: &Owner, id: &str) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        if it.meeting().is_none() {
            // With its only modality a conversation of two ends (§2B.6).
            self.end_pair(id, None);
        } else if it.messaging != CallState::Disconnected {
            let me = it.me.clone();
            self.set_messaging(id, CallState::Disconnected, None);
            self.forget_typing_of(id);
            for other in self.fellow_members(id) {
                self.tell_participant_messaging(&other, &me, EventKind::Deleted);
            }
        }
        Ok(Reply::Done)
    }

    pub(super) fn delete_conversation(
        &mut self,
        owner: &Owner,
        id: &str,
    ) -> Result<Reply, Refusal> {
        self.conversation_of(owner, id)?;
        self.leave(id, None);
        Ok(Reply::Done)
    }

    pub(super) fn eject(
        &mut self,
        owner: &Owner,
        id: &str,
        participant: &str,
    ) -> Result<Reply, Refusal> {
        let it = self.conversation_of(owner, id)?;
        if !it.leads && !matches!(owner, Owner::Endpoint(_)) {
            return Err(Refusal::NotAllowed("only leaders of a meeting remove participants"));
        }
        let found = match &it.kind {
            Kind::Peer { other, remote } => Some(other).filter(|_| remote.key() == participant),
            Kind::Meeting { meeting } => self.meetings.get(meeting).and_then(|meeting| {
                let is_meant =
                    |other: &&String| self.person(other).is_some_and(|it| it.key() == participant);
                meeting.members.iter().filter(|other| *other != id).find(is_meant)
            }),
        };
        let Some(found) = found.cloned() else { return Err(Refusal::NotFound) };
        let reason = ErrorBody::new("Informational", "Ejected", "The organizer removed you.");
        self.leave(&found, Some(&reason));
        Ok(Reply::Done)
    }

    /// Whose side a conversation is; `None` when it is over.
    pub(crate) fn owner_of(&self, id: &str) -> Option<Owner> {
        self.conversations.get(id).map(|it| it.owner.clone())
    }

    /// Who the owner of a conversation is in it.
    pub(super) fn person(&self, id: &str) -> Option<&Person> {
        self.conversations.get(id).map(|it| &it.me)
    }

    /// One side goes. What that means for the others depends on what it was joined to.
    pub(super) fn leave(&mut self, id: &str, reason: Option<&ErrorBody>) {
        let Some(it) = self.conversations.get(id) else { return };
        let is_organizer = matches!(it.owner, Owner::Endpoint(_));
        match it.kind.clone() {
            Kind::Peer { .. } => self.end_pair(id, reason),
            Kind::Meeting { meeting } if is_organizer => self.end_meeting(&meeting, reason),
            Kind::Meeting { .. } if it.state == ConversationState::Incoming => {
                self.stop_ringing(id);
            }
            Kind::Meeting { meeting } if it.state == ConversationState::InLobby => {
                self.leave_lobby(&meeting, id);
                self.end_side(id, reason);
            }
            Kind::Meeting { .. } => {
                self.tell_others_of_leaving(id);
                self.end_side(id, reason);
            }
        }
    }

    /// Both sides of a conversation of two end, and the bridge it may have.
    pub(super) fn end_pair(&mut self, id: &str, reason: Option<&ErrorBody>) {
        let other = self.other_of(id).map(|it| it.id.clone());
        let sides: Vec<String> = [Some(id.to_owned()), other].into_iter().flatten().collect();
        for side in &sides {
            self.unbridge(side);
        }
        for side in &sides {
            self.close_invitations_of(side);
            self.end_side(side, reason);
        }
    }

    /// Ends one side: says so to its owner and forgets it.
    pub(super) fn end_side(&mut self, id: &str, reason: Option<&ErrorBody>) {
        self.forget_typing_of(id);
        self.set_messaging(id, CallState::Disconnected, reason);
        self.close_invitations_of(id);
        self.tell_conversation(id, EventKind::Deleted, reason);
        let Some(it) = self.conversations.remove(id) else { return };
        if let Some(owned) = self.owned.get_mut(&it.owner) {
            owned.remove(id);
            if owned.is_empty() {
                self.owned.remove(&it.owner);
            }
        }
        if let Some(meeting) = it.meeting().and_then(|id| self.meetings.get_mut(id)) {
            meeting.members.retain(|member| member != id);
            meeting.lobby.retain(|side| side != id);
            self.changes.meeting(&meeting.id.clone());
        }
        self.changes.close(format!("conversation/{id}"));
    }

    /// Whether somebody's side is in the roster of its meeting.
    pub(super) fn is_member(&self, it: &Conversation) -> bool {
        let meeting = it.meeting().and_then(|id| self.meetings.get(id));
        meeting.is_some_and(|meeting| meeting.members.contains(&it.id))
    }
}
