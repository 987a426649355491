//! Steps 1 to 22 of `protocol.md` §1.2, played by a scripted service application, a visitor and an
//! agent who follow links only.

use crate::common::{Client, HELPDESK, Hook, Member, PAGE, URL, World, kind_of, text_of};
use shared::Resource;

/// Steps 1 to 7: discovery, the two tokens, the application and its capabilities.
async fn service_application(world: &World) -> (Client, Resource) {
    let discover = world.anybody().get("/platformservice/discover").await.resource();
    let applications = discover.href("applications").unwrap().to_owned();
    assert!(applications.starts_with(URL), "absolute: {applications}");
    let applications = format!("{applications}?endpointId={HELPDESK}");
    assert_eq!(world.anybody().get(&applications).await.status, 401);
    let desk = world.desk().await;
    let list = desk.get(&applications).await.resource();
    let application = desk.get(list.href("application").unwrap()).await.resource();
    (desk, application)
}

async fn visitor(world: &World, desk: &Client, application: &Resource) -> Member {
    let tokens = application.href("anonApplicationTokens").unwrap();
    let body = format!(r#"{{"applicationSessionId":"s-1","allowedOrigins":"{PAGE}/shop"}}"#);
    let token = desk.post(tokens, &body).await.resource();
    let discover = token.href("discover").unwrap();
    let found = world.anybody().from(PAGE).get(discover).await.resource();
    let mut client = world.anybody().from(PAGE);
    client.token = token.text("token").map(str::to_owned);
    let body = r#"{"anonymousDisplayName":"Vera"}"#;
    Member::create(client, found.href("anonApplications").unwrap(), body).await
}

fn resource_of(hook: &Hook, rel: &str) -> Resource {
    let mut events = hook.events().into_iter().rev();
    let event = events.find(|it| it.link.rel == rel && it.resource.is_some());
    event.and_then(|it| it.resource.clone()).unwrap_or_else(|| panic!("no {rel} in {hook:?}"))
}

/// Steps 11 to 17: from the visitor's call to the welcome. Answers the endpoint's conversation in
/// the meeting.
async fn bridge_and_welcome(world: &World, desk: &Client, visitor: &mut Member) -> Resource {
    // 11, 12: the visitor asks, the service application is told.
    visitor.start_messaging("start-1").await;
    let (invited, hook) = world.hooks.until("messagingInvitation", "started").await;
    assert_eq!(hook.url, "https://desk.example/hook");
    let invitation = invited.resource.unwrap();

    // 13, 14: a meeting with chat.
    let body = r#"{"operationId":"adhoc-1","callbackUrl":"https://desk.example/m"}"#;
    desk.post(invitation.href("startAdhocMeeting").unwrap(), body).await.location();
    let (_, hook) = world.hooks.until("onlineMeeting", "added").await;
    assert_eq!(hook.url, "https://desk.example/m");
    let meeting = resource_of(&hook, "onlineMeeting");
    let conference = resource_of(&hook, "conversation");
    let add = resource_of(&hook, "messaging").href("addMessaging").unwrap().to_owned();
    desk.post(&add, r#"{"operationId":"add-1"}"#).await.location();
    let (completed, _) = world.hooks.until("messagingInvitation", "completed").await;
    assert_eq!(completed.resource.unwrap().text("operationId"), Some("add-1"));

    // 15, 16: the bridge, and the agent in it.
    let uri = meeting.text("onlineMeetingUri").unwrap();
    let body = format!(r#"{{"onlineMeetingUri":"{uri}","impersonatedDisplayName":"Help desk"}}"#);
    let reply = desk.post(invitation.href("acceptAndBridge").unwrap(), &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (bridge, hook) = world.hooks.until("conversationBridge", "added").await;
    let pair = resource_of(&hook, "messaging");
    let body = r#"{"displayName":"Alice","participantUri":"sip:alice@t.example",
        "messageFilterState":"Disabled"}"#;
    let participants = bridge.resource.unwrap().href("bridgedParticipants").unwrap().to_owned();
    let bridged = desk.post(&participants, body).await.location();
    assert!(bridged.contains("/bridgedParticipants/alice@t.example?"), "{bridged}");
    world.hooks.until("bridgedParticipant", "added").await;

    // 17: the welcome.
    let send = pair.href("sendMessage").unwrap();
    let welcome = desk.say(&format!("{send}&operationId=welcomeop"), "Welcome!").await.location();
    assert!(welcome.contains("/messages/2?"), "{welcome}");
    let welcome = visitor.channel.until("message", "completed").await;
    assert_eq!(text_of(&welcome), "Welcome!");
    let message = welcome.resource.unwrap();
    assert_eq!(message.text("operationId"), Some("welcomeop"));
    assert_eq!(message.link_of("participant").unwrap().title.as_deref(), Some("Help desk"));

    conference
}

#[tokio::test]
async fn a_visitor_chats_with_an_agent_from_discovery_to_goodbye() {
    let world = World::new().await;
    let (desk, application) = service_application(&world).await;
    let mut visitor = visitor(&world, &desk, &application).await;
    let conference = bridge_and_welcome(&world, &desk, &mut visitor).await;

    // 18, 19: the agent is invited and joins.
    let mut agent = world.agent("alice").await;
    let body = r#"{"operationId":"invite-1","to":"sip:alice@t.example"}"#;
    desk.post(conference.href("addParticipant").unwrap(), body).await.location();
    let rings = agent.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    assert_eq!(agent.client.post(rings.href("accept").unwrap(), "").await.status, 204);
    let (completed, _) = world.hooks.until("participantInvitation", "completed").await;
    assert_eq!(completed.status, Some(shared::Status::Success));
    let chat = agent.channel.until("messaging", "updated").await.resource.unwrap();
    agent.client.post(chat.href("addMessaging").unwrap(), "{}").await.location();
    world.hooks.until("participantMessaging", "added").await;
    let conversation = agent.read(chat.href("conversation").unwrap()).await;
    let chat = agent.read(conversation.href("messaging").unwrap()).await;

    // 20: both write and type.
    visitor.channel.until("messagingInvitation", "completed").await;
    let own = visitor.communication().href("conversations").unwrap().to_owned();
    let own = visitor.read(&own).await;
    let own = own.embedded("conversation").unwrap().href("messaging").unwrap().to_owned();
    let messaging = visitor.read(&own).await;
    let typing = messaging.href("setIsTyping").unwrap();
    assert_eq!(visitor.client.post(typing, "").await.status, 204);
    let seen = agent.channel.until("participant", "added").await;
    assert_eq!(kind_of(&seen), "participant added", "the endpoint and the visitor are there");
    let send = messaging.href("sendMessage").unwrap();
    visitor.client.say(&format!("{send}?operationId=v-1"), "My order?").await.location();
    let asked = agent.channel.until("message", "completed").await;
    assert_eq!(
        (text_of(&asked).as_str(), asked.resource.unwrap().text("operationId")),
        ("My order?", Some("v-1"))
    );
    let send = chat.href("sendMessage").unwrap();
    agent.client.say(&format!("{send}?operationId=a-1"), "It is on its way.").await.location();
    let answered = visitor.channel.until_text("It is on its way.").await;
    assert_eq!(answered.last().map(String::as_str), Some("It is on its way."));

    // 21, 22: the visitor leaves, the service application ends the meeting.
    let stop = messaging.href("stopMessaging").unwrap();
    assert_eq!(visitor.client.post(stop, "").await.status, 204);
    visitor.channel.until("conversation", "deleted").await;
    let (deleted, _) = world.hooks.until("conversation", "deleted").await;
    assert_eq!(deleted.resource, None);
    let gone = visitor.application.href("self").unwrap();
    assert_eq!(visitor.client.delete(gone).await.status, 204);
    let here = conference.href("self").unwrap();
    assert_eq!(desk.delete(here).await.status, 204);
    agent.channel.until("conversation", "deleted").await;
    desk.delete(here).await.refused(404, "ConversationNotFound");
}

#[tokio::test]
async fn a_service_application_calls_a_user_and_invites_one_to_its_meeting() {
    let world = World::new().await;
    let (desk, application) = service_application(&world).await;
    let communication = application.embedded("communication").unwrap();
    let mut agent = world.agent("alice").await;
    let start = communication.href("startMessaging").unwrap();
    let body = r#"{"operationId":"call-1","to":"sip:alice@t.example","message":"A moment?"}"#;
    let call = desk.post(start, body).await.location();
    assert_eq!(desk.post(start, body).await.location(), call, "one call");
    let rings = agent.channel.until("messagingInvitation", "started").await.resource.unwrap();
    assert_eq!(rings.embedded("from").unwrap().text("name"), Some("Helpdesk"));
    assert_eq!(agent.client.post(rings.href("accept").unwrap(), "").await.status, 204);
    assert_eq!(text_of(&agent.channel.until("message", "completed").await), "A moment?");
    let (completed, _) = world.hooks.until("messagingInvitation", "completed").await;
    assert_eq!(completed.status, Some(shared::Status::Success));
    let nobody = body.replace("alice", "nobody");
    desk.post(start, &nobody).await.refused(404, "DestinationNotFound");

    let meetings = application.embedded("adhocMeetings").unwrap().href("self").unwrap();
    let meeting = desk.post(meetings, r#"{"subject":"Talk"}"#).await.resource();
    let uri = meeting.text("onlineMeetingUri").unwrap();
    let invite = communication.href("inviteUserToMeeting").unwrap();
    let body =
        format!(r#"{{"operationId":"i","to":"sip:alice@t.example","onlineMeetingUri":"{uri}"}}"#);
    desk.post(invite, &body).await.refused(404, "DestinationNotFound");
    let join = meeting.href("joinAdhocMeeting").unwrap();
    desk.post(join, r#"{"operationId":"j"}"#).await.location();
    desk.post(join, r#"{"operationId":"j2"}"#).await.refused(409, "AlreadyExists");
    desk.post(invite, &body).await.location();
    let rings = agent.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    assert_eq!(rings.text("subject"), Some("Talk"));
}
