//! Invitations: TAP-10, TAP-12 to TAP-14, UCW-17, UCW-18, UCW-22, UCW-26.

use shared::{Event, LinkRef, Status, rel};

use crate::common::{Chat, HELPDESK, Hook, PAGE, World, kind_of};

fn kinds(hook: &Hook) -> Vec<String> {
    hook.events().into_iter().map(kind_of).collect()
}

#[tokio::test]
async fn tap_10_a_visitors_call_reaches_the_service_application_as_a_webhook() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let body = format!(
        r#"{{"operationId":"op-1","to":"{HELPDESK}","subject":"Help","message":"Hi & bye",
        "customContent":"page=7"}}"#
    );
    visitor.client.post(start, &body).await.location();
    let hook = world.hooks.next().await;
    assert!(hook.header("authorization").starts_with("Bearer ey"));
    assert_eq!(
        hook.header("content-type"),
        "application/json; type=\"application/vnd.microsoft.com.ucwa+json\"; charset=utf-8"
    );
    assert_ne!(hook.header("x-ms-correlation-id"), "");
    assert_eq!(hook.package.base_uri.as_deref(), Some("http://127.0.0.1:8080/platformservice/"));
    assert!(
        hook.package.this.contains("ack=1&key=") && hook.package.this.contains("%7Esip%3Ahelp")
    );
    let value: serde_json::Value = serde_json::from_str(&hook.body).unwrap();
    assert_eq!(value["sender"][0]["rel"], "service:communication");
    let event = &value["sender"][0]["events"][0];
    assert_eq!(event["link"]["rel"], "service:messagingInvitation");
    assert_eq!(event["type"], "started");
    let body = &event["_embedded"]["service:messagingInvitation"];
    assert_eq!(body["direction"], "Incoming");
    assert_eq!(body["operationId"], "op-1");
    assert_eq!(body["_embedded"]["service:from"]["name"], "Vera");
    for name in ["decline", "startAdhocMeeting", "acceptAndBridge", "accept"] {
        let href = body["_links"][format!("service:{name}")]["href"].as_str().unwrap();
        assert!(href.starts_with("/platformservice/tgt-"), "{name}: {href}");
        assert!(href.contains("endpointId="), "{name}: {href}");
    }
    assert_eq!(body["_links"]["customContent"]["href"], "data:text/plain;charset=utf-8,page%3d7");
    assert_eq!(
        body["_links"]["service:message"]["href"],
        "data:text/plain;charset=utf-8,Hi+%26+bye"
    );
}

#[tokio::test]
async fn tap_10_the_bearer_of_a_webhook_can_be_checked_with_the_published_key() {
    let world = World::new().await;
    world.visitor("s-1").await.start_messaging("op-1").await;
    let hook = world.hooks.next().await;
    let keys = world.anybody().get("/platformservice/keys").await.text;
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&keys).unwrap();
    let jwt = hook.header("authorization").strip_prefix("Bearer ").unwrap().to_owned();
    let kid = jsonwebtoken::decode_header(&jwt).unwrap().kid.unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.set_audience(&["https://desk.example"]);
    rules.validate_exp = false;
    let claims = jsonwebtoken::decode::<serde_json::Value>(&jwt, &key, &rules).unwrap().claims;
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 3_900);
    assert_eq!(claims["iss"], "http://127.0.0.1:8080/");
    assert_eq!(claims["appid"], "00000004-0000-0ff1-ce00-000000000000");
}

#[tokio::test]
async fn tap_12_an_ad_hoc_meeting_is_started_and_offers_messaging() {
    let world = World::new().await;
    world.visitor("s-1").await.start_messaging("op-1").await;
    let desk = world.desk().await;
    let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
    let start = invited.resource.unwrap().href("startAdhocMeeting").unwrap().to_owned();
    let body = r#"{"operationId":"adhoc-1","callbackUrl":"https://desk.example/m?x=1",
        "callbackContext":"a b"}"#;
    let location = desk.post(&start, body).await.location();
    let hook = world.hooks.next().await;
    assert_eq!(hook.url, "https://desk.example/m?x=1&callbackContext=a%20b");
    assert_eq!(
        kinds(&hook),
        [
            "onlineMeetingInvitation started",
            "conversation added",
            "conversation updated",
            "onlineMeeting added in conversation",
            "localParticipant added",
            "messaging updated",
            "onlineMeetingInvitation completed",
        ]
    );
    let events = hook.events();
    let started = events[0].resource.as_ref().unwrap();
    assert_eq!(started.text("operationId"), Some("adhoc-1"));
    assert_eq!(started.href("self"), Some(location.as_str()));
    let states: Vec<_> =
        events[1..3].iter().map(|it| it.resource.as_ref().unwrap().text("state")).collect();
    assert_eq!(states, [Some("Conferencing"), Some("Conferenced")]);
    let messaging = events[5].resource.as_ref().unwrap();
    assert_eq!(messaging.text("state"), Some("Disconnected"));
    assert!(messaging.href("addMessaging").is_some());
    // The same operation again leads to the same place and makes nothing new.
    assert_eq!(desk.post(&start, body).await.location(), location);
    desk.get(&location).await.resource();
}

#[tokio::test]
async fn tap_13_and_14_there_is_never_half_a_bridge() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    visitor.start_messaging("op-1").await;
    let desk = world.desk().await;
    let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
    let invitation = invited.resource.unwrap();
    let body = r#"{"operationId":"adhoc-1"}"#;
    desk.post(invitation.href("startAdhocMeeting").unwrap(), body).await.location();
    let (added, hook) = world.hooks.until("onlineMeeting", "added").await;
    let uri = added.resource.unwrap().text("onlineMeetingUri").unwrap().to_owned();
    let bridge = invitation.href("acceptAndBridge").unwrap();
    let body = format!(r#"{{"onlineMeetingUri":"{uri}"}}"#);
    desk.post(bridge, &body).await.refused(409, "None");
    let unknown = r#"{"onlineMeetingUri":"sip:help@t.example;gruu;opaque=app:conf:focus:id:X"}"#;
    desk.post(bridge, unknown).await.refused(404, "DestinationNotFound");
    desk.post(bridge, "{}").await.refused(400, "ParameterValidationFailure");
    let still = desk.get(invitation.href("self").unwrap()).await.resource();
    assert_eq!(still.text("state"), Some("Connecting"));
    let messaging = hook.events().into_iter().find(|it| it.link.rel == "messaging").unwrap();
    let add = messaging.resource.as_ref().unwrap().href("addMessaging").unwrap();
    desk.post(add, r#"{"operationId":"add-1"}"#).await.location();
    assert_eq!(desk.post(bridge, &body).await.status, 200);
    assert_eq!(desk.post(bridge, &body).await.status, 200, "again: nothing more happens");
}

#[tokio::test]
async fn ucw_17_a_visitor_reaches_the_endpoint_of_its_token_only() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let body = r#"{"operationId":"op-1","to":"sip:ceo@t.example"}"#;
    visitor.client.post(start, body).await.refused(403, "None");
    for (body, wrong) in [(r#"{"operationId":"op-1"}"#, "to"), (r#"{"to":"nobody"}"#, "to")] {
        let reply = visitor.client.post(start, body).await;
        reply.refused(400, "ParameterValidationFailure");
        assert_eq!(reply.json()["parameters"][0]["name"], wrong);
    }
    assert_eq!(world.hooks.all().len(), 0);
    // Without `sip:` and in any case it is the same address (A25).
    let body = r#"{"operationId":"op-1","to":"Help@T.Example"}"#;
    visitor.client.post(start, body).await.location();
}

#[tokio::test]
async fn ucw_18_a_started_conversation_is_told_in_the_canonical_order() {
    let world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let body = format!(r#"{{"operationId":"op-1","to":"{HELPDESK}"}}"#);
    let reply = visitor.client.post(start, &body).await;
    assert_eq!((reply.status, reply.text.as_str()), (201, ""));
    let first = visitor.channel.take().await;
    let told = |package: &shared::Package| -> Vec<String> {
        let line = |sender: &shared::Sender, it: &Event| format!("{}: {}", sender.rel, kind_of(it));
        let of = |it: &shared::Sender| it.events.iter().map(|e| line(it, e)).collect::<Vec<_>>();
        package.senders.iter().flat_map(of).collect()
    };
    assert_eq!(
        told(&first),
        [
            "communication: messagingInvitation started",
            "communication: conversation added",
            "conversation: localParticipant added",
            "conversation: messaging updated",
        ]
    );
    let invitation = first.senders[0].events[0].resource.clone().unwrap();
    assert_eq!(invitation.text("operationId"), Some("op-1"));
    assert_eq!(invitation.href("self"), Some(reply.header("location")));
    assert!(invitation.href("cancel").is_some());
    let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
    let accept = invited.resource.unwrap().href("accept").unwrap().to_owned();
    assert_eq!(world.desk().await.post(&accept, "").await.status, 204);
    let second = visitor.channel.take().await;
    assert_eq!(
        told(&second),
        [
            "communication: conversation updated",
            "conversation: participant added",
            "conversation: participantMessaging added in participant",
            "conversation: participantMessaging added in localParticipant",
            "conversation: messaging updated",
            "communication: messagingInvitation completed",
        ]
    );
    let conversation = second.senders[0].events[0].resource.clone().unwrap();
    assert_eq!(conversation.text("state"), Some("Connected"));
    assert_eq!(conversation.properties["activeModalities"], serde_json::json!(["Messaging"]));
    let completed = &second.senders[2].events[0];
    assert_eq!(completed.status, Some(Status::Success));
    let by = completed.resource.as_ref().unwrap().embedded("acceptedByParticipant").unwrap();
    assert_eq!(by.text("name"), Some("Helpdesk"));
}

#[tokio::test]
async fn ucw_22_an_invitation_nobody_answers_fails() {
    let world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    visitor.start_messaging("op-1").await;
    let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
    world.pass_ms(29_999).await;
    visitor.channel.until("messaging", "updated").await;
    world.pass_ms(1).await;
    let failed = visitor.channel.until("messagingInvitation", "completed").await;
    assert_eq!(failed.status, Some(Status::Failure));
    assert!(failed.reason.unwrap().is("Timeout"));
    assert_eq!(failed.resource.unwrap().text("state"), Some("Failed"));
    visitor.channel.until("conversation", "deleted").await;
    let (failed, _) = world.hooks.until("messagingInvitation", "completed").await;
    assert_eq!(failed.status, Some(Status::Failure));
    let bridge = invited.resource.unwrap().href("acceptAndBridge").unwrap().to_owned();
    let reply = world.desk().await.post(&bridge, r#"{"onlineMeetingUri":"sip:x"}"#).await;
    reply.refused(404, "None");
}

#[tokio::test]
async fn a_visitor_who_withdraws_and_a_desk_that_declines_are_told_apart() {
    let world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    let invitation = visitor.start_messaging("op-1").await;
    let cancel = visitor.read(&invitation).await.href("cancel").unwrap().to_owned();
    assert_eq!(visitor.client.post(&cancel, "").await.status, 204);
    let told = visitor.channel.until("messagingInvitation", "completed").await;
    assert!(told.reason.unwrap().is("Canceled"));
    let (told, _) = world.hooks.until("messagingInvitation", "completed").await;
    assert_eq!(told.resource.unwrap().text("state"), Some("Cancelled"));

    visitor.start_messaging("op-2").await;
    let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
    let decline = invited.resource.unwrap().href("decline").unwrap().to_owned();
    let desk = world.desk().await;
    assert_eq!(desk.post(&decline, r#"{"reason":"Local"}"#).await.status, 204);
    let told = visitor.channel.until("messagingInvitation", "completed").await;
    assert!(told.reason.unwrap().is("Declined"));
    visitor.channel.until("conversation", "deleted").await;
}

#[tokio::test]
async fn ucw_26_an_invited_agent_accepts_and_adds_messaging() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let add = chat.meeting.href("addParticipant").unwrap();
    let body = r#"{"operationId":"invite-1","to":"sip:Alice@t.example","subject":"Order 7"}"#;
    let location = chat.desk.post(add, body).await.location();
    assert_eq!(chat.desk.post(add, body).await.location(), location, "one invitation");
    let rings = agent.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    assert_eq!(rings.text("direction"), Some("Incoming"));
    assert_eq!(rings.text("subject"), Some("Order 7"));
    assert_eq!(rings.text("onlineMeetingUri"), Some(chat.meeting_uri.as_str()));
    assert_eq!(rings.text("importance"), Some("Normal"));
    assert_eq!(rings.embedded("from").unwrap().text("name"), Some("Helpdesk"));
    assert!(rings.href("decline").is_some());
    let added = agent.channel.until("conversation", "added").await.resource.unwrap();
    assert_eq!(added.text("state"), Some("Incoming"));
    assert_eq!(agent.client.post(rings.href("accept").unwrap(), "").await.status, 204);
    assert_eq!(agent.client.post(rings.href("accept").unwrap(), "").await.status, 204);
    let mut states = Vec::new();
    while states.last().map(String::as_str) != Some("Conferenced") {
        let it = agent.channel.until("conversation", "updated").await.resource.unwrap();
        states.push(it.text("state").unwrap().to_owned());
    }
    assert_eq!(states, ["Conferencing", "Conferenced"]);
    agent.channel.until("onlineMeeting", "added").await;
    let messaging = agent.channel.until("messaging", "updated").await.resource.unwrap();
    assert_eq!(messaging.text("state"), Some("Disconnected"));
    let completed = agent.channel.until("onlineMeetingInvitation", "completed").await;
    assert_eq!(completed.status, Some(Status::Success));
    let (completed, hook) = world.hooks.until("participantInvitation", "completed").await;
    assert_eq!(completed.status, Some(Status::Success));
    assert_eq!(kinds(&hook), ["participant added", "participantInvitation completed"]);
    agent.client.post(messaging.href("addMessaging").unwrap(), "{}").await.location();
    let again = messaging.href("addMessaging").unwrap();
    agent.client.post(again, "{}").await.refused(409, "AlreadyExists");
    let messaging = agent.read(messaging.href("self").unwrap()).await;
    assert_eq!(messaging.text("state"), Some("Connected"));
    let (added, _) = world.hooks.until("participantMessaging", "added").await;
    let within: LinkRef = added.within.unwrap();
    assert_eq!((within.rel.as_str(), within.title.as_deref()), ("participant", Some("Alice")));
    assert!(rel::ALL.contains(&within.rel.as_str()));
}

#[tokio::test]
async fn ucw_26_of_two_tabs_the_first_to_accept_wins() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut first = world.agent("alice").await;
    let client = world.sign_in("alice").await;
    let mut second = crate::common::Member::agent(client, "tab-2").await;
    let add = chat.meeting.href("addParticipant").unwrap();
    chat.desk.post(add, r#"{"operationId":"i","to":"sip:alice@t.example"}"#).await.location();
    let one = first.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    let two = second.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    assert_eq!(second.client.post(two.href("accept").unwrap(), "").await.status, 204);
    let told = first.channel.until("onlineMeetingInvitation", "completed").await;
    assert_eq!(told.status, Some(Status::Failure));
    assert!(told.reason.unwrap().is("ConnectedElsewhere"));
    first.channel.until("conversation", "deleted").await;
    first.client.post(one.href("accept").unwrap(), "").await.refused(404, "None");
    let (told, _) = world.hooks.until("participantInvitation", "completed").await;
    assert_eq!(told.status, Some(Status::Success));
}

#[tokio::test]
async fn an_invitation_that_reaches_nobody_fails_at_once() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let add = chat.meeting.href("addParticipant").unwrap();
    let nobody = r#"{"operationId":"i1","to":"sip:nobody@t.example"}"#;
    chat.desk.post(add, nobody).await.refused(404, "DestinationNotFound");
    let bob = shared::SipUri::parse("sip:bob@t.example").unwrap();
    world.platform.create_user(&bob, "Bob", "secret").await.unwrap();
    chat.desk.post(add, r#"{"operationId":"i2","to":"sip:bob@t.example"}"#).await.location();
    let (told, _) = world.hooks.until("participantInvitation", "completed").await;
    let reason = told.reason.unwrap();
    assert_eq!(reason.code, "RemoteFailure");
    assert!(reason.is("Unavailable"));
    chat.desk
        .post(add, r#"{"to":"sip:bob@t.example"}"#)
        .await
        .refused(400, "ParameterValidationFailure");
}

#[tokio::test]
async fn an_offer_is_declined_withdrawn_or_times_out_and_the_inviter_is_told() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let add = chat.meeting.href("addParticipant").unwrap();
    for (operation, subcode) in [("i1", "Declined"), ("i2", "Canceled"), ("i3", "Timeout")] {
        let body = format!(r#"{{"operationId":"{operation}","to":"sip:alice@t.example"}}"#);
        let location = chat.desk.post(add, &body).await.location();
        let rings = agent.channel.until("onlineMeetingInvitation", "started").await;
        let rings = rings.resource.unwrap();
        if subcode == "Declined" {
            let reply = agent.client.post(rings.href("decline").unwrap(), "").await;
            assert_eq!(reply.status, 204);
        } else if subcode == "Canceled" {
            let mine = chat.desk.get(&location).await.resource();
            assert_eq!(chat.desk.post(mine.href("cancel").unwrap(), "").await.status, 204);
        } else {
            world.pass_ms(30_000).await;
        }
        let told = agent.channel.until("onlineMeetingInvitation", "completed").await;
        assert_eq!(told.status, Some(Status::Failure));
        assert!(told.reason.unwrap().is(subcode), "{operation}");
        agent.channel.until("conversation", "deleted").await;
        let (told, _) = world.hooks.until("participantInvitation", "completed").await;
        assert!(told.reason.unwrap().is(subcode), "{operation}");
    }
}

#[tokio::test]
async fn a_visitor_with_a_token_for_a_meeting_joins_it() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let body = serde_json::json!({"applicationSessionId": "s-2", "allowedOrigins": PAGE,
        "meetingUrl": chat.meeting_uri});
    let token = chat.desk.post(&crate::common::token_href(), &body.to_string()).await.resource();
    let mut client = world.anybody().from(PAGE);
    client.token = token.text("token").map(str::to_owned);
    let body = r#"{"anonymousDisplayName":"Gus"}"#;
    let doors = "/ucwa/psanon/v1/applications";
    let mut guest = crate::common::Member::create(client, doors, body).await;
    let join = guest.communication().href("joinOnlineMeeting").unwrap().to_owned();
    assert!(guest.communication().href("startMessaging").is_none());
    let body = format!(r#"{{"operationId":"j","onlineMeetingUri":"{}"}}"#, chat.meeting_uri);
    guest.client.post(&join, &body).await.location();
    let messaging = guest.channel.until("messaging", "updated").await.resource.unwrap();
    guest.client.post(messaging.href("addMessaging").unwrap(), "{}").await.location();
    let (added, _) = world.hooks.until("participant", "added").await;
    assert_eq!(added.link.title.as_deref(), Some("Gus"));
    let other = chat.visitor.communication();
    assert!(other.href("joinOnlineMeeting").is_none());
    let at = join.replace(
        guest.application.text("id").unwrap(),
        chat.visitor.application.text("id").unwrap(),
    );
    chat.visitor.client.post(&at, &body).await.refused(403, "None");
}
