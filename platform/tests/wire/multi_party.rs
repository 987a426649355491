//! Several in one conversation: a second agent is invited by the first, roles, formats, leaving.

use crate::common::{Chat, Member, World, text_of};

#[tokio::test]
async fn an_agent_invites_a_second_one_whom_the_visitor_does_not_see() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let by_alice = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let mut bob = world.agent("bob").await;
    let conversation = alice.read(by_alice.href("conversation").unwrap()).await;
    let add = conversation.href("addParticipant").unwrap();
    let nobody = r#"{"operationId":"i0","to":"sip:eve@t.example"}"#;
    alice.client.post(add, nobody).await.refused(404, "DestinationNotFound");
    let body = r#"{"operationId":"i1","to":"sip:bob@t.example"}"#;
    let inviting = alice.client.post(add, body).await.location();
    let rings = bob.channel.until("onlineMeetingInvitation", "started").await.resource.unwrap();
    assert_eq!(rings.embedded("from").unwrap().text("name"), Some("Alice"));
    assert_eq!(bob.client.post(rings.href("accept").unwrap(), "").await.status, 204);
    assert_eq!(alice.read(&inviting).await.text("state"), Some("Connected"));
    let messaging = bob.channel.until("messaging", "updated").await.resource.unwrap();
    bob.client.post(messaging.href("addMessaging").unwrap(), "{}").await.location();
    let by_bob = bob.read(messaging.href("self").unwrap()).await;

    let send = |it: &shared::Resource| it.href("sendMessage").unwrap().to_owned();
    chat.visitor.client.say(&send(&chat.messaging), "hello all").await.location();
    bob.client.say(&send(&by_bob), "between us").await.location();
    alice.client.say(&send(&by_alice), "hello Vera").await.location();
    let seen_by_bob = bob.channel.until_text("hello Vera").await;
    assert_eq!(seen_by_bob, ["hello all", "between us", "hello Vera"]);
    assert_eq!(chat.visitor.channel.until_text("hello Vera").await, ["hello all", "hello Vera"]);

    // Bob leaves; the others are told and go on.
    let bobs = by_bob.href("conversation").unwrap();
    alice.channel.seen.clear();
    assert_eq!(bob.client.delete(bobs).await.status, 204);
    let left = alice.channel.until("participant", "deleted").await;
    assert_eq!(left.link.title.as_deref(), Some("Bob"));
    bob.client.get(bobs).await.refused(404, "ConversationNotFound");
    alice.client.say(&send(&by_alice), "still here").await.location();
    assert_eq!(chat.visitor.channel.until_text("still here").await, ["still here"]);
}

#[tokio::test]
async fn leaders_and_attendees_are_told_apart() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let messaging = chat.admit(&mut alice, None).await;
    let conversation = alice.read(messaging.href("conversation").unwrap()).await;
    let titles = async |member: &Member, rel: &str| -> Vec<String> {
        let list = member.read(conversation.href(rel).unwrap()).await;
        assert_eq!(list.rel, rel);
        let links = list.links.get("participant").into_iter().flatten();
        links.map(|it| it.title.clone().unwrap()).collect()
    };
    assert_eq!(titles(&alice, "leaders").await, ["Helpdesk"]);
    assert_eq!(titles(&alice, "attendees").await, ["Alice", "Vera"]);
    let local = alice.read(conversation.href("localParticipant").unwrap()).await;
    assert_eq!(local.text("role"), Some("Attendee"));
    let others = alice.read(conversation.href("participants").unwrap()).await;
    let of = |name: &str| {
        let it = others.embedded["participant"].iter().find(|it| it.text("name") == Some(name));
        let it = it.unwrap();
        (
            it.text("role").unwrap(),
            it.properties["organizer"].as_bool().unwrap(),
            it.text("sourceNetwork").unwrap(),
        )
    };
    assert_eq!(of("Helpdesk"), ("Leader", true, "SameEnterprise"));
    assert_eq!(of("Vera"), ("Attendee", false, "Everyone"));
    // In a conversation of two nobody leads.
    let pair = chat.visitor.read(chat.messaging.href("conversation").unwrap()).await;
    assert!(pair.href("leaders").is_none());
    let made_up = format!("{}/leaders", pair.href("self").unwrap());
    chat.visitor.client.get(&made_up).await.refused(404, "None");
}

#[tokio::test]
async fn a50_an_agent_who_takes_plain_text_only_gets_no_html() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let by_alice = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    world.agent("bob").await;
    let client = world.sign_in("bob").await;
    let body = r#"{"culture":"en","userAgent":"p/1","endpointId":"plain"}"#;
    let mut bob = Member::create(client, "/ucwa/oauth/v1/applications", body).await;
    let available = bob.application.embedded("me").unwrap().href("makeMeAvailable").unwrap();
    let body = r#"{"supportedMessageFormats":["Plain"]}"#;
    assert_eq!(bob.client.post(available, body).await.status, 204);
    let by_bob = chat.admit(&mut bob, None).await;
    assert_eq!(by_bob.properties["negotiatedMessageFormats"], serde_json::json!(["Plain"]));
    let send = by_alice.href("sendMessage").unwrap();
    alice.client.send("POST", send, Some(("text/html", "<p>Hi<br>you</p>"))).await.location();
    let seen = bob.channel.until("message", "completed").await;
    assert!(seen.resource.as_ref().unwrap().href("htmlMessage").is_none());
    assert_eq!(text_of(&seen), "Hi\nyou");
}
