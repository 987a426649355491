//! A user's own resources and other users': me, presence, note, location, phones, people, policies.

use serde_json::json;

use crate::common::{Chat, Member, Parked, World, kind_of};

/// A user's application that nothing was made available in.
async fn lurker(world: &World, name: &str) -> Member {
    world.agent(name).await;
    let client = world.sign_in(name).await;
    let body = r#"{"culture":"en","userAgent":"l/1","endpointId":"lurker"}"#;
    Member::create(client, "/ucwa/oauth/v1/applications", body).await
}

async fn me(member: &Member) -> shared::Resource {
    member.read(member.application.embedded("me").unwrap().href("self").unwrap()).await
}

#[tokio::test]
async fn a34_a_user_is_made_available_with_all_that_may_be_said() {
    let world = World::new().await;
    let mut agent = lurker(&world, "alice").await;
    let link = me(&agent).await.link_of("makeMeAvailable").unwrap().clone();
    assert_eq!(link.revision.as_deref(), Some("2"));
    let body = json!({
        "signInAs": "busy", "supportedModalities": ["PhoneAudio", "Messaging"],
        "supportedMessageFormats": ["Plain"], "phoneNumber": "tel:+1",
        "audioPreference": "PhoneAudio", "inactiveTimeout": "00:02:00",
        "voipFallbackToPhoneAudioTimeOut": "PT10S",
    });
    let newer = agent.client.clone().with("x-ms-requiresminresourceversion", "2");
    let reply = newer.post(&link.href, &body.to_string()).await;
    assert_eq!((reply.status, reply.json()), (201, json!({ "operations": [] })));
    let me = me(&agent).await;
    let presence = me.href("presence").unwrap();
    assert_eq!(agent.read(presence).await.text("availability"), Some("Busy"));
    let communication = agent.read(agent.communication().href("self").unwrap()).await;
    assert_eq!(communication.text("phoneNumber"), Some("tel:+1"));
    assert_eq!(communication.properties["supportedMessageFormats"], json!(["Plain"]));
    // All of it is of medium priority.
    let parked = Parked::get(&agent.client, &agent.channel.next).await;
    world.pass_ms(5_000).await;
    let package = shared::Package::read(&parked.answer().await.json()).unwrap();
    let told: Vec<_> = package.senders.iter().flat_map(|it| &it.events).map(kind_of).collect();
    assert_eq!(
        told,
        ["me updated", "presence added", "note added", "location added", "communication updated"]
    );
    agent.channel.seen.clear();
}

#[tokio::test]
async fn what_makes_no_sense_makes_nobody_available() {
    let world = World::new().await;
    let agent = lurker(&world, "alice").await;
    let link = me(&agent).await.href("makeMeAvailable").unwrap().to_owned();
    let phone = r#"{"supportedModalities":["PhoneAudio"]}"#;
    agent.client.post(&link, phone).await.refused(403, "None");
    for body in [r#"{"signInAs":"Sleeping"}"#, r#"{"inactiveTimeout":"soon"}"#] {
        agent.client.post(&link, body).await.refused(400, "ParameterValidationFailure");
    }
    let query = format!("{link}?supportedModalities=Messaging&signInAs=Away");
    assert_eq!(agent.client.send("POST", &query, None).await.status, 204);
    let presence = me(&agent).await.href("presence").unwrap().to_owned();
    assert_eq!(agent.read(&presence).await.text("availability"), Some("Away"));
}

#[tokio::test]
async fn presence_note_and_location_are_said_and_read() {
    let world = World::new().await;
    let agent = world.agent("alice").await;
    let me = me(&agent).await;
    let parked = Parked::get(&agent.client, &agent.channel.next).await;
    for (rel, name, text) in [
        ("presence", "availability", "DoNotDisturb"),
        ("note", "message", "Back at noon"),
        ("location", "location", "At home"),
    ] {
        let href = me.href(rel).unwrap();
        let body = json!({ name: text }).to_string();
        for _ in 0..2 {
            assert_eq!(agent.client.post(href, &body).await.status, 204, "{rel}");
        }
        let read = agent.read(href).await;
        assert_eq!((read.rel.as_str(), read.text(name)), (rel, Some(text)));
    }
    world.pass_ms(5_000).await;
    let told = parked.answer().await.text;
    assert_eq!(told.matches("\"updated\"").count(), 5, "each change once: {told}");
    agent
        .client
        .post(me.href("presence").unwrap(), "{}")
        .await
        .refused(400, "ParameterValidationFailure");
    let long = json!({ "message": "x".repeat(1_025) }).to_string();
    let note = me.href("note").unwrap();
    agent.client.post(note, &long).await.refused(400, "ParameterValidationFailure");
    assert_eq!(agent.client.post(note, "{}").await.status, 204, "an empty note takes it back");
    assert_eq!(agent.read(note).await.text("message"), Some(""));
}

#[tokio::test]
async fn what_comes_with_being_available_is_refused_before() {
    let world = World::new().await;
    let agent = lurker(&world, "alice").await;
    let me = me(&agent).await;
    for rel in ["presence", "note", "location", "reportMyActivity"] {
        assert!(me.href(rel).is_none(), "{rel}");
        let href = format!("{}/{rel}", me.href("self").unwrap());
        agent
            .client
            .post(&href, r#"{"availability":"Online"}"#)
            .await
            .refused(409, "MakeMeAvailableRequired");
    }
    assert_eq!(agent.read(me.href("phones").unwrap()).await.rel, "phones");
    let visitor = world.visitor("s-1").await;
    let own = visitor.application.href("self").unwrap();
    for tail in ["me/presence", "me/note", "me/location", "me/phones", "people"] {
        let reply = visitor.client.get(&format!("{own}/{tail}")).await;
        reply.refused(403, "AnonymousNotAllowed");
    }
    assert!(visitor.application.embedded("people").is_none());
}

#[tokio::test]
async fn who_reports_no_activity_is_idle_until_the_next_report() {
    let world = World::new().await;
    let agent = world.agent("alice").await;
    let me = me(&agent).await;
    let availability = async || {
        let presence = agent.read(me.href("presence").unwrap()).await;
        presence.text("availability").unwrap().to_owned()
    };
    world.pass_ms(4 * 60_000).await;
    let report = me.href("reportMyActivity").unwrap();
    assert_eq!(agent.client.post(report, "").await.status, 204);
    world.pass_ms(5 * 60_000 - 1).await;
    assert_eq!(availability().await, "Online");
    world.pass_ms(1).await;
    assert_eq!(availability().await, "IdleOnline");
    let busy = r#"{"availability":"Busy"}"#;
    assert_eq!(agent.client.post(me.href("presence").unwrap(), busy).await.status, 204);
    assert_eq!(availability().await, "IdleBusy");
    assert_eq!(agent.client.post(report, "").await.status, 204);
    assert_eq!(availability().await, "Busy");
    world.pass_ms(5 * 60_000).await;
    assert_eq!(availability().await, "IdleBusy");
}

#[tokio::test]
async fn a_participant_leads_to_the_name_and_presence_of_its_user() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let messaging = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let mut bob = world.agent("bob").await;
    chat.admit(&mut bob, None).await;
    let bobs = me(&bob).await;
    bob.client.post(bobs.href("note").unwrap(), r#"{"message":"At lunch"}"#).await;
    bob.client.post(bobs.href("presence").unwrap(), r#"{"availability":"Busy"}"#).await;

    let conversation = alice.read(messaging.href("conversation").unwrap()).await;
    let local = alice.read(conversation.href("localParticipant").unwrap()).await;
    assert_eq!(alice.read(local.href("me").unwrap()).await.text("name"), Some("Alice"));
    let others = alice.read(conversation.href("participants").unwrap()).await;
    let find = |name: &str| {
        others.embedded["participant"].iter().find(|it| it.text("name") == Some(name)).unwrap()
    };
    assert!(find("Vera").href("contact").is_none(), "a visitor is nobody's contact");
    let contact = alice.read(find("Bob").href("contact").unwrap()).await;
    assert_eq!(
        (contact.text("name"), contact.text("uri")),
        (Some("Bob"), Some("sip:bob@t.example"))
    );
    let presence = alice.read(contact.href("contactPresence").unwrap()).await;
    assert_eq!(presence.text("availability"), Some("Busy"));
    let note = alice.read(contact.href("contactNote").unwrap()).await;
    assert_eq!(note.text("message"), Some("At lunch"));
    let helpdesk = alice.read(find("Helpdesk").href("contact").unwrap()).await;
    assert_eq!(helpdesk.text("name"), Some("Helpdesk"));

    assert_eq!(bob.client.delete(bob.application.href("self").unwrap()).await.status, 204);
    let presence = alice.read(contact.href("contactPresence").unwrap()).await;
    assert_eq!(presence.text("availability"), Some("Offline"));
    let people = alice.application.embedded("people").unwrap().href("self").unwrap();
    assert_eq!(alice.read(people).await.rel, "people");
    for nobody in ["eve@t.example", "bob@other.example", "nobody"] {
        alice.client.get(&format!("{people}/{nobody}")).await.refused(404, "None");
    }
}

#[tokio::test]
async fn policies_say_who_may_write_html() {
    let world = World::new().await;
    let (visitor, agent) = (world.visitor("s-1").await, world.agent("alice").await);
    for (member, html) in [(&visitor, "Disabled"), (&agent, "Enabled")] {
        let policies = member.read(member.application.href("policies").unwrap()).await;
        assert_eq!(
            (policies.rel.as_str(), policies.text("htmlMessaging")),
            ("policies", Some(html))
        );
    }
}
