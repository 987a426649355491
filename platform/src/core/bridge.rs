//! The bridge between a visitor's conversation and a meeting (`protocol.md` §1.8), and webhooks'
//! bookkeeping.

use std::collections::BTreeMap;

use shared::states::{CallState, Direction, InvitationState};
use shared::{ErrorBody, EventKind, SipUri};

use super::model::{Bridge, Bridged, InvitationKind, Kind, Owner};
use super::record::closing;
use super::{Core, Reply};
use crate::limits::BRIDGED_PARTICIPANTS_MAX;
use crate::refusal::Refusal;

impl Core {
    /// Accepts a visitor's invitation by joining it to a meeting; never half (TAP-13).
    pub(super) fn accept_and_bridge(
        &mut self,
        owner: &Owner,
        invitation: &str,
        meeting_uri: &str,
        name: Option<String>,
    ) -> Result<Reply, Refusal> {
        let it = self.invitation_of(owner, invitation)?;
        if it.kind != InvitationKind::Messaging || it.direction != Direction::Incoming {
            return Err(Refusal::NotFound);
        }
        let far = it.conversation.clone();
        let is_mine = |endpoint: &SipUri| *owner == Owner::Endpoint(endpoint.clone());
        let meeting = self.find_meeting(meeting_uri).filter(|it| is_mine(&it.endpoint));
        let meeting = meeting.ok_or(Refusal::DestinationNotFound)?;
        if it.state == InvitationState::Connected && meeting.bridge.as_ref() == Some(&far) {
            return Ok(Reply::Done);
        }
        if !it.can_be_answered() {
            return Err(Refusal::Conflict("this invitation cannot be answered any more"));
        }
        if meeting.bridge.is_some() {
            return Err(Refusal::Conflict("this meeting is bridged to another conversation"));
        }
        let has_messaging = |id: &String| {
            let it = self.conversations.get(id);
            it.is_some_and(|it| it.owner == *owner && it.messaging == CallState::Connected)
        };
        if !meeting.members.iter().any(has_messaging) {
            return Err(Refusal::Conflict("messaging has to be added to the meeting first"));
        }
        let (meeting, meeting_uri) = (meeting.id.clone(), meeting.uri.clone());
        let name = name.or_else(|| self.person(&far).map(|it| it.name.clone())).unwrap_or_default();
        let invitation = invitation.to_owned();
        self.put_bridge(
            &far,
            Bridge {
                meeting: meeting.clone(),
                meeting_uri,
                name,
                etag: 1,
                participants: BTreeMap::new(),
            },
        );
        self.accept_pair(&invitation);
        self.tell_bridge(&far, EventKind::Added);
        self.tell_agents_of_visitor(&far, &EventKind::Added);
        Ok(Reply::Done)
    }

    fn put_bridge(&mut self, far: &str, bridge: Bridge) {
        if let Some(meeting) = self.meetings.get_mut(&bridge.meeting) {
            meeting.bridge = Some(far.to_owned());
            self.changes.meeting(&bridge.meeting);
        }
        let near = self.other_of(far).map(|it| it.id.clone());
        if let Some(near) = near.and_then(|id| self.conversations.get_mut(&id)) {
            if let Kind::Peer { remote, .. } = &mut near.kind {
                remote.name.clone_from(&bridge.name);
            }
            self.changes.conversation(&near.id);
        }
        if let Some(far) = self.conversations.get_mut(far) {
            far.bridge = Some(bridge);
            self.changes.conversation(&far.id);
        }
    }

    /// Agents in the meeting see the visitor come and go; the endpoint has a side of its own.
    fn tell_agents_of_visitor(&mut self, far: &str, kind: &EventKind) {
        let Some(visitor) = self.remote_of(far).cloned() else { return };
        for member in self.bridged_agents(far) {
            self.tell_participant(&member, &visitor, kind.clone());
            if *kind == EventKind::Added {
                self.tell_participant_messaging(&member, &visitor, EventKind::Added);
            }
        }
    }

    fn bridged_agents(&self, far: &str) -> Vec<String> {
        let Some(far) = self.conversations.get(far) else { return Vec::new() };
        let bridge = far.bridge.as_ref().and_then(|it| self.meetings.get(&it.meeting));
        let members = bridge.into_iter().flat_map(|it| it.members.iter());
        let is_other =
            |id: &&String| self.conversations.get(*id).is_some_and(|it| it.owner != far.owner);
        members.filter(is_other).cloned().collect()
    }

    /// Takes a bridge away; nothing happens where there is none.
    pub(super) fn unbridge(&mut self, far: &str) {
        let Some(it) = self.conversations.get(far) else { return };
        let Some(meeting) = it.bridge.as_ref().map(|it| it.meeting.clone()) else { return };
        if let Some(near) = self.other_of(far).map(|it| it.id.clone()) {
            self.forget_typing_of(&near);
        }
        self.tell_agents_of_visitor(far, &EventKind::Deleted);
        if let Some(meeting) = self.meetings.get_mut(&meeting) {
            meeting.bridge = None;
            self.changes.meeting(&meeting.id.clone());
        }
        if let Some(it) = self.conversations.get_mut(far) {
            it.bridge = None;
            self.changes.conversation(far);
        }
    }

    /// Lets somebody's messages through, or keeps them from the visitor.
    pub(super) fn put_bridged(
        &mut self,
        owner: &Owner,
        id: &str,
        bridged: &Bridged,
        must_exist: bool,
    ) -> Result<Reply, Refusal> {
        let bridge = self.conversation_of(owner, id)?.bridge.as_ref().ok_or(Refusal::NotFound)?;
        let known = bridge.participants.get(&bridged.uri);
        if must_exist && known.is_none() {
            return Err(Refusal::NotFound);
        }
        let location = self.face(owner).bridged(id, bridged);
        let reply = if must_exist { Reply::Done } else { Reply::Created(location) };
        if known == Some(bridged) {
            return Ok(reply);
        }
        if known.is_none() && bridge.participants.len() >= BRIDGED_PARTICIPANTS_MAX {
            return Err(Refusal::LimitExceeded("bridged participants"));
        }
        let kind = if known.is_some() { EventKind::Updated } else { EventKind::Added };
        if let Some(bridge) = self.conversations.get_mut(id).and_then(|it| it.bridge.as_mut()) {
            bridge.participants.insert(bridged.uri.clone(), bridged.clone());
            bridge.etag += 1;
        }
        self.changes.conversation(id);
        self.tell_bridged(id, bridged, kind);
        Ok(reply)
    }

    pub(super) fn delete_bridged(
        &mut self,
        owner: &Owner,
        id: &str,
        participant: &SipUri,
    ) -> Result<Reply, Refusal> {
        let bridge = self.conversation_of(owner, id)?.bridge.as_ref().ok_or(Refusal::NotFound)?;
        let bridged = bridge.participants.get(participant).cloned().ok_or(Refusal::NotFound)?;
        if let Some(bridge) = self.conversations.get_mut(id).and_then(|it| it.bridge.as_mut()) {
            bridge.participants.remove(participant);
            bridge.etag += 1;
        }
        self.changes.conversation(id);
        self.tell_bridged(id, &bridged, EventKind::Deleted);
        Ok(Reply::Done)
    }

    pub(super) fn learn_context(&mut self, id: &str, context: String) -> Reply {
        if let Some(it) = self.conversations.get_mut(id)
            && it.callback_context.as_ref() != Some(&context)
        {
            it.callback_context = Some(context);
            self.changes.conversation(id);
        }
        Reply::Done
    }

    /// A webhook is off the list. If it was given up, an invitation in it cannot be answered.
    pub(super) fn webhook_done(&mut self, scope: &str, delivered: bool) -> Reply {
        let Some(hook) = self.hooks.remove(scope) else { return Reply::Done };
        self.changes.records.push(closing(scope.to_owned()));
        let near = self.other_of(&hook.conversation).map(|it| it.id.clone());
        let waiting = near.filter(|_| !delivered).and_then(|near| {
            let mut open = self.invitations.values().filter(|it| it.conversation == near);
            open.find(|it| it.is_open()).map(|it| it.id.clone())
        });
        if let Some(id) = waiting {
            let reason = ErrorBody::new(
                "ServiceFailure",
                "CallbackUriUnreachable",
                "The helpdesk cannot be reached.",
            );
            self.fail_invitation(&id, InvitationState::Failed, &reason);
        }
        Reply::Done
    }
}
