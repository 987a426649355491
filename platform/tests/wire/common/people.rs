//! Visitors and agents who follow links, and a chat that is set up.

use shared::{Continuation, Event, Package, Resource, data_uri};

use super::{Client, World};

/// A UCWA application and its event channel.
pub(crate) struct Member {
    pub(crate) client: Client,
    pub(crate) application: Resource,
    pub(crate) channel: Channel,
}

/// An event channel, read in order.
pub(crate) struct Channel {
    client: Client,
    pub(crate) next: String,
    /// Events that were read and not yet asked for.
    pub(crate) seen: Vec<Event>,
}

impl Member {
    pub(crate) async fn create(client: Client, applications: &str, body: &str) -> Self {
        let reply = client.post(applications, body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let application = reply.resource();
        let next = application.href("events").unwrap().to_owned();
        let channel = Channel { client: client.clone(), next, seen: Vec::new() };
        Self { client, application, channel }
    }

    /// An agent whom invitations reach.
    pub(crate) async fn agent(client: Client, instance: &str) -> Self {
        let body = format!(
            r#"{{"culture":"en-US","userAgent":"t/1","endpointId":"e1","instanceId":"{instance}"}}"#
        );
        let member = Self::create(client, "/ucwa/oauth/v1/applications", &body).await;
        let me = member.application.embedded("me").unwrap();
        let available = me.href("makeMeAvailable").unwrap();
        assert_eq!(member.client.post(available, "{}").await.status, 204);
        member
    }

    pub(crate) fn communication(&self) -> &Resource {
        self.application.embedded("communication").unwrap()
    }

    /// After a restart: the same client, the same links.
    pub(crate) fn move_to(&mut self, world: &World) {
        self.client = self.client.on(world.router.clone());
        self.channel.client = self.client.clone();
    }

    pub(crate) async fn start_messaging(&self, operation: &str) -> String {
        let href = self.communication().href("startMessaging").unwrap();
        let body = format!(r#"{{"operationId":"{operation}","to":"{}"}}"#, super::HELPDESK);
        self.client.post(href, &body).await.location()
    }

    /// Joins a meeting by its address; answers what the platform said.
    pub(crate) async fn ask_to_join(&self, meeting: &Resource, operation: &str) -> super::Reply {
        let href = self.communication().href("joinOnlineMeeting").unwrap();
        let uri = meeting.text("onlineMeetingUri").unwrap();
        let body = serde_json::json!({ "operationId": operation, "onlineMeetingUri": uri });
        self.client.post(href, &body.to_string()).await
    }

    /// Adds chat to the meeting one is in; answers the connected messaging.
    pub(crate) async fn add_messaging(&mut self) -> Resource {
        let messaging = self.channel.until("messaging", "updated").await.resource.unwrap();
        let add = messaging.href("addMessaging").unwrap();
        self.client.post(add, r#"{"operationId":"chat"}"#).await.location();
        loop {
            let messaging = self.channel.until("messaging", "updated").await.resource.unwrap();
            if messaging.text("state") == Some("Connected") {
                return messaging;
            }
        }
    }

    /// Joins a meeting that lets one in, with chat.
    pub(crate) async fn join(&mut self, meeting: &Resource) -> Resource {
        self.ask_to_join(meeting, "join").await.location();
        self.add_messaging().await
    }

    pub(crate) async fn read(&self, href: &str) -> Resource {
        let reply = self.client.get(href).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.resource()
    }
}

impl Channel {
    /// The next package; acknowledges the one before.
    pub(crate) async fn take(&mut self) -> Package {
        let reply = self.client.get(&self.next).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let package = Package::read(&reply.json()).unwrap();
        let Some(Continuation::Next(next)) = &package.continuation else {
            panic!("no next link: {}", reply.text)
        };
        self.next.clone_from(next);
        package
    }

    /// Reads on until an event is the wanted one, and answers it. Earlier ones stay in `seen`.
    pub(crate) async fn until(&mut self, rel: &str, kind: &str) -> Event {
        loop {
            let is = |it: &Event| it.link.rel == rel && it.kind.as_str() == kind;
            if let Some(at) = self.seen.iter().position(is) {
                return self.seen.remove(at);
            }
            let package = self.take().await;
            self.seen.extend(package.senders.into_iter().flat_map(|it| it.events));
        }
    }

    /// Reads everything that is there, without waiting for more: `marker` must make an event.
    pub(crate) async fn until_text(&mut self, text: &str) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            let message = self.until("message", "completed").await;
            texts.push(text_of(&message));
            if texts.last().is_some_and(|it| it == text) {
                return texts;
            }
        }
    }
}

/// `rel kind` of an event, with what it is in.
pub(crate) fn kind_of(event: &Event) -> String {
    let within = event.within.as_ref().map(|it| format!(" in {}", it.rel)).unwrap_or_default();
    format!("{} {}{within}", event.link.rel, event.kind.as_str())
}

/// The text of a message event.
pub(crate) fn text_of(event: &Event) -> String {
    let message = event.resource.as_ref().unwrap();
    let uri = message.href("plainMessage").or_else(|| message.href("htmlMessage")).unwrap();
    data_uri::decode(uri).unwrap().text
}

/// A visitor bridged to a meeting, as after step 15 of §1.2.
pub(crate) struct Chat {
    pub(crate) desk: Client,
    pub(crate) visitor: Member,
    /// The visitor's messaging, with its links.
    pub(crate) messaging: Resource,
    /// The endpoint's side of the visitor's conversation.
    pub(crate) pair: Resource,
    /// The endpoint's conversation in the meeting.
    pub(crate) meeting: Resource,
    pub(crate) meeting_uri: String,
    pub(crate) bridged_participants: String,
}

impl Chat {
    pub(crate) async fn open(world: &World, session: &str) -> Self {
        let desk = world.desk().await;
        let mut visitor = world.visitor(session).await;
        visitor.start_messaging(&format!("start-{session}")).await;
        let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
        let invitation = invited.resource.unwrap();
        let body = format!(
            r#"{{"operationId":"adhoc-{session}","subject":"Help",
            "callbackUrl":"https://desk.example/meeting"}}"#
        );
        let adhoc = invitation.href("startAdhocMeeting").unwrap();
        desk.post(adhoc, &body).await.location();
        let (added, hook) = world.hooks.until("onlineMeeting", "added").await;
        let meeting_uri = added.resource.unwrap().text("onlineMeetingUri").unwrap().to_owned();
        let find = |rel: &str| {
            let mut events = hook.events().into_iter().rev();
            events.find(|it| it.link.rel == rel).and_then(|it| it.resource.clone()).unwrap()
        };
        let (meeting, chat) = (find("conversation"), find("messaging"));
        let add = chat.href("addMessaging").unwrap();
        let body = format!(r#"{{"operationId":"add-{session}"}}"#);
        desk.post(add, &body).await.location();
        let accept = invitation.href("acceptAndBridge").unwrap();
        let body = format!(
            r#"{{"onlineMeetingUri":"{meeting_uri}","impersonatedDisplayName":"Help desk"}}"#
        );
        let reply = desk.post(accept, &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let (bridge, hook) = world.hooks.until("conversationBridge", "added").await;
        let bridge = bridge.resource.unwrap();
        let mut events = hook.events().into_iter();
        let pair = events.find(|it| it.link.rel == "conversation").unwrap();
        let pair = pair.resource.clone().unwrap();
        visitor.channel.until("messagingInvitation", "completed").await;
        let messaging = visitor.channel.seen.iter().rev().find(|it| it.link.rel == "messaging");
        let messaging = messaging.and_then(|it| it.resource.clone()).unwrap();
        let bridged_participants = bridge.href("bridgedParticipants").unwrap().to_owned();
        visitor.channel.seen.clear();
        Self { desk, visitor, messaging, pair, meeting, meeting_uri, bridged_participants }
    }

    /// Bridges an agent (unless `filter` is none), invites and lets it add messaging; answers the
    /// agent's messaging.
    pub(crate) async fn admit(&self, agent: &mut Member, filter: Option<(&str, &str)>) -> Resource {
        let me = agent.application.embedded("me").unwrap().text("uri").unwrap().to_owned();
        if let Some((name, state)) = filter {
            let body = format!(
                r#"{{"displayName":"{name}","participantUri":"{me}","messageFilterState":"{state}"}}"#
            );
            self.desk.post(&self.bridged_participants, &body).await.location();
        }
        let body = format!(r#"{{"operationId":"invite-{me}","to":"{me}"}}"#);
        let add = self.meeting.href("addParticipant").unwrap();
        self.desk.post(add, &body).await.location();
        let invited = agent.channel.until("onlineMeetingInvitation", "started").await;
        let accept = invited.resource.unwrap().href("accept").unwrap().to_owned();
        assert_eq!(agent.client.post(&accept, "").await.status, 204);
        let messaging = agent.channel.until("messaging", "updated").await.resource.unwrap();
        let add = messaging.href("addMessaging").unwrap();
        agent.client.post(add, r#"{"operationId":"agent-add"}"#).await.location();
        loop {
            let messaging = agent.channel.until("messaging", "updated").await.resource.unwrap();
            if messaging.text("state") == Some("Connected") {
                return messaging;
            }
        }
    }
}
