//! A chat from the call to the bridge, as a service application sets it up (`protocol.md` §1.2).

use std::sync::Arc;

use serde_json::json;
use shared::{Event, Resource};

use crate::desk::Desk;
use crate::hooks::Inbox;
use crate::http::{Caller, Reply, link};
use crate::member::{Member, is};
use crate::outcome::{Outcome, SetUp as _, failed};
use crate::scope::Scope;

/// What the visitor sees as the helpdesk's name.
pub(crate) const HELPDESK_NAME: &str = "Conformance helpdesk";

/// A visitor who calls, before anybody answered.
pub(crate) struct Call {
    pub(crate) visitor: Member,
    /// The incoming invitation, as the webhook brought it.
    pub(crate) invitation: Resource,
    /// Webhooks of the visitor's conversation.
    pub(crate) pair: Inbox,
    /// The service application at the host that webhooks name.
    pub(crate) caller: Caller,
}

/// A meeting of the service application.
pub(crate) struct Room {
    pub(crate) uri: String,
    /// Its own conversation, once it is in the meeting.
    pub(crate) conversation: Resource,
    /// Its messaging before anything was added.
    pub(crate) messaging: Resource,
    /// Webhooks of the meeting.
    pub(crate) inbox: Inbox,
}

/// A visitor bridged to a meeting.
pub(crate) struct Chat {
    pub(crate) call: Call,
    pub(crate) room: Room,
    /// The visitor's messaging, connected.
    pub(crate) messaging: Resource,
    /// Where the service application says whose messages cross.
    pub(crate) bridged_participants: String,
}

/// An agent's place in a meeting.
pub(crate) struct Seat {
    /// The invitation that the agent accepted.
    pub(crate) invitation: Resource,
    /// The answer to accepting it.
    pub(crate) accepted: Reply,
    /// Its messaging before it was added.
    pub(crate) before: Resource,
    /// Its messaging, connected.
    pub(crate) messaging: Resource,
}

/// The last part of an address: names a conversation in webhooks, however they write addresses.
pub(crate) fn id_of(href: &str) -> String {
    let path = href.split('?').next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

fn state_is(event: &Event, state: &str) -> bool {
    event.resource.as_ref().is_some_and(|it| it.text("state") == Some(state))
}

/// Whether an event is of messaging in this state.
pub(crate) fn is_messaging(event: &Event, state: &str) -> bool {
    is(event, "messaging", "updated") && state_is(event, state)
}

impl Call {
    /// A visitor calls, and the webhook arrives.
    pub(crate) async fn place(scope: &Arc<Scope>, what: &str) -> Outcome<Self> {
        let desk = Desk::open(scope).await?;
        let visitor = Member::visitor(scope, &desk, what).await?;
        Self::by(scope, &desk, visitor, what).await.set_up("a visitor calls the helpdesk")
    }

    pub(crate) async fn by(
        scope: &Arc<Scope>,
        desk: &Desk,
        visitor: Member,
        what: &str,
    ) -> Outcome<Self> {
        scope.step("the visitor calls; the platform tells the service application");
        let name = scope.name(&format!("call{what}"));
        let mut calls = scope.hooks().holding(&name);
        visitor.call(scope, &name).await?.is_success()?;
        let told = |it: &Event| is(it, "messagingInvitation", "started");
        let (event, hook) = calls.until("messagingInvitation started", 0, told).await?;
        let caller = match &hook.package.base_uri {
            Some(base) => desk.caller.at(base)?,
            None => desk.caller.clone(),
        };
        let invitation = match event.resource {
            Some(resource) => resource,
            None => caller.get(&event.link.href).await?.resource()?,
        };
        let conversation = link(&invitation, "conversation")?;
        caller.leaves(&conversation);
        let pair = scope.hooks().holding(&id_of(&conversation));
        Ok(Self { visitor, invitation, pair, caller })
    }

    /// Starts an ad hoc meeting for the call; answers its document and what the POST answered.
    pub(crate) async fn start_meeting(
        &self,
        scope: &Arc<Scope>,
        what: &str,
    ) -> Outcome<(Room, Reply)> {
        scope.step("the service application starts an ad hoc meeting");
        let href = link(&self.invitation, "startAdhocMeeting")?;
        let name = scope.name(&format!("meet{what}"));
        let body = json!({ "operationId": name, "subject": "Conformance",
            "callbackUrl": scope.hooks().address(&name) });
        let mut inbox = scope.hooks().posted_to(&name);
        let reply = self.caller.post(&href, &body).await?;
        reply.is_success()?;
        let wanted = |it: &Event| is(it, "onlineMeeting", "added");
        let (event, _) = inbox.until("onlineMeeting added", 0, wanted).await?;
        let meeting = self.resource(&event).await?;
        let Some(uri) = meeting.text("onlineMeetingUri").map(str::to_owned) else {
            return failed(
                "onlineMeetingUri in onlineMeeting",
                format!("{:?}", meeting.properties),
            );
        };
        let joined = |it: &Event| it.link.rel == "conversation" && state_is(it, "Conferenced");
        let (event, _) = inbox.until("conversation updated, Conferenced", 0, joined).await?;
        let conversation = self.resource(&event).await?;
        self.caller.leaves(&link(&conversation, "self")?);
        let offered = |it: &Event| is_messaging(it, "Disconnected");
        let (event, _) = inbox.until("messaging updated, Disconnected", 0, offered).await?;
        let messaging = self.resource(&event).await?;
        Ok((Room { uri, conversation, messaging, inbox }, reply))
    }

    /// The resource of an event: embedded, or asked for.
    pub(crate) async fn resource(&self, event: &Event) -> Outcome<Resource> {
        match &event.resource {
            Some(resource) => Ok(resource.clone()),
            None => self.caller.get(&event.link.href).await?.resource(),
        }
    }

    /// Adds messaging to the service application's side of a meeting.
    pub(crate) async fn add_messaging(
        &self,
        scope: &Scope,
        room: &mut Room,
        what: &str,
    ) -> Outcome {
        scope.step("the service application adds messaging to the meeting");
        let href = link(&room.messaging, "addMessaging")?;
        let body = json!({ "operationId": scope.name(&format!("add{what}")) });
        self.caller.post(&href, &body).await?.is_success()?;
        let connected = |it: &Event| is_messaging(it, "Connected");
        room.inbox.until("messaging updated, Connected", 0, connected).await?;
        Ok(())
    }

    /// Accepts the call by bridging it to a meeting.
    pub(crate) async fn accept_and_bridge(&self, uri: &str) -> Outcome<Reply> {
        let href = link(&self.invitation, "acceptAndBridge")?;
        let body = json!({ "onlineMeetingUri": uri, "impersonatedDisplayName": HELPDESK_NAME });
        self.caller.post(&href, &body).await
    }

    /// Waits for the bridge at both ends; answers the visitor's messaging and the bridge.
    pub(crate) async fn bridged(&mut self) -> Outcome<(Resource, Resource)> {
        let wanted = |it: &Event| is(it, "conversationBridge", "added");
        let (event, _) = self.pair.until("conversationBridge added", 0, wanted).await?;
        let bridge = self.resource(&event).await?;
        let connected = |it: &Event| is_messaging(it, "Connected");
        let told = self.visitor.until("messaging updated, Connected", 0, connected).await?;
        let messaging = self.visitor.resource(&told).await?;
        let done = |it: &Event| is(it, "messagingInvitation", "completed");
        self.visitor.until("messagingInvitation completed", 0, done).await?;
        Ok((messaging, bridge))
    }

    /// The service application's own side of the visitor's conversation.
    pub(crate) async fn own_side(&self) -> Outcome<Resource> {
        let href = link(&self.invitation, "conversation")?;
        self.caller.get(&href).await?.resource()
    }
}

impl Chat {
    /// From the call to the bridge. Failures on the way are judged by other checks.
    pub(crate) async fn open(scope: &Arc<Scope>, what: &str) -> Outcome<Self> {
        let call = Call::place(scope, what).await?;
        Self::bridge(scope, call, what).await.set_up("the call is bridged to a meeting")
    }

    async fn bridge(scope: &Arc<Scope>, mut call: Call, what: &str) -> Outcome<Self> {
        let (mut room, _) = call.start_meeting(scope, what).await?;
        call.add_messaging(scope, &mut room, what).await?;
        scope.step("the service application accepts and bridges");
        call.accept_and_bridge(&room.uri).await?.is_success()?;
        let (messaging, bridge) = call.bridged().await?;
        let bridged_participants = link(&bridge, "bridgedParticipants")?;
        Ok(Self { call, room, messaging, bridged_participants })
    }

    /// Says whose messages cross the bridge, and under which name.
    pub(crate) async fn filter(&self, agent: &str, name: &str, state: &str) -> Outcome<Reply> {
        let body = json!({ "displayName": name, "participantUri": agent,
            "messageFilterState": state });
        self.call.caller.post(&self.bridged_participants, &body).await
    }

    /// Invites an agent; it accepts and adds messaging.
    pub(crate) async fn admit(
        &self,
        scope: &Arc<Scope>,
        agent: &Member,
        what: &str,
    ) -> Outcome<Seat> {
        scope.step("the service application invites an agent, who accepts and adds messaging");
        let uri = uri_of(agent)?;
        let own = link(&self.room.conversation, "self")?;
        let conversation = self.call.caller.get(&own).await?.resource()?;
        let add = link(&conversation, "addParticipant")?;
        let body = json!({ "operationId": scope.name(&format!("invite{what}")), "to": uri });
        let from = agent.mark();
        self.call.caller.post(&add, &body).await?.is_success()?;
        let rings = |it: &Event| {
            is(it, "onlineMeetingInvitation", "started")
                && it.resource.as_ref().and_then(|it| it.text("onlineMeetingUri"))
                    == Some(&self.room.uri)
        };
        let event = agent.until("onlineMeetingInvitation started", from, rings).await?;
        let invitation = agent.resource(&event).await?;
        let accepted = agent.caller.act(&link(&invitation, "accept")?).await?;
        accepted.is_success()?;
        let here = link(&invitation, "conversation")?;
        let is_here =
            |it: &Event| it.resource.as_ref().and_then(|it| it.href("conversation")) == Some(&here);
        let offered = |it: &Event| is_here(it) && is_messaging(it, "Disconnected");
        let event = agent.until("messaging updated, Disconnected", from, offered).await?;
        let before = agent.resource(&event).await?;
        let body = json!({ "operationId": scope.name(&format!("join{what}")) });
        let add = link(&before, "addMessaging")?;
        agent.caller.post(&add, &body).await?.is_success()?;
        let connected = |it: &Event| is_here(it) && is_messaging(it, "Connected");
        let event = agent.until("messaging updated, Connected", from, connected).await?;
        let messaging = agent.resource(&event).await?;
        Ok(Seat { invitation, accepted, before, messaging })
    }
}

/// The address of a member.
pub(crate) fn uri_of(member: &Member) -> Outcome<String> {
    let me = member.part("me")?;
    match me.text("uri") {
        Some(uri) => Ok(uri.to_owned()),
        None => failed("a uri in `me`", format!("{:?}", me.properties)),
    }
}
