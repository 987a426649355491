//! Messages and typing: UCW-19 to UCW-21, invariants 2 and 3, and what a message may be.

use crate::common::{Chat, Parked, World, kind_of, text_of};

#[tokio::test]
async fn ucw_19_messaging_offers_what_can_be_done_now() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let connected = ["sendMessage", "setIsTyping", "typingParticipants", "stopMessaging"];
    for name in connected {
        assert!(chat.messaging.href(name).is_some(), "{name}");
    }
    assert!(chat.messaging.href("addMessaging").is_none());
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, None).await;
    let stop = messaging.href("stopMessaging").unwrap();
    assert_eq!(agent.client.post(stop, "").await.status, 204);
    let messaging = agent.read(messaging.href("self").unwrap()).await;
    for name in connected {
        assert!(messaging.href(name).is_none(), "{name}");
    }
    assert!(messaging.href("addMessaging").is_some());
    agent.client.post(messaging.href("addMessaging").unwrap(), "{}").await.location();
}

#[tokio::test]
async fn ucw_20_a_message_is_created_completed_and_arrives() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    let send = chat.messaging.href("sendMessage").unwrap();
    let reply = chat.visitor.client.say(&format!("{send}?operationId=m-1"), "Grüße & co").await;
    let location = reply.location();
    assert!(location.ends_with("/messages/2"), "{location}");
    assert_eq!(reply.text, "");
    let own = chat.visitor.channel.until("message", "completed").await;
    assert_eq!(own.status, Some(shared::Status::Success));
    let own = own.resource.unwrap();
    assert_eq!(own.text("direction"), Some("Outgoing"));
    assert_eq!(own.text("operationId"), Some("m-1"));
    assert_eq!(own.href("self"), Some(location.as_str()));
    let incoming = agent.channel.until("message", "completed").await;
    assert_eq!(text_of(&incoming), "Grüße & co");
    let incoming = incoming.resource.unwrap();
    assert_eq!(incoming.text("direction"), Some("Incoming"));
    assert_eq!(incoming.text("operationId"), Some("m-1"), "the same on every side");
    assert_eq!(incoming.link_of("participant").unwrap().title.as_deref(), Some("Vera"));
    let (hooked, _) = world.hooks.until("message", "completed").await;
    let hooked = hooked.resource.unwrap();
    assert_eq!(hooked.text("operationId"), Some("m-1"));
    assert_eq!(hooked.embedded("senderParticipant").unwrap().text("name"), Some("Vera"));
    let read = chat.visitor.read(&location).await;
    assert!(read.href("plainMessage").unwrap().ends_with("Gr%c3%bc%c3%9fe+%26+co"));
    assert!(read.text("timeStamp").unwrap().starts_with("/Date("));
    drop(messaging);
}

#[tokio::test]
async fn invariant_3_stamps_tell_the_order_though_the_clock_is_set_back() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    let mut stamps = Vec::new();
    for by_ms in [0, -5_000, 5] {
        world.pass_ms(by_ms).await;
        for (member, messaging) in [(&chat.visitor, &chat.messaging), (&agent, &messaging)] {
            let send = messaging.href("sendMessage").unwrap();
            let location = member.client.say(send, "hello").await.location();
            let message = member.read(&location).await;
            stamps.push(shared::date::parse(message.text("timeStamp").unwrap()).unwrap());
        }
    }
    assert!(stamps.is_sorted_by(|one, next| one < next), "{stamps:?}");
}

#[tokio::test]
async fn ucw_21_typing_is_shown_for_a_while_or_until_the_message() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Ali", "Disabled"))).await;
    let typing = messaging.href("setIsTyping").unwrap();
    assert_eq!(agent.client.post(typing, "").await.status, 204);
    let seen = chat.visitor.channel.until("participant", "added").await;
    assert_eq!(kind_of(&seen), "participant added in typingParticipants");
    assert_eq!(seen.link.title.as_deref(), Some("Ali"));
    let list = chat.visitor.read(chat.messaging.href("typingParticipants").unwrap()).await;
    assert_eq!(list.embedded("participant").unwrap().text("name"), Some("Ali"));
    // Typing on prolongs it without another word.
    world.pass_ms(5_000).await;
    assert_eq!(agent.client.post(typing, "").await.status, 204);
    let mut parked = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;
    world.pass_ms(5_999).await;
    parked.still_waits().await;
    world.pass_ms(1).await;
    let reply = parked.answer().await;
    assert!(reply.text.contains("typingParticipants") && reply.text.contains("deleted"));
    let seen = chat.visitor.channel.until("participant", "deleted").await;
    assert_eq!(kind_of(&seen), "participant deleted in typingParticipants");
    // A message ends it before it arrives.
    let typing = chat.messaging.href("setIsTyping").unwrap();
    assert_eq!(chat.visitor.client.post(typing, "").await.status, 204);
    let send = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(send, "done").await.location();
    agent.channel.until("message", "completed").await;
    let told: Vec<_> = agent.channel.seen.iter().map(kind_of).collect();
    let at = |kind: &str| told.iter().position(|it| it == kind).unwrap();
    let added = at("participant added in typingParticipants");
    assert!(added < at("participant deleted in typingParticipants"), "{told:?}");
}

#[tokio::test]
async fn typing_of_somebody_who_is_filtered_is_not_shown_to_the_visitor() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Ali", "Enabled"))).await;
    let mut parked = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;
    let typing = messaging.href("setIsTyping").unwrap();
    assert_eq!(agent.client.post(typing, "").await.status, 204);
    parked.still_waits().await;
}

#[tokio::test]
async fn invariant_2_the_same_operation_takes_effect_once() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let send = format!("{}?operationId=m-1", chat.messaging.href("sendMessage").unwrap());
    let first = chat.visitor.client.say(&send, "once").await.location();
    for query in ["operationId=m-1", "OPERATIONID=m-1", "OperationContext=m-1"] {
        let again = send.replace("operationId=m-1", query);
        assert_eq!(chat.visitor.client.say(&again, "once").await.location(), first);
    }
    let other = send.replace("m-1", "m-2");
    assert_ne!(chat.visitor.client.say(&other, "end").await.location(), first);
    assert_eq!(chat.visitor.channel.until_text("end").await, ["once", "end"]);
    let hooked = world.hooks.until("message", "completed").await.0;
    assert_eq!(text_of(&hooked), "once");
    let hooked = world.hooks.until("message", "completed").await.0;
    assert_eq!(text_of(&hooked), "end");

    let other = world.visitor("s-2").await;
    let first = other.start_messaging("start").await;
    assert_eq!(other.start_messaging("start").await, first);
    world.hooks.until("messagingInvitation", "started").await;
    assert_eq!(world.hooks.all().iter().filter(|it| it.body.contains("\"start\"")).count(), 1);
    let again = other.client.get(other.communication().href("conversations").unwrap()).await;
    assert_eq!(again.resource().links["conversation"].len(), 1);
}

#[tokio::test]
async fn invariant_3_all_members_see_one_order_without_a_gap() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let by_alice = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let mut bob = world.agent("bob").await;
    let by_bob = chat.admit(&mut bob, Some(("Bob", "Disabled"))).await;
    let send = |it: &shared::Resource| it.href("sendMessage").unwrap().to_owned();
    let (v, a, b) = (send(&chat.messaging), send(&by_alice), send(&by_bob));
    for round in 0..5 {
        let texts = ["v", "a", "b"].map(|it| format!("{it}{round}"));
        let (one, two, three) = tokio::join!(
            chat.visitor.client.say(&v, &texts[0]),
            alice.client.say(&a, &texts[1]),
            bob.client.say(&b, &texts[2]),
        );
        assert_eq!([one.status, two.status, three.status], [201; 3]);
    }
    alice.client.say(&a, "end").await.location();
    let seen = chat.visitor.channel.until_text("end").await;
    assert_eq!(seen.len(), 16, "{seen:?}");
    assert_eq!(alice.channel.until_text("end").await, seen);
    assert_eq!(bob.channel.until_text("end").await, seen);
}

#[tokio::test]
async fn invariant_3_what_comes_before_an_agent_added_messaging_is_not_lost() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let add = chat.meeting.href("addParticipant").unwrap();
    chat.desk.post(add, r#"{"operationId":"i","to":"sip:alice@t.example"}"#).await.location();
    let rings = agent.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    assert_eq!(agent.client.post(rings.href("accept").unwrap(), "").await.status, 204);
    let send = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(send, "between").await.location();
    let messaging = agent.channel.until("messaging", "updated").await.resource.unwrap();
    agent.client.post(messaging.href("addMessaging").unwrap(), "{}").await.location();
    chat.visitor.client.say(send, "after").await.location();
    assert_eq!(agent.channel.until_text("after").await, ["between", "after"]);
}

#[tokio::test]
async fn a_message_that_cannot_be_one_is_refused_and_changes_nothing() {
    let world = World::with(|settings| settings.limits.message_bytes_max = 10).await;
    let mut chat = Chat::open(&world, "s-1").await;
    let send = chat.messaging.href("sendMessage").unwrap().to_owned();
    let post = async |content_type: &str, text: &str| {
        chat.visitor.client.send("POST", &send, Some((content_type, text))).await
    };
    post("text/plain", "12345678901").await.refused(413, "None");
    post("text/plain", " \n ").await.refused(400, "ParameterValidationFailure");
    post("application/json", "{}").await.refused(415, "UnsupportedMediaType");
    post("text/plain; charset=utf-7", "x").await.refused(415, "UnsupportedMediaType");
    let long = format!("{send}?operationId={}", "x".repeat(51));
    chat.visitor.client.say(&long, "x").await.refused(400, "ParameterValidationFailure");
    let nowhere = send.replace("/conversations/", "/conversations/x");
    chat.visitor.client.say(&nowhere, "x").await.refused(404, "ConversationNotFound");
    let number = post("text/plain", "1234567890").await.location();
    assert!(number.ends_with("/messages/2"), "the first that was taken: {number}");
    assert_eq!(chat.visitor.channel.until_text("1234567890").await, ["1234567890"]);
}

#[tokio::test]
async fn html_stays_html_for_agents_and_becomes_text_for_the_visitor() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let messaging = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let mut bob = world.agent("bob").await;
    chat.admit(&mut bob, None).await;
    let send = messaging.href("sendMessage").unwrap();
    let html = "<b>Hello</b> &amp; <img src=x onerror=alert(1)>welcome";
    alice.client.send("POST", send, Some(("text/html", html))).await.location();
    let seen = chat.visitor.channel.until("message", "completed").await;
    assert!(seen.resource.as_ref().unwrap().href("htmlMessage").is_none());
    assert_eq!(text_of(&seen), "Hello & welcome");
    let seen = bob.channel.until("message", "completed").await;
    assert!(seen.resource.as_ref().unwrap().href("plainMessage").is_none());
    assert_eq!(text_of(&seen), "<b>Hello</b> &amp; welcome", "without what could do harm");
}

#[tokio::test]
async fn the_first_text_of_an_invitation_is_a_message_too() {
    let world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let body = r#"{"operationId":"op-1","to":"sip:help@t.example",
        "_links":{"message":{"href":"data:text/plain,Hello+World"}}}"#;
    visitor.client.post(start, body).await.location();
    let (invited, _) = world.hooks.until("messagingInvitation", "started").await;
    let accept = invited.resource.unwrap().href("accept").unwrap().to_owned();
    assert_eq!(world.desk().await.post(&accept, "").await.status, 204);
    let (first, _) = world.hooks.until("message", "completed").await;
    assert_eq!(text_of(&first), "Hello World");
    let own = visitor.channel.until("message", "completed").await;
    assert_eq!(own.resource.unwrap().text("operationId"), Some("op-1"));
}
