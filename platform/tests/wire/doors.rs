//! Every door: TAP-20, UCW-23 to UCW-25, UCW-28, signing in, invariant 6, and bad input.

use serde_json::json;

use crate::common::{Chat, HELPDESK, URL, World, application_path, token_href};

#[tokio::test]
async fn tap_20_a_wrong_verb_is_said_to_be_wrong() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let conversation = chat.pair.href("self").unwrap();
    for (verb, href) in [
        ("DELETE", "/platformservice/discover"),
        ("GET", token_href().as_str()),
        ("PUT", conversation),
        (
            "GET",
            chat.pair
                .href("messaging")
                .unwrap()
                .replace("messaging?", "messaging/typing?")
                .as_str(),
        ),
        ("POST", chat.visitor.channel.next.as_str()),
        ("GET", "/WebTicket/oauthtoken"),
        ("DELETE", "/autodiscover/autodiscoverservice.svc/root"),
    ] {
        let reply = chat.desk.send(verb, href, None).await;
        reply.refused(405, "None");
        assert_eq!(reply.json()["code"], "MethodNotAllowed", "{verb} {href}");
    }
    world.anybody().get("/ucwa/nothing/here").await.refused(404, "None");
}

#[tokio::test]
async fn ucw_23_communication_is_put_whole_and_on_its_newest_state() {
    let world = World::new().await;
    let agent = world.agent("alice").await;
    let href = agent.communication().href("self").unwrap();
    let reply = agent.client.get(href).await;
    let etag = reply.header("etag").to_owned();
    let mut whole = reply.json();
    whole["phoneNumber"] = "tel:+1".into();
    let whole = whole.to_string();
    agent.client.put(href, &whole).await.refused(428, "None");
    let stale = agent.client.clone().with("if-match", "\"0\"");
    stale.put(href, &whole).await.refused(412, "None");
    let current = agent.client.clone().with("if-match", &etag);
    current.put(href, "{}").await.refused(400, "None");
    assert_eq!(current.put(href, &whole).await.status, 204);
    current.put(href, &whole).await.refused(412, "None");
    let read = agent.client.get(href).await;
    assert_eq!(read.json()["phoneNumber"], "tel:+1");
    assert_ne!(read.header("etag"), etag);
}

#[tokio::test]
async fn ucw_24_a_visitor_cannot_be_made_available() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let application = visitor.application.href("self").unwrap();
    for tail in ["me/makeMeAvailable", "me/reportMyActivity"] {
        let reply = visitor.client.post(&format!("{application}/{tail}"), "{}").await;
        reply.refused(403, "AnonymousNotAllowed");
    }
}

#[tokio::test]
async fn ucw_25_an_agent_is_made_available_once() {
    let world = World::new().await;
    let agent = world.agent("alice").await;
    let me = agent.application.embedded("me").unwrap();
    let available = me.href("makeMeAvailable").unwrap();
    agent.client.post(available, "{}").await.refused(409, "AlreadyExists");
    let me = agent.read(me.href("self").unwrap()).await;
    assert!(me.href("makeMeAvailable").is_none());
    assert_eq!(agent.client.post(me.href("reportMyActivity").unwrap(), "").await.status, 204);
    let presence = agent.read(me.href("presence").unwrap()).await;
    assert_eq!(presence.text("availability"), Some("Online"));
    let lurker = world.sign_in("alice").await;
    let body = r#"{"endpointId":"e2","culture":"en","userAgent":"t"}"#;
    let reply = lurker.post("/ucwa/oauth/v1/applications", body).await.resource();
    let activity = format!("{}/me/reportMyActivity", reply.href("self").unwrap());
    lurker.post(&activity, "").await.refused(409, "MakeMeAvailableRequired");
}

#[tokio::test]
async fn ucw_28_two_tabs_of_one_user_have_a_channel_each() {
    let world = World::new().await;
    let first = world.agent("alice").await;
    let client = first.client.clone();
    let create = async |instance: &str| {
        let body = json!({
            "culture": "en-US", "userAgent": "t/1", "endpointId": "e1", "instanceId": instance,
        });
        client.post("/ucwa/oauth/v1/applications", &body.to_string()).await
    };
    let second = create("tab-2").await;
    assert_eq!(second.status, 201);
    let again = create("tab-2").await;
    assert_eq!(
        (again.status, again.resource().href("self")),
        (200, second.resource().href("self"))
    );
    let gone = first.application.href("self").unwrap();
    assert_eq!(client.delete(gone).await.status, 204);
    assert_eq!(client.get(second.resource().href("self").unwrap()).await.status, 200);
    let missing = client.post("/ucwa/oauth/v1/applications", "{}").await;
    missing.refused(400, "ParameterValidationFailure");
}

#[tokio::test]
async fn an_agent_finds_its_way_from_the_root_and_signs_in() {
    let world = World::new().await;
    world.agent("alice").await;
    let root = world.anybody().get("/Autodiscover/AutodiscoverService.svc/root").await.resource();
    let user = root.href("user").unwrap();
    assert!(user.starts_with(URL));
    let refused = world.anybody().get(user).await;
    assert_eq!(refused.status, 401);
    let challenges: Vec<_> = refused.headers.get_all("www-authenticate").iter().collect();
    let ticket = challenges.iter().find_map(|it| it.to_str().unwrap().strip_prefix("MsRtcOAuth "));
    let href = format!("href=\"{URL}/WebTicket/oauthtoken\"");
    assert_eq!(
        ticket,
        Some(format!("{href},grant_type=\"password,client_credentials,refresh_token\"").as_str())
    );
    let elsewhere = world.anybody().from("https://console.example").get(user).await;
    assert_eq!(elsewhere.status, 401, "a listed origin may read the challenge");
    assert_eq!(elsewhere.header("access-control-allow-origin"), "https://console.example");
    assert!(elsewhere.header("access-control-expose-headers").contains("WWW-Authenticate"));
    let unlisted = world.anybody().from("https://evil.example").get(user).await;
    unlisted.refused(403, "None");
    assert_ne!(unlisted.header("x-ms-diagnostics"), "");
    let client = world.sign_in("alice").await;
    let found = client.get(user).await.resource();
    assert_eq!(
        found.href("applications"),
        Some("http://127.0.0.1:8080/ucwa/oauth/v1/applications")
    );
    for (form, error) in [
        ("grant_type=password&username=sip:alice@t.example&password=wrong", "invalid_grant"),
        ("grant_type=password&username=sip:eve@t.example&password=secret", "invalid_grant"),
        ("grant_type=password&username=alice", "invalid_request"),
        ("grant_type=magic", "unsupported_grant_type"),
        ("", "invalid_request"),
        ("grant_type=client_credentials&client_id=desk&client_secret=x", "invalid_client"),
    ] {
        let reply = world.anybody().form("/WebTicket/oauthtoken", form).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some(error)), "{form}");
    }
}

#[tokio::test]
async fn invariant_8_passwords_cannot_be_tried_for_ever() {
    let world = World::with(|settings| settings.limits.sign_in_failures_max = 2).await;
    world.agent("alice").await;
    let wrong = "grant_type=password&username=sip:alice@t.example&password=wrong";
    for status in [400, 400, 429] {
        assert_eq!(world.anybody().form("/WebTicket/oauthtoken", wrong).await.status, status);
    }
    world.pass_ms(60_000).await;
    world.sign_in("alice").await;
}

#[tokio::test]
async fn invariant_6_nobody_reaches_what_is_anothers() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let stranger = world.visitor("s-2").await;
    let mut alice = world.agent("alice").await;
    let messaging = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let bob = world.agent("bob").await;
    let own = chat.visitor.application.href("self").unwrap();
    let send = chat.messaging.href("sendMessage").unwrap();
    // With another's token at the right address.
    for href in [own, &chat.visitor.channel.next, chat.messaging.href("self").unwrap()] {
        stranger.client.get(href).await.refused(404, "ApplicationNotFound");
    }
    stranger.client.say(send, "x").await.refused(404, "ApplicationNotFound");
    let at_alices = messaging.href("self").unwrap();
    bob.client.get(at_alices).await.refused(404, "ApplicationNotFound");
    // With one's own application and another's conversation.
    let id = |it: &crate::common::Member| it.application.text("id").unwrap().to_owned();
    let mine = send.replace(&id(&chat.visitor), &id(&stranger));
    stranger.client.say(&mine, "x").await.refused(404, "ConversationNotFound");
    let mine = at_alices.replace(&id(&alice), &id(&bob));
    bob.client.get(&mine).await.refused(404, "ConversationNotFound");
    // Through the wrong door.
    for client in [&alice.client, &chat.desk] {
        assert_eq!(client.get(own).await.status, 401);
    }
    let mut visitor = world.anybody();
    visitor.token.clone_from(&chat.visitor.client.token);
    for client in [&visitor, &chat.desk] {
        assert_eq!(client.get(at_alices).await.status, 401);
    }
    for client in [&visitor, &alice.client] {
        assert_eq!(client.get(chat.pair.href("self").unwrap()).await.status, 401);
    }
    // The service application has its own sides only.
    let part = |href: &str| href.split("/conversations/").nth(1).unwrap().to_owned();
    let pair = chat.pair.href("self").unwrap();
    let pair_id = part(pair).split('?').next().unwrap().to_owned();
    let visitors_id = part(send).split('/').next().unwrap().to_owned();
    let foreign = pair.replace(&pair_id, &visitors_id);
    chat.desk.get(&foreign).await.refused(404, "ConversationNotFound");
}

#[tokio::test]
async fn bad_input_is_refused_with_a_sentence_and_changes_nothing() {
    let world = World::new().await;
    let desk = world.desk().await;
    let tokens = token_href();
    desk.post(&tokens, "{not json").await.refused(400, "DeserializationFailure");
    desk.post(&tokens, "[1]").await.refused(400, "DeserializationFailure");
    let reply = desk.send("POST", &tokens, Some(("text/plain", "{}"))).await;
    reply.refused(415, "UnsupportedMediaType");
    let large = format!(r#"{{"x":"{}"}}"#, "x".repeat(70_000));
    desk.post(&tokens, &large).await.refused(413, "None");
    let form = "x".repeat(3_000_000);
    world.anybody().form("/WebTicket/oauthtoken", &form).await.refused(413, "None");
    let odd = format!("{}/adhocMeetings/%ff?endpointId={HELPDESK}", application_path());
    desk.get(&odd).await.refused(404, "None");
    let wrong = json!({"applicationSessionId": ["x"], "allowedOrigins": "https://a.example"});
    desk.post(&tokens, &wrong.to_string()).await.refused(400, "ParameterValidationFailure");
    let newer = desk.clone().with("x-ms-requiresminresourceversion", "3");
    let href = format!("{}?endpointId={HELPDESK}", application_path());
    newer.get(&href).await.refused(404, "APIVersionNotSupported");
    let here = "/platformservice/v1/applications";
    desk.get(here).await.refused(400, "ParameterValidationFailure");

    let visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    for body in [
        json!({"to": HELPDESK, "operationId": "x".repeat(51)}),
        json!({"to": HELPDESK, "subject": "x".repeat(251)}),
        json!({"to": HELPDESK, "importance": "Huge"}),
        json!({"to": HELPDESK, "threadId": "x".repeat(251)}),
    ] {
        let reply = visitor.client.post(start, &body.to_string()).await;
        reply.refused(400, "ParameterValidationFailure");
    }
    assert_eq!(world.hooks.all().len(), 0);
    let list = visitor.read(visitor.communication().href("conversations").unwrap()).await;
    assert!(!list.links.contains_key("conversation"));
    let policies = visitor.read(visitor.application.href("policies").unwrap()).await;
    assert_eq!(policies.rel, "policies");
}

#[tokio::test]
async fn a_console_on_another_origin_needs_to_be_configured() {
    let world = World::new().await;
    world.agent("alice").await;
    let form = "grant_type=password&username=sip:alice@t.example&password=secret";
    for (origin, host, status) in [
        (URL, "127.0.0.1:8080", 200),
        ("http://localhost:8080", "localhost:8080", 200),
        ("https://console.example", "127.0.0.1:8080", 200),
        ("https://evil.example", "127.0.0.1:8080", 403),
    ] {
        let client = world.anybody().from(origin).with("host", host);
        let reply = client.form("/WebTicket/oauthtoken", form).await;
        assert_eq!(reply.status, status, "{origin}: {}", reply.text);
        let shared = reply.header("access-control-allow-origin");
        assert_eq!(shared, if status == 200 { origin } else { "" });
    }
}
