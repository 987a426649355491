//! Decisions of `protocol.md` §5 that no other test shows by name; see docs/protocol/decisions.md.

use serde_json::{Value, json};
use shared::Dialect;

use crate::common::{Chat, HELPDESK, PAGE, Parked, World, helpdesk, token_href};

#[tokio::test]
async fn a03_webhooks_are_written_in_the_dialect_of_their_endpoint() {
    let world = World::new().await;
    let endpoint = helpdesk(Dialect::Saas);
    world.platform.register_endpoint(endpoint).await.unwrap();
    let mut visitor = world.visitor("s-1").await;
    visitor.start_messaging("op-1").await;
    let hook = world.hooks.next().await;
    let body: Value = serde_json::from_str(&hook.body).unwrap();
    assert_eq!(body["sender"][0]["rel"], "ms:rtc:saas:communication");
    assert!(!hook.body.contains("\"service:"), "{}", hook.body);
    // UCWA is never prefixed, whatever is asked for.
    let internal = visitor.client.clone().with("x-ms-namespace", "internal");
    let text = internal.get(&visitor.channel.next).await.text;
    assert!(text.contains("\"messagingInvitation\"") && !text.contains("saas:"), "{text}");
    visitor.channel.seen.clear();
}

#[tokio::test]
async fn a07_a_token_in_the_header_does_not_count_at_discovery() {
    let world = World::new().await;
    let (_, discover) = world.visitor_token("s-1").await;
    let client = world.anybody().from(PAGE).with("authorization", "Bearer psat=old");
    assert_eq!(client.get(&discover).await.status, 200);
}

#[tokio::test]
async fn a12_a13_a_session_may_have_several_tokens_and_one_application_a_tab() {
    let world = World::new().await;
    let (first, _) = world.visitor_token("s-1").await;
    world.pass_ms(1_000).await;
    let (second, _) = world.visitor_token("s-1").await;
    assert_ne!(first, second);
    let create = async |token: &str, body: &str| {
        let mut client = world.anybody().from(PAGE);
        client.token = Some(token.to_owned());
        client.post("/ucwa/psanon/v1/applications", body).await
    };
    let made = create(&first, "{}").await;
    assert_eq!((made.status, made.resource().text("endpointId")), (201, Some("s-1")));
    let again = create(&second, "{}").await;
    assert_eq!((again.status, again.resource().href("self")), (200, made.resource().href("self")));
    let tab = create(&second, r#"{"instanceId":"tab-2"}"#).await;
    assert_eq!((tab.status, tab.resource().text("instanceId")), (201, Some("tab-2")));
    assert_ne!(tab.resource().href("events"), made.resource().href("events"));
}

#[tokio::test]
async fn a21_a_message_may_name_its_operation_in_three_ways_or_not_at_all() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let send = chat.messaging.href("sendMessage").unwrap();
    for query in ["?operationId=m1", "?OPERATIONCONTEXT=m2", "?SessionContext=m3", ""] {
        let href = chat.visitor.client.say(&format!("{send}{query}"), "Hi").await.location();
        let message = chat.visitor.read(&href).await;
        let named = query.split_once('=').map(|(_, it)| it);
        assert_eq!(message.text("operationId"), named, "{query}");
    }
}

#[tokio::test]
async fn a24_an_operation_without_an_id_gets_one() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let body = json!({ "to": HELPDESK }).to_string();
    let invitation = visitor.client.post(start, &body).await.location();
    let operation = visitor.read(&invitation).await.text("operationId").unwrap().to_owned();
    assert!(!operation.is_empty() && operation.len() <= 50, "{operation}");
}

#[tokio::test]
async fn a27_a29_a30_a38_links_and_embedded_documents_have_the_documented_shape() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let messaging = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let send = messaging.href("sendMessage").unwrap();
    alice.client.say(send, "a&b + c").await.location();
    let seen = chat.visitor.channel.until("message", "completed").await;
    let href = seen.link.href;
    let message = chat.visitor.client.get(&href).await.json();
    assert!(message["_embedded"]["senderParticipant"].is_array(), "A27: {message}");
    let text = message["_links"]["plainMessage"]["href"].as_str().unwrap();
    assert_eq!(text, "data:text/plain;charset=utf-8,a%26b+%2b+c", "A39");
    assert_eq!(alice.client.post(messaging.href("stopMessaging").unwrap(), "").await.status, 204);
    let stopped = alice.read(messaging.href("self").unwrap()).await;
    let add = stopped.href("addMessaging").unwrap();
    assert!(add.contains("/messagingInvitations?conversationId="), "A29: {add}");
    let other = world.visitor("s-2").await;
    let invitation = other.start_messaging("op-1").await;
    let cancel = other.read(&invitation).await.href("cancel").unwrap().to_owned();
    assert_eq!(cancel, format!("{invitation}/cancel"), "A30");
    for hook in world.hooks.all() {
        assert!(!hook.body.contains("\\u0026"), "A38: {}", hook.body);
    }
}

#[tokio::test]
async fn a44_addresses_are_one_in_any_case_with_and_without_their_scheme() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let post = async |uri: &str| {
        let body = json!({ "displayName": "Al", "participantUri": uri }).to_string();
        chat.desk.post(&chat.bridged_participants, &body).await.location()
    };
    let href = post("SIP:Alice@T.Example").await;
    assert_eq!(post("alice@t.example").await, href);
    let one = chat.desk.get(&href).await.resource();
    assert_eq!(one.text("participantUri"), Some("sip:alice@t.example"));
}

#[tokio::test]
async fn a49_a_message_is_read_in_its_charset() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let send = chat.messaging.href("sendMessage").unwrap();
    for (content_type, text, shown) in [
        ("text/plain", "Grüße", "Gr%c3%bc%c3%9fe"),
        ("TEXT/Plain; Charset=\"UTF-8\"", "\u{feff}ü", "%c3%bc"),
        ("text/plain; charset=iso-8859-1", "ASCII", "ASCII"),
    ] {
        let posted = chat.visitor.client.send("POST", send, Some((content_type, text))).await;
        let message = chat.visitor.read(&posted.location()).await;
        let href = message.href("plainMessage").unwrap();
        assert!(href.ends_with(&format!(",{shown}")), "{content_type}: {href}");
    }
}

#[tokio::test]
async fn what_seldom_changes_is_not_sent_twice() {
    let world = World::new().await;
    let agent = world.agent("alice").await;
    for href in
        [agent.communication().href("self").unwrap(), agent.application.href("policies").unwrap()]
    {
        let etag = agent.client.get(href).await.header("etag").to_owned();
        assert!(etag.starts_with('"'), "{href}: {etag}");
        for known in [etag.clone(), format!("\"x\", {etag}"), "*".to_owned()] {
            let reply = agent.client.clone().with("if-none-match", &known).get(href).await;
            assert_eq!((reply.status, reply.text.as_str()), (304, ""), "{href}");
            assert_eq!(reply.header("etag"), etag);
        }
        let reply = agent.client.clone().with("if-none-match", "\"x\"").get(href).await;
        assert_eq!(reply.status, 200);
    }
    // A request that changes something is not asked this.
    let desk = world.desk().await.with("if-none-match", "*");
    let body = json!({ "applicationSessionId": "s", "allowedOrigins": PAGE }).to_string();
    assert_eq!(desk.post(&token_href(), &body).await.status, 200);
}

#[tokio::test]
async fn invariant_8_one_application_too_many_ends_the_one_left_longest() {
    let world = World::with(|settings| settings.limits.applications_per_person_max = 2).await;
    let first = world.agent("alice").await;
    let parked = Parked::get(&first.client, &first.channel.next).await;
    let create = async |instance: &str| {
        let body =
            json!({ "culture": "en", "userAgent": "t", "endpointId": "e", "instanceId": instance });
        let reply = first.client.post("/ucwa/oauth/v1/applications", &body.to_string()).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.resource().href("self").unwrap().to_owned()
    };
    let left = create("two").await;
    world.pass_ms(1_000).await;
    let newest = create("three").await;
    first.client.get(&left).await.refused(410, "TooManyApplications");
    for href in [first.application.href("self").unwrap(), &newest] {
        assert_eq!(first.client.get(href).await.status, 200);
    }
    drop(parked);
    // Somebody else has room of one's own.
    let other = world.visitor("s-1").await;
    assert_eq!(other.client.get(other.application.href("self").unwrap()).await.status, 200);
}

#[tokio::test]
async fn invariant_6_no_two_sessions_read_the_same() {
    let world = World::new().await;
    let create = async |session: &str, body: &str| {
        let (token, _) = world.visitor_token(session).await;
        let mut client = world.anybody().from(PAGE);
        client.token = Some(token);
        client.post("/ucwa/psanon/v1/applications", body).await
    };
    let first = create("a", r#"{"instanceId":"b|"}"#).await;
    let second = create("a|b", "{}").await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_ne!(first.resource().href("self"), second.resource().href("self"));
}
