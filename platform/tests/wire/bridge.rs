//! The bridge: TAP-15 to TAP-18.

use crate::common::{Chat, World, text_of};

#[tokio::test]
async fn tap_15_the_filter_says_whose_messages_reach_the_visitor() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let cases = [
        ("alice", Some(("Alice of support", "Disabled"))),
        ("bob", Some(("Bob", "Enabled"))),
        ("carol", None),
    ];
    let mut agents = Vec::new();
    for (name, filter) in cases {
        let mut agent = world.agent(name).await;
        let messaging = chat.admit(&mut agent, filter).await;
        agents.push((agent, messaging));
    }
    for ((agent, messaging), (name, _)) in agents.iter().zip(cases).rev() {
        let send = messaging.href("sendMessage").unwrap();
        agent.client.say(send, &format!("from {name}")).await.location();
    }
    // Alice wrote last: whatever the visitor was to see came before it.
    let seen = chat.visitor.channel.until("message", "completed").await;
    assert_eq!(text_of(&seen), "from alice");
    let message = seen.resource.unwrap();
    let title = message.link_of("participant").unwrap().title.clone();
    assert_eq!(title.as_deref(), Some("Alice of support"));
    let sender = message.embedded("senderParticipant").unwrap();
    assert_eq!(sender.text("name"), Some("Alice of support"));
    assert_eq!(sender.text("uri"), Some("sip:help@t.example"), "one remote participant (A51)");
    // The visitor's words reach everybody, filtered or not.
    let send = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(send, "from the visitor").await.location();
    for (agent, _) in &mut agents {
        let texts = agent.channel.until_text("from the visitor").await;
        assert_eq!(texts.iter().filter(|it| it.starts_with("from ")).count(), texts.len());
    }
}

#[tokio::test]
async fn tap_16_a_filter_that_is_opened_lets_later_messages_through() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Enabled"))).await;
    let send = messaging.href("sendMessage").unwrap();
    agent.client.say(send, "unheard").await.location();
    let list = chat.desk.get(&chat.bridged_participants).await.resource();
    let one = list.embedded("bridgedParticipant").unwrap();
    let href = one.href("self").unwrap();
    let mut whole = chat.desk.get(href).await.json();
    assert_eq!(whole["messageFilterState"], "Enabled");
    whole["messageFilterState"] = "Disabled".into();
    whole["displayName"] = "Ali".into();
    assert_eq!(chat.desk.put(href, &whole.to_string()).await.status, 204);
    world.hooks.until("bridgedParticipant", "updated").await;
    agent.client.say(send, "heard").await.location();
    let seen = chat.visitor.channel.until("message", "completed").await;
    assert_eq!(text_of(&seen), "heard");
    let title = seen.resource.unwrap().link_of("participant").unwrap().title.clone();
    assert_eq!(title.as_deref(), Some("Ali"));
    assert_eq!(chat.desk.delete(href).await.status, 204);
    world.hooks.until("bridgedParticipant", "deleted").await;
    chat.desk.delete(href).await.refused(404, "None");
    chat.desk.put(href, &whole.to_string()).await.refused(404, "None");
}

#[tokio::test]
async fn tap_17_a_bridged_participant_needs_a_name_and_an_address() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let cases = [
        (r#"{"participantUri":"sip:a@t.example"}"#, "displayName"),
        (r#"{"displayName":"A"}"#, "participantUri"),
        (r#"{"displayName":"A","participantUri":"a"}"#, "participantUri"),
        (
            r#"{"displayName":"A","participantUri":"sip:a@t.example","messageFilterState":"Off"}"#,
            "messageFilterState",
        ),
    ];
    for (body, wrong) in cases {
        let reply = chat.desk.post(&chat.bridged_participants, body).await;
        reply.refused(400, "ParameterValidationFailure");
        assert_eq!(reply.json()["parameters"][0]["name"], wrong);
    }
    let list = chat.desk.get(&chat.bridged_participants).await.resource();
    assert!(list.embedded("bridgedParticipant").is_none(), "nothing was changed");
    // Omitted means blocked (A42).
    let body = r#"{"displayName":"A","participantUri":"sip:a@t.example"}"#;
    let href = chat.desk.post(&chat.bridged_participants, body).await.location();
    assert_eq!(chat.desk.get(&href).await.json()["messageFilterState"], "Enabled");
}

#[tokio::test]
async fn tap_18_when_either_conversation_is_deleted_the_visitor_is_told() {
    for deletes_pair in [true, false] {
        let world = World::new().await;
        let mut chat = Chat::open(&world, "s-1").await;
        let mut agent = world.agent("alice").await;
        chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
        let gone = if deletes_pair { &chat.pair } else { &chat.meeting };
        assert_eq!(chat.desk.delete(gone.href("self").unwrap()).await.status, 204);
        let told = chat.visitor.channel.until("messaging", "updated").await.resource.unwrap();
        assert_eq!(told.text("state"), Some("Disconnected"));
        assert!(told.href("sendMessage").is_none());
        let deleted = chat.visitor.channel.until("conversation", "deleted").await;
        assert_eq!(deleted.resource, None);
        let send = chat.messaging.href("sendMessage").unwrap();
        chat.visitor.client.say(send, "?").await.refused(404, "ConversationNotFound");
        if deletes_pair {
            let left = agent.channel.until("participant", "deleted").await;
            assert_eq!(left.link.title.as_deref(), Some("Vera"));
        } else {
            agent.channel.until("conversation", "deleted").await;
        }
    }
}

#[tokio::test]
async fn a_meeting_is_terminated_or_an_agent_ejected_by_the_organizer_only() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    let participants = chat.desk.get(chat.meeting.href("participants").unwrap()).await.resource();
    let alice = participants.embedded("participant").unwrap();
    assert_eq!(alice.text("name"), Some("Alice"));
    let conversation = agent.read(messaging.href("conversation").unwrap()).await;
    let others = agent.read(conversation.href("participants").unwrap()).await;
    let names: Vec<_> = others.embedded["participant"].iter().map(|it| it.text("name")).collect();
    assert_eq!(names, [Some("Helpdesk"), Some("Vera")]);
    assert!(others.embedded["participant"].iter().all(|it| it.href("eject").is_none()));
    assert_eq!(chat.desk.post(alice.href("eject").unwrap(), "").await.status, 204);
    let told = agent.channel.until("conversation", "deleted").await;
    assert!(told.reason.unwrap().is("Ejected"));
    world.hooks.until("participant", "deleted").await;
    chat.desk.post(alice.href("eject").unwrap(), "").await.refused(404, "None");
    let meeting = chat.desk.get(chat.meeting.href("onlineMeeting").unwrap()).await.resource();
    let terminate = meeting.href("terminateOnlineMeeting").unwrap();
    assert_eq!(chat.desk.post(terminate, "").await.status, 204);
    chat.visitor.channel.until("conversation", "deleted").await;
}

#[tokio::test]
async fn a_meeting_ends_by_itself_after_its_time() {
    let world = World::with(|settings| settings.limits.meeting_ms = 60_000).await;
    let mut chat = Chat::open(&world, "s-1").await;
    world.pass_ms(60_000).await;
    let told = chat.visitor.channel.until("conversation", "deleted").await;
    assert!(told.reason.unwrap().is("Expired"));
    chat.desk.get(chat.meeting.href("self").unwrap()).await.refused(404, "ConversationNotFound");
}
